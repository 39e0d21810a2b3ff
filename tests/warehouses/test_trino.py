"""Trino's adapter with the real client, on a server that speaks its protocol and knows no SQL: smoke, no meanings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import TrinoWarehouse as Settings
from fcompile.runtime.warehouses.trino import TrinoWarehouse, opened
from tests.engines.parsers import trino_problems
from tests.warehouses.trino_server import Server, failed, rows, trino_server


@pytest.fixture
def server() -> Iterator[Server]:
    with trino_server() as server:
        yield server


@pytest.fixture
def warehouse(server: Server) -> Iterator[TrinoWarehouse]:
    with closing(TrinoWarehouse(opened(settings(server.server_port)), "features")) as warehouse:
        yield warehouse


def settings(port: int) -> Settings:
    return Settings.model_validate(
        {"type": "trino", "host": "127.0.0.1", "port": port, "user": "ann", "catalog": "lake"}
    )


ROWS = pa.table(
    {
        "yes": pa.array([True, None]),
        "large": pa.array([2**63 - 1, None], pa.int64()),
        "half": pa.array([0.5, float("-inf")], pa.float32()),
        "real": pa.array([0.1, float("nan")], pa.float64()),
        "exact": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
        'a "text"': pa.array(["it's ü\n", None]),
        "raw": pa.array([b"\x00\xff", None], pa.binary()),
        "day": pa.array([date(2026, 1, 31), None]),
        "moment": pa.array([datetime(2026, 1, 31, 12, 0, 0, 5), None], pa.timestamp("us")),
        "instant": pa.array([datetime(2026, 1, 31, tzinfo=UTC), None], pa.timestamp("ns", tz="UTC")),
        "many": pa.array([[1, None], None], pa.list_(pa.int32())),
    }
)


def test_the_session_is_in_utc_in_the_targets_catalog_and_schema_under_our_name(
    server: Server, warehouse: TrinoWarehouse
) -> None:
    warehouse.execute("SELECT 1")
    assert server.asked == ["SELECT 1"]
    names = ("X-Trino-Time-Zone", "X-Trino-Catalog", "X-Trino-Schema", "X-Trino-Source", "X-Trino-User")
    assert [server.headers[name] for name in names] == ["UTC", "lake", "features", "fcompile", "ann"]


def test_columns_are_described_by_a_statement_of_no_rows(server: Server, warehouse: TrinoWarehouse) -> None:
    columns = [("a", "timestamp(3) with time zone"), ("b", "decimal(10,2)"), ("c", "array(varchar(5))")]
    server.answers = [("LIMIT 0", rows(columns))]
    described = warehouse.describe("SELECT a, b, c FROM t -- all")
    assert [c.kind for c in described] == ["TIMESTAMP WITH TIME ZONE", "DECIMAL(10,2)", "VARCHAR[]"]
    assert [c.said for c in described] == [said for _, said in columns]
    assert server.asked == ["SELECT * FROM (\nSELECT a, b, c FROM t -- all\n) LIMIT 0"]


def test_rows_are_streamed_page_by_page_as_the_types_of_their_columns(
    server: Server, warehouse: TrinoWarehouse
) -> None:
    columns = [
        ("n", "bigint"),
        ("x", "double"),
        ("d", "decimal(10,2)"),
        ("t", "timestamp(6)"),
        ("z", "timestamp(6) with time zone"),
        ("day", "date"),
        ("raw", "varbinary"),
        ("some", "array(integer)"),
        ("j", "json"),
    ]
    times = ["2026-01-31 12:00:00.000005", "2026-01-31 12:00:00.000000 +02:00"]
    page: list[list[Any]] = [
        [1, "NaN", "1.50", *times, "2026-01-31", "AP8=", [1, None], '{"a": 1}'],
        [None] * 9,
    ]
    server.answers = [("LIMIT 0", rows(columns)), ("SELECT", rows(columns, page, [], page))]
    stream = warehouse.stream("SELECT * FROM t WHERE u <= :as_of", {"as_of": datetime(2026, 1, 1)})
    found = pa.Table.from_batches(stream.batches, schema=stream.schema)
    assert server.asked[-1] == "SELECT * FROM t WHERE u <= CAST('2026-01-01 00:00:00.000000' AS TIMESTAMP(6))"
    assert found.num_rows == 4
    first = found.slice(2, 1).to_pylist()[0]
    assert str(first.pop("x")) == "nan"
    assert first == {
        "n": 1,
        "d": Decimal("1.50"),
        "t": datetime(2026, 1, 31, 12, 0, 0, 5),
        "z": datetime(2026, 1, 31, 10, tzinfo=UTC),
        "day": date(2026, 1, 31),
        "raw": b"\x00\xff",
        "some": [1, None],
        "j": '{"a": 1}',
    }
    assert set(found.slice(3, 1).to_pylist()[0].values()) == {None}


def test_a_stream_that_is_left_early_ends_its_query(server: Server, warehouse: TrinoWarehouse) -> None:
    many = [[[n] for n in range(20_000)]] * 5
    server.answers = [("LIMIT 0", rows([("n", "bigint")])), ("SELECT", rows([("n", "bigint")], *many))]
    batches = warehouse.batches("SELECT n FROM t")
    assert next(batches).num_rows > 0
    batches.close()
    assert server.cancelled == 1


def test_rows_are_loaded_as_literals_of_their_types_and_the_table_goes_with_the_session(
    server: Server, warehouse: TrinoWarehouse
) -> None:
    schema, name = warehouse.load(ROWS)
    warehouse.close()
    made, created, inserted, dropped = server.asked
    assert made == 'CREATE SCHEMA IF NOT EXISTS "features"'
    assert created.startswith(f'CREATE TABLE "{schema}"."{name}" ("yes" BOOLEAN, "large" BIGINT, "half" REAL')
    assert '"a ""text""" VARCHAR, "raw" VARBINARY' in created
    assert '"moment" TIMESTAMP(6), "instant" TIMESTAMP(6) WITH TIME ZONE, "many" ARRAY(INTEGER)' in created
    assert inserted == (
        f'INSERT INTO "{schema}"."{name}" VALUES\n'
        "(TRUE, 9223372036854775807, REAL '0.5', DOUBLE '0.1', DECIMAL '1.50', 'it''s ü\n', X'00ff', "
        "DATE '2026-01-31', TIMESTAMP '2026-01-31 12:00:00.000005', TIMESTAMP '2026-01-31 00:00:00.000000 UTC', "
        "ARRAY[1, NULL]),\n"
        "(NULL, NULL, CAST(-INFINITY() AS REAL), CAST(NAN() AS DOUBLE), NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
    )
    assert dropped == f'DROP TABLE IF EXISTS "{schema}"."{name}"'


def test_every_statement_of_the_adapter_is_read_by_an_independent_parser(
    server: Server, warehouse: TrinoWarehouse
) -> None:
    server.answers = [
        ("TO_UNIXTIME", rows([("n", "bigint")], [[1_767_225_600_000_000]])),
        ("information_schema", rows([("s", "varchar"), ("t", "varchar")], [["features", "b"], ["raw", "a"]])),
        ("EXPLAIN", rows([("Query Plan", "varchar")], [["Fragment 0\n"]])),
        ("LIMIT 0", rows([("n", "bigint")])),
    ]
    assert warehouse.now() == datetime(2026, 1, 1)
    assert warehouse.tables() == ["b", "raw.a"]
    assert warehouse.estimate("SELECT 1") == "Fragment 0\n"
    warehouse.describe("WITH t AS (SELECT 1 AS n) SELECT n FROM t")
    warehouse.load(ROWS)
    warehouse.drop(warehouse.stage("SELECT 1 AS a"))
    warehouse.replace(("made", "t"), "SELECT 1 AS a")
    assert [trino_problems(sql) for sql in server.asked] == [[]] * len(server.asked)


def test_an_insert_holds_so_many_rows(server: Server, warehouse: TrinoWarehouse) -> None:
    warehouse.load(pa.table({"n": pa.array(range(2500), pa.int64())}))
    inserted = [sql for sql in server.asked if sql.startswith("INSERT")]
    assert [sql.count("(") for sql in inserted] == [1000, 1000, 500]
    warehouse.load(pa.table({"text": pa.array(["x" * 200_000] * 5)}))
    assert [sql.count("('") for sql in server.asked if "xxx" in sql] == [2, 2, 1]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("TABLE_NOT_FOUND", "FC401"),
        ("SCHEMA_NOT_FOUND", "FC401"),
        ("COLUMN_NOT_FOUND", "FC402"),
        ("INVALID_CAST_ARGUMENT", "FC454"),
        ("SYNTAX_ERROR", "FC459"),
        ("USER_CANCELED", "FC453"),
        ("EXCEEDED_GLOBAL_MEMORY_LIMIT", "FC452"),
    ],
)
def test_an_error_has_its_code_and_says_what_the_server_said(
    server: Server, warehouse: TrinoWarehouse, name: str, code: str
) -> None:
    server.answers = [("SELECT", failed(name, "line 1:15: it\ncannot be"))]
    for ask in (warehouse.execute, warehouse.rows, warehouse.simple_rows, warehouse.describe):
        with pytest.raises(FcompileError) as error:
            ask("SELECT * FROM t")
        (said,) = error.value.diagnostics
        assert (said.code, said.message) == (code, "line 1:15: it cannot be")


def test_a_server_that_is_not_there_is_said() -> None:
    with trino_server() as gone:
        port = gone.server_port
    with (
        closing(TrinoWarehouse(opened(settings(port)), "features")) as warehouse,
        pytest.raises(FcompileError, match="FC450"),
    ):
        warehouse.execute("SELECT 1")
