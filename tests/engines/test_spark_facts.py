"""What Spark does by itself, on which our SQL for it rests, and that the SQL avoids what it does wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.errors import PySparkException
from sqlglot import exp

from fcompile.compiler.lower.sql import column
from fcompile.dialects.registry import DIALECTS
from tests.engines.servers import spark
from tests.expressions.running import to_sql, typed

pytestmark = pytest.mark.engines
DIALECT = DIALECTS["spark"]


def rows(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark().sql(sql).collect()]


def value(sql: str) -> Any:
    return rows(f"SELECT {sql}")[0][0]


def is_error(sql: str) -> bool:
    try:
        rows(sql)
    except PySparkException:
        return True
    return False


def test_ansi_mode_is_on_and_makes_overflow_and_casts_errors() -> None:
    for sql in ("9223372036854775807 + 1", "CAST('x' AS INT)", "1 / 0", "CAST(1e30 AS BIGINT)"):
        assert is_error(f"SELECT {sql}"), sql


def test_floats_are_ordered_as_the_language_has_it() -> None:
    nan = "CAST('NaN' AS DOUBLE)"
    assert rows(f"SELECT {nan} = {nan}, {nan} > CAST('Infinity' AS DOUBLE), -0.0D = 0.0D") == [
        (True, True, True)
    ]
    assert value(f"COUNT(DISTINCT x) FROM VALUES (0.0D), (-0.0D), ({nan}), ({nan}) t(x)") == 2


def test_a_time_without_a_zone_is_an_instant_of_the_sessions_zone() -> None:
    same = "CAST('2024-01-01' AS TIMESTAMP_NTZ) = TIMESTAMP '2024-01-01 00:00:00+00:00'"
    assert value(same) is True
    spark().conf.set("spark.sql.session.timeZone", "America/New_York")
    try:
        assert value(same) is False
    finally:
        spark().conf.set("spark.sql.session.timeZone", "UTC")


def test_sqlglots_dateadd_is_wrong_and_intervals_in_seconds_are_right() -> None:
    moment = exp.Cast(this=exp.Literal.string("2024-01-02 00:00:00"), to=DIALECT.scalar("timestamp"))
    before = DIALECT.sql(DIALECT.before(moment, timedelta(days=7)))
    assert value(before) == datetime(2023, 12, 26)
    assert value(DIALECT.sql(DIALECT.after(moment.copy(), timedelta(milliseconds=1500)))) == datetime(
        2024, 1, 2, 0, 0, 1, 500_000
    )


@pytest.mark.parametrize("width", [timedelta(minutes=7), timedelta(hours=1), timedelta(milliseconds=1500)])
def test_times_are_rounded_down_also_before_1970(width: timedelta) -> None:
    epoch = datetime(1970, 1, 1)
    for time in (datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(2024, 2, 29, 1, 2, 3, 4), epoch):
        moment = exp.Cast(this=exp.Literal.string(str(time)), to=DIALECT.scalar("timestamp"))
        assert value(DIALECT.sql(DIALECT.floor_time(moment, width))) == time - (time - epoch) % width


def test_date_trunc_gives_another_type_than_it_takes() -> None:
    assert value("typeof(DATE_TRUNC('HOUR', TIMESTAMP_NTZ '2024-01-01 00:00:00'))") == "timestamp"


def test_an_order_inside_collect_list_is_no_order_and_sqlglot_drops_it_without_a_word() -> None:
    tree = exp.ArrayAgg(this=exp.Order(this=column("x"), expressions=[exp.Ordered(this=column("t"))]))
    assert "ORDER" not in tree.sql("spark")


_ROWS = "VALUES (1, 'a'), (3, 'b'), (2, 'c'), (CAST(NULL AS INT), 'd'), (2, NULL) t(o, v)"


@pytest.mark.parametrize(
    ("desc", "nulls_first", "expected"),
    [(False, True, "dacb"), (True, False, "bcad"), (False, False, "acbd"), (True, True, "dbca")],
)
def test_lists_are_in_any_order_asked_for(desc: bool, nulls_first: bool, expected: str) -> None:
    order = [exp.Ordered(this=column("o"), desc=desc, nulls_first=nulls_first)]
    where = exp.Is(this=column("v"), expression=exp.Not(this=exp.Null()))
    made = DIALECT.list_in_order(column("v"), order, 3, where)
    assert value(f"{DIALECT.sql(made)} FROM {_ROWS}") == list(expected[:3])
    newest = DIALECT.newest_value(column("v"), order, where.copy())
    assert value(f"{DIALECT.sql(newest)} FROM {_ROWS}") == expected[0]


def test_a_percentile_is_interpolated_by_the_languages_formula() -> None:
    made = DIALECT.sql(DIALECT.percentile_of(column("x"), 0.9, None))
    low, high = 0.1, 0.7
    assert value(f"{made} FROM VALUES (0.7D), (0.1D) t(x)") == low + (high - low) * 0.9
    infinite = "CAST('Infinity' AS DOUBLE)"
    assert value(f"{made} FROM VALUES ({infinite}), ({infinite}) t(x)") == float("inf")
    assert value(f"{made} FROM VALUES (1.0D) t(x) WHERE x > 2") is None


def test_a_deviation_is_sound_far_from_zero_and_nan_beside_infinity() -> None:
    made = DIALECT.sql(DIALECT.deviation(column("x"), True, True, None))
    assert value(f"{made} FROM VALUES (1e9), (1e9 + 1), (1e9 + 2) t(x)") == 1.0
    assert value(f"{made} FROM VALUES (1e9) t(x)") is None
    infinite = value(f"{made} FROM VALUES (1e0), (CAST('Infinity' AS DOUBLE)), (2e0) t(x)")
    assert infinite != infinite


def test_sqlglot_writes_cast_for_try_cast_and_the_dialect_does_not() -> None:
    tree = exp.TryCast(this=column("x"), to=DIALECT.scalar("int32"))
    assert tree.sql("spark").startswith("CAST(")
    assert DIALECT.sql(tree) == "TRY_CAST(`x` AS INT)"


def test_a_text_with_a_variable_in_it_stays_as_it_is() -> None:
    text = "${spark.master}|${x} $ {"
    assert value(f"'{text}'") != text
    assert value(to_sql(typed(f"concat('{text}', '')"), "spark")) == text
    assert value(to_sql(typed("regexp_matches('a{', '[${]')"), "spark")) is True


def test_tables_are_replaced_by_a_name_as_the_catalog_replaces_none() -> None:
    assert is_error("CREATE OR REPLACE TABLE t1 AS SELECT 1 AS x")
    assert is_error("CREATE TEMPORARY TABLE t1 AS SELECT 1 AS x")


def test_a_temporary_view_and_a_cte_are_computed_at_each_use() -> None:
    rows("CREATE OR REPLACE TEMPORARY VIEW drawn AS SELECT rand() AS x")
    try:
        assert value("a.x = b.x FROM drawn a, drawn b") is False
    finally:
        rows("DROP VIEW drawn")


def test_an_asof_join_is_off_by_default() -> None:
    sql = "SELECT * FROM VALUES (1) a(t) LEFT ASOF JOIN VALUES (1) b(t) MATCH_CONDITION (a.t >= b.t)"
    with pytest.raises(PySparkException, match="ASOF_JOIN"):
        rows(sql)


def test_utc_reads_every_type_of_time() -> None:
    due = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    for text in ("DATE '2024-01-01'", "TIMESTAMP '2024-01-01 02:00:00+02:00'", "TIMESTAMP_NTZ '2024-01-01'"):
        made = DIALECT.sql(DIALECT.utc(column("x")))
        assert value(f"{made} FROM (SELECT {text} AS x)") == due, text
