"""The reference's windows against cases worked by hand: ends, lateness, ties, multiples, empty windows."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle import oracle
from tests.oracle.functions import aggregate, canonical_text
from tests.oracle.same import Approximate, agrees, comparable
from tests.oracle.windows import floored

HOUR = timedelta(hours=1)
MICRO = timedelta(microseconds=1)
T = datetime(2026, 1, 1, 12)
NAN, INF = float("nan"), float("inf")


def project(function: str = "sum", source: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A view of one aggregation over 1h; ``options`` of the aggregation by their names, of the view as view_*."""
    view = {k.removeprefix("view_"): v for k, v in options.items() if k.startswith("view_")}
    own = {k: v for k, v in options.items() if not k.startswith("view_")}
    aggregation = {"name": "x", "function": function, "column": "x", "windows": ["1h", "lifetime"], **own}
    return {
        "entities": [{"name": "user", "join_keys": {"k": "int64"}}],
        "sources": [{"name": "s", "timestamp_field": "e", **(source or {})}],
        "feature_views": [
            {"name": "fv", "entities": ["user"], "source": "s", "aggregations": [aggregation], **view}
        ],
    }


def rows(names: str, *values: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), v, strict=True)) for v in values]


def value(
    defined: dict[str, Any], given: list[dict[str, Any]], t: datetime | None, window: str = "1h", key: Any = 1
) -> Any:
    asked = [{"k": key, "event_timestamp": t}]
    (row,) = oracle.historical(defined, {"s": given}, asked, [f"fv:x_{window}"])
    return row[f"x_{window}"]


def at(*events: tuple[datetime, Any]) -> list[dict[str, Any]]:
    return rows("k e x", *((1, e, x) for e, x in events))


def test_a_window_is_open_below_and_closed_above() -> None:
    ends = at((T - HOUR, 1), (T - HOUR + MICRO, 10), (T, 100), (T + MICRO, 1000))
    assert value(project(), ends, T) == 110
    assert value(project(), ends, T - MICRO) == 11
    assert value(project(), ends, T + MICRO) == 1100


def test_strict_matching_turns_both_ends_around() -> None:
    strict = project(view_allow_exact_matches=False)
    ends = at((T - HOUR - MICRO, 1), (T - HOUR, 10), (T - MICRO, 100), (T, 1000))
    assert value(strict, ends, T) == 110
    assert value(strict, ends, T, "lifetime") == 111


def test_a_row_counts_from_when_it_is_known_until_its_event_leaves() -> None:
    defined = project(source={"available_at": "a"})
    given = rows("k e a x", (1, T, T + HOUR / 2, 5))
    known = T + HOUR / 2
    found = [value(defined, given, t) for t in (T, known - MICRO, known, T + HOUR - MICRO, T + HOUR)]
    assert found == [None, None, 5, 5, None]
    assert value(defined, given, T + HOUR, "lifetime") == 5


def test_a_row_known_only_when_it_has_left_never_counts() -> None:
    defined = project(source={"available_at": "a"})
    given = rows("k e a x", (1, T, T + HOUR, 5), (1, T, None, 7))
    assert [value(defined, given, T + n * HOUR / 4) for n in range(9)] == [None] * 9
    assert value(defined, given, T + HOUR, "lifetime") == 5


def test_a_lag_delays_every_row() -> None:
    defined = project(source={"availability_lag": "15m"})
    given = at((T, 5))
    assert value(defined, given, T + timedelta(minutes=15) - MICRO) is None
    assert value(defined, given, T + timedelta(minutes=15)) == 5


def test_strict_matching_is_strict_for_the_known_time_too() -> None:
    defined = project(source={"available_at": "a"}, view_allow_exact_matches=False)
    given = rows("k e a x", (1, T - HOUR / 2, T, 1))
    assert value(defined, given, T) is None
    assert value(defined, given, T + MICRO) == 1


@pytest.mark.parametrize(
    ("t", "every", "expected"),
    [
        (datetime(2026, 1, 1, 12, 59), "1h", datetime(2026, 1, 1, 12)),
        (datetime(2026, 1, 1, 12), "1h", datetime(2026, 1, 1, 12)),
        (datetime(2026, 1, 1, 12) - MICRO, "1h", datetime(2026, 1, 1, 11)),
        (datetime(2026, 1, 1, 12), "1w", datetime(2026, 1, 1)),
        (datetime(2026, 1, 1) - MICRO, "1w", datetime(2025, 12, 25)),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999), "1h", datetime(1969, 12, 31, 23)),
        (datetime(1969, 12, 31, 22, 59), "7d", datetime(1969, 12, 25)),
        (datetime(1970, 1, 1), "7d", datetime(1970, 1, 1)),
    ],
)
def test_every_rounds_down_to_a_multiple_since_1970_also_before(
    t: datetime, every: str, expected: datetime
) -> None:
    assert comparable(floored(t, every)) == comparable(expected)


def test_between_multiples_a_value_does_not_move() -> None:
    hourly = project(view_every="1h")
    given = at((T - HOUR, 1), (T - HOUR / 2, 10), (T, 100), (T + MICRO, 1000))
    assert [value(hourly, given, t) for t in (T - MICRO, T, T + MICRO, T + HOUR - MICRO)] == [
        1,
        110,
        110,
        110,
    ]
    assert value(hourly, given, T + HOUR) == 1000


def test_both_filters_must_be_true() -> None:
    defined = project(filter="x > 1", view_filter="y is not null")
    given = rows("k e x y", (1, T, 1, 1), (1, T, 2, 1), (1, T, 4, None), (1, T, None, 1))
    assert value(defined, given, T) == 2
    assert value(project("count", filter="x > 1"), at((T, 1), (T, 2), (T, None)), T) == 1


def test_the_empty_case() -> None:
    nulls = at((T, None))
    assert value(project("count"), nulls, T) == 0
    assert value(project("count", column=None), nulls, T) == 1
    for function in ("count", "count_distinct", "approx_count_distinct"):
        assert value(project(function), [], T) == 0
    for function in ("sum", "avg", "min", "first", "last_n(2)", "top_k(1)", "percentile(0.5)", "var_samp"):
        assert value(project(function), nulls, T) is None
    assert value(project(default=7, dtype="int64"), nulls, T) == 7
    assert value(project(default=7, dtype="int64"), nulls, None) == 7
    assert value(project(default=7, dtype="int64"), nulls, T, key=None) == 7
    assert value(project("stddev_samp", default=7.0, dtype="float64"), at((T, 1)), T) is None


def test_ttl_has_no_effect_on_a_window() -> None:
    assert value(project(view_ttl="1s"), at((T - HOUR / 2, 5)), T) == 5


def test_ties_fall_to_created_nulls_first_then_to_the_value() -> None:
    created = {"created_timestamp_field": "c"}
    given = rows("k e c x", (1, T, T, 1), (1, T, None, 9), (1, T, T, 3), (1, T - MICRO, T + HOUR, 5))
    assert value(project("first", source=created), given, T) == 5
    assert value(project("last", source=created), given, T) == 3
    assert value(project("last_n(9)", source=created), given, T) == [3, 1, 9, 5]


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        ("sum", [2**62, -1, 2**40], 2**62 - 1 + 2**40),
        ("sum", [Decimal("1.10"), Decimal("-2.25")], Decimal("-1.15")),
        ("sum", [1e16, 1.0, -1e16], 1.0),
        ("sum", [INF, 1.0], INF),
        ("sum", [INF, -INF], NAN),
        ("avg", [1, 2], 1.5),
        ("avg", [INF, NAN], NAN),
        ("min", [NAN, 1.0, -INF], -INF),
        ("max", [INF, NAN], NAN),
        ("max", ["a", "é", "z"], "é"),
        ("var_samp", [1, 2, 3, 4], 5 / 3),
        ("var_samp", [1e16, 1e16 + 2], 2.0),
        ("stddev_samp", [1.0, 3.0], 2**0.5),
        ("stddev_samp", [1.0], None),
        ("var_samp", [NAN], None),
        ("var_samp", [INF, 1.0], NAN),
        ("count_distinct", [0.0, -0.0, NAN, NAN, 1.0], 3),
        ("approx_count_distinct", [0.0, -0.0, NAN, NAN, 1.0], 3),
        ("percentile(0.5)", [4, 1], 2.5),
        ("percentile(0.25)", [10, 0, 20], 5.0),
        ("percentile(0)", [3, 1, 2], 1.0),
        ("percentile(1)", [3, NAN, 2], NAN),
        ("percentile(0.5)", [3.0, NAN, 2.0], 3.0),
        ("percentile(0.5)", [INF, INF], INF),
        ("percentile(0.5)", [-INF, 3.0], -INF),
        ("percentile(0.5)", [-INF, INF], NAN),
        ("last_n(2)", ["a", "b", "b"], ["b", "b"]),
        ("last_distinct_n(2)", ["a", "b", "a", "c", "c"], ["c", "a"]),
        ("last_distinct_n(9)", [NAN, 0.0, NAN, -0.0], [0.0, NAN]),
        ("top_k(2)", ["a", "b", "c", "a", "b"], ["b", "a"]),
        ("top_k(1)", ["b", "b", "a", "a", "b"], ["b"]),
    ],
)
def test_functions_give_what_was_worked_by_hand(function: str, inputs: list[Any], expected: Any) -> None:
    found = aggregate(function, inputs)
    assert agrees(Approximate(expected) if isinstance(expected, float) else expected, found)


def test_distinct_values_are_counted_exactly_up_to_1024_and_well_above() -> None:
    assert aggregate("approx_count_distinct", [*range(1024), *range(1024)]) == 1024
    estimate = aggregate("approx_count_distinct", list(range(50_000)))
    assert abs(estimate / 50_000 - 1) < 4 / 1022**0.5
    assert isinstance(estimate, int)


def test_the_estimate_is_that_of_the_hashes() -> None:
    """Of "0" to "1024" as texts the second largest hash is the 1024th smallest."""
    second = sorted(
        hashlib.md5(str(i).encode(), usedforsecurity=False).hexdigest()[:15] for i in range(1025)
    )[-2]
    assert aggregate("approx_count_distinct", list(range(1025))) == round(1023 * 2**60 / int(second, 16))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (True, "true"),
        (-5, "-5"),
        ("é", "é"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(1970, 1, 1, 0, 0, 1), "1000000"),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999), "-1"),
        (Decimal("1.10"), "1.10"),
        (b"\x00\xff", "00ff"),
        (-0.0, "0.0"),
        (1e16, "1e+16"),
        (0.1, "0.1"),
    ],
)
def test_canonical_texts(given: Any, text: str) -> None:
    assert canonical_text(given) == text


def test_values_take_the_type_that_is_declared() -> None:
    assert isinstance(value(project(dtype="float64"), at((T, 1)), T), float)
    assert value(project("min", dtype="float32"), at((T, 0.1)), T) == 0.10000000149011612
    assert value(project("last_n(1)", dtype="list<float32>"), at((T, 0.1)), T) == [0.10000000149011612]


def test_online_has_a_row_where_any_row_is_visible_whatever_the_windows_hold() -> None:
    defined = project(source={"available_at": "a"}, view_filter="x is null or x > 0")
    given = rows(
        "k e a x",
        (1, T, T, 5),
        (2, T - 2 * HOUR, T, 5),
        (3, T, T + MICRO, 5),
        (4, T, T, -1),
        (5, T, T, None),
    )
    asked: list[dict[str, Any]] = [{"k": k} for k in (1, 2, 3, 4, 5, None)]
    found = oracle.online(defined, {"s": given}, T, asked, ["fv:x_1h"])
    assert [r["x_1h"] for r in found] == [
        (5, "PRESENT"),
        (None, "NULL_VALUE"),
        (None, "NOT_FOUND"),
        (None, "NOT_FOUND"),
        (None, "NULL_VALUE"),
        (None, "NOT_FOUND"),
    ]
    counted = oracle.online(project("count"), {"s": at((T - 2 * HOUR, 1))}, T, asked[:2], ["fv:x_1h"])
    assert [r["x_1h"] for r in counted] == [(0, "PRESENT"), (0, "NOT_FOUND")]


def test_results_agree_within_what_the_window_itself_allows() -> None:
    assert agrees(aggregate("sum", [1e16, 1.0, -1e16]), 0.0)
    assert not agrees(aggregate("sum", [1.0]), 0.0)
    assert agrees(aggregate("sum", [0.1] * 10), 0.1 * 10 + 1e-16)
    assert not agrees(aggregate("sum", [1.0]), 1)
    assert not agrees(aggregate("sum", [1]), 1.0)
    assert agrees(aggregate("var_samp", [0.1] * 3), 1e-17)
    assert not agrees(aggregate("last", [1.0]), 1.0 + 1e-15)
    assert agrees(aggregate("last_n(2)", [-0.0, NAN]), [NAN, 0.0])
    assert not agrees(aggregate("last_n(2)", [1, 2]), [1, 2])
