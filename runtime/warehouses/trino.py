"""Trino through its DB-API client: statements over HTTP, each of which commits; the session's zone is UTC.

No Trino runs on a developer's machine: the tests speak the protocol with the real client, and prove no meanings.

Trino has no temporary tables: those of a session are tables of the target's schema, which are dropped when it is
closed, and by ``clean --warehouse`` where it was killed before. It has no bulk path for a client's rows either: they
go in as literals, so that a large spine is better kept as a table. What ``replace`` needs, ``CREATE OR REPLACE TABLE``,
is there in catalogs of Iceberg and Delta Lake (trino.io/docs/current/sql/create-table-as).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import TrinoWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.bound import bound_text
from fcompile.runtime.warehouses.duckdb import plain
from fcompile.runtime.warehouses.inserts import inserts
from fcompile.runtime.warehouses.retry import retried
from fcompile.runtime.warehouses.trino_failures import (
    cannot_open,
    refuses_for_now,
    trino_errors,
    was_not_begun,
)
from fcompile.runtime.warehouses.trino_types import arrow_value, column_type, kind_of, literal

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

_BATCH = 20_000
_MOST_CHARACTERS = 500_000
"""admin/properties-query-management#query-max-length: a million by default."""


def connect(project: Project, read_only: bool = False) -> TrinoWarehouse:
    """Open the target's server; one that does not answer is asked again for some seconds.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without the driver.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("trino", "trino")
    warehouse = TrinoWarehouse(opened(settings), settings.schema_)
    try:
        retried(warehouse.asked, refuses_for_now)
    except Exception as error:
        # The client raises its own errors, those of requests, and ValueError for settings.
        raise cannot_open(error, f"Trino at {settings.host}, catalog {settings.catalog},") from None
    return warehouse


def opened(settings: Settings) -> Any:
    """Return the driver's connection, which has not asked the server anything yet."""
    from trino import dbapi
    from trino.auth import BasicAuthentication

    password = settings.password and settings.password.get_secret_value()
    return dbapi.connect(  # type: ignore[no-untyped-call]
        host=settings.host,
        port=settings.port,
        user=settings.user,
        catalog=settings.catalog,
        schema=settings.schema_,
        http_scheme=settings.http_scheme,
        auth=BasicAuthentication(settings.user, password) if password else None,
        source="fcompile",
        timezone="UTC",
    )


class TrinoWarehouse:
    """A session; ``schema`` is where its own tables are, and those that are named without a schema."""

    dialect = "trino"
    folds_case = True
    transactional = False

    def __init__(self, connection: Any, schema: str) -> None:
        self.connection = connection
        self.default_schema = schema
        self._running: Any = None
        self._made: list[Parts] = []
        self._has_schema = False
        self._closed = False

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with self._asked(sql, parameters) as cursor:
            while cursor.fetchmany(_BATCH):
                pass

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._asked(sql, parameters) as cursor:
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
        return Stream(schema, self._streamed(text, schema))

    def batches(self, sql: str, parameters: Parameters | None = None) -> Iterator[pa.RecordBatch]:
        with closing(self.stream(sql, parameters).batches) as batches:
            yield from batches

    def describe(self, select: str) -> list[Column]:
        """The plan of no rows reads no table."""
        with self._asked(f"SELECT * FROM (\n{select}\n) LIMIT 0", None) as cursor:  # noqa: S608
            return [Column(name, kind_of(said), said) for name, said, *_ in cursor.description]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN {sql}", parameters))

    def cancel(self) -> None:
        running = self._running
        if running is not None:
            with trino_errors():
                running.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self._new_table()
        columns = ", ".join(f"{self._dotted((f.name,))} {column_type(f.name, f.type)}" for f in table.schema)
        self.execute(f"CREATE TABLE {self._dotted(name)} ({columns})")
        batches = table.to_batches() if hasattr(table, "to_batches") else iter(table)
        for statement in inserts(self._dotted(name), batches, literal, _MOST_CHARACTERS):
            self.execute(statement)
        return name

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = self._new_table()
        self.execute(f"CREATE TABLE {self._dotted(name)} AS\n{select}", parameters)
        return name

    def _new_table(self) -> Parts:
        if not self._has_schema:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {self._dotted((self.default_schema,))}")
            self._has_schema = True
        name = (self.default_schema, scratch_name())
        self._made.append(name)
        return name

    def drop(self, table: Parts) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self._dotted(table)}")
        if table in self._made:
            self._made.remove(table)

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        schema = table[:-1] or (self.default_schema,)
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {self._dotted(schema)}")
        self.execute(f"CREATE OR REPLACE TABLE {self._dotted(table)} AS\n{select}", parameters)

    def tables(self) -> list[str]:
        found = self.simple_rows(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema <> 'information_schema'"
        )
        return sorted(str(t) if s == self.default_schema else f"{s}.{t}" for s, t in found)

    def now(self) -> datetime:
        # functions/datetime#to_unixtime: a DOUBLE, of which microseconds are exact.
        sql = "SELECT CAST(ROUND(TO_UNIXTIME(CURRENT_TIMESTAMP(6)) * 1e6) AS BIGINT)"
        ((microseconds,),) = self.simple_rows(sql)
        return from_micros(int(str(microseconds)))

    def transaction(self) -> nullcontext[None]:
        return nullcontext()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with suppress(FcompileError):  # a server that is gone; `clean --warehouse` drops them then
            for name in self._made[:]:
                self.drop(name)
        self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    def asked(self) -> None:
        """Ask the server whether it answers; raises the driver's errors."""
        with closing(self.connection.cursor()) as cursor:
            cursor.execute("SELECT 1").fetchall()

    def _dotted(self, table: Parts) -> str:
        return ".".join(map(dialect_named(self.dialect).quoted, table))

    @contextmanager
    def _asked(self, sql: str, parameters: Parameters | None) -> Iterator[Any]:
        """Lend a cursor on the answer; what is left of it ends with the block."""
        text = bound_text(sql, parameters, self.dialect)
        cursor = self.connection.cursor()
        self._running = cursor
        try:
            with trino_errors():
                retried(lambda: cursor.execute(text), was_not_begun)
                yield cursor
        except KeyboardInterrupt:
            with suppress(Exception):  # whatever the server says, what the user asked for is to stop
                cursor.cancel()
            raise
        finally:
            self._running = None
            with suppress(Exception):  # the statement has ended, or is told to
                cursor.close()

    def _streamed(self, text: str, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        import pyarrow as pa

        with self._asked(text, None) as cursor:
            while rows := cursor.fetchmany(_BATCH):
                columns = zip(*rows, strict=True)
                arrays = [
                    pa.array([arrow_value(value, field.type) for value in column], field.type)
                    for column, field in zip(columns, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
