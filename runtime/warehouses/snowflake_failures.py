"""Snowflake's errors as ours, by number and SQLSTATE. Nothing of a connection's settings but account and database.

Numbers are those that the driver's documentation and Snowflake's community pages name; SQLSTATEs begin as ISO's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_CREDENTIALS = "correct `user` and what it logs in with in the target's warehouse"
_NUMBERS: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((2003, 2043), failures.MISSING_RELATION, "or the role has no right to it"),
    ((904,), failures.MISSING_COLUMN, ""),
    ((604,), failures.INTERRUPTED, ""),
    (
        (630,),
        failures.INTERRUPTED,
        "it took longer than STATEMENT_TIMEOUT_IN_SECONDS of the user or the warehouse",
    ),
    ((606,), failures.CANNOT_OPEN, "name a `warehouse` in the target that the role may use"),
    ((90073, 90064), failures.LOCKED, "the warehouse is suspended or its resource monitor has run out"),
    ((3001, 3041), failures.ENGINE, "grant the right to the target's role"),
    ((300005,), failures.NO_SPACE, "ask for fewer features or rows at a time, or take a larger warehouse"),
    ((390100, 390144, 390195, 390318, 390422, 394507), failures.CANNOT_OPEN, _CREDENTIALS),
)
_STATES: tuple[tuple[str, str, str], ...] = (
    ("42S02", failures.MISSING_RELATION, ""),
    ("22", *failures.VALUE),
    ("57014", failures.INTERRUPTED, ""),
    ("28", failures.CANNOT_OPEN, _CREDENTIALS),
    ("08", failures.CANNOT_OPEN, ""),
)


@contextmanager
def snowflake_errors() -> Iterator[None]:
    """Turn what the driver raises inside the block into an FcompileError."""
    import pyarrow as pa
    from snowflake.connector import errors

    try:
        yield
    except errors.Error as error:
        raise failure(error) from error
    except pa.ArrowInvalid as error:
        raise failures.beyond_type(error) from error


def failure(error: Any) -> FcompileError:
    return failures.failed(
        _meaning(error.errno, error.sqlstate or ""), shortened(error.raw_msg or str(error))
    )


def _meaning(number: object, state: str) -> failures.Meaning:
    for numbers, code, hint in _NUMBERS:
        if number in numbers:
            return code, hint
    return next(((code, hint) for start, code, hint in _STATES if state.startswith(start)), failures.UNKNOWN)


def cannot_open(error: Any, where: str, secrets: Iterable[str]) -> FcompileError:
    """What a failed connection says, without any of ``secrets``."""
    found = failure(error).diagnostics[0]
    message = found.message
    for secret in secrets:
        message = message.replace(secret, "***")
    why = failures.failed((found.code, found.hint), message)
    return failures.not_opened(why, where, "are `account` and `user` of the target's warehouse right?")


_HEAD = re.compile(r"^(?:\d{6} \(\w{5}\): )+|^SQL compilation error:\s*|^error line \d+ at position \d+\s*")


def shortened(text: str) -> str:
    """Return the reason alone, on one line.

    >>> shortened("SQL compilation error: error line 1 at position 7\\ninvalid identifier 'B'")
    "invalid identifier 'B'"
    """
    reason = text.split("\n\n")[0].strip()
    while (cut := _HEAD.sub("", reason).strip()) != reason and cut:
        reason = cut
    return failures.on_a_line(reason)
