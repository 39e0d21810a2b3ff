"""Databricks SQL through databricks-sql-connector: a session in UTC, in ANSI mode; results come as Arrow.

No Databricks runs on a developer's machine: the tests of this file are a smoke test of the calls that it makes of the
driver, against a stand-in for it. What its SQL means is tested on Apache Spark, whose dialect it has.

It has no temporary tables that keep their rows: those of a session are tables of the target's schema, which are
dropped when it is closed, and by ``clean --warehouse`` where it was killed before. Its bulk path for a client's rows
are files in a volume; without one they go in as literals, so that a large spine is better kept as a table.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import DatabricksWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.bound import bound_text
from fcompile.runtime.warehouses.databricks_types import column_type, literal
from fcompile.runtime.warehouses.duckdb import plain
from fcompile.runtime.warehouses.inserts import inserts
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


class DatabricksWarehouse:
    """A session; ``schema`` is where its own tables are."""

    dialect = "databricks"
    folds_case = True
    transactional = False

    def __init__(self, connection: Any, schema: str) -> None:
        self.connection = connection
        self._schema = schema
        self._default_schema: str | None = None
        self._running: Any = None
        self._made: list[Parts] = []
        self._has_schema = False
        self._closed = False

    @property
    def default_schema(self) -> str:
        if self._default_schema is None:
            self._default_schema = str(self.simple_rows("SELECT CURRENT_SCHEMA()")[0][0])
        return self._default_schema

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        for text in statements_of(bound_text(sql, parameters, self.dialect)):
            with self._asked(text):
                pass

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._asked(bound_text(sql, parameters, self.dialect)) as cursor:
            return [tuple(row) for row in cursor.fetchall()]

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for batch in self.batches(sql, parameters):
            found += zip(*(plain(column).to_pylist() for column in batch.columns), strict=True)
        return found

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        import pyarrow as pa

        from fcompile.runtime.warehouses.results import arrow_of

        text = bound_text(sql, parameters, self.dialect)
        columns = self.describe(text)
        schema = pa.schema([(column.name, arrow_of(column.kind)) for column in columns])
        return Stream(schema, self._streamed(_spoken(text, columns), schema))

    def batches(self, sql: str, parameters: Parameters | None = None) -> Iterator[pa.RecordBatch]:
        with closing(self.stream(sql, parameters).batches) as batches:
            yield from batches

    def describe(self, select: str) -> list[Column]:
        """sql-ref-syntax-aux-describe-query: name, type and comment of each column."""
        found = self.simple_rows(f"DESCRIBE QUERY\n{select}")
        return [Column(str(name), kind_said(str(said)), str(said)) for name, said, *_ in found]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN COST {sql}", parameters))

    def cancel(self) -> None:
        running = self._running
        if running is not None:
            with databricks_errors():
                running.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self._new_table()
        columns = ", ".join(f"{self._dotted((f.name,))} {column_type(f.name, f.type)}" for f in table.schema)
        self.execute(f"CREATE TABLE {self._dotted(name)} ({columns})")
        batches = table.to_batches() if hasattr(table, "to_batches") else iter(table)
        for statement in inserts(self._dotted(name), batches, literal, _MOST_CHARACTERS):
            with self._asked(statement):
                pass
        return name

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = self._new_table()
        self.execute(f"CREATE TABLE {self._dotted(name)} AS\n{select}", parameters)
        return name

    def _new_table(self) -> Parts:
        if not self._has_schema:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {self._dotted((self._schema,))}")
            self._has_schema = True
        name = (self._schema, scratch_name())
        self._made.append(name)
        return name

    def drop(self, table: Parts) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self._dotted(table)}")
        if table in self._made:
            self._made.remove(table)

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        if len(table) > 1:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {self._dotted(table[:-1])}")
        # sql-ref-syntax-ddl-create-table-using: of Delta tables, at once.
        self.execute(f"CREATE OR REPLACE TABLE {self._dotted(table)} AS\n{select}", parameters)

    def tables(self) -> list[str]:
        found = self.simple_rows(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema <> 'information_schema'"
        )
        return sorted(str(t) if s == self.default_schema else f"{s}.{t}" for s, t in found)

    def now(self) -> datetime:
        ((microseconds,),) = self.simple_rows("SELECT UNIX_MICROS(CURRENT_TIMESTAMP())")
        return from_micros(int(str(microseconds)))

    def transaction(self) -> nullcontext[None]:
        return nullcontext()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with suppress(FcompileError):  # a session that is gone; `clean --warehouse` drops them then
            for name in self._made[:]:
                self.drop(name)
        self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    def _dotted(self, table: Parts) -> str:
        return ".".join(map(dialect_named(self.dialect).quoted, table))

    @contextmanager
    def _asked(self, text: str) -> Iterator[Any]:
        """Lend a cursor on the answer of a statement."""
        cursor = self.connection.cursor()
        self._running = cursor
        try:
            with databricks_errors():
                yield cursor.execute(text)
        except KeyboardInterrupt:
            with suppress(Exception):  # whatever the server says, what the user asked for is to stop
                cursor.cancel()
            raise
        finally:
            self._running = None
            with suppress(Exception):  # the statement has ended, or is told to
                cursor.close()

    def _streamed(self, text: str, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        from fcompile.runtime.warehouses.results import conformed

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
