"""Redshift's adapter: its statements run on PostgreSQL, where the two agree; no Redshift is to be had here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import RedshiftWarehouse as Settings
from fcompile.runtime.warehouses import redshift
from fcompile.runtime.warehouses.redshift import RedshiftWarehouse
from fcompile.runtime.warehouses.redshift_types import column_type, literal
from tests.engines.parsers import sqlfluff_problems
from tests.engines.servers import postgres_connection, postgres_database

ROWS = pa.table(
    {
        "yes": pa.array([True, None]),
        "large": pa.array([2**63 - 1, None], pa.int64()),
        "half": pa.array([0.1, float("-inf")], pa.float32()),
        "real": pa.array([5e-324, float("nan")], pa.float64()),
        "exact": pa.array([Decimal("1.50"), Decimal("-99999999.99")], pa.decimal128(10, 2)),
        "text": pa.array(["it's \\ ü\n\\", None]),
        "day": pa.array([date(2026, 1, 31), None]),
        "moment": pa.array([datetime(2026, 1, 31, 12, 0, 0, 5), None], pa.timestamp("us")),
        "instant": pa.array([datetime(2026, 1, 31, tzinfo=UTC), None], pa.timestamp("us", tz="UTC")),
    }
)


@pytest.fixture
def warehouse() -> Iterator[RedshiftWarehouse]:
    with closing(RedshiftWarehouse(postgres_connection(postgres_database()))) as warehouse:
        yield warehouse


def of(table: tuple[str, ...]) -> str:
    return f'SELECT * FROM "{table[-1]}"'


@pytest.mark.engines
def test_what_is_loaded_as_literals_comes_back_from_a_cursor_as_it_was(warehouse: RedshiftWarehouse) -> None:
    stream = warehouse.stream(of(warehouse.load(ROWS)))
    found = pa.Table.from_batches(stream.batches, schema=stream.schema)
    assert found.schema.equals(ROWS.schema)
    assert str(found.to_pydict()) == str(ROWS.to_pydict())
    assert warehouse.rows("SELECT 1") == [(1,)]


@pytest.mark.engines
def test_a_stream_is_read_in_order_and_may_be_left_early(warehouse: RedshiftWarehouse) -> None:
    sql = "SELECT n FROM generate_series(0, 49999) AS s (n) ORDER BY n"
    found = [n for batch in warehouse.batches(sql) for n in batch.column(0).to_pylist()]
    assert found == list(range(50_000))
    batches = warehouse.batches(sql)
    assert next(batches).num_rows == 10_000
    batches.close()
    assert warehouse.rows("SELECT 1") == [(1,)]
    with warehouse.transaction():
        assert sum(batch.num_rows for batch in warehouse.batches(sql)) == 50_000


@pytest.mark.engines
def test_tables_are_staged_replaced_and_listed(warehouse: RedshiftWarehouse) -> None:
    staged = warehouse.stage("SELECT 1 AS a")
    warehouse.replace(("made", "t"), of(staged))
    warehouse.replace(("made", "t"), "SELECT a + 1 AS a FROM made.t")
    with pytest.raises(FcompileError, match="FC454"):
        warehouse.replace(("made", "t"), "SELECT CAST('x' AS INTEGER) AS a")
    assert warehouse.rows("SELECT * FROM made.t") == [(2,)]
    assert warehouse.tables() == ["made.t"]
    warehouse.drop(staged)
    with pytest.raises(FcompileError, match="FC401"):
        warehouse.rows(of(staged))


@pytest.mark.engines
def test_an_error_of_a_stream_has_its_code_and_the_session_goes_on(warehouse: RedshiftWarehouse) -> None:
    for sql, code in (
        ("SELECT b FROM (SELECT 1 AS a) AS t", "FC402"),
        ("SELECT CAST(a AS INTEGER) FROM (SELECT 'x'::text AS a) AS t", "FC454"),
        ("SELEKT 1", "FC459"),
    ):
        with pytest.raises(FcompileError, match=code):
            warehouse.rows(sql)
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_statements_that_postgres_has_not_are_read_by_an_independent_parser() -> None:
    raw = literal(b"\x00\xff", pa.binary())
    assert raw == "TO_VARBYTE('00ff', 'hex')"
    texts = literal("a'\\b", pa.string())
    assert texts == "'a''' || CHR(92) || 'b'"
    made = f"CREATE TEMPORARY TABLE t (a {column_type('a', pa.binary())}, b {column_type('b', pa.string())})"
    assert made == "CREATE TEMPORARY TABLE t (a VARBYTE(1024000), b VARCHAR(65535))"
    for sql in (made, f"INSERT INTO t VALUES ({raw}, {texts})", "SELECT SYSDATE"):
        assert sqlfluff_problems(f"{sql};\n", "redshift") == []


def test_lists_cannot_be_loaded() -> None:
    with pytest.raises(FcompileError, match="FC419"):
        column_type("a", pa.list_(pa.int32()))


def test_the_connection_is_encrypted_unless_the_target_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[dict[str, object]] = []
    monkeypatch.setattr(psycopg, "connect", lambda **settings: given.append(settings))
    base = {"type": "redshift", "host": "h", "user": "u", "password": "p", "database": "d"}
    redshift._opened(Settings.model_validate(base))
    redshift._opened(Settings.model_validate({**base, "sslmode": "disable"}))
    assert [each["sslmode"] for each in given] == ["require", "disable"]
    assert given[0]["client_encoding"] == "utf8"
    assert given[0]["port"] == 5439
