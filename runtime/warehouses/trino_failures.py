"""Trino's errors as ours, by their names (trino.io/docs/current/develop/client-protocol; StandardErrorCode)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_BUSY = "the server is busy: try again in a moment"

_NAMES: dict[str, failures.Meaning] = {
    **dict.fromkeys(
        ("TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "NOT_FOUND"),
        (failures.MISSING_RELATION, ""),
    ),
    "COLUMN_NOT_FOUND": (failures.MISSING_COLUMN, ""),
    **dict.fromkeys(
        (
            "INVALID_CAST_ARGUMENT",
            "DIVISION_BY_ZERO",
            "NUMERIC_VALUE_OUT_OF_RANGE",
            "INVALID_FUNCTION_ARGUMENT",
            "INVALID_LITERAL",
        ),
        failures.VALUE,
    ),
    **dict.fromkeys(("USER_CANCELED", "ADMINISTRATIVELY_KILLED"), (failures.INTERRUPTED, "")),
    **dict.fromkeys(
        (
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            "EXCEEDED_GLOBAL_MEMORY_LIMIT",
            "CLUSTER_OUT_OF_MEMORY",
            "EXCEEDED_SCAN_LIMIT",
        ),
        (failures.NO_SPACE, "ask for fewer features or rows at a time, or give the cluster more memory"),
    ),
    **dict.fromkeys(
        ("SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "QUERY_QUEUE_FULL", "NO_NODES_AVAILABLE"),
        (failures.LOCKED, _BUSY),
    ),
    "QUERY_TEXT_TOO_LARGE": (failures.ENGINE, "ask for fewer features at a time"),
    "PERMISSION_DENIED": failures.RIGHT,
}
_UNDONE = ("SERVER_STARTING_UP", "QUERY_QUEUE_FULL")
"""The statement was not begun."""


@contextmanager
def trino_errors() -> Iterator[None]:
    """Turn what the driver raises inside the block into an FcompileError."""
    from requests import RequestException
    from trino.exceptions import Error, HttpError

    try:
        yield
    except (Error, HttpError, RequestException) as error:
        raise failure(error) from error


def failure(error: Any) -> FcompileError:
    from trino.exceptions import TrinoQueryError

    if isinstance(error, TrinoQueryError):
        meaning = _NAMES.get(error.error_name or "", failures.UNKNOWN)
        return failures.failed(meaning, failures.on_a_line(error.message))
    silent = (failures.LOCKED, "is the server running?")
    meaning = silent if _has_no_answer(error) else failures.UNKNOWN
    return failures.failed(meaning, failures.on_a_line(str(error)))


def cannot_open(error: Any, where: str) -> FcompileError:
    hint = "is the server running, and are `host`, `port` and `user` of the target's warehouse right?"
    return failures.not_opened(failure(error), where, hint)


def was_not_begun(error: Exception) -> bool:
    """Whether the statement left nothing behind and may be sent again."""
    return getattr(error, "error_name", None) in _UNDONE


def refuses_for_now(error: Exception) -> bool:
    return was_not_begun(error) or _has_no_answer(error)


def _has_no_answer(error: Exception) -> bool:
    from requests import ConnectionError as Unreachable
    from trino.exceptions import Http502Error, Http503Error, Http504Error, TrinoConnectionError

    return isinstance(error, TrinoConnectionError | Http502Error | Http503Error | Http504Error | Unreachable)
