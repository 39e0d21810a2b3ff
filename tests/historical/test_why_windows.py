"""`why` of windows and labels: the rows inside give the answer, and each row outside has its reason."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fcompile.compiler.definitions import Feature, FeatureView, Label, Query, Window
from fcompile.compiler.dtypes import parse_dtype, parse_duration
from fcompile.compiler.errors import UsageError
from fcompile.compiler.expressions.nodes import Column, Literal
from fcompile.compiler.expressions.parser import parse
from fcompile.runtime.why import WindowReport, why, why_label, why_windows
from tests.historical.world import SPAN, World, feature, source, view
from tests.oracle import functions, windows

T = datetime(2026, 1, 1, 12)
MICRO = timedelta(microseconds=1)
NOT_NEGATIVE, NOT_3 = parse("v >= 0"), parse("v <> 3")
KNOWN = source(available_at="known", created_timestamp_field="made")


def window(function: str, length: str = "1h", column: str = "v", **options: Any) -> Feature:
    """One feature of an aggregation ``x``; ``function`` as YAML has it."""
    name, argument = functions.parsed(function)
    held = parse_dtype("string" if column == "w" else "int64")
    dtype = f"list<{held}>" if name in functions.LISTS else "int64"
    if name in ("avg", "stddev_samp", "var_samp", "percentile"):
        dtype = "float64"
    given = (float(argument),) if argument else ()
    reach = None if length == "lifetime" else parse_duration(length)
    made = Window(name, given, reach, held if column else None, options.pop("filter", None))
    expr = Column(column) if column else Literal(True, parse_dtype("bool"))
    named = options.pop("name", f"x_{length}")
    kind = held if name in ("min", "max", "first", "last") else parse_dtype(dtype)
    return Feature(named, kind, expr, span=SPAN, window=made, **options)


def windowed(*features: Feature, **options: Any) -> FeatureView:
    return view(rows=options.pop("rows", KNOWN), features=features, **options)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.sql(
        "CREATE SCHEMA raw",
        "CREATE TABLE raw.s (driver_id BIGINT, ts TIMESTAMP, known TIMESTAMP, made TIMESTAMP, v BIGINT, w VARCHAR)",
    )
    return made


def fill(world: World, *rows: tuple[Any, ...]) -> None:
    """Insert rows (ts, known, made, v, w) of driver 1; what is left out at the end is NULL."""
    full = [(1, *row, *[None] * (5 - len(row))) for row in rows]
    text = ", ".join("(" + ", ".join("NULL" if v is None else f"'{v}'" for v in row) + ")" for row in full)
    world.sql(f"INSERT INTO raw.s VALUES {text}")


def ask(world: World, fv: FeatureView, at: datetime = T, features: Sequence[Feature] = ()) -> WindowReport:
    return why_windows(world.project, fv, {"driver_id": 1}, at, features)


def fates(report: WindowReport, number: int = 0) -> list[str]:
    return [str(row.verdicts[number]) for row in report.rows]


# -- reasons ------------------------------------------------------------------------------------


def test_each_row_is_in_or_out_with_its_reason(world: World) -> None:
    hour = timedelta(hours=1)
    fill(
        world,
        (T + MICRO, T + MICRO, None, 1),
        (T, T, None, 2),
        (T - MICRO, T + MICRO, None, 4),
        (T - 2 * MICRO, T, None, -1),
        (T - 3 * MICRO, T, None, 3),
        (T - 4 * MICRO, T, None, None),
        (T - 5 * MICRO, None, None, 8),
        (T - hour + MICRO, T, None, 16),
        (T - hour, T - hour, None, 32),
        (T - 2 * hour, T, None, 64),
        (None, T, None, 128),
    )
    report = ask(world, windowed(window("sum", filter=NOT_3), filter=parse("v >= 0 or v is null")))
    assert fates(report) == [
        "out: happens after 2026-01-01T12:00:00Z",
        "in",
        "out: not known until 2026-01-01T12:00:00.000001Z",
        "out: the view's filter is not true",
        "out: the filter of the aggregation is not true",
        "out: the filter of the aggregation is not true",
        "out: never known: known is NULL",
        "in",
        "out: before the window: left it at 2026-01-01T12:00:00Z",
        "out: before the window: left it at 2026-01-01T11:00:00Z, before it was known at 2026-01-01T12:00:00Z",
        "out: never happened: ts is NULL",
    ]
    assert report.answer == {"x_1h": 18}
    assert [row.values for row in report.rows if row.verdicts[0].inside] == [(2,), (16,)]
    assert report.windows[0].interval == "(2026-01-01T11:00:00Z, 2026-01-01T12:00:00Z]"
    assert "sum(v) over (2026-01-01T11:00:00Z, 2026-01-01T12:00:00Z]" in str(report)
    assert "x_1h = 18 (2 rows are inside)" in str(report)


def test_an_input_that_is_null_is_named(world: World) -> None:
    fill(world, (T, T, None, None))
    assert fates(ask(world, windowed(window("count")))) == ["out: v is NULL"]
    assert fates(ask(world, windowed(window("count", column="")))) == ["in"]


def test_strict_windows_are_closed_below_and_open_above(world: World) -> None:
    hour = timedelta(hours=1)
    fill(
        world,
        (T, T, None, 1),
        (T - MICRO, T, None, 5),
        (T - MICRO, T - MICRO, None, 4),
        (T - hour, T - hour, None, 8),
        (T - hour - MICRO, T - hour, None, 16),
    )
    report = ask(world, windowed(window("sum"), allow_exact_matches=False))
    assert fates(report) == [
        "out: happened exactly at 2026-01-01T12:00:00Z, and exact matches are off",
        "out: known exactly at 2026-01-01T12:00:00Z, and exact matches are off",
        "in",
        "in",
        "out: before the window: left it after 2026-01-01T11:59:59.999999Z",
    ]
    assert (report.windows[0].interval, report.answer) == (
        "[2026-01-01T11:00:00Z, 2026-01-01T12:00:00Z)",
        {"x_1h": 12},
    )


def test_the_time_is_rounded_and_that_is_said(world: World) -> None:
    fill(
        world,
        (T + 5 * MICRO, T + 5 * MICRO, None, 1),
        (T, T, None, 2),
        (T - timedelta(minutes=50), T, None, 4),
    )
    rounded = windowed(window("sum", "30m"), every=timedelta(minutes=20))
    report = ask(world, rounded, T + timedelta(minutes=19))
    assert fates(report) == [
        "out: happens after 2026-01-01T12:00:00Z, the last multiple of 20m",
        "in",
        # Exactly, it would be 11:40; the windows move at 11:20, 11:40, 12:00.
        "out: before the window: left it at 2026-01-01T11:40:00Z, before it was known at 2026-01-01T12:00:00Z",
    ]
    assert "multiples of 20m: it is rounded down to 2026-01-01T12:00:00Z" in str(report)
    told = report.to_dict()
    assert (told["every"], told["rounded_to"], told["at"]) == (
        "20m",
        "2026-01-01T12:00:00Z",
        "2026-01-01T12:19:00Z",
    )
    assert "it is one" in str(ask(world, rounded, T))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("every", [None, "7m"])
def test_a_row_leaves_when_why_says(world: World, strict: bool, every: str | None) -> None:
    event = T - timedelta(hours=3)
    fill(world, (event, event, None, 1))
    grid = parse_duration(every) if every else None
    fv = windowed(window("count"), allow_exact_matches=not strict, every=grid)
    (fate,) = fates(ask(world, fv))
    word, said = fate.split()[-2:]
    left = datetime.fromisoformat(said).astimezone(UTC).replace(tzinfo=None)
    still_in = left if word == "after" else left - MICRO
    assert ask(world, fv, still_in).answer == {"x_1h": 1}
    assert ask(world, fv, still_in + MICRO).answer == {"x_1h": 0}


def test_ends_beyond_the_calendar_do_no_harm(world: World) -> None:
    fill(world, (T, T, None, 1))
    assert ask(world, windowed(window("sum", "300000d"))).answer == {"x_300000d": 1}
    assert ask(world, windowed(window("sum", "1h")), datetime.max).answer == {"x_1h": None}


def test_a_key_without_rows_has_the_answer_of_an_empty_window(world: World) -> None:
    fv = windowed(window("count"), window("sum", name="s_1h", default=7))
    report = ask(world, fv)
    assert (report.answer, report.rows) == ({"x_1h": 0, "s_1h": 7}, ())
    assert "no row of this key" in str(report)


def test_a_query_is_a_source_as_any_other(world: World) -> None:
    fill(world, (T, T, None, 5))
    rows = source(relation=Query("SELECT * FROM raw.s -- all"), available_at="known")
    assert fates(ask(world, windowed(window("sum"), rows=rows))) == ["in"]
    latest = why(world.project, view(rows=rows, features=[feature("v", "int64")]), {"driver_id": 1}, T)
    assert (latest.answer, [row.verdict for row in latest.rows]) == ((5,), ["chosen"])


def test_a_wrong_key_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="FC430"):
        why_windows(world.project, windowed(window("sum")), {"driver": 1}, T)


# -- functions that take some rows ----------------------------------------------------------------

LATER = "2026-01-02"
TIED = [
    (T, T, LATER, 3, "b"),
    (T, T, LATER, 3, "b"),
    (T, T, LATER, 2, "a"),
    (T, T, None, 9, "z"),
    (T - MICRO, T, None, 9, "z"),
]


@pytest.mark.parametrize(
    ("function", "answer", "said"),
    [
        (
            "last",
            "b",
            [
                "in: taken",
                "in: loses the tie: an exact copy",
                "in: loses the tie: a smaller value",
                "in: loses the tie: created earlier",
                "in: older than the one taken",
            ],
        ),
        (
            "first",
            "z",
            [*["in: newer than the one taken"] * 4, "in: taken"],
        ),
        (
            "last_n(3)",
            ["b", "b", "a"],
            [
                *(f"in: taken, number {n}" for n in (1, 2, 3)),
                "in: loses the tie: created earlier",
                "in: older than those taken",
            ],
        ),
        (
            "last_distinct_n(2)",
            ["b", "a"],
            [
                "in: taken, number 1",
                "in: an earlier b",
                "in: taken, number 2",
                *["in: z is not among the last 2 values"] * 2,
            ],
        ),
        (
            "top_k(1)",
            ["b"],
            [
                *["in: taken, number 1 (2 times)"] * 2,
                "in: a, once, is not the most frequent",
                *["in: z loses the tie at 2 times: seen last earlier"] * 2,
            ],
        ),
        ("count_distinct", 3, ["in", "in: b counts once", "in", "in", "in: z counts once"]),
        ("approx_count_distinct", 3, ["in", "in: b counts once", "in", "in", "in: z counts once"]),
        ("max", "z", ["in", "in", "in", "in: taken", "in"]),
        ("min", "a", ["in", "in", "in: taken", "in", "in"]),
    ],
)
def test_the_rows_that_are_taken_are_named(world: World, function: str, answer: Any, said: list[str]) -> None:
    fill(world, *TIED)
    report = ask(world, windowed(window(function, column="w")))
    assert report.answer == {"x_1h": answer}
    assert fates(report) == said
    ordered = function not in ("min", "max", "count_distinct", "approx_count_distinct")
    assert ("rank by made (NULL first), then w" in str(report)) == ordered


# -- the answer, and the rows, against the reference ------------------------------------------------

FUNCTIONS = [
    *("sum", "count", "last", "first", "min", "max", "avg", "count_distinct", "approx_count_distinct"),
    *("percentile(0.5)", "last_n(2)", "last_distinct_n(2)", "top_k(2)", "stddev_samp", "var_samp"),
]


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_inside_give_the_answer(seed: int, world: World) -> None:
    draw = random.Random(seed)
    hours = [None, *(T - timedelta(minutes=30 * n) for n in range(12))]
    fill(world, *((*draw.choices(hours, k=3), draw.choice([None, -1, 0, 1, 2, 3, 3])) for _ in range(70)))
    lengths = ["1h", "lifetime"] if seed % 2 else ["3h"]
    some = NOT_3 if seed % 2 else None
    features = [
        window(function, length, filter=some, name=f"f{n}_{length}")
        for n, function in enumerate(FUNCTIONS)
        for length in lengths
    ]
    lag = {"availability_lag": timedelta(minutes=30)} if seed % 3 == 0 else {"available_at": "known"}
    fv = windowed(
        *features,
        rows=source(**lag, created_timestamp_field="made" if seed % 2 else None),
        filter=NOT_NEGATIVE if seed % 4 < 2 else None,
        allow_exact_matches=seed % 5 != 1,
        every=timedelta(minutes=45) if seed == 2 else None,
    )
    for step in (0, 3):
        report = ask(world, fv, T - timedelta(minutes=30 * step))
        for number, asked in enumerate(features):
            hold_to_rows(report, number, FUNCTIONS[number // len(lengths)], asked)


def hold_to_rows(report: WindowReport, number: int, function: str, asked: Feature) -> None:
    """The rows shown as inside, oldest first, and those shown as taken, make the answer."""
    inside = [row for row in report.rows if row.verdicts[number].inside][::-1]
    values = sorted_by_time(report, inside)
    answer = report.windows[number].answer
    expected = functions.aggregate(function, values)
    same = answer == expected or (isinstance(answer, float) and answer == pytest.approx(expected, rel=1e-9))
    assert same, (asked.name, function, answer, expected)
    assert report.windows[number].rows_inside == len(inside)
    taken = [row.values[0] for row in report.rows if row.verdicts[number].taken]
    listed = answer if isinstance(answer, list) else []
    match functions.parsed(function)[0]:
        case "last" | "first" | "min" | "max":
            assert taken == ([] if answer is None else [answer])
        case "last_n" | "last_distinct_n":
            assert taken == listed
        case "top_k":
            assert sorted({str(v) for v in taken}) == sorted(str(v) for v in listed)
        case "count_distinct" | "approx_count_distinct":
            assert len(taken) == answer
        case _:
            assert len(taken) == len(inside)


def sorted_by_time(report: WindowReport, inside: Sequence[Any]) -> list[Any]:
    """Order as the reference does, rather than as the report does."""
    keyed = [(row.event, row.created or datetime.min, row.values[0]) for row in inside]
    assert keyed == sorted(keyed)
    return [value for _, _, value in sorted(keyed)]


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_inside_are_those_of_the_reference(seed: int, world: World) -> None:
    draw = random.Random(seed)
    hours = [None, *(T - timedelta(minutes=20 * n) for n in range(9))]
    table = [(*draw.choices(hours, k=2), None, n) for n in range(60)]
    fill(world, *table)
    strict = bool(seed % 2)
    report = ask(world, windowed(window("sum"), allow_exact_matches=not strict))
    shape = {"timestamp_field": "ts", "available_at": "known"}
    rows = [{"ts": e, "known": a, "v": v} for e, a, _, v in table]
    expected = {r["v"] for r in rows if windows.is_inside(shape, r, T.replace(tzinfo=UTC), "1h", strict)}
    assert {row.values[0] for row in report.rows if row.verdicts[0].inside} == expected


# -- many rows ------------------------------------------------------------------------------------


def test_long_windows_show_both_ends_and_count_the_rest(world: World) -> None:
    world.sql(
        "INSERT INTO raw.s SELECT 1, TIMESTAMP '2026-01-01 12:00' - to_seconds(i), '2026-01-01 12:00', NULL, i, 'x' "
        "FROM range(-50, 5000) AS r(i)",
    )
    report = ask(world, windowed(window("sum", "1h")))
    assert report.windows[0].rows_inside == 3600
    assert report.answer == {"x_1h": sum(range(3600))}
    shown = [row.values[0] for row in report.rows]
    assert shown == [*range(-10, 500), *range(3100, 3610)]
    text = str(report)
    for line in ("... 40 rows not shown", "... 2600 rows not shown", "... 1390 rows not shown"):
        assert line in text
    assert "1020 of 5050 rows are shown, 4030 are left out" in text
    assert report.to_dict()["cut"] is True


def test_the_row_that_is_taken_is_shown_wherever_it_is(world: World) -> None:
    world.sql(
        "INSERT INTO raw.s SELECT 1, TIMESTAMP '2026-01-01 12:00' - to_seconds(i), "
        "CASE i WHEN 1700 THEN TIMESTAMP '2026-01-01' END, NULL, i, 'x' FROM range(3600) AS r(i)",
    )
    fv = windowed(window("last"), window("count", "10m", name="n_10m"))
    report = ask(world, fv, features=fv.features[:1])
    assert [row.values[0] for row in report.rows if row.verdicts[0].taken] == [1700]
    both: list[Any] = [row.values[0] for row in ask(world, fv).rows]
    assert [v for v in both if 500 <= v < 3100] == [*range(590, 610), 1700]


# -- a whole view ---------------------------------------------------------------------------------


def test_a_whole_view_says_in_or_out_of_each_window(world: World) -> None:
    fill(
        world,
        (T + MICRO, T, None, 1),
        (T, T, None, 3),
        (T - timedelta(hours=2), T, None, 4),
        (T - timedelta(days=2), T, None, 8),
        (T - timedelta(days=9), T, None, 16),
    )
    fv = windowed(
        *(window("sum", each, name=f"s_{each}") for each in ("1h", "1d")),
        window("count", "1d", name="n_1d", filter=NOT_3),
        window("count", "4d", name="n_4d", filter=NOT_3),
    )
    lines = [line.split() for line in str(ask(world, fv)).splitlines()]
    assert [line[2:6] if n else line[4:8] for n, line in enumerate(lines[2:8])] == [
        ["v", "1h", "1d", "4d"],
        ["1", "-", "-", "-"],
        ["3", "in", "in", "-"],
        ["4", "-", "in", "in"],
        ["8", "-", "-", "in"],
        ["16", "-", "-", "-"],
    ]
    text = str(ask(world, fv))
    assert "n: the filter of the aggregation is not true" in text
    assert "before every window" in text
    assert ask(world, fv).answer == {"s_1h": 3, "s_1d": 7, "n_1d": 1, "n_4d": 2}


def test_json_has_the_ends_and_each_rows_fate(world: World) -> None:
    fill(world, (T, T, None, 5), (T - timedelta(hours=1), T, None, 6))
    told = json.loads(json.dumps(ask(world, windowed(window("sum"))).to_dict()))
    assert told["windows"] == [
        {
            "name": "x_1h",
            "aggregation": "sum(v)",
            "interval": "(2026-01-01T11:00:00Z, 2026-01-01T12:00:00Z]",
            "begin": "2026-01-01T11:00:00Z",
            "end": "2026-01-01T12:00:00Z",
            "begin_closed": False,
            "end_closed": True,
            "answer": 5,
            "rows_inside": 1,
        }
    ]
    assert (told["view"], told["key"], told["answer"]) == ("fv", {"driver_id": 1}, {"x_1h": 5})
    assert told["rows"][0] == {
        "event_time": "2026-01-01T12:00:00Z",
        "known_time": "2026-01-01T12:00:00Z",
        "created": None,
        "values": {"v": 5},
        "windows": {"x_1h": {"in": True, "taken": True, "reason": ""}},
    }


# -- labels -----------------------------------------------------------------------------------------


def label(function: str = "sum", maturity: str = "1h", **options: Any) -> Label:
    fv = windowed(window(function, "1h", name="ahead", **options))
    return Label("ahead", fv.entities, fv.source, fv.features[0], parse_duration(maturity), span=SPAN)


def ask_label(world: World, asked: Label, as_of: datetime | None) -> WindowReport:
    return why_label(world.project, asked, {"driver_id": "1"}, T, as_of)


def test_a_label_looks_forward_from_the_time_to_its_horizon(world: World) -> None:
    hour = timedelta(hours=1)
    fill(
        world,
        (T + hour + MICRO, T, None, 1),
        (T + hour, T, None, 2),
        (T + 2 * MICRO, T + 3 * hour, None, 4),
        (T + 2 * MICRO, T + 2 * hour, None, 3),
        (T + MICRO, T, None, 8),
        (T, T, None, 16),
        (T - MICRO, None, None, 32),
    )
    report = ask_label(world, label(filter=NOT_3), T + 2 * hour)
    assert fates(report) == [
        "out: happens after the horizon's end, 2026-01-01T13:00:00Z",
        "in",
        "out: not known until 2026-01-01T15:00:00Z: it is asked as of 2026-01-01T14:00:00Z",
        "out: the filter of the label is not true",
        "in",
        "out: not after 2026-01-01T12:00:00Z: a label looks forward",
        "out: never known: known is NULL",
    ]
    assert report.answer == {"ahead": 10}
    assert report.windows[0].interval == "(2026-01-01T12:00:00Z, 2026-01-01T13:00:00Z]"
    assert "mature from 2026-01-01T14:00:00Z on, and as of 2026-01-01T14:00:00Z it is mature" in str(report)
    assert ask_label(world, label(filter=NOT_3), None).answer == {"ahead": 14}


def test_a_label_before_its_maturity_is_null_and_says_so(world: World) -> None:
    fill(world, (T + MICRO, T, None, 8), (T + timedelta(minutes=90), T, None, 1))
    report = ask_label(world, label(), T + timedelta(hours=2) - MICRO)
    assert report.answer == {"ahead": None}
    assert "as of 2026-01-01T13:59:59.999999Z it is not mature" in str(report)
    assert "ahead = NULL (not mature; so far 1 row is inside)" in str(report)
    told = report.to_dict()
    assert (told["label"], told["mature"], told["mature_at"]) == ("ahead", False, "2026-01-01T14:00:00Z")
    assert ask_label(world, label(), T + timedelta(hours=2)).answer == {"ahead": 8}


def test_what_has_not_happened_yet_is_no_part_of_a_label(world: World) -> None:
    """Known beforehand, as a plan is: it counts once it has happened."""
    fill(world, (T + timedelta(minutes=50), T, None, 8))
    report = ask_label(world, label(maturity="0s"), T + timedelta(minutes=30))
    assert fates(report) == [
        "out: not known until 2026-01-01T12:50:00Z: it is asked as of 2026-01-01T12:30:00Z"
    ]
