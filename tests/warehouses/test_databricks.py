"""A smoke test of the calls that Databricks' adapter makes of its driver, against a stand-in: no meanings are tested.

The SQL is read by Spark's and sqlglot's kin only where tests of Spark's adapter send the same.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from databricks import sql
from databricks.sql.exc import Error, ServerOperationError

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.project import load_project
from fcompile.runtime.warehouses.databricks import DatabricksWarehouse
from fcompile.runtime.warehouses.databricks_types import column_type, literal
from fcompile.runtime.warehouses.registry import open_warehouse
from tests.engines.parsers import sqlfluff_problems

PROJECT = """\
project: shop
targets:
  dev:
    warehouse: {type: databricks, host: h.cloud.example, http_path: /sql/1.0/warehouses/1, token: secret, catalog: lake}
"""


class Driver:
    """What the adapter sees of a connection; ``answers`` are pairs of words and rows, a table, or an error."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, Any]] = []
        self.asked: list[str] = []
        self.closed = self.cancelled = 0

    def cursor(self) -> Cursor:
        return Cursor(self)

    def close(self) -> None:
        self.closed += 1


class Cursor:
    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.found: Any = None

    def execute(self, text: str) -> Cursor:
        self.driver.asked.append(text)
        self.found = next((found for words, found in self.driver.answers if words in text), [])
        if isinstance(self.found, Exception):
            raise self.found
        return self

    def fetchall(self) -> Any:
        return self.found

    def fetchmany_arrow(self, size: int) -> pa.Table:
        table, self.found = self.found.slice(0, size), self.found.slice(size)
        return table

    def cancel(self) -> None:
        self.driver.cancelled += 1

    def close(self) -> None:
        return None


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture
def warehouse(driver: Driver) -> DatabricksWarehouse:
    return DatabricksWarehouse(driver, "features")


def test_a_session_is_opened_in_utc_and_its_token_is_in_no_message(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fcompile.yaml").write_text(PROJECT)
    (tmp_path / "featuredefs").mkdir()
    given: dict[str, Any] = {}
    monkeypatch.setattr(sql, "connect", lambda **settings: given.update(settings) or driver)
    project = load_project(tmp_path)
    open_warehouse(project).close()
    assert given["session_configuration"] == {"timezone": "UTC", "ansi_mode": "true"}
    assert (given["server_hostname"], given["catalog"], given["access_token"]) == (
        "h.cloud.example",
        "lake",
        "secret",
    )
    assert driver.closed == 1

    def refused(**settings: Any) -> Any:
        raise Error("no such token")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(sql, "connect", refused)
    with pytest.raises(FcompileError, match="FC451") as error:
        open_warehouse(project)
    assert "secret" not in str(error.value)
    assert "h.cloud.example/sql/1.0/warehouses/1" in str(error.value)


def test_results_are_streamed_as_arrow_with_what_has_no_dtype_as_text(
    driver: Driver, warehouse: DatabricksWarehouse
) -> None:
    described = [("n", "bigint", ""), ("t", "timestamp", None), ("m", "map<string,int>", None)]
    times = pa.array([datetime(2026, 1, 31, tzinfo=UTC)] * 60_000, pa.timestamp("us", tz="Etc/UTC"))
    table = pa.table({"c0": pa.array(range(60_000), pa.int64()), "c1": times, "c2": ["{}"] * 60_000})
    driver.answers = [("DESCRIBE", described), ("SELECT", table)]
    stream = warehouse.stream("SELECT n, t, m FROM x WHERE n > :sequence", {"sequence": 3})
    found = pa.Table.from_batches(stream.batches, schema=stream.schema)
    assert found.column_names == ["n", "t", "m"]
    assert found.num_rows == 60_000
    assert str(found.schema.field("t").type) == "timestamp[us, tz=UTC]"
    assert driver.asked == [
        "DESCRIBE QUERY\nSELECT n, t, m FROM x WHERE n > 3",
        "SELECT c0, c1, TO_JSON(c2) FROM (\nSELECT n, t, m FROM x WHERE n > 3\n) AS r (c0, c1, c2)",
    ]


def test_tables_of_a_session_are_dropped_when_it_is_closed(
    driver: Driver, warehouse: DatabricksWarehouse
) -> None:
    with closing(warehouse):
        _, name = warehouse.load(pa.table({"a": pa.array([1], pa.int32())}))
        warehouse.replace(("made", "t"), "SELECT 1 AS a")
        warehouse.execute("DROP TABLE a;\nSELECT ';';\n")
    assert driver.asked == [
        "CREATE SCHEMA IF NOT EXISTS `features`",
        f"CREATE TABLE `features`.`{name}` (`a` INT)",
        f"INSERT INTO `features`.`{name}` VALUES\n(1)",
        "CREATE SCHEMA IF NOT EXISTS `made`",
        "CREATE OR REPLACE TABLE `made`.`t` AS\nSELECT 1 AS a",
        "DROP TABLE a",
        "SELECT ';'",
        f"DROP TABLE IF EXISTS `features`.`{name}`",
    ]
    warehouse.close()
    assert driver.closed == 1
    for text in driver.asked:
        assert sqlfluff_problems(f"{text};\n", "databricks") == []


def test_an_error_has_the_code_of_its_condition(driver: Driver, warehouse: DatabricksWarehouse) -> None:
    for said, code in (
        ("[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. SQLSTATE: 42P01", "FC401"),
        ("[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `b` cannot be resolved. SQLSTATE: 42703", "FC402"),
        ("[CAST_INVALID_INPUT] The value 'x' cannot be cast. SQLSTATE: 22018", "FC454"),
        ("something else", "FC459"),
    ):
        error_of: Any = ServerOperationError
        driver.answers = [("SELECT", error_of(said))]
        with pytest.raises(FcompileError, match=code) as error:
            warehouse.rows("SELECT 1")
        assert "SQLSTATE" not in str(error.value)


LITERALS = [
    (True, pa.bool_(), "TRUE"),
    (-5, pa.int64(), "-5"),
    (0.1, pa.float64(), "0.1D"),
    (float("nan"), pa.float32(), "CAST('NaN' AS FLOAT)"),
    (Decimal("1.50"), pa.decimal128(10, 2), "1.50BD"),
    ("it's \\", pa.string(), "'it\\'s \\\\'"),
    (b"\x00\xff", pa.binary(), "X'00ff'"),
    (date(2026, 1, 31), pa.date32(), "DATE '2026-01-31'"),
    (datetime(2026, 1, 31), pa.timestamp("us"), "TIMESTAMP_NTZ '2026-01-31 00:00:00.000000'"),
    (
        datetime(2026, 1, 31, tzinfo=UTC),
        pa.timestamp("us", tz="UTC"),
        "TIMESTAMP '2026-01-31 00:00:00.000000Z'",
    ),
    ([1, None], pa.list_(pa.int32()), "CAST(ARRAY(1, NULL) AS ARRAY<INT>)"),
    ({"a": 1}, pa.struct([("a", pa.int64())]), "CAST(STRUCT(1) AS STRUCT<`a`: BIGINT>)"),
]


@pytest.mark.parametrize(("value", "arrow", "text"), LITERALS, ids=[str(arrow) for _, arrow, _ in LITERALS])
def test_a_value_is_written_as_its_type_reads_it(value: Any, arrow: pa.DataType, text: str) -> None:
    assert literal(value, arrow) == text
    assert column_type("a", arrow)
