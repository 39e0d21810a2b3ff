"""Trino through its DB-API client: statements over HTTP, each of which commits; the session's zone is UTC.

No Trino runs on a developer's machine: the tests speak the protocol with the real client, and prove no meanings.

Trino has no temporary tables: those of a session are tables of the target's schema, which are dropped when it is
closed, and by ``clean --warehouse`` where it was killed before. It has no bulk path for a client's rows either: they
go in as literals, so that a large spine is better kept as a table. What ``replace`` needs, ``CREATE OR REPLACE TABLE``,
is there in catalogs of Iceberg and Delta Lake (trino.io/docs/current/sql/create-table-as).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.schema.project import TrinoWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import batches_of, schema_of
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream
from fcompile.runtime.warehouses.cursors import Cursors
from fcompile.runtime.warehouses.inserts import inserts
from fcompile.runtime.warehouses.own_tables import OwnTables
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


class TrinoWarehouse(OwnTables):
    """A session; ``schema`` is where its own tables are, and those that are named without a schema."""

    dialect = "trino"
    folds_case = True

    def __init__(self, connection: Any, schema: str) -> None:
        super().__init__(schema)
        self.connection = connection
        self._cursors = Cursors(connection)

    @property
    def default_schema(self) -> str:
        return self._schema

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with self._asked(sql, parameters) as cursor:
            while cursor.fetchmany(_BATCH):
                pass

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._asked(sql, parameters) as cursor:
            return [tuple(row) for row in cursor.fetchall()]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        text = self.bound(sql, parameters)
        schema = schema_of(self.describe(text))
        return Stream(schema, self._streamed(text, schema))

    def describe(self, select: str) -> list[Column]:
        """The plan of no rows reads no table."""
        with self._asked(f"SELECT * FROM (\n{select}\n) LIMIT 0", None) as cursor:  # noqa: S608
            return [Column(name, kind_of(said), said) for name, said, *_ in cursor.description]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN {sql}", parameters))

    def cancel(self) -> None:
        with trino_errors():
            self._cursors.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self.empty_table(table.schema, column_type)
        for statement in inserts(self.dotted(name), batches_of(table), literal, _MOST_CHARACTERS):
            self.execute(statement)
        return name

    def make_schema(self, schema: Parts) -> None:
        # The session names one that nobody may have made yet.
        super().make_schema(schema or (self.default_schema,))

    def now(self) -> datetime:
        # functions/datetime#to_unixtime: a DOUBLE, of which microseconds are exact.
        sql = "SELECT CAST(ROUND(TO_UNIXTIME(CURRENT_TIMESTAMP(6)) * 1e6) AS BIGINT)"
        ((microseconds,),) = self.simple_rows(sql)
        return from_micros(int(str(microseconds)))

    def disconnect(self) -> None:
        self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    def asked(self) -> None:
        """Ask the server whether it answers; raises the driver's errors."""
        with closing(self.connection.cursor()) as cursor:
            cursor.execute("SELECT 1").fetchall()

    @contextmanager
    def _asked(self, sql: str, parameters: Parameters | None) -> Iterator[Any]:
        """Lend a cursor on the answer; what is left of it ends with the block."""
        text = self.bound(sql, parameters)
        with self._cursors.lent() as cursor, trino_errors():
            retried(lambda: cursor.execute(text), was_not_begun)
            yield cursor

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
