"""A PostgreSQL that keeps the state or online rows: reaching it, giving it up when it is silent, and its errors.

Of the settings nothing but host and database is ever told.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fcompile.compiler.errors import Diagnostic, FcompileError, UnavailableError
from fcompile.compiler.schema.project import PostgresServer
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.postgres_dsn import connection_settings, has_open_password
from fcompile.runtime.warehouses.postgres_failures import failure, refuses_for_now

if TYPE_CHECKING:
    import psycopg

# What the server says of an hour, not of a mistake: postgresql.org/docs/current/errcodes-appendix.html
_PASSING = ("08", "53", "57P", "57014", "55P03", "25006", "25P03", "40")
# What libpq says of a server that is down, or no longer the one to write to, has no code.
_DOWN = ("No such file or directory", "session is read-only", "timeout expired", "the connection is ")
_DEFAULTS = {
    "application_name": "fcompile",
    "client_encoding": "utf8",
    # Of several hosts the one that takes writes is asked for, also after a failover.
    "target_session_attrs": "read-write",
    # Milliseconds: a server whose machine is gone does not use up the time in which another may be found.
    "tcp_user_timeout": "5000",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What a server is for: what messages call it, its key in fcompile.yaml, and the code for one that is down."""

    what: str
    key: str
    down: str


STATE = Use("the state", "state", "FC961")
ONLINE = Use("the online store", "online", "FC521")


@dataclass(frozen=True, slots=True)
class Server:
    """``conninfo`` is libpq's, with its password; ``where`` is what messages say."""

    conninfo: str
    where: str
    use: Use = STATE

    def __repr__(self) -> str:
        return f"Server({self.where})"

    def connect(self, seconds: float) -> psycopg.Connection[Any]:
        """Return a connection that commits each statement but in a BEGIN; raise psycopg's errors."""
        import psycopg

        def connect() -> psycopg.Connection[Any]:
            # Poolers hand statements to any session: none is prepared.
            return psycopg.connect(
                self.conninfo, autocommit=True, prepare_threshold=None, connect_timeout=max(2, int(seconds))
            )

        return _within(seconds, connect)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn psycopg's errors into UnavailableError, or into FC506 where somebody has to correct something."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            said = failure(error).diagnostics[0].message
            what = f"{self.use.what} in {self.where}"
            if is_unavailable(error):
                hint = "run again when it is back: nothing is lost"
                message = f"{what} cannot be reached now: {said}"
                raise UnavailableError(Diagnostic(self.use.down, message, hint=hint)) from None
            hint = _hint(error, self.use.key)
            raise FcompileError(Diagnostic("FC506", f"cannot use {what}: {said}", hint=hint)) from None


def server_of(settings: PostgresServer, use: Use = STATE) -> Server:
    """Return the server that is set; raise FcompileError (FC506) for a DSN that cannot be read, FC422 no psycopg."""
    driver("psycopg", "postgres")
    import psycopg
    from psycopg import conninfo

    given = connection_settings(settings)
    dsn = given.pop("dsn", "")
    try:
        if has_open_password(dsn):
            raise psycopg.ProgrammingError
        known = _DEFAULTS | conninfo.conninfo_to_dict(dsn, **given)
        info = conninfo.make_conninfo("", **known)
    except psycopg.Error:
        # libpq repeats what it could not read, and that may be a password.
        raise _unreadable(use.what) from None
    database = known.get("dbname", "of the user")
    return Server(info, f"PostgreSQL at {known.get('host', 'localhost')}, database {database}", use)


def _within(seconds: float, connect: Callable[[], psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
    """Connect in that time; libpq takes no less than two seconds, and as many for each of a name's addresses."""
    import psycopg

    made: Future[psycopg.Connection[Any]] = Future()

    def work() -> None:
        try:
            connection = connect()
        except BaseException as error:
            if made.set_running_or_notify_cancel():
                made.set_exception(error)
            return
        if made.set_running_or_notify_cancel():
            made.set_result(connection)
        else:
            connection.close()

    threading.Thread(target=work, daemon=True, name="connecting").start()
    try:
        return made.result(seconds)
    except TimeoutError:
        if made.cancel():
            raise psycopg.errors.ConnectionTimeout("connection timeout expired") from None
    return made.result()


@contextmanager
def answering(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Cut the connection when the block takes longer: psycopg itself waits for an answer as long as it takes."""
    timer = threading.Timer(seconds, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: psycopg.Connection[Any]) -> None:
    import psycopg

    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def will_pass(error: Exception) -> bool:
    """Whether what could not begin may well begin in a moment."""
    import psycopg

    if not isinstance(error, psycopg.Error) or error.sqlstate == "55P03":
        return False
    return refuses_for_now(error) or any(text in str(error) for text in _DOWN)


def is_unavailable(error: psycopg.Error) -> bool:
    """Whether it is the server, the network or another session that ended what was under way."""
    import psycopg

    if error.sqlstate is not None:
        return error.sqlstate.startswith(_PASSING)
    # What the server itself answered to a connection begins so; all else did not reach it.
    refused = "FATAL:" in str(error) and not refuses_for_now(error)
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not refused


def _hint(error: psycopg.Error, key: str) -> str:
    if error.sqlstate in ("42P07", "42703", "42P01"):
        return f"another program's tables may be there: give a `schema` of its own in `{key}:`"
    if error.sqlstate in ("42501", "3F000"):
        return f"grant the user of `{key}:` the right to create its schema, and to use it"
    return f"correct `{key}:` in fcompile.yaml" if error.sqlstate is None else ""


def _unreadable(what: str) -> FcompileError:
    hint = "write it as postgresql://user:password@host:5432/database, with %40 for @ and %2F for / in a password"
    return FcompileError(Diagnostic("FC506", f"cannot use {what}: its dsn cannot be read", hint=hint))
