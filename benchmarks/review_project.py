"""A large project as reviewers know them: many teams' files over shared sources, entities and services."""

from __future__ import annotations

from pathlib import Path

from benchmarks.project import SETTINGS

FILES = 100
SOURCES = 50
ENTITIES = 20
SERVICES = 40

CHANGED = "featuredefs/views_001.yaml"
"""The file of views whose text the benchmark changes."""


def write(folder: Path, views: int) -> Path:
    """Write the project: ``views`` views with ten features each; three in ten have windows, the others latest values.

    Beside them a view of a view, an on-demand view and a label in each tenth file, and a test for each of these.
    """
    definitions = folder / "featuredefs"
    definitions.mkdir(parents=True, exist_ok=True)
    (folder / "fcompile.yaml").write_text(SETTINGS, "utf-8")
    texts = {"entities.yaml": _entities(), "sources.yaml": _sources(), "services.yaml": _services(views)}
    for number in range(FILES):
        texts[f"views_{number:03d}.yaml"] = _views(number, range(number, views, FILES))
    for name, text in texts.items():
        (definitions / name).write_text(text, "utf-8")
    return folder


def change(folder: Path, round_number: int) -> None:
    """Edit a feature's expression in one file of views, each round another way."""
    path = folder / CHANGED
    text = path.read_text("utf-8")
    before, _, after = text.partition("amount * price + ")
    path.write_text(f"{before}amount * price + {round_number}{after[after.index('.') :]}", "utf-8")


def _entities() -> str:
    rows = (
        f"  - {{name: {_entity(n)}, join_keys: {{{_entity(n)}_id: int64}}, owner: core}}\n"
        for n in range(ENTITIES)
    )
    return f"entities:\n{''.join(rows)}"


def _sources() -> str:
    return "sources:\n" + "".join(_source(n) for n in range(SOURCES))


def _source(number: int) -> str:
    times = ("available_at: loaded_at", "availability_lag: 15m")[number % 2]
    columns = "amount: float64, price: float64, age: int64, city: string, paid: bool, loaded_at: timestamp"
    return f"""\
  - name: events_{number:02d}
    table: raw.events_{number:02d}
    timestamp_field: event_time
    created_timestamp_field: created_at
    {times}
    columns: {{{_entity(number)}_id: int64, {columns}, event_time: timestamp, created_at: timestamp}}
"""


def _services(views: int) -> str:
    return "feature_services:\n" + "".join(
        f"  - name: model_{n:02d}\n    owner: team_{n % 7}\n    features:\n"
        + "".join(f"      - view_{v:04d}: [{_some(v)}]\n" for v in range(n, min(views, n + 10)))
        for n in range(SERVICES)
    )


def _some(view: int) -> str:
    """Two features of a view, their names like no other view's."""
    return (
        f"total_{view:04d}, share_{view:04d}" if view % 10 < 7 else f"spend_{view:04d}_1h, buys_{view:04d}_7d"
    )


def _views(number: int, views: range) -> str:
    text = "feature_views:\n" + "".join(_view(view) for view in views)
    return text + _around(number, views[0]) if number % 10 == 0 and views else text


def _view(number: int) -> str:
    source = number % SOURCES
    body = _latest(number) if number % 10 < 7 else _windows(number)
    return f"""\
  - name: view_{number:04d}
    description: Generated view {number}
    owner: team_{number % 7}
    tags: {{tier: "{number % 3}"}}
    entities: [{_entity(source)}]
    source: events_{source:02d}
{body}"""


def _latest(number: int) -> str:
    options = "    ttl: 30d\n" if number % 2 == 0 else ""
    options += '    filter: "paid and amount > 0.0"\n' if number % 4 == 0 else ""
    return f"""\
{options}    features:
      - {{name: amount, dtype: float64}}
      - {{name: price, dtype: float64}}
      - {{name: age, dtype: int64}}
      - {{name: city, dtype: string}}
      - {{name: paid, dtype: bool}}
      - {{name: is_adult, dtype: bool, expr: "age >= 18"}}
      - {{name: total_{number:04d}, dtype: float64, expr: "amount * price + {number}.0"}}
      - {{name: place, dtype: string, expr: "upper(trim(city))"}}
      - {{name: band, dtype: string, expr: "case when amount > 100.0 then 'high' else 'low' end"}}
      - {{name: share_{number:04d}, dtype: float64, expr: "coalesce(amount / nullif(price, 0.0), 0.0)"}}
"""


def _windows(number: int) -> str:
    return f"""\
    aggregations:
      - {{name: spend_{number:04d}, function: sum, column: amount, windows: [1h, 1d, 7d, 30d]}}
      - {{name: buys_{number:04d}, function: count, windows: [1h, 7d, lifetime], filter: "amount > {number}.0"}}
      - {{name: most, function: max, column: price, windows: [1d, 30d, lifetime]}}
"""


def _around(number: int, view: int) -> str:
    source = view % SOURCES
    return f"""\
  - name: rolled_{number:03d}
    entities: [{_entity(source)}]
    source: {{view: view_{view:04d}}}
    aggregations:
      - {{name: mean, function: avg, column: total_{view:04d}, windows: [7d, 30d]}}
on_demand_feature_views:
  - name: against_{number:03d}
    request: {{asked: float64}}
    features_from: ["view_{view:04d}:total_{view:04d}"]
    features:
      - {{name: ratio, dtype: float64, expr: "asked / nullif(total_{view:04d}, 0.0)"}}
labels:
  - name: bought_{number:03d}
    entities: [{_entity(source)}]
    source: events_{source:02d}
    function: count
    column: amount
    horizon: 30d
tests:
  - name: latest_{number:03d}
    features: ["view_{view:04d}:amount"]
    given: {{events_{source:02d}: [{{{_entity(source)}_id: 1, event_time: 2026-01-01T00:00:00Z, amount: 5.0}}]}}
    spine: [{{{_entity(source)}_id: 1, event_timestamp: 2026-01-02T00:00:00Z}}]
    expect: [{{amount: 5.0}}]
"""


def _entity(number: int) -> str:
    return f"entity_{number % ENTITIES:02d}"
