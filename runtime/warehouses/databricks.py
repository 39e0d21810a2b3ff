"""Databricks SQL through databricks-sql-connector: a session in UTC, in ANSI mode; results come as Arrow.

No Databricks runs on a developer's machine: the tests of this file are a smoke test of the calls that it makes of the
driver, against a stand-in for it. What its SQL means is tested on Apache Spark, whose dialect it has.

It has no temporary tables that keep their rows: those of a session are tables of the target's schema, which are
dropped when it is closed, and by ``clean --warehouse`` where it was killed before. Its bulk path for a client's rows
are files in a volume; without one they go in as literals, so that a large spine is better kept as a table.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.schema.project import DatabricksWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import batches_of, schema_of
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream
from fcompile.runtime.warehouses.cursors import Cursors
from fcompile.runtime.warehouses.databricks_types import column_type, literal
from fcompile.runtime.warehouses.inserts import inserts
from fcompile.runtime.warehouses.own_tables import OwnTables
from fcompile.runtime.warehouses.results import conformed
from fcompile.runtime.warehouses.retry import retried
from fcompile.runtime.warehouses.scripts import statements_of
from fcompile.runtime.warehouses.spark_failures import cannot_open, failure
from fcompile.runtime.warehouses.spark_types import kind_said, shown

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

# docs.databricks.com/en/sql/language-manual/sql-ref-parameters: those that a session may set.
SESSION = {"timezone": "UTC", "ansi_mode": "true"}
_BATCH = 50_000
_MOST_CHARACTERS = 1_000_000


def connect(project: Project, read_only: bool = False) -> DatabricksWarehouse:
    """Open a session on the target's SQL warehouse, which may have to start first.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without the driver.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("databricks.sql", "databricks")
    from databricks.sql.exc import Error

    where = f"Databricks at {settings.host}{'' if settings.http_path[:1] == '/' else '/'}{settings.http_path}"
    try:
        connection = retried(lambda: opened(settings), refuses_for_now)
    except Error as error:
        raise cannot_open(str(error), where) from None
    return DatabricksWarehouse(connection, settings.schema_)


def opened(settings: Settings) -> Any:
    from databricks import sql

    return sql.connect(
        server_hostname=settings.host,
        http_path=settings.http_path,
        access_token=settings.token.get_secret_value(),
        catalog=settings.catalog,
        session_configuration=SESSION,
        user_agent_entry="fcompile",
        enable_telemetry=False,
    )


class DatabricksWarehouse(OwnTables):
    """A session; ``schema`` is where its own tables are.

    ``CREATE OR REPLACE`` of Delta tables is atomic: sql-ref-syntax-ddl-create-table-using.
    """

    dialect = "databricks"
    folds_case = True

    def __init__(self, connection: Any, schema: str) -> None:
        super().__init__(schema)
        self.connection = connection
        self._cursors = Cursors(connection)

    @cached_property
    def default_schema(self) -> str:
        return str(self.simple_rows("SELECT CURRENT_SCHEMA()")[0][0])

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        for text in statements_of(self.bound(sql, parameters)):
            with self._asked(text):
                pass

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._asked(self.bound(sql, parameters)) as cursor:
            return [tuple(row) for row in cursor.fetchall()]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        text = self.bound(sql, parameters)
        columns = self.describe(text)
        schema = schema_of(columns)
        return Stream(schema, self._streamed(_spoken(text, columns), schema))

    def describe(self, select: str) -> list[Column]:
        """sql-ref-syntax-aux-describe-query: name, type and comment of each column."""
        found = self.simple_rows(f"DESCRIBE QUERY\n{select}")
        return [Column(str(name), kind_said(str(said)), str(said)) for name, said, *_ in found]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN COST {sql}", parameters))

    def cancel(self) -> None:
        with databricks_errors():
            self._cursors.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self.empty_table(table.schema, column_type)
        for statement in inserts(self.dotted(name), batches_of(table), literal, _MOST_CHARACTERS):
            with self._asked(statement):
                pass
        return name

    def now(self) -> datetime:
        ((microseconds,),) = self.simple_rows("SELECT UNIX_MICROS(CURRENT_TIMESTAMP())")
        return from_micros(int(str(microseconds)))

    def disconnect(self) -> None:
        self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    @contextmanager
    def _asked(self, text: str) -> Iterator[Any]:
        """Lend a cursor on the answer of a statement."""
        with self._cursors.lent() as cursor, databricks_errors():
            yield cursor.execute(text)

    def _streamed(self, text: str, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        with self._asked(text) as cursor:
            while (found := cursor.fetchmany_arrow(_BATCH)).num_rows:
                for batch in found.to_batches():
                    yield conformed(batch, schema)


@contextmanager
def databricks_errors() -> Iterator[None]:
    """Turn what the driver raises inside the block into an FcompileError."""
    from databricks.sql.exc import Error

    try:
        yield
    except Error as error:
        raise failure(str(error)) from error


def refuses_for_now(error: Exception) -> bool:
    """The driver itself waits for a warehouse that starts, and tries again what the service refuses for now."""
    return "TEMPORARILY_UNAVAILABLE" in str(error)


def _spoken(text: str, columns: list[Column]) -> str:
    """Return the SELECT with each column as a type that results have."""
    names = [f"c{n}" for n, _ in enumerate(columns)]
    spoken = [shown(name, column.kind) for name, column in zip(names, columns, strict=True)]
    if spoken == names:
        return text
    return f"SELECT {', '.join(spoken)} FROM (\n{text}\n) AS r ({', '.join(names)})"  # noqa: S608
