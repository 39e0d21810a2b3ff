"""The aggregates of windows on a real PostgreSQL: NULLs, NaN, infinities, ties and windows without rows."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlglot import exp

from fcompile.dialects.base import HASHES_COUNTED
from fcompile.dialects.registry import DIALECTS
from tests.engines.servers import postgres_connection

pytestmark = pytest.mark.engines

INF, NAN = math.inf, math.nan
POSTGRES = DIALECTS["postgres"]
Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with postgres_connection() as opened:
        # The same INSERT goes to tables of other types.
        opened.prepare_threshold = None
        yield opened


def column(name: str) -> exp.Expr:
    return exp.column(name, quoted=True)


def answer(connection: Connection, tree: exp.Expr, rows: Sequence[tuple[Any, ...]], types: str) -> Any:
    """The aggregate ``tree`` over rows of columns named a, b, c, of these types."""
    names = "abc"[: len(types.split())]
    declared = ", ".join(f"{n} {t}" for n, t in zip(names, types.split(), strict=True))
    connection.execute(f"CREATE TEMPORARY TABLE r ({declared})".encode())
    with connection.cursor() as cursor:
        mark = ", ".join("%s" for _ in names)
        cursor.executemany(f"INSERT INTO r VALUES ({mark})".encode(), rows)
        ((value,),) = cursor.execute(f"SELECT {POSTGRES.sql(tree)} FROM r".encode()).fetchall()
    connection.execute("DROP TABLE r")
    return value


NEWEST = [
    exp.Ordered(this=column("b"), desc=True, nulls_first=False),
    exp.Ordered(this=column("a"), desc=True, nulls_first=False),
]


def test_the_newest_value_may_be_null_and_ties_go_by_the_order(connection: Connection) -> None:
    value = POSTGRES.newest_value(column("a"), NEWEST, None)
    assert answer(connection, value.copy(), [(1, 1), (5, 2), (7, 2)], "BIGINT INT") == 7
    assert answer(connection, value.copy(), [(1, 1), (None, 2)], "BIGINT INT") is None
    assert answer(connection, value.copy(), [], "BIGINT INT") is None
    assert math.isnan(answer(connection, value.copy(), [(NAN, 1), (INF, 1)], "FLOAT8 INT"))


def test_lists_are_in_order_and_no_longer_than_asked(connection: Connection) -> None:
    value = POSTGRES.list_in_order(column("a"), NEWEST, 2, column("c"))
    rows = [(1, 1, True), (2, 2, True), (3, 3, True), (4, 4, False), (5, 5, None)]
    assert answer(connection, value.copy(), rows, "BIGINT INT BOOL") == [3, 2]
    assert answer(connection, value.copy(), rows[:1], "BIGINT INT BOOL") == [1]
    assert answer(connection, value.copy(), rows[3:], "BIGINT INT BOOL") is None


def test_deviations_are_sound_far_from_zero(connection: Connection) -> None:
    for squared, of in ((True, statistics.variance), (False, statistics.stdev)):
        tree = POSTGRES.deviation(column("a"), squared, True, None)
        for given in ([1e9, 1e9 + 1, 1e9 + 2], [0.1, 0.1, 0.1], [-3.5, 8.25]):
            found = answer(connection, tree.copy(), [(v,) for v in given], "FLOAT8")
            assert found == pytest.approx(of(given), rel=1e-9)
        assert answer(connection, tree.copy(), [(1.0,), (None,)], "FLOAT8") is None
        assert math.isnan(answer(connection, tree.copy(), [(INF,), (1.0,)], "FLOAT8"))
        assert math.isnan(answer(connection, tree.copy(), [(NAN,), (1.0,)], "FLOAT8"))


def percentile(values: list[float], share: float) -> float | None:
    known = sorted(values, key=lambda v: (math.isnan(v), v))
    if not known:
        return None
    place = share * (len(known) - 1)
    low, high = known[math.floor(place)], known[math.ceil(place)]
    if low == high or place == math.floor(place):
        return low
    return low + (high - low) * (place - math.floor(place))


def test_percentiles_are_interpolated_and_equal_infinities_stay(connection: Connection) -> None:
    groups = [
        [1.0, 2.0, 4.0, 8.0],
        [INF, INF],
        [-INF, -INF, 3.0],
        [-INF, INF],
        [1.0, INF, INF, INF],
        [NAN, INF, INF, INF],
        [NAN, NAN, -INF],
        [5.0],
        [],
        [float(n) for n in range(31)],
    ]
    for share in (0.0, 0.1, 0.25, 0.5, 0.9, 1.0):
        tree = POSTGRES.percentile_of(column("a"), share, None)
        for given in groups:
            found = answer(connection, tree.copy(), [*((v,) for v in given), (None,)], "FLOAT8")
            due = percentile(given, share)
            assert found == due or (math.isnan(found) and math.isnan(due or 0.0)), (share, given, found, due)


def test_distinct_hashes_are_counted_and_then_estimated(connection: Connection) -> None:
    tree = POSTGRES.estimated_distinct(column("a"), None)
    step = 2**60 // 100_000
    few = [(n * step,) for n in range(HASHES_COUNTED)]
    assert answer(connection, tree.copy(), [*few, *few[:5], (None,)], "BIGINT") == HASHES_COUNTED
    many = [(n * step,) for n in range(3 * HASHES_COUNTED)]
    due = math.floor((HASHES_COUNTED - 1) * 2.0**60 / ((HASHES_COUNTED - 1) * step) + 0.5)
    assert answer(connection, tree.copy(), many, "BIGINT") == due
    assert answer(connection, tree.copy(), [], "BIGINT") == 0


@pytest.mark.parametrize(
    ("kind", "type_", "values", "least", "greatest"),
    [
        ("bool", "BOOL", [True, False, None], False, True),
        ("bytes", "BYTEA", [b"b", b"a\x00", None], b"a\x00", b"b"),
        ("float64", "FLOAT8", [1.0, NAN, -INF], -INF, NAN),
        ("string", "TEXT", ["b", "B", "é"], "B", "é"),
        ("int64", "BIGINT", [], None, None),
    ],
)
def test_extremes_of_every_type(
    connection: Connection, kind: str, type_: str, values: list[Any], least: Any, greatest: Any
) -> None:
    for due, is_least in ((least, True), (greatest, False)):
        tree = POSTGRES.extreme(POSTGRES.ordered_value(column("a"), kind), kind, None, least=is_least)
        found = answer(connection, tree, [(v,) for v in values], type_)
        assert found == due or (due != due and found != found)


def test_sums_do_not_wrap_around_and_float32_adds_up_as_float64(connection: Connection) -> None:
    total = POSTGRES.sum_of(column("a"), "int64", None)
    assert answer(connection, total, [(2**63 - 1,), (1,)], "BIGINT") == 2**63
    total = POSTGRES.sum_of(column("a"), "float32", None)
    assert answer(connection, total, [(16777216.0,), (1.0,)], "REAL") == 16777217.0


def test_times_are_rounded_down_before_1970_too_and_hashes_are_portable(connection: Connection) -> None:
    for width in (timedelta(hours=1), timedelta(days=7), timedelta(milliseconds=1500)):
        for moment in (datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(2024, 2, 29, 1, 2, 3, 4)):
            found = answer(connection, POSTGRES.floor_time(_max("a"), width), [(moment,)], "TIMESTAMP")
            epoch = datetime(1970, 1, 1)
            assert found == epoch + (moment - epoch) // width * width
    far = POSTGRES.microseconds(_max("a"))
    assert answer(connection, far.copy(), [("infinity",)], "TIMESTAMP") == 2**61
    assert answer(connection, far.copy(), [("-infinity",)], "TIMESTAMP") == -(2**61)
    moment = datetime(9999, 12, 31, 23, 59, 59, 999_999)
    due = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert answer(connection, far.copy(), [(moment,)], "TIMESTAMP") == due
    assert answer(connection, far, [], "TIMESTAMP") is None


def _max(name: str) -> exp.Expr:
    return exp.Max(this=column(name))
