"""What every adapter does alike, on its engine: statements, streams, descriptions, loading, tables, errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses.base import SCRATCH, Parts, Warehouse
from fcompile.runtime.warehouses.clickhouse import SESSION, ClickHouseWarehouse
from fcompile.runtime.warehouses.duckdb import MEMORY, open_database
from fcompile.runtime.warehouses.postgres import open_server
from fcompile.runtime.warehouses.spark import SparkWarehouse
from tests.engines.servers import clickhouse, postgres_database
from tests.warehouses.sparks import empty_spark

SERVERS = ("postgres", "clickhouse", "spark")
ENGINES = ["duckdb", *(pytest.param(name, marks=pytest.mark.engines) for name in SERVERS)]


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with closing(opened(request.param, tmp_path)) as warehouse:
        yield warehouse


def opened(dialect: str, folder: Path) -> Warehouse:
    if dialect == "clickhouse":
        # One engine a process: what other tests made and hold is seen in it too.
        return ClickHouseWarehouse(clickhouse(**SESSION), clickhouse)
    if dialect == "spark":
        return SparkWarehouse(empty_spark(), "features")
    return open_database(MEMORY, folder) if dialect == "duckdb" else open_server({"dsn": postgres_database()})


def name_of(warehouse: Warehouse, table: Parts) -> str:
    return ".".join(map(dialect_named(warehouse.dialect).quoted, table))


def all_of(warehouse: Warehouse, table: Parts) -> str:
    return f"SELECT * FROM {name_of(warehouse, table)}"


MOMENT = datetime(2026, 1, 31, 12, 30, 15, 123456)
ROWS = pa.table(
    {
        "yes": pa.array([True, False, None]),
        "small": pa.array([1, -2, None], pa.int32()),
        "large": pa.array([2**63 - 1, -(2**63), None], pa.int64()),
        "half": pa.array([0.1, float("inf"), None], pa.float32()),
        "real": pa.array([0.1, float("nan"), None], pa.float64()),
        "exact": pa.array([Decimal("1.50"), Decimal("-99999999.99"), None], pa.decimal128(10, 2)),
        "text": pa.array(["", 'a "b", \\ \n\tü🙂', None], pa.string()),
        "raw": pa.array([b"", b"\x00\xff\\", None], pa.binary()),
        "day": pa.array([date(2026, 1, 31), date(1969, 12, 31), None], pa.date32()),
        "moment": pa.array([MOMENT, datetime(1, 1, 1), None], pa.timestamp("us")),
        "instant": pa.array([MOMENT.replace(tzinfo=UTC), None, None], pa.timestamp("us", tz="UTC")),
    }
)


def test_what_is_loaded_comes_back_as_it_was_and_under_its_names(warehouse: Warehouse) -> None:
    table = warehouse.load(ROWS)
    assert table[-1].startswith(SCRATCH)
    stream = warehouse.stream(all_of(warehouse, table))
    found = pa.Table.from_batches(stream.batches, schema=stream.schema)
    assert found.column_names == ROWS.column_names
    for name in ROWS.column_names:
        column, given = found.column(name), ROWS.column(name)
        if warehouse.dialect in LOOSE and name in LOOSE[warehouse.dialect]:
            column, given = column.cast(given.type), given
        assert column.type == given.type, name
        assert str(column.to_pylist()) == str(given.to_pylist()), name


def test_a_reader_is_loaded_batch_by_batch_and_nothing_is_loaded_of_an_empty_one(
    warehouse: Warehouse,
) -> None:
    numbers = pa.table({"n": pa.array(range(1000), pa.int64())})
    table = warehouse.load(numbers.to_reader(max_chunksize=100))
    assert warehouse.rows(f"SELECT COUNT(*), CAST(SUM(n) AS BIGINT) FROM {name_of(warehouse, table)}") == [
        (1000, 499500)
    ]
    empty = warehouse.load(numbers.slice(0, 0))
    assert warehouse.rows(all_of(warehouse, empty)) == []
    stream = warehouse.stream(all_of(warehouse, empty))
    assert list(stream.batches) == []
    assert stream.schema.names == ["n"]


def test_columns_are_described_in_one_vocabulary_with_the_engines_words_beside_it(
    warehouse: Warehouse,
) -> None:
    described = warehouse.describe(all_of(warehouse, warehouse.load(ROWS)))
    loose = LOOSE.get(warehouse.dialect, {})
    assert [(c.name, c.kind) for c in described] == [(name, loose.get(name, kind)) for name, kind in KINDS]
    assert all(c.said for c in described)


KINDS = [
    ("yes", "BOOLEAN"),
    ("small", "INTEGER"),
    ("large", "BIGINT"),
    ("half", "FLOAT"),
    ("real", "DOUBLE"),
    ("exact", "DECIMAL(10,2)"),
    ("text", "VARCHAR"),
    ("raw", "BLOB"),
    ("day", "DATE"),
    ("moment", "TIMESTAMP"),
    ("instant", "TIMESTAMP WITH TIME ZONE"),
]
LOOSE = {"clickhouse": {"text": "STRING", "raw": "STRING", "instant": "TIMESTAMP"}}
"""Types that an engine does not tell apart."""


def test_a_table_of_a_session_is_made_of_a_select_and_dropped(warehouse: Warehouse) -> None:
    table = warehouse.stage("SELECT 1 AS a, 'x' AS b")
    assert warehouse.rows(all_of(warehouse, table)) == [(1, "x")]
    warehouse.drop(table)
    warehouse.drop(table)
    with pytest.raises(FcompileError, match="FC401"):
        warehouse.rows(all_of(warehouse, table))


def test_a_loaded_table_is_dropped(warehouse: Warehouse) -> None:
    table = warehouse.load(ROWS)
    warehouse.drop(table)
    with pytest.raises(FcompileError, match="FC401"):
        warehouse.rows(all_of(warehouse, table))


def test_a_table_is_replaced_with_its_schema_and_what_fails_leaves_it_as_it_was(warehouse: Warehouse) -> None:
    before = set(warehouse.tables())
    warehouse.replace(("made", "t"), "SELECT 1 AS a")
    warehouse.replace(("made", "t"), "SELECT 2 AS a, 'x' AS b")
    assert warehouse.rows(all_of(warehouse, ("made", "t"))) == [(2, "x")]
    with pytest.raises(FcompileError):
        warehouse.replace(("made", "t"), "SELECT CAST(a AS INTEGER) AS a FROM (SELECT 'x' AS a) AS t")
    assert warehouse.rows(all_of(warehouse, ("made", "t"))) == [(2, "x")]
    warehouse.replace(("made", "t"), f"SELECT a + 1 AS a FROM {name_of(warehouse, ('made', 't'))}")
    assert warehouse.rows(all_of(warehouse, ("made", "t"))) == [(3,)]
    warehouse.replace(("plain",), "SELECT 3 AS a")
    assert sorted(set(warehouse.tables()) - before) == ["made.t", "plain"]


def test_a_transaction_takes_back_tables_too(warehouse: Warehouse) -> None:
    if not warehouse.transactional:
        pytest.skip("it has no transactions")
    with pytest.raises(FcompileError, match="FC401"), warehouse.transaction():
        warehouse.execute("CREATE TABLE t AS SELECT 1 AS x")
        warehouse.execute("SELECT * FROM nowhere")
    with pytest.raises(FcompileError, match="FC401"):
        warehouse.rows("SELECT x FROM t")
    with warehouse.transaction():
        warehouse.execute("CREATE TABLE t AS SELECT 1 AS x")
        assert warehouse.rows("SELECT x FROM t") == [(1,)]
    assert warehouse.rows("SELECT x FROM t") == [(1,)]


def test_a_stream_that_is_left_early_ends_its_query(warehouse: Warehouse) -> None:
    numbers = warehouse.load(pa.table({"n": pa.array(range(1000), pa.int64())}))
    name = name_of(warehouse, numbers)
    # Spark gives no row of a partition before the last.
    more = "" if warehouse.dialect == "spark" else f", {name} AS c"
    batches = warehouse.batches(f"SELECT a.n FROM {name} AS a, {name} AS b{more}")
    assert next(batches).num_rows > 0
    batches.close()
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_a_stream_keeps_the_order_of_its_rows(warehouse: Warehouse) -> None:
    numbers = warehouse.load(pa.table({"n": pa.array(range(300_000), pa.int64())}))
    seen = 0
    for batch in warehouse.batches(f"{all_of(warehouse, numbers)} ORDER BY n"):
        assert batch.column(0).to_pylist() == list(range(seen, seen + batch.num_rows))
        seen += batch.num_rows
    assert seen == 300_000


def test_parameters_are_times_whole_numbers_truth_and_nothing(warehouse: Warehouse) -> None:
    mark = {"duckdb": "$"}.get(warehouse.dialect, ":")
    at, n, yes, no = (f"{mark}{name}" for name in ("as_of", "sequence", "newest", "since"))
    engine = dialect_named(warehouse.dialect)
    time = engine.sql(engine.scalar("timestamp"))
    sql = f"SELECT CAST({at} AS {time}) AS a, {n} + 1 AS b, {yes} AS c, CAST({no} AS {time}) AS d"
    values = {"as_of": MOMENT.replace(tzinfo=UTC), "sequence": 2**40, "newest": True, "since": None}
    assert warehouse.rows(sql, values) == [(MOMENT, 2**40 + 1, True, None)]


ERRORS = [
    ("SELECT * FROM nowhere", "FC401"),
    ("SELECT * FROM nowhere.t", "FC401"),
    ("SELECT b FROM (SELECT 1 AS a) AS t", "FC402"),
    ("SELECT CAST(a AS INTEGER) FROM (SELECT 'x' AS a) AS t", "FC454"),
    ("SELEKT 1", "FC459"),
]


@pytest.mark.parametrize(("sql", "code"), ERRORS)
def test_an_error_has_its_code_and_says_what_the_engine_said(
    warehouse: Warehouse, sql: str, code: str
) -> None:
    for ask in (warehouse.execute, warehouse.rows, warehouse.simple_rows, warehouse.describe):
        if code == "FC454" and ask == warehouse.describe:
            continue
        with pytest.raises(FcompileError) as error:
            ask(sql)
        (said,) = error.value.diagnostics
        assert said.code == code
        assert len(said.message) > 10
        assert "\n" not in said.message
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_the_clock_is_the_engines_in_utc(warehouse: Warehouse) -> None:
    there, here = warehouse.now(), datetime.now(UTC).replace(tzinfo=None)
    assert there.tzinfo is None
    assert abs((there - here).total_seconds()) < 30


def test_a_statement_is_estimated_and_not_run(warehouse: Warehouse) -> None:
    before = set(warehouse.tables())
    warehouse.execute("CREATE TABLE t AS SELECT 1 AS x")
    assert warehouse.estimate("SELECT x FROM t")
    assert set(warehouse.tables()) - before == {"t"}


def test_closing_twice_is_no_error(warehouse: Warehouse) -> None:
    warehouse.close()
    warehouse.close()
