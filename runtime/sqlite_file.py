"""A SQLite file of ours: opened durably, recognised by its format, its errors in plain English."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, FcompileError, UnavailableError

BUSY_SECONDS = 30.0
_OPEN_ATTEMPTS = 40


@dataclass(frozen=True, slots=True)
class Format:
    """What a file holds.

    Attributes:
        what: for messages, as in "the online store".
        application: SQLite's application id, so that a stranger's file is never written to.
        version: of the tables; kept in ``user_version``.
        tables: the statements that make an empty file.
        upgrade: brings a file of an older version forward, and an empty one (0) instead of ``tables``, within
            one transaction; None where there is no older version.
    """

    what: str
    application: int
    version: int
    tables: tuple[str, ...] = ()
    upgrade: Callable[[sqlite3.Connection, int], None] | None = None


def open_file(path: Path, form: Format) -> sqlite3.Connection:
    """Open or make the file; usable from any thread, by one at a time.

    Raises:
        FcompileError: FC506 it cannot be opened or is no database; FC507 it is not ours or a newer one.
    """
    with plain_errors(path, form.what):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(path, form.what, str(error)) from error
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            _prepare(connection, path, form)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: Path, form: Format) -> None:
    _switch_to_wal(connection)
    # FULL: what a commit said is on the disk also after the power fails.
    connection.execute("PRAGMA synchronous = FULL")
    if _number(connection, "user_version") == form.version and _number(connection, "application_id") == (
        form.application
    ):
        return
    with transaction(connection):
        version = _number(connection, "user_version")
        application = _number(connection, "application_id")
        if version == form.version and application == form.application:
            return  # another process was faster
        if application != form.application and (version or application or _has_tables(connection)):
            raise _foreign(path, f"{path} is a database of another program, not {form.what} of fcompile")
        if version > form.version:
            raise _foreign(
                path, f"{path} was written by a newer fcompile (format {version})", "upgrade fcompile, or "
            )
        _fill(connection, path, form, version)
        connection.execute(f"PRAGMA application_id = {form.application}")
        connection.execute(f"PRAGMA user_version = {form.version}")


def _fill(connection: sqlite3.Connection, path: Path, form: Format, version: int) -> None:
    if form.upgrade is not None:
        form.upgrade(connection, version)
    elif version:
        raise _foreign(path, f"{path} was written by another version of fcompile (format {version})")
    else:
        for statement in form.tables:
            connection.execute(statement)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for the lock of this one pragma, so two first users would collide.
    for attempt in range(_OPEN_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == _OPEN_ATTEMPTS - 1:
                raise
            time.sleep(0.05)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


@contextmanager
def transaction(connection: sqlite3.Connection, *, write: bool = True) -> Iterator[None]:
    """Commit what the block did, or none of it when it raises. A reading one sees one instant of the file."""
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def plain_errors(path: Path, what: str) -> Iterator[None]:
    """Turn SQLite's errors into FC506, with the file's name; UnavailableError while another program has it locked."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _unusable(path, what, str(error)) from error


def _unusable(path: Path, what: str, reason: str) -> FcompileError:
    message = f"cannot use {what} at {path}: {reason}"
    if "locked" in reason:
        hint = "wait for the other program that uses it, then run again"
        return UnavailableError(Diagnostic("FC506", message, hint=hint))
    return FcompileError(Diagnostic("FC506", message))


def _foreign(path: Path, message: str, before: str = "") -> FcompileError:
    return FcompileError(Diagnostic("FC507", message, hint=f"{before}give another path in fcompile.yaml"))
