"""ClickHouse's errors as ours, by their numbers (src/Common/ErrorCodes.cpp)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_CODES: tuple[tuple[tuple[int, ...], str, str], ...] = (
    ((60, 81), failures.MISSING_RELATION, ""),
    ((8, 10, 16, 47), failures.MISSING_COLUMN, ""),
    (
        (6, 27, 38, 41, 43, 53, 69, 70, 72, 117, 321, 349, 395, 407, 691),
        *failures.VALUE,
    ),
    ((394,), failures.INTERRUPTED, ""),
    (
        (241, 243, 307),
        failures.NO_SPACE,
        "ask for fewer features or rows at a time, or give the server more memory",
    ),
    ((202, 203, 252), failures.LOCKED, "the server is busy: try again in a moment"),
    ((192, 193, 194, 516), failures.CANNOT_OPEN, "correct `user` and `password` of the target's warehouse"),
    ((497,), *failures.RIGHT),
)
_CODE = re.compile(r"Code: (\d+)\. DB::Exception: (.*)", re.DOTALL)
_NO_SERVER = ("Connection refused", "Connection reset", "Connection aborted", "timed out")


@contextmanager
def clickhouse_errors() -> Iterator[None]:
    """Turn what clickhouse-connect raises inside the block into an FcompileError."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    try:
        yield
    except ClickHouseError as error:
        raise failure(str(error)) from error


def failure(text: str) -> FcompileError:
    found = _CODE.search(text)
    number = int(found[1]) if found else 0
    meaning = next(((c, h) for numbers, c, h in _CODES if number in numbers), failures.UNKNOWN)
    return failures.failed(meaning, shortened(found[2] if found else text))


def cannot_open(error: Exception, where: str) -> FcompileError:
    return failures.not_opened(failure(str(error)), where, failures.ADDRESS)


def refuses_for_now(error: Exception) -> bool:
    return (
        any(text in str(error) for text in _NO_SERVER)
        or failure(str(error)).diagnostics[0].code == failures.LOCKED
    )


def shortened(text: str) -> str:
    """Return the reason alone: the query it stands in is ours, and long.

    >>> shortened("Unknown expression identifier `b`. In scope SELECT b FROM x. (UNKNOWN_IDENTIFIER)")
    'Unknown expression identifier `b`'
    """
    reason = re.split(r"[.:]? In scope |: While (?:processing|executing)|\. Expected one of", text)[0]
    return " ".join(re.sub(r"\s*\([A-Z_]+\)\s*$", "", reason).split()).rstrip(".")[:500]
