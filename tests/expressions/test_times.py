"""Functions of dates and timestamps: what is stated, and the same on DuckDB and in Python over many moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from fcompile.compiler.expressions.infer import infer
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.time_values import DIFFERENCES, PARTS, TRUNCATED_TO, WITHIN_A_DAY
from tests.expressions.agreed import ERROR, agreed
from tests.expressions.running import columns, only_problem, sql

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)
T, D = "timestamp", "date"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CASES: list[tuple[str, dict[str, tuple[str, Any]], Any]] = [
    ("date_trunc('year', t)", {"t": (T, at("2024-05-17 13:14:15.5"))}, at("2024-01-01")),
    ("date_trunc('quarter', t)", {"t": (T, at("2024-05-17 13:14:15.5"))}, at("2024-04-01")),
    ("date_trunc('month', t)", {"t": (T, at("2024-05-17 13:14:15.5"))}, at("2024-05-01")),
    ("date_trunc('week', t)", {"t": (T, at("2024-05-19 23:59:59.999999"))}, at("2024-05-13")),
    ("date_trunc('week', t)", {"t": (T, at("1970-01-01"))}, at("1969-12-29")),
    ("date_trunc('hour', t)", {"t": (T, at("1969-12-31 23:59:59.999999"))}, at("1969-12-31 23:00:00")),
    ("date_trunc('minute', t)", {"t": (T, at("2024-05-17 13:14:15.5"))}, at("2024-05-17 13:14:00")),
    ("date_trunc('second', t)", {"t": (T, at("2024-05-17 13:14:15.5"))}, at("2024-05-17 13:14:15")),
    ("date_trunc('month', d)", {"d": (D, date(2024, 5, 17))}, date(2024, 5, 1)),
    ("date_trunc('day', d)", {"d": (D, None)}, None),
    ("date_part('week', d)", {"d": (D, date(2021, 1, 3))}, 53),
    ("date_part('iso_year', d)", {"d": (D, date(2021, 1, 3))}, 2020),
    ("date_part('day_of_year', d)", {"d": (D, date(2024, 12, 31))}, 366),
    ("date_part('second', t)", {"t": (T, at("2024-05-17 13:14:15.999999"))}, 15),
    ("date_part('microsecond', t)", {"t": (T, at("2024-05-17 13:14:15.999999"))}, 999_999),
    ("date_part('hour', t) + 1", {"t": (T, at("1969-12-31 23:59:59"))}, 24),
    (
        "date_diff('hour', t, u)",
        {"t": (T, at("2024-01-01 00:59:59")), "u": (T, at("2024-01-01 01:00:00"))},
        0,
    ),
    ("date_diff('hour', t, u)", {"t": (T, at("2024-01-01 01:30:00")), "u": (T, at("2024-01-01"))}, -1),
    ("date_diff('day', t, u)", {"t": (T, at("2024-01-01 23:00:00")), "u": (T, at("2024-01-02 22:00:00"))}, 0),
    (
        "date_diff('day', cast(t as date), cast(u as date))",
        {"t": (T, at("2024-01-01 23:00:00")), "u": (T, at("2024-01-02 22:00:00"))},
        1,
    ),
    ("date_diff('month', d, e)", {"d": (D, date(2024, 1, 31)), "e": (D, date(2024, 2, 1))}, 1),
    ("date_diff('year', d, e)", {"d": (D, date(2024, 12, 31)), "e": (D, date(2024, 1, 1))}, 0),
    ("date_diff('week', d, '2024-01-15')", {"d": (D, date(2024, 1, 1))}, 2),
    ("date_diff('microsecond', t, u)", {"t": (T, LAST), "u": (T, FIRST)}, -315_537_897_599_999_999),
    ("add_duration(t, '90s')", {"t": (T, at("2024-02-28 23:59:00"))}, at("2024-02-29 00:00:30")),
    ("add_duration(t, '-500ms')", {"t": (T, at("1970-01-01"))}, at("1969-12-31 23:59:59.5")),
    ("add_duration(t, '0s')", {"t": (T, LAST)}, LAST),
    ("add_duration(t, '1s')", {"t": (T, LAST)}, ERROR),
    ("add_duration(t, '-500ms')", {"t": (T, FIRST)}, ERROR),
    ("add_duration(d, '4w')", {"d": (D, date(2024, 2, 1))}, date(2024, 2, 29)),
    ("add_duration(d, '-24h')", {"d": (D, date(2024, 3, 1))}, date(2024, 2, 29)),
    ("add_duration(d, '1d')", {"d": (D, date(9999, 12, 31))}, ERROR),
    ("add_duration(d, '1d')", {"d": (D, None)}, None),
    ("day_of_week(d)", {"d": (D, date(2024, 1, 1))}, 1),
    ("day_of_week(t)", {"t": (T, at("2024-01-07 23:59:59"))}, 7),
    ("epoch_seconds(t)", {"t": (T, at("1969-12-31 23:59:59.999999"))}, -1),
    ("epoch_seconds(t)", {"t": (T, at("2001-09-09 01:46:40.5"))}, 1_000_000_000),
    ("epoch_seconds(d)", {"d": (D, date(1970, 1, 2))}, 86_400),
    ("epoch_seconds(t) // 2", {"t": (T, at("1969-12-31 23:59:59"))}, -1),
    ("date_part('microsecond', t) % 10", {"t": (T, at("2024-05-17 13:14:15.000017"))}, 7),
    ("epoch_seconds(null)", {"t": (T, FIRST)}, None),
    ("date_trunc('day', null)", {"t": (T, FIRST)}, None),
    ("date_diff('day', t, null)", {"t": (T, FIRST)}, None),
    ("add_duration(null, '1h')", {"t": (T, FIRST)}, None),
    ("day_of_week(null)", {"t": (T, FIRST)}, None),
    ("date_part('year', null)", {"t": (T, FIRST)}, None),
]


@pytest.mark.parametrize(("text", "given", "expected"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_a_function_of_time_means_what_the_reference_says(
    text: str, given: dict[str, tuple[str, Any]], expected: Any
) -> None:
    (found,) = agreed(text, {name: (dtype, [value]) for name, (dtype, value) in given.items()})
    assert (found, type(found)) == (expected, type(expected))


def moments() -> list[datetime]:
    """The ends of years, weeks and days, round 1970 and 2000, and any others."""
    random = Random(4)
    days = [
        date(y, m, d) for y in (1, 4, 1969, 1970, 2000, 2020, 2021, 9999) for m in (1, 3, 12) for d in (1, 31)
    ]
    days += [date(2020, 12, 26) + timedelta(days=n) for n in range(12)]
    ends = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in days]
    ends += [d.replace(hour=23, minute=59, second=59, microsecond=999_999) for d in ends]
    span = (LAST - FIRST) // timedelta(microseconds=1)
    return [*ends, *(FIRST + timedelta(microseconds=random.randrange(span)) for _ in range(200))]


MOMENTS = moments()
TIMES = {"t": (T, [None, *MOMENTS])}
DAYS = {"d": (D, [None, *(m.date() for m in MOMENTS)])}


@pytest.mark.parametrize("unit", TRUNCATED_TO)
def test_the_beginning_of_a_unit_is_the_same_in_sql_and_python(unit: str) -> None:
    for moment, start in zip(MOMENTS, agreed(f"date_trunc('{unit}', t)", TIMES)[1:], strict=True):
        assert start <= moment
    if unit not in WITHIN_A_DAY:
        agreed(f"date_trunc('{unit}', d)", DAYS)


@pytest.mark.parametrize("unit", PARTS)
def test_a_part_of_a_moment_is_the_same_in_sql_and_python(unit: str) -> None:
    agreed(f"date_part('{unit}', t)", TIMES)
    if unit not in WITHIN_A_DAY:
        agreed(f"date_part('{unit}', d)", DAYS)


@pytest.mark.parametrize("unit", DIFFERENCES)
def test_a_difference_is_the_same_in_sql_and_python(unit: str) -> None:
    random = Random(5)
    inside = [m for m in MOMENTS if 2 < m.year < 9998]
    near = [m + timedelta(microseconds=random.randrange(-(10**13), 10**13)) for m in inside]
    starts = [*MOMENTS, *inside, None, FIRST]
    ends = [*random.sample(MOMENTS, len(MOMENTS)), *near, FIRST, None]
    agreed(f"date_diff('{unit}', t, u)", {"t": (T, starts), "u": (T, ends)})
    if unit not in WITHIN_A_DAY:
        days = [[m and m.date() for m in each] for each in (starts, ends)]
        agreed(f"date_diff('{unit}', d, e)", {"d": (D, days[0]), "e": (D, days[1])})


@pytest.mark.parametrize(
    "duration", ["500ms", "-90s", "15m", "-1h", "7d", "-4w", "365000d", "-365000d", "0s"]
)
def test_a_moved_moment_is_the_same_in_sql_and_python(duration: str) -> None:
    found = agreed(f"add_duration(t, '{duration}')", TIMES)
    assert (ERROR in found) == (duration != "0s")
    if duration.endswith(("d", "w")):
        agreed(f"add_duration(d, '{duration}')", DAYS)


def test_days_of_the_week_and_seconds_are_the_same_in_sql_and_python() -> None:
    agreed("day_of_week(t)", TIMES)
    agreed("day_of_week(d)", DAYS)
    agreed("epoch_seconds(t)", TIMES)
    agreed("epoch_seconds(d)", DAYS)


PROBLEMS = [
    ("date_trunc('weeks', t)", "FC315", "'weeks'", "`week`"),
    ("date_trunc('Day', t)", "FC315", "'Day'", "`day`"),
    ("date_trunc(s, t)", "FC315", "s", "date_trunc('"),
    ("date_trunc('hour', d)", "FC306", "d", "cast(x as timestamp)"),
    ("date_trunc('day', s)", "FC306", "s", "cast(x as timestamp)"),
    ("date_part('dow', t)", "FC315", "'dow'", "day_of_week(x)"),
    ("date_part('doy', t)", "FC315", "'doy'", "day_of_year"),
    ("date_part('epoch', t)", "FC315", "'epoch'", "epoch_seconds"),
    ("date_part('minute', d)", "FC306", "d", "timestamp"),
    ("date_diff('day', d, t)", "FC307", "date_diff('day', d, t)", "cast(d as timestamp)"),
    ("date_diff('hour', d, d)", "FC306", "d", "timestamp"),
    ("date_diff('fortnight', t, t)", "FC315", "'fortnight'", "known:"),
    ("add_duration(t, '1 hour')", "FC352", "'1 hour'", "15m"),
    ("add_duration(t, '--1h')", "FC352", "'--1h'", "15m"),
    ("add_duration(t, 60)", "FC352", "60", "add_duration(x, '1h')"),
    ("add_duration(d, '1h')", "FC306", "'1h'", "timestamp"),
    ("add_duration(s, '1h')", "FC306", "s", "cast(x as timestamp)"),
    ("epoch_seconds(i)", "FC306", "i", ""),
    ("t + interval '1 hour'", "FC304", "interval", "add_duration"),
    ("datediff('day', t, t)", "FC302", "datediff", "date_diff"),
    ("extract(year from t)", "FC304", "from", "date_part"),
    ("year(t)", "FC302", "year", "date_part('year', x)"),
    ("now()", "FC303", "now", "timestamp column"),
]


@pytest.mark.parametrize(("text", "code", "at", "hint"), PROBLEMS, ids=[p[0] for p in PROBLEMS])
def test_a_mistake_with_time_is_told_with_what_to_write(text: str, code: str, at: str, hint: str) -> None:
    found, part, instead = only_problem(text, columns(t=T, d=D, s="string", i="int64"))
    assert (found, part, hint in instead) == (code, at, True), instead


def test_dates_keep_their_type_however_often_they_are_inferred() -> None:
    known = columns(d=D, e=D)
    for text in ("date_trunc('month', d)", "add_duration(d, '1d')", "date_diff('day', d, e)"):
        once = infer(parse(text), known)
        assert infer(once.expr, known) == once


def test_the_sql_of_times_is_what_a_reviewer_expects() -> None:
    for text, expected in {
        "date_trunc('week', t)": "DATE_TRUNC('week', \"t\")",
        "date_part('day_of_year', t)": 'DAYOFYEAR("t")',
        "date_diff('hour', t, t)": 'DATE_SUB(\'hour\', "t", "t")',
        "date_diff('month', t, t)": 'DATE_DIFF(\'month\', "t", "t")',
        "add_duration(t, '1h')": "CASE WHEN \"t\" > CAST('9999-12-31 22:59:59.999999' AS TIMESTAMP) "
        "THEN ERROR('add_duration leaves the years 1 to 9999') ELSE \"t\" + INTERVAL '3600' SECOND END",
        "epoch_seconds(t)": "EPOCH_US(DATE_TRUNC('second', \"t\")) // 1000000",
    }.items():
        assert sql(text, t=T) == expected
