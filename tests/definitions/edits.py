"""A small project with one of everything, and edits of it as people make them: right ones, and slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from hypothesis import strategies as st

Files = dict[str, str]

SETTINGS = "project: shop\ntargets: {dev: {}}\ndefault_target: dev\n"

PROJECT: Mapping[str, str] = {
    "core.yaml": """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: shop, join_keys: {shop_id: int64}}
sources:
  - name: orders
    table: raw.orders
    timestamp_field: at
    availability_lag: 15m
    columns: {user_id: int64, shop_id: int64, amount: float64, city: string, at: timestamp}
  - {name: visits, table: raw.visits, timestamp_field: at}
""",
    "users.yaml": """\
feature_views:
  - name: profile
    entities: [user]
    source: orders
    ttl: 30d
    features:
      - {name: amount, dtype: float64}
      - {name: city, dtype: string, default: "1.0"}
      - {name: double, dtype: float64, expr: "amount * 2.0"}
  - name: spend
    entities: [user]
    source: orders
    aggregations:
      - {name: sum, function: sum, column: amount, windows: [1h, 7d]}
      - {name: buys, function: count, windows: [1d], filter: "amount > 0"}
""",
    "shops.yaml": """\
feature_views:
  - name: rolled
    entities: [user]
    source: {view: profile}
    aggregations:
      - {name: mean, function: avg, column: double, windows: [7d]}
  - name: now
    entities: [user]
    source: {view: profile, as_of: query}
    features:
      - {name: half, dtype: float64, expr: "amount / 2.0"}
  - {name: seen, entities: [shop], source: visits, features: [{name: page, dtype: string}]}
""",
    "computed.yaml": """\
on_demand_feature_views:
  - name: ratio
    request: {asked: float64}
    features_from: [profile:amount, spend]
    features:
      - {name: part, dtype: float64, expr: "asked / nullif(amount, 0.0)"}
  - name: twice
    features_from: [ratio]
    features:
      - {name: parts, dtype: float64, expr: "part * 2.0"}
""",
    "services.yaml": """\
feature_services:
  - name: model
    features:
      - profile: [amount, double]
      - spend
      - {view: seen, alias: there, join_key_map: {shop_id: home_id}}
      - ratio
labels:
  - {name: bought, entities: [user], source: orders, function: count, column: amount, horizon: 30d}
tests:
  - name: latest
    features: [profile:amount]
    given: {orders: [{user_id: 1, at: 2026-01-01T00:00:00Z, amount: 5.0}]}
    spine: [{user_id: 1, event_timestamp: 2026-01-02T00:00:00Z}]
    expect: [{amount: 5.0}]
exposures:
  - {name: board, type: dashboard, reads: [model, "profile:city", seen]}
""",
}

_WORDS = (
    *(
        "user",
        "shop",
        "orders",
        "visits",
        "profile",
        "spend",
        "rolled",
        "now",
        "seen",
        "ratio",
        "twice",
        "model",
    ),
    *(
        "amount",
        "double",
        "city",
        "user_id",
        "float64",
        "string",
        "30d",
        "7d",
        "bought",
        "1.0",
        "0x1",
        "true",
    ),
    *("as_of: query", "default: 1", "allow_exact_matches: false", ":", "{", "#", "name"),
)


def written(root: Path, files: Files) -> None:
    """Make the project at ``root`` define just what ``files`` do."""
    (root / "fcompile.yaml").write_text(SETTINGS, "utf-8")
    folder = root / "featuredefs"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def edits() -> st.SearchStrategy[tuple[str, int, str, str]]:
    """Return a file, a place in it, and what to do there; ``edited`` does it."""
    deeds = st.sampled_from(("word", "line out", "line twice", "insert", "line break", "file out", "back"))
    return st.tuples(st.sampled_from(sorted(PROJECT)), st.integers(0, 400), deeds, st.sampled_from(_WORDS))


def edited(files: Files, edit: tuple[str, int, str, str]) -> Files:
    """Return the project after the edit: a new dictionary."""
    name, at, deed, word = edit
    text = files.get(name, PROJECT[name])
    lines = text.splitlines(keepends=True)
    line = at % max(1, len(lines))
    match deed:
        case "word":
            found = [each for each in _WORDS if each in text]
            old = found[at % len(found)] if found else ""
            start = text.find(old, at % max(1, len(text)))
            start = start if start >= 0 else text.find(old)
            text = text[:start] + word + text[start + len(old) :]
        case "line out":
            text = "".join(lines[:line] + lines[line + 1 :])
        case "line twice":
            text = "".join(lines[: line + 1] + lines[line:])
        case "insert":
            start = at % (len(text) + 1)
            text = text[:start] + word + text[start:]
        case "line break":
            text = "".join([*lines[:line], "\n", *lines[line:]])
        case "file out":
            return {key: value for key, value in files.items() if key != name}
        case "back":
            text = PROJECT[name]
    return {**files, name: text}


def spelled(value: object) -> object:
    """Return all of ``value``, places and all that does not count in comparisons too, as plain tuples."""
    if is_dataclass(value):
        parts = ((f.name, spelled(getattr(value, f.name))) for f in fields(value))
        return (type(value).__name__, *parts)
    if isinstance(value, Mapping):
        return tuple((key, spelled(each)) for key, each in value.items())
    if isinstance(value, tuple | list):
        return tuple(spelled(each) for each in value)
    return (type(value).__name__, repr(value))
