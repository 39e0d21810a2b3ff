"""PostgreSQL through psycopg 3. One session in UTC; each statement commits, but for those in ``transaction``."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from fcompile.compiler.schema.project import PostgresWarehouse as Settings
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import Adapter, batches_of, schema_of
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.postgres_copy import copied_out, csv_blocks
from fcompile.runtime.warehouses.postgres_dsn import connection_settings, has_open_password, unreadable
from fcompile.runtime.warehouses.postgres_failures import (
    cannot_open,
    postgres_errors,
    refuses_for_now,
    was_undone,
)
from fcompile.runtime.warehouses.postgres_types import column_type, kind_of
from fcompile.runtime.warehouses.retry import retried

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

    from fcompile.runtime.project import Project

T = TypeVar("T")

# What changes answers, or the text in which they come, where a server, a database or a role sets it otherwise.
_SESSION = """
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, MDY';
SET extra_float_digits = 1;
SET bytea_output = 'hex';
SET standard_conforming_strings = on;
SET client_encoding = 'UTF8'
"""
# The server does not look at the client while a query runs: one that was killed would keep it busy for hours, and its
# temporary tables there [RAN]. Servers before 14 do not have it, and on some systems it cannot be set.
_NOTICE = "SET client_connection_check_interval = '5s'"
_CREATE_SCHEMA = re.compile(r'\s*CREATE SCHEMA IF NOT EXISTS "((?:[^"]|"")+)"\s*;?\s*')


def connect(project: Project, read_only: bool = False) -> PostgresWarehouse:
    """Open the target's server; a refused connection is tried again for some seconds.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without psycopg.
    """
    settings = cast(Settings, project.target.warehouse)
    return open_server(connection_settings(settings))


def open_server(settings: dict[str, str], seconds: float | None = None) -> PostgresWarehouse:
    """Open a session; ``settings`` are libpq's, and ``dsn``. A server that refuses is asked for ``seconds``."""
    driver("psycopg", "postgres")
    import psycopg
    from psycopg import conninfo

    rest = {name: value for name, value in settings.items() if name != "dsn"}
    if has_open_password(settings.get("dsn", "")):
        raise unreadable()
    try:
        info = conninfo.make_conninfo(settings.get("dsn", ""), application_name="fcompile", **rest)
    except psycopg.Error:
        # libpq repeats what it could not read, and that may be a password.
        raise unreadable() from None
    known = conninfo.conninfo_to_dict(info)
    where = f"PostgreSQL at {known.get('host', 'localhost')}, database {known.get('dbname', 'of the user')},"
    try:
        connection = retried(lambda: psycopg.connect(info, autocommit=True), refuses_for_now, seconds)
        connection.execute(_SESSION)
        with suppress(psycopg.errors.UndefinedObject, psycopg.errors.InvalidParameterValue):
            connection.execute(_NOTICE)
    except psycopg.Error as error:
        raise cannot_open(error, where) from None
    return PostgresWarehouse(connection)


class PostgresWarehouse(Adapter):
    """A session. Temporary tables are the session's own and are gone with it, also when the process is killed."""

    dialect = "postgres"
    folds_case = False
    transactional = True
    listed_by = (
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema NOT IN ('information_schema', 'pg_catalog') AND table_schema NOT LIKE 'pg\\_temp%'"
    )

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.connection = connection
        self._in_transaction = False

    @cached_property
    def default_schema(self) -> str:
        return str(self.simple_rows("SELECT coalesce(current_schema(), 'public')")[0][0])

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        if self._is_there(sql):
            return
        text = self.bound(sql, parameters)
        with postgres_errors():
            self._retried(lambda: self.connection.execute(cast(Any, text)).close())

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        text = self.bound(sql, parameters)
        with postgres_errors():
            return self._retried(lambda: self.connection.execute(cast(Any, text)).fetchall())

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        text = self.bound(sql, parameters)
        columns = self._columns(text)
        return Stream(schema_of(columns), self._streamed(text, columns))

    def describe(self, select: str) -> list[Column]:
        return self._columns(select)

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN {sql}", parameters))

    def cancel(self) -> None:
        self.connection.cancel_safe()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = self.empty_table(table.schema, column_type)
        statement = f"COPY {self.dotted(name)} FROM STDIN (FORMAT csv)"
        with postgres_errors(), self.connection.cursor().copy(cast(Any, statement)) as copy:
            for block in csv_blocks(batches_of(table)):
                copy.write(block)
        self._analyze(name)
        return name

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = super().stage(select, parameters)
        self._analyze(name)
        return name

    def _analyze(self, name: Parts) -> None:
        # Nobody else analyzes temporary tables: postgresql.org/docs/current/sql-createtable.html
        self.execute(f"ANALYZE {self.dotted(name)}")

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        self.make_schema(table[-2:-1])
        made = (*table[:-1], scratch_name())
        with self.transaction():
            # The old table is locked for its readers only when the new one is whole, which may be made of it.
            self.execute(f"CREATE TABLE {self.dotted(made)} AS\n{select}", parameters)
            self.execute(f"DROP TABLE IF EXISTS {self.dotted(table)}")
            self.execute(f"ALTER TABLE {self.dotted(made)} RENAME TO {self.dotted(table[-1:])}")

    def now(self) -> datetime:
        ((now,),) = self.simple_rows("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        return cast(datetime, now)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with postgres_errors():
            transaction = self.connection.transaction()
            transaction.__enter__()
        self._in_transaction = True
        try:
            yield
        except BaseException as error:
            self._in_transaction = False
            with suppress(Exception):  # an error may already have ended the connection
                transaction.__exit__(type(error), error, error.__traceback__)
            raise
        self._in_transaction = False
        with postgres_errors():
            transaction.__exit__(None, None, None)

    def close(self) -> None:
        self.connection.close()

    # -- how ------------------------------------------------------------------------------------

    def _is_there(self, sql: str) -> bool:
        """Whether ``sql`` would create a schema that there is: that asks for the right to create one all the same."""
        if (wanted := _CREATE_SCHEMA.fullmatch(sql)) is None:
            return False
        name = wanted[1].replace('""', '"').replace("'", "''")
        return bool(self.simple_rows(f"SELECT 1 FROM pg_namespace WHERE nspname = '{name}'"))  # noqa: S608

    def _retried(self, action: Callable[[], T]) -> T:
        """Do again what the server took back as a whole; within a transaction that is the caller's to do."""
        return action() if self._in_transaction else retried(action, was_undone)

    def _streamed(self, text: str, columns: list[Column]) -> Generator[pa.RecordBatch]:
        with postgres_errors():
            yield from copied_out(self.connection.pgconn, text, columns)

    def _columns(self, select: str) -> list[Column]:
        """Parsed by the server, but neither planned nor run."""
        from psycopg import errors, pq

        connection = self.connection.pgconn
        with postgres_errors():
            for result in (
                connection.prepare(b"", select.encode()),
                connection.describe_prepared(b""),
            ):
                if result.status != pq.ExecStatus.COMMAND_OK:
                    raise errors.error_from_result(result, encoding="utf-8")
        types = [(result.ftype(n), result.fmod(n)) for n in range(result.nfields)]
        names = [(result.fname(n) or b"").decode() for n in range(result.nfields)]
        known = [kind_of(*each) for each in types]
        missing = {each for each, found in zip(types, known, strict=True) if found is None}
        others = {each: self._other_type(*each) for each in sorted(missing)}
        kinds = [found or others[each] for found, each in zip(known, types, strict=True)]
        return [Column(name, kind, said) for name, (kind, said) in zip(names, kinds, strict=True)]

    def _other_type(self, number: int, modifier: int) -> tuple[str, str]:
        """Enums are told apart from types that no dtype reads."""
        sql = f"SELECT format_type({number}, {modifier}), (SELECT typtype FROM pg_type WHERE oid = {number})"  # noqa: S608
        said, sort = self.simple_rows(sql)[0]
        return (f"ENUM({said})" if sort == "e" else str(said).upper()), str(said)
