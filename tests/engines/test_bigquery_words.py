"""BigQuery's words for times, numbers and windows of rows, run on GoogleSQL's reference implementation."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from fcompile.dialects.bigquery import BigQuery
from fcompile.dialects.duckdb import DuckDB
from tests.engines.googlesql import Refused, Table
from tests.engines.servers import bigquery

pytestmark = pytest.mark.engines

DIALECT = BigQuery()
NAN, INF = math.nan, math.inf
VALUE, RANK, CHOSEN = (exp.column(name, quoted=True) for name in ("v", "n", "chosen"))
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def of_values(tree: exp.Expr, values: Sequence[Any], kind: str = "FLOAT64") -> list[Any]:
    """``tree`` of a column v, row by row."""
    return _run(tree, values, kind, "ORDER BY n")


def aggregated(tree: exp.Expr, values: Sequence[Any], kind: str = "FLOAT64") -> Any:
    """``tree`` over all rows of v; n numbers them, chosen is false for every row whose number is odd."""
    return _run(tree, values, kind, "")[0]


def _run(tree: exp.Expr, values: Sequence[Any], kind: str, end: str) -> list[Any]:
    rows = [[value, i, i % 2 == 0] for i, value in enumerate(values)]
    columns = [("v", kind), ("n", "INT64"), ("chosen", "BOOL")]
    catalog = bigquery().register({"t": Table(columns, rows)})
    return [row[0] for row in bigquery().query(f"SELECT {DIALECT.sql(tree)} FROM t {end}", catalog).rows]


# -- times ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [timedelta(milliseconds=1), timedelta(minutes=15), timedelta(days=7)])
def test_a_time_is_rounded_down_also_before_1970(width: timedelta) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    draw = Random(1)
    times = [epoch + timedelta(microseconds=draw.randrange(-(10**16), 10**16)) for _ in range(30)]
    expected = [epoch + (time - epoch) // width * width for time in times]
    assert of_values(DIALECT.floor_time(VALUE, width), times, "TIMESTAMP") == expected


def test_no_time_is_rounded_to_before_the_first() -> None:
    assert of_values(DIALECT.floor_time(VALUE, timedelta(days=7)), [FIRST, None], "TIMESTAMP") == [
        FIRST,
        None,
    ]


def test_what_lies_after_the_last_instant_is_the_last_instant() -> None:
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    found = of_values(DIALECT.after(VALUE, timedelta(minutes=15)), [LAST, noon, None], "TIMESTAMP")
    assert found == [LAST, noon + timedelta(minutes=15), None]


def test_durations_have_milliseconds() -> None:
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    for length in (timedelta(milliseconds=500), timedelta(seconds=90), timedelta(days=28)):
        assert of_values(DIALECT.before(VALUE, length), [noon], "TIMESTAMP") == [noon - length]


# -- numbers ----------------------------------------------------------------------------------------


def single(value: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def _doubles() -> list[float]:
    """Among them halves between two float32, beside them, and numbers below the normal ones."""
    draw = Random(2)
    made = [0.1, 1 / 3, 16777217.0, 3.4028234663852886e38, 1e-45, 7e-46, 2.0**-149, 2.0**-150, 1e-40]
    for _ in range(300):
        near = single(draw.uniform(-2, 2) * 2.0 ** draw.randrange(-150, 126))
        step = math.ldexp(1.0, max(math.frexp(near)[1] - 24, -149) - 1)
        half = near + step
        made += [near, half, -half, half + math.ulp(half), half - math.ulp(half)]
    return [*made, *(2.0**e for e in range(-149, 128)), *(2.0**e * (1 - 2.0**-53) for e in range(-149, 128))]


def test_single_precision_is_what_a_float32_holds() -> None:
    values = _doubles()
    cast = exp.Cast(this=VALUE, to=DIALECT.scalar("float32"))
    assert of_values(cast, values) == [single(v) for v in values]
    assert of_values(cast, [None, INF, -INF, -0.0]) == [None, INF, -INF, 0.0]
    assert math.isnan(of_values(cast, [NAN])[0])


def test_a_number_beyond_float32_is_an_error() -> None:
    with pytest.raises(Refused, match="beyond float32"):
        of_values(exp.Cast(this=VALUE, to=DIALECT.scalar("float32")), [3.5e38])


def test_hashes_are_those_of_every_dialect() -> None:
    given: list[tuple[str, str, Sequence[Any]]] = [
        ("string", "STRING", ["", "é", "a\\b"]),
        ("int64", "INT64", [0, -(2**63), 7]),
        ("timestamp", "TIMESTAMP", [datetime(2024, 1, 1, tzinfo=UTC), FIRST]),
        ("bytes", "BYTES", [b"\x00\xff"]),
        ("bool", "BOOL", [True, False]),
    ]
    for kind, name, values in given:
        text = DuckDB().sql(DuckDB().portable_hash(exp.column("v"), kind))
        naive = [v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in values]
        relation = duckdb.connect().execute(f"SELECT {text} FROM (SELECT unnest($1) AS v)", [naive])
        assert of_values(DIALECT.portable_hash(VALUE, kind), values, name) == [
            r[0] for r in relation.fetchall()
        ]


def test_finite_numbers_are_neither_nan_nor_infinite() -> None:
    assert of_values(DIALECT.is_finite(VALUE), [1e308, NAN, INF, -INF, None]) == [
        True,
        False,
        False,
        False,
        None,
    ]


def test_keys_of_a_sort_put_nan_last() -> None:
    keys = [exp.Ordered(this=key, nulls_first=True) for key in DIALECT.sort_keys(VALUE, "float64")]
    found = aggregated(DIALECT.list_in_order(VALUE, keys, 9, None), [1.0, NAN, -INF, INF])
    assert found[:3] == [-INF, 1.0, INF] and math.isnan(found[3])


# -- windows of rows ----------------------------------------------------------------------------------

DOWN = [exp.Ordered(this=RANK, desc=True, nulls_first=False)]


def test_the_newest_value_may_be_null() -> None:
    assert aggregated(DIALECT.newest_value(VALUE, DOWN, None), [1.0, None]) is None
    assert aggregated(DIALECT.newest_value(VALUE, DOWN, CHOSEN), [1.0, 2.0, 3.0, 4.0]) == 3.0
    assert aggregated(DIALECT.newest_value(VALUE, DOWN, exp.false()), [1.0]) is None


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("descending", [False, True])
def test_nulls_stand_where_the_order_says(first: bool, descending: bool) -> None:
    order = [exp.Ordered(this=VALUE, desc=descending, nulls_first=first)]
    numbers = sorted([2.0, 1.0, 3.0], reverse=descending)
    expected: list[float | None] = [None, *numbers] if first else [*numbers, None]
    for count in range(1, 5):
        ordered = DIALECT.list_in_order(RANK, order, count, None)
        values = [2.0, None, 1.0, 3.0]
        assert [values[i] for i in aggregated(ordered, values)] == expected[:count]


def test_a_list_holds_only_what_counts() -> None:
    assert aggregated(DIALECT.list_in_order(VALUE, DOWN, 2, CHOSEN), [1.0, 2.0, 3.0, 4.0, 5.0]) == [5.0, 3.0]
    assert aggregated(DIALECT.list_in_order(VALUE, DOWN, 2, exp.false()), [1.0]) is None


@pytest.mark.parametrize("least", [True, False])
def test_nan_is_the_greatest_of_floats(least: bool) -> None:
    tree = DIALECT.extreme(VALUE, "float64", None, least=least)
    found = aggregated(tree, [2.0, NAN, None, 1.0])
    assert found == 1.0 if least else math.isnan(found)
    assert math.isnan(aggregated(tree, [NAN, None]))
    assert aggregated(tree, [None]) is None


def test_deviations() -> None:
    def deviation(values: Sequence[float | None], where: exp.Expr | None = None) -> Any:
        return aggregated(DIALECT.deviation(VALUE, True, True, where), values)

    assert deviation([1e9, 1e9 + 1, 1e9 + 2, None]) == 1.0
    assert deviation([1.0, None]) is None
    assert deviation([INF]) is None
    assert math.isnan(deviation([1.0, INF])) and math.isnan(deviation([NAN, 1.0]))
    assert deviation([1.0, 9.0, 3.0], CHOSEN) == 2.0


def test_percentiles_are_interpolated() -> None:
    def percentile(values: Sequence[float | None], share: float, where: exp.Expr | None = None) -> Any:
        return aggregated(DIALECT.percentile_of(VALUE, share, where), values)

    assert percentile([1.0, None, 2.0, 4.0], 0.5) == 2.0
    assert percentile([1.0, 2.0, 4.0, 8.0], 0.5) == 3.0
    assert percentile([1.0, 2.0], 1.0) == 2.0 and percentile([1.0, 2.0], 0.0) == 1.0
    assert percentile([INF, INF], 0.5) == INF
    assert math.isnan(percentile([NAN, 1.0], 1.0)) and percentile([NAN, 1.0], 0.0) == 1.0
    assert percentile([], 0.5) is None and percentile([None], 0.5) is None
    assert percentile([1.0, 9.0, 3.0], 0.5, CHOSEN) == 2.0


def test_distinct_values_are_counted_and_then_estimated() -> None:
    draw = Random(3)
    for count in (0, 5, 1024, 1500):
        values: list[int | None] = [draw.randrange(2**60) for _ in range(count)]
        given = [*values, *values[:3], None]
        found = aggregated(DIALECT.estimated_distinct(VALUE, None), given, "INT64") or 0
        text = DuckDB().sql(DuckDB().estimated_distinct(exp.column("v"), None))
        (expected,) = duckdb.connect().execute(
            f"SELECT {text} FROM (SELECT unnest($1::BIGINT[]) AS v)", [given]
        ).fetchone() or (0,)
        assert int(found) == int(expected or 0)
        assert count > 1024 or found == count


def test_decimals_add_up_beyond_what_numeric_holds() -> None:
    most = Decimal("99999999999999999999999999999")
    assert aggregated(DIALECT.sum_of(VALUE, "decimal", None), [most, most], "NUMERIC") == Decimal(
        "199999999999999999999999999998"
    )
