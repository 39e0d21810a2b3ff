"""Snowflake through snowflake-connector-python 5: one session, in UTC, whose temporary tables end with it.

No account is reached from a developer's machine. What tests run of this is the driver's path, against an emulator;
what Snowflake does is taken from docs.snowflake.com/en/sql-reference, whose pages are named by their ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr

from fcompile.compiler.schema.project import SnowflakeWarehouse as Settings
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import Adapter, batches_of, cancelling, schema_of
from fcompile.runtime.warehouses.aside import aside
from fcompile.runtime.warehouses.base import SCRATCH, Column, Parameters, Parts, Stream
from fcompile.runtime.warehouses.results import conformed
from fcompile.runtime.warehouses.snowflake_failures import cannot_open, snowflake_errors
from fcompile.runtime.warehouses.snowflake_files import read_column, written
from fcompile.runtime.warehouses.snowflake_types import asked_name, column_of, column_type

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

Options = dict[str, Any]

# parameters: what changes answers or how a text is read, where an account or a user sets it otherwise.
SESSION = {
    "TIMEZONE": "UTC",
    "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
    "TIMESTAMP_INPUT_FORMAT": "AUTO",
    "DATE_INPUT_FORMAT": "AUTO",
    "BINARY_INPUT_FORMAT": "HEX",
    "BINARY_OUTPUT_FORMAT": "HEX",
    "QUOTED_IDENTIFIERS_IGNORE_CASE": "false",
    "WEEK_START": "1",
    "WEEK_OF_YEAR_POLICY": "0",
    "AUTOCOMMIT": "true",
    "QUERY_TAG": "fcompile",
}


def connect(project: Project, read_only: bool = False) -> SnowflakeWarehouse:
    """Open the target's account; the driver itself tries again what a network lost.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without the driver.
    """
    return open_account(connection_options(cast(Settings, project.target.warehouse)))


def connection_options(settings: Settings) -> Options:
    """Return what the driver is given: what the target says, and nothing where it says nothing."""
    given = {
        "account": settings.account,
        "user": settings.user,
        "password": settings.password,
        "private_key_file": settings.private_key_path,
        "private_key_password": settings.private_key_passphrase,
        "authenticator": settings.authenticator,
        "token": settings.token,
        "role": settings.role,
        "database": settings.database,
        "warehouse": settings.warehouse,
    }
    if settings.private_key_path is not None and settings.authenticator is None:
        given["authenticator"] = "SNOWFLAKE_JWT"
    return {name: value for name, value in given.items() if value is not None}


def open_account(options: Options) -> SnowflakeWarehouse:
    driver("snowflake.connector", "snowflake")
    from snowflake.connector import errors

    try:
        connection = _opened(options)
    except errors.Error as error:
        secrets = [value.get_secret_value() for value in options.values() if isinstance(value, SecretStr)]
        where = f"Snowflake account {options['account']}, database {options.get('database', 'of the user')},"
        raise cannot_open(error, where, secrets) from None
    return SnowflakeWarehouse(connection, lambda: _opened(options))


def _opened(options: Options) -> Any:
    import snowflake.connector

    shown = {n: v.get_secret_value() if isinstance(v, SecretStr) else v for n, v in options.items()}
    return snowflake.connector.connect(
        **shown,
        session_parameters=SESSION,
        # Else a NUMBER with digits behind its point comes as a float.
        arrow_number_to_decimal=True,
        client_session_keep_alive=True,
        auto_cleanup=True,
    )


class SnowflakeWarehouse(Adapter):
    """A session. There is no transaction around tables (sql-reference/transactions#ddl): each statement commits.

    ``CREATE OR REPLACE`` is atomic (sql/create-table): "dropping the old and creating the new in one transaction".
    """

    dialect = "snowflake"
    folds_case = False
    # info-schema/tables: those of the session's database, and the session's own temporary ones among them.
    listed_by = (
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema <> 'INFORMATION_SCHEMA' AND table_type NOT LIKE '%TEMPORARY%'"
    )

    def __init__(self, connection: Any, another: Callable[[], Any]) -> None:
        """``another`` opens a further session, to cancel what runs in this one."""
        self.connection = connection
        self._another = another
        self._running = False

    @cached_property
    def default_schema(self) -> str:
        ((found,),) = self.simple_rows("SELECT CURRENT_SCHEMA()")
        return asked_name(str(found or "PUBLIC"))

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        moves = sql.lstrip()[:13].upper() == "CREATE SCHEMA"
        before = self.default_schema if moves else ""
        with self._cursor() as cursor:
            self._run(cursor, self.bound(sql, parameters))
            # sql/create-schema: the new schema becomes the session's, in which names without one are looked up.
            if moves:
                self._run(cursor, f"USE SCHEMA {self.dotted((before,))}")

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._cursor() as cursor:
            self._run(cursor, self.bound(sql, parameters))
            return [tuple(row) for row in cursor.fetchall()]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        text = self.bound(sql, parameters)
        schema = schema_of(self.describe(text))
        return Stream(schema, self._streamed(text, schema))

    def describe(self, select: str) -> list[Column]:
        with self._cursor() as cursor:
            return [column_of(column) for column in cursor.describe(select) or []]

    # sql/explain
    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN USING TEXT {sql}", parameters))

    # functions/system_cancel_all_queries: those of one session, by another.
    def cancel(self) -> None:
        if self._running:
            with closing(self._another()) as other, closing(other.cursor()) as cursor:
                cursor.execute(f"SELECT SYSTEM$CANCEL_ALL_QUERIES({int(self.connection.session_id)})")

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self.empty_table(table.schema, column_type)
        if self._put(name, batches_of(table)):
            self._copy(name, [column_type(field.name, field.type) for field in table.schema])
        return name

    def listed(self) -> list[tuple[str, str]]:
        return [(asked_name(schema), asked_name(name)) for schema, name in super().listed()]

    # functions/sysdate: UTC, without a zone.
    def now(self) -> datetime:
        ((now,),) = self.simple_rows("SELECT CAST(SYSDATE() AS TIMESTAMP_NTZ(6))")
        return cast(datetime, now)

    def close(self) -> None:
        with suppress(Exception):  # the session is gone either way
            self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    # sql/put. The files lie in a stage of the session and are gone with it.
    def _put(self, name: Parts, batches: Iterator[pa.RecordBatch]) -> bool:
        """Upload the rows to a stage called ``name``; False where there are none."""
        stage, found = self.dotted(name), False
        with TemporaryDirectory(prefix=SCRATCH) as folder:
            for path in written(batches, Path(folder)):
                if not found:
                    self.execute(f"CREATE TEMPORARY STAGE {stage}")
                self.execute(
                    f"PUT 'file://{path.as_posix()}' @{stage} AUTO_COMPRESS = FALSE OVERWRITE = TRUE"
                )
                path.write_bytes(b"")  # kept as a name that is taken
                found = True
        return found

    # sql/copy-into-table. By default \N of a Parquet file's text is NULL.
    def _copy(self, name: Parts, kinds: list[str]) -> None:
        shown = ", ".join(read_column(n, kind) for n, kind in enumerate(kinds))
        table = self.dotted(name)
        self.execute(
            f"COPY INTO {table} FROM (SELECT {shown} FROM @{table}) "  # noqa: S608
            "FILE_FORMAT = (TYPE = PARQUET NULL_IF = ()) PURGE = TRUE"
        )

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        """Lend a cursor; on Ctrl-C what it runs is cancelled in the engine."""
        with snowflake_errors():
            cursor = self.connection.cursor()
            try:
                with cancelling(self.cancel):
                    yield cursor
            finally:
                self._running = False
                with suppress(Exception):
                    cursor.close()

    def _run(self, cursor: Any, text: str) -> None:
        """Run a statement in a thread: the driver waits within its own code, where Ctrl-C is not heard."""
        self._running = True
        aside(lambda: cursor.execute(text), "fcompile-snowflake")
        self._running = False

    def _streamed(self, text: str, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        with self._cursor() as cursor:
            self._run(cursor, text)
            # Digits of nanoseconds are cut; years that they do not reach come as they are.
            for table in cursor.fetch_arrow_batches(force_microsecond_precision=True):
                for batch in table.to_batches():
                    if batch.num_rows:
                        yield conformed(batch, schema)
