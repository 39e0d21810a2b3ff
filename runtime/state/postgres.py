"""The state in a schema of PostgreSQL, which machines share.

Those who write for one project take turns, as with a file: each transaction begins with the project's advisory lock,
so that its statements see all that was committed before. Nothing outlives a transaction but the connection, so a
pooler may stand between, and a connection that was dropped is opened anew before the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from fcompile.runtime.postgres_server import Server, answering, will_pass
from fcompile.runtime.state.database import Rows, Sql
from fcompile.runtime.state.migrate import applied, begin_ledger, bring_forward, missing
from fcompile.runtime.state.migrations import POSTGRES
from fcompile.runtime.warehouses.retry import retried

if TYPE_CHECKING:
    import psycopg

SECONDS = 10.0
"""In which the server has to answer: to be reached and let a transaction begin, and then to end it."""

_BEGIN = """
BEGIN ISOLATION LEVEL {mode};
SET LOCAL search_path TO {schema};
SET LOCAL lock_timeout TO {milliseconds};
SET LOCAL idle_in_transaction_session_timeout TO {milliseconds};
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
"""
_HAS_LEDGER = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = ? AND tablename = 'migrations'"


class PostgresDatabase:
    """See ``Database``. Opening it brings the tables forward, which takes rights only where something is missing."""

    def __init__(self, server: Server, schema: str, seconds: float | None = None) -> None:
        self._server = server
        self._schema = schema
        self._seconds = SECONDS if seconds is None else seconds
        self._given_up = False
        self._connection: psycopg.Connection[Any] | None = None
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def reopened(self) -> PostgresDatabase:
        return PostgresDatabase(self._server, self._schema, self._seconds)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def writing(self, scope: str) -> Iterator[Sql]:
        lock = f"; SELECT pg_advisory_xact_lock({_number(f'{self._schema}/{scope}')})"
        with self._transaction("READ COMMITTED", lock) as sql:
            yield sql

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        with self._transaction("REPEATABLE READ READ ONLY") as sql:
            yield sql

    @contextmanager
    def _transaction(self, mode: str, lock: str = "") -> Iterator[Sql]:
        with self._server.errors():
            connection = self._begun(mode, lock)
            with answering(connection, self._seconds):
                try:
                    yield _PostgresSql(connection)
                except BaseException:
                    with suppress(Exception):  # the error may be that of the connection
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")

    def _begun(self, mode: str, lock: str) -> psycopg.Connection[Any]:
        """Return a connection with a transaction begun. Nothing was done yet, so all of it may be tried again."""
        milliseconds = int(self._seconds * 1_000)
        text = _BEGIN.format(mode=mode, schema=_quoted(self._schema), milliseconds=milliseconds) + lock
        # What a run still wants of a server that it has just waited for in vain is asked for once.
        patience = 0.0 if self._given_up else self._seconds
        end = time.monotonic() + patience
        try:
            connection = retried(lambda: self._begin(text, end), will_pass, patience)
        except Exception as error:
            self._given_up = will_pass(error)
            raise
        self._given_up = False
        return connection

    def _begin(self, text: str, end: float) -> psycopg.Connection[Any]:
        rest = max(end - time.monotonic(), 0.1)
        if self._connection is None or self._connection.closed:
            self._connection = self._server.connect(rest)
        try:
            # The server gives up waiting for a lock a little before we give up waiting for the server.
            with answering(self._connection, rest + 1):
                self._connection.execute(cast(Any, text))
        except BaseException:
            self.close()
            raise
        return self._connection

    def _prepare(self) -> None:
        with self.reading() as sql:
            steps = missing(applied(sql), self._where) if self._has_ledger(sql) else None
        if steps == ():
            return
        with self.writing("") as sql:
            if not self._has_ledger(sql):
                self._make_schema(sql)
                begin_ledger(sql, POSTGRES)
            bring_forward(sql, POSTGRES, missing(applied(sql), self._where))

    def _make_schema(self, sql: Sql) -> None:
        # CREATE SCHEMA IF NOT EXISTS asks for the right to create one also where there is one.
        if not sql.execute(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", (self._schema,)
        ).fetchall():
            sql.execute(f"CREATE SCHEMA {_quoted(self._schema)}")

    def _has_ledger(self, sql: Sql) -> bool:
        return bool(sql.execute(_HAS_LEDGER, (self._schema,)).fetchall())

    @property
    def _where(self) -> str:
        return f"schema `{self._schema}` of {self._server.where}"


class _PostgresSql:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, text: str, values: Sequence[object] = ()) -> Rows:
        return self._connection.execute(_spoken(text), values or None)

    def executemany(self, text: str, values: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_spoken(text), values)

    def now(self) -> float:
        row = self.execute(
            "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
        ).fetchone()
        return float(row[0]) if row else 0.0


def _spoken(text: str) -> Any:
    return text.replace("?", "%s")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _number(scope: str) -> int:
    """Return the 64 bits that stand for a scope among the server's advisory locks."""
    return int.from_bytes(sha256(f"fcompile state {scope}".encode()).digest()[:8], signed=True)
