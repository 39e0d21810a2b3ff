"""A SQLite file of ours: opened durably, recognised by its format, its errors in plain English."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, FcompileError

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
    """

    what: str
    application: int
    version: int
    tables: tuple[str, ...]


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
        if version == 0 and application == 0 and not _has_tables(connection):
            for statement in form.tables:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {form.application}")
            connection.execute(f"PRAGMA user_version = {form.version}")
        elif application != form.application:
            raise _foreign(path, f"{path} is a database of another program, not {form.what} of fcompile")
        elif version != form.version:
            raise _foreign(path, f"{path} was written by another version of fcompile (format {version})")


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
    """Turn SQLite's errors into FC506, with the file's name."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _unusable(path, what, str(error)) from error


def _unusable(path: Path, what: str, reason: str) -> FcompileError:
    hint = "wait for the other program that uses it, then run again" if "locked" in reason else ""
    return FcompileError(Diagnostic("FC506", f"cannot use {what} at {path}: {reason}", hint=hint))


def _foreign(path: Path, message: str) -> FcompileError:
    return FcompileError(Diagnostic("FC507", message, hint="give another path in fcompile.yaml"))
