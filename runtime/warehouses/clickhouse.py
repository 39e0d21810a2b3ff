"""ClickHouse through clickhouse-connect: one session over HTTP, in UTC, that holds its temporary tables.

It has no transactions; a table is replaced by one atomic statement.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.schema.project import ClickHouseWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import Adapter, batches_of, cancelling, schema_of
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream
from fcompile.runtime.warehouses.clickhouse_failures import cannot_open, clickhouse_errors, refuses_for_now
from fcompile.runtime.warehouses.clickhouse_types import column_type, kind_of, selected
from fcompile.runtime.warehouses.results import conformed
from fcompile.runtime.warehouses.retry import retried

if TYPE_CHECKING:
    import pyarrow as pa
    from clickhouse_connect.driver.client import Client

    from fcompile.runtime.project import Project

# docs/operations/settings/settings. A statement of 100 views is long; an idle session ends after a minute by default.
SESSION: dict[str, Any] = {
    "session_timezone": "UTC",
    "session_timeout": 3600,
    "cast_string_to_date_time_mode": "best_effort",
    "max_query_size": 10**8,
    "max_ast_elements": 10**7,
    "max_expanded_ast_elements": 10**7,
    "output_format_json_quote_denormals": 1,
    "output_format_json_quote_64bit_integers": 0,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
    "cancel_http_readonly_queries_on_client_close": 1,
}


def connect(project: Project, read_only: bool = False) -> ClickHouseWarehouse:
    """Open the target's server; a refused connection is tried again for some seconds.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without the driver.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("clickhouse_connect", "clickhouse")
    from clickhouse_connect.driver.exceptions import ClickHouseError

    try:
        client = retried(lambda: open_client(settings), refuses_for_now)
    except ClickHouseError as error:
        where = f"ClickHouse at {settings.host}, database {settings.database or 'of the user'},"
        raise cannot_open(error, where) from None
    return ClickHouseWarehouse(client, lambda: open_client(settings))


def open_client(settings: Settings) -> Client:
    """Return a session of its own."""
    import clickhouse_connect

    return clickhouse_connect.get_client(
        host=settings.host,
        port=settings.port,
        username=settings.user,
        password="" if settings.password is None else settings.password.get_secret_value(),
        database=settings.database or "default",
        secure=settings.secure,
        client_name="fcompile",
        settings=SESSION,
    )


class ClickHouseWarehouse(Adapter):
    """A session. Temporary tables end with it: at its close, or when it was idle for an hour.

    ``CREATE OR REPLACE`` exchanges the two tables at once: docs/sql-reference/statements/create/table#replace.
    """

    dialect = "clickhouse"
    folds_case = False
    kept = " ENGINE = MergeTree ORDER BY tuple()"
    listed_by = (
        "SELECT database, name FROM system.tables WHERE NOT is_temporary "
        "AND lower(database) NOT IN ('system', 'information_schema')"
    )

    def __init__(self, client: Client, another: Callable[[], Client]) -> None:
        """``another`` opens a further session, to cancel what runs in this one."""
        self.client = client
        self._another = another
        self._running = ""
        self._closed = False

    @cached_property
    def default_schema(self) -> str:
        return str(self.simple_rows("SELECT currentDatabase()")[0][0])

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with self._statement() as settings:
            self.client.command(self.bound(sql, parameters), settings=settings)

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._statement() as settings:
            found = self.client.query(self.bound(sql, parameters), settings=settings)
            return [tuple(row) for row in found.result_rows]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        text = self.bound(sql, parameters)
        columns = self.describe(text)
        schema = schema_of(columns)
        return Stream(schema, self._streamed(self._spoken(text, columns), schema))

    def describe(self, select: str) -> list[Column]:
        found = self.simple_rows(f"DESCRIBE TABLE (\n{select}\n)")
        return [Column(str(row[0]), kind_of(_on_a_line(row[1])), _on_a_line(row[1])) for row in found]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN {sql}", parameters))

    def cancel(self) -> None:
        running = self._running
        if running:
            with closing(self._another()) as other:
                other.command(f"KILL QUERY WHERE query_id = '{running}' ASYNC")

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        import pyarrow as pa

        name = self.empty_table(table.schema, column_type)
        for batch in batches_of(table):
            with self._statement():
                self.client.insert_arrow(name[-1], _decoded(pa.Table.from_batches([batch])))
        return name

    def make_schema(self, schema: Parts) -> None:
        if schema:
            self.execute(f"CREATE DATABASE IF NOT EXISTS {self.dotted(schema[-1:])}")

    def now(self) -> datetime:
        ((microseconds,),) = self.simple_rows("SELECT toUnixTimestamp64Micro(now64(6))")
        return from_micros(int(str(microseconds)))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.client.close()

    # -- how ------------------------------------------------------------------------------------

    @contextmanager
    def _statement(self) -> Iterator[dict[str, Any]]:
        """Lend a statement's settings: a name by which it is cancelled, also by Ctrl-C."""
        self._running = str(uuid.uuid4())
        try:
            with cancelling(self.cancel), clickhouse_errors():
                yield {"query_id": self._running}
        finally:
            self._running = ""

    def _spoken(self, text: str, columns: list[Column]) -> str:
        names = [self.dotted((column.name,)) for column in columns]
        shown = [selected(name, column.said) for name, column in zip(names, columns, strict=True)]
        if shown == names:
            return text
        named = [f"{s} AS {self.dotted((f'c{n}',))}" for n, s in enumerate(shown)]
        return f"SELECT {', '.join(named)} FROM (\n{text}\n)"  # noqa: S608

    def _streamed(self, text: str, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        with self._statement() as settings, self.client.query_arrow_stream(text, settings=settings) as found:
            for batch in found:
                yield conformed(batch, schema)


def _on_a_line(said: object) -> str:
    """Types of several members come on several lines."""
    return " ".join(str(said).split()).replace("( ", "(").replace(" )", ")")


def _decoded(table: pa.Table) -> pa.Table:
    """Return the table without dictionaries, views and columns of no type, which the server does not read."""
    import pyarrow as pa

    for n, field in enumerate(table.schema):
        column = table.column(n)
        if pa.types.is_dictionary(field.type):
            table = table.set_column(n, field.name, column.cast(field.type.value_type))
        elif pa.types.is_null(field.type) or pa.types.is_string_view(field.type):
            table = table.set_column(n, field.name, column.cast(pa.string()))
    return table
