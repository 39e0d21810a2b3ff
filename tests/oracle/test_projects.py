"""The random projects must be able to tell right from wrong: each rule of SPEC 4, broken on purpose, shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.oracle import oracle, rows
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.rows import duration, instant, keys_of
from tests.oracle.sample import answers, drawn

SAMPLE = 400


@pytest.fixture(scope="module")
def sample() -> list[tuple[Case, Any]]:
    return [(case, answers(case)) for case in drawn(cases(windowed=False), SAMPLE)]


def known_as_it_happens(source: Any, row: Any) -> Any:
    return row[source["timestamp_field"]]


def known_though_null(source: Any, row: Any) -> Any:
    return KNOWN_TIME(source, row) or row[source["timestamp_field"]]


def visible_once_known(source: Any, row: Any, t: Any, strict: bool) -> bool:
    known = rows.known_time(source, row)
    return known is not None and (instant(known) < instant(t) if strict else instant(known) <= instant(t))


def strict_for_events_only(source: Any, row: Any, t: Any, strict: bool) -> bool:
    known = rows.known_time(source, row)
    event = row[source["timestamp_field"]]
    return (
        VISIBLE(source, row, t, False) and (not strict or instant(event) < instant(t)) and known is not None
    )


def strict_for_known_only(source: Any, row: Any, t: Any, strict: bool) -> bool:
    known = rows.known_time(source, row)
    return VISIBLE(source, row, t, False) and (
        not strict or (known is not None and instant(known) < instant(t))
    )


def without_created(source: Any, view: Any, row: Any) -> list[Any]:
    rank = RANK(source, view, row)
    return [rank[0], *rank[2:]]


def without_features(source: Any, view: Any, row: Any) -> list[Any]:
    return RANK(source, view, row)[:2]


def by_first_feature(source: Any, view: Any, row: Any) -> list[Any]:
    return RANK(source, view, row)[:3]


def created_nulls_last(source: Any, view: Any, row: Any) -> list[Any]:
    event, created, *features = RANK(source, view, row)
    return [event, created is None, created, *features]


def features_in_reverse(source: Any, view: Any, row: Any) -> list[Any]:
    event, created, *features = RANK(source, view, row)
    return [event, created, *features[::-1]]


def latest_known_first(source: Any, view: Any, row: Any) -> list[Any]:
    return [instant(rows.known_time(source, row)), *RANK(source, view, row)]  # type: ignore[arg-type]


def newest_load_first(source: Any, view: Any, row: Any) -> list[Any]:
    event, created, *features = RANK(source, view, row)
    return [created, event, *features]


def null_meets_null(project: Any, tables: Any, view: Any, key: Any, t: Any) -> Any:
    names = keys_of(project, view)
    texts = {"entities": [{"name": "e", "join_keys": {f"text_{n}": "string" for n in names}}]}
    rows = [{**row, **{f"text_{n}": repr(row[n]) for n in names}} for row in tables[view["source"]]]
    given = {view["source"]: rows}
    return LATEST({**project, **texts}, given, {**view, "entities": ["e"]}, [repr(k) for k in key], t)


def first_key_only(project: Any, tables: Any, view: Any, key: Any, t: Any) -> Any:
    names = {"entities": [{"name": "e", "join_keys": dict.fromkeys(keys_of(project, view)[:1])}]}
    return LATEST({**project, **names}, tables, {**view, "entities": ["e"]}, key[:1], t)


def unfiltered(project: Any, tables: Any, view: Any, key: Any, t: Any) -> Any:
    return LATEST(project, tables, {k: v for k, v in view.items() if k != "filter"}, key, t)


def without_option(option: str) -> Callable[..., Any]:
    def changed(project: Any, tables: Any, w: Any, *rest: Any) -> Any:
        view = {k: v for k, v in w.view.items() if k != option}
        return VALUE_AT(project, tables, oracle.Wanted(w.column, view, w.feature, w.join_key_map), *rest)

    return changed


def ttl_open_below(project: Any, tables: Any, w: Any, row: Any, t: Any, read_at: Any = None) -> Any:
    later = None if t is None else instant(t) + duration("1h") / 3_600_000_000
    return VALUE_AT(project, tables, w, row, t, later)


def default_for_null(project: Any, tables: Any, w: Any, *rest: Any) -> Any:
    value, status = VALUE_AT(project, tables, w, *rest)
    return (w.feature.get("default") if value is None else value), status


def no_default(project: Any, tables: Any, w: Any, *rest: Any) -> Any:
    value, status = VALUE_AT(project, tables, w, *rest)
    return (value if status == "PRESENT" else None), status


def keys_unmapped(project: Any, tables: Any, w: Any, row: Any, *rest: Any) -> Any:
    found = {**{k: row[c] for k, c in w.join_key_map.items()}, **row}
    return VALUE_AT(project, tables, oracle.Wanted(w.column, w.view, w.feature, {}), found, *rest)


KNOWN_TIME, VISIBLE, RANK = rows.known_time, rows.is_visible, oracle._rank
LATEST, VALUE_AT = oracle.latest_row, oracle.value_at
MISTAKES: list[tuple[str, Callable[..., Any]]] = [
    ("known_time", known_as_it_happens),
    ("known_time", known_though_null),
    ("is_visible", visible_once_known),
    ("is_visible", strict_for_events_only),
    ("is_visible", strict_for_known_only),
    ("_rank", without_created),
    ("_rank", without_features),
    ("_rank", by_first_feature),
    ("_rank", created_nulls_last),
    ("_rank", features_in_reverse),
    ("_rank", latest_known_first),
    ("_rank", newest_load_first),
    ("latest_row", null_meets_null),
    ("latest_row", first_key_only),
    ("latest_row", unfiltered),
    ("value_at", without_option("ttl")),
    ("value_at", without_option("allow_exact_matches")),
    ("value_at", ttl_open_below),
    ("value_at", default_for_null),
    ("value_at", no_default),
    ("value_at", keys_unmapped),
]


@pytest.mark.parametrize(
    ("name", "mistake"), MISTAKES, ids=[f.__qualname__.split(".")[0] for _, f in MISTAKES]
)
def test_a_broken_rule_shows_in_some_random_project(
    name: str,
    mistake: Callable[..., Any],
    sample: list[tuple[Case, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows if hasattr(rows, name) else oracle, name, mistake)
    assert any(right != answers(case) for case, right in sample)
