"""Work on one PostgreSQL by several threads, done again on another connection until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from fcompile.runtime.postgres_server import Server, answering, is_unavailable
from fcompile.runtime.warehouses.retry import retried

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

# All is found by key. A planner that knows nothing yet of rows just written would read and sort them all for a page.
_BEGIN = """
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout TO {milliseconds};
SET LOCAL statement_timeout TO {milliseconds};
SET LOCAL idle_in_transaction_session_timeout TO {milliseconds};
SET LOCAL enable_seqscan TO off;
SET LOCAL enable_bitmapscan TO off;
SET LOCAL enable_hashjoin TO off;
SET LOCAL enable_mergejoin TO off;
SET LOCAL enable_sort TO off;
SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
SELECT {lock}({number})
"""


class Sessions:
    """Keeps as many connections as were ever in use at a time; each has one user at a time, and nobody waits.

    Args:
        seconds: how long to keep at one piece of work.
        prepare: called with a connection before the first work, and again where tables have gone since.
    """

    def __init__(
        self, server: Server, seconds: float, prepare: Callable[[psycopg.Connection[Any]], None]
    ) -> None:
        self._server, self._seconds, self._prepare = server, seconds, prepare
        self._lock = Lock()
        self._free: list[psycopg.Connection[Any]] = []
        self._prepared = self._closed = False

    def run(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Return what ``work`` does, which may be done any number of times.

        Raises UnavailableError (FC521) where the server is down or silent, FcompileError (FC506) for all else that it
        says, and what ``work`` raises itself.
        """
        end = time.monotonic() + self._seconds
        with self._server.errors():
            return retried(lambda: self._try(work, end), self._passes, self._seconds)

    @contextmanager
    def transaction(
        self, connection: psycopg.Connection[Any], number: int, shared: bool = False
    ) -> Iterator[psycopg.Cursor[Any]]:
        """Begin by taking the advisory lock of that number: statements see all that its holders have committed.

        What goes wrong leaves the transaction open, and ``run`` ends the connection.
        """
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        milliseconds = max(1, int(self._seconds * 1_000))
        begin: Any = _BEGIN.format(milliseconds=milliseconds, lock=lock, number=number)
        connection.execute(begin)
        with connection.cursor(binary=True) as cursor:
            yield cursor
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close what is free now, and the others as soon as their work ends; idempotent."""
        self._closed = True
        self._let_go()

    def _try(self, work: Callable[[psycopg.Connection[Any]], T], end: float) -> T:
        connection = self._taken() or self._server.connect(_rest(end))
        try:
            with answering(connection, _rest(end)):
                found = self._worked(connection, work)
        except BaseException as error:
            connection.close()
            if self._passes(error):
                # The others, of a server that went away, are as dead.
                self._let_go()
            raise
        self._give_back(connection)
        return found

    def _worked(self, connection: psycopg.Connection[Any], work: Callable[[psycopg.Connection[Any]], T]) -> T:
        from psycopg.errors import InvalidSchemaName, UndefinedTable

        known = self._prepared
        if not known:
            self._prepare(connection)
            self._prepared = True
        try:
            return work(connection)
        except (UndefinedTable, InvalidSchemaName):
            self._prepared = False
            if not known:
                raise
        connection.execute("ROLLBACK")
        return self._worked(connection, work)

    def _passes(self, error: BaseException) -> bool:
        import psycopg

        return isinstance(error, psycopg.Error) and is_unavailable(error)

    def _taken(self) -> psycopg.Connection[Any] | None:
        import psycopg

        with self._lock:
            if self._closed:
                raise psycopg.ProgrammingError("it is closed")
            return self._free.pop() if self._free else None

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        with self._lock:
            if not self._closed:
                self._free.append(connection)
                return
        connection.close()

    def _let_go(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for connection in free:
            connection.close()


def _rest(end: float) -> float:
    return max(end - time.monotonic(), 0.05)
