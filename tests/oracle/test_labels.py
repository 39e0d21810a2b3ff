"""The reference's labels against cases worked by hand: both ends, maturity to the instant, what was known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle import oracle

HOUR = timedelta(hours=1)
MICRO = timedelta(microseconds=1)
T = datetime(2026, 1, 1, 12)
LATE = datetime(2100, 1, 1)


def project(function: str = "sum", source: dict[str, Any] | None = None, **label: Any) -> dict[str, Any]:
    given = {"name": "y", "entities": ["user"], "source": "s", "function": function, "horizon": "2h"}
    return {
        "entities": [{"name": "user", "join_keys": {"k": "int64"}}],
        "sources": [{"name": "s", "timestamp_field": "e", **(source or {})}],
        "labels": [{**given, "column": "x", **label}],
    }


def rows(names: str, *values: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), v, strict=True)) for v in values]


def value(
    defined: dict[str, Any],
    given: list[dict[str, Any]],
    t: datetime | None = T,
    as_of: datetime | None = LATE,
    key: Any = 1,
) -> Any:
    spine = [{"k": key, "event_timestamp": t}]
    (row,) = oracle.historical(defined, {"s": given}, spine, [], labels=["y"], as_of=as_of)
    return row["y"]


def test_a_label_is_over_what_comes_after_t_up_to_the_horizon() -> None:
    ends = rows(
        "k e x", (1, T, 1), (1, T + MICRO, 10), (1, T + 2 * HOUR, 100), (1, T + 2 * HOUR + MICRO, 1000)
    )
    assert value(project(), ends) == 110
    assert value(project(), ends, T - MICRO) == 11


def test_a_label_is_known_from_the_instant_of_its_maturity() -> None:
    given = rows("k e x", (1, T + HOUR, 5))
    assert value(project(), given, as_of=T + 2 * HOUR - MICRO) is None
    assert value(project(), given, as_of=T + 2 * HOUR) == 5
    settled = project(maturity="1d")
    assert value(settled, given, as_of=T + 26 * HOUR - MICRO) is None
    assert value(settled, given, as_of=T + 26 * HOUR) == 5
    assert value(project("count"), [], as_of=T + 2 * HOUR - MICRO) is None
    assert value(project("count"), [], as_of=T + 2 * HOUR) == 0
    assert value(project(), [], as_of=T + 2 * HOUR) is None


def test_only_rows_known_by_then_count() -> None:
    defined = project(source={"available_at": "a"})
    known = T + 5 * HOUR
    given = rows("k e a x", (1, T + HOUR, known, 1), (1, T + HOUR, None, 10), (1, T + HOUR, T, 100))
    assert value(defined, given, as_of=known - MICRO) == 100
    assert value(defined, given, as_of=known) == 101
    lagging = project(source={"availability_lag": "3h"})
    assert value(lagging, rows("k e x", (1, T + HOUR, 1)), as_of=T + 4 * HOUR - MICRO) is None
    assert value(lagging, rows("k e x", (1, T + HOUR, 1)), as_of=T + 4 * HOUR) == 1


def test_no_time_is_null_and_no_key_is_no_rows() -> None:
    given = rows("k e x", (None, T + HOUR, 5), (1, None, 5))
    assert value(project("count"), given, t=None) is None
    assert value(project("count"), given, key=None) == 0
    assert value(project("count"), given) == 0
    assert value(project("sum"), given, key=None) is None


def test_filter_and_ties_are_those_of_a_window() -> None:
    given = rows("k e x", (1, T + HOUR, 3), (1, T + HOUR, 1), (1, T + HOUR, 9), (1, T + 2 * HOUR, None))
    assert value(project("first", filter="x > 1"), given) == 3
    assert value(project("last_n(2)"), given) == [9, 3]


def test_without_a_time_to_ask_at_it_is_now() -> None:
    given = rows("k e x", (1, datetime(2020, 1, 1, 1), 5), (1, datetime(2200, 1, 1, 1), 5))
    assert value(project(), given, datetime(2020, 1, 1), as_of=None) == 5
    assert value(project(), given, datetime(2200, 1, 1), as_of=None) is None


def test_labels_stand_after_the_features_in_the_order_asked() -> None:
    defined = project()
    defined["labels"].append({**defined["labels"][0], "name": "z", "function": "count"})
    view = {"name": "fv", "entities": ["user"], "source": "s", "features": [{"name": "x", "dtype": "int64"}]}
    defined["feature_views"] = [view]
    spine = [{"k": 1, "event_timestamp": T}]
    (row,) = oracle.historical(defined, {"s": []}, spine, ["fv:x"], labels=["z", "y"], as_of=LATE)
    assert row == {"k": 1, "event_timestamp": T, "x": None, "z": 0, "y": None}
