"""PostgreSQL's errors as ours, by SQLSTATE. Of a connection's settings nothing but host and database is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

# postgresql.org/docs/current/errcodes-appendix.html; the longest beginning that fits decides.
_CODES: tuple[tuple[str, str, str], ...] = (
    ("42P01", failures.MISSING_RELATION, ""),
    ("3F000", failures.MISSING_RELATION, ""),
    ("42703", failures.MISSING_COLUMN, ""),
    ("3D000", failures.CANNOT_OPEN, "correct `database` of the target's warehouse"),
    ("28", failures.CANNOT_OPEN, "correct `user` and `password` of the target's warehouse"),
    ("08", failures.CANNOT_OPEN, ""),
    ("53300", failures.LOCKED, "wait until others let go of their connections, and try again"),
    ("57P03", failures.LOCKED, "the server starts or stops: try again in a moment"),
    ("57P01", failures.LOCKED, "the server was stopped: try again in a moment"),
    (
        "53",
        failures.NO_SPACE,
        "free disk space or memory on the server, or ask for fewer features or rows at a time",
    ),
    ("54", failures.ENGINE, "ask for fewer features at a time"),
    ("57014", failures.INTERRUPTED, ""),
    ("42501", *failures.RIGHT),
    ("22", *failures.VALUE),
)
_TRANSIENT = ("53300", "57P03", "57P01", "57P02", "08001", "08006", "08004")
# What libpq says of a refused connection has no code.
_REFUSED: tuple[tuple[str, str], ...] = (
    ("authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ('role "', "28"),
    ('database "', "3D000"),
    ("too many clients", "53300"),
    ("connection slots", "53300"),
    ("too many connections", "53300"),
    ("is starting up", "57P03"),
    ("accepting connections", "57P03"),
    ("in recovery mode", "57P03"),
    ("is shutting down", "57P03"),
)
_UNDONE = ("40001", "40P01")
"""The whole statement was taken back: serialization failures and deadlocks."""
_NO_SERVER = ("Connection refused", "Connection reset", "server closed the connection")


@contextmanager
def postgres_errors(doing: str = "") -> Iterator[None]:
    """Turn what psycopg raises inside the block into an FcompileError; ``doing`` starts the message."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise failure(error, doing) from error


def failure(error: Any, doing: str = "") -> FcompileError:
    state = error.sqlstate or _state_of(str(error))
    fits = sorted((each for each in _CODES if state.startswith(each[0])), key=lambda each: -len(each[0]))
    code, hint = fits[0][1:] if fits else failures.UNKNOWN
    said = error.diag.message_primary or _first_line(str(error))
    told = error.diag.message_hint or hint
    return failures.failed((code, told), f"{doing}: {said}" if doing else said)


def cannot_open(error: Any, where: str) -> FcompileError:
    """What a failed connection says: the engine's reason; it never repeats a password."""
    kept = (failures.LOCKED, failures.NO_SPACE)
    return failures.not_opened(failure(error), where, failures.ADDRESS, kept)


def refuses_for_now(error: Exception) -> bool:
    """Whether a connection may well succeed in a moment."""
    state = getattr(error, "sqlstate", None) or _state_of(str(error))
    return state in _TRANSIENT if state else any(text in str(error) for text in _NO_SERVER)


def _state_of(said: str) -> str:
    """The code of a refused connection by the server's words; empty where it was not reached, or says otherwise."""
    fatal = said.partition("FATAL:")[2]
    return next((state for text, state in _REFUSED if text in fatal), "")


def was_undone(error: Exception) -> bool:
    """Whether the statement left nothing behind and may be done again."""
    return getattr(error, "sqlstate", None) in _UNDONE


def _first_line(text: str) -> str:
    """libpq tells each address that it tried; the reason stands behind the last "failed:" of a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = next((line for line in lines if "failed:" in line), lines[0] if lines else "no reason given")
    return reason.rpartition("failed: ")[2].removeprefix("FATAL:").strip() or reason
