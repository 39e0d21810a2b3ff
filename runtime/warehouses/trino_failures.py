"""Trino's errors as ours, by their names (trino.io/docs/current/develop/client-protocol; StandardErrorCode)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.warehouses.failures import (
    BAD_VALUE,
    CANNOT_OPEN,
    ENGINE,
    INTERRUPTED,
    LOCKED,
    MISSING_COLUMN,
    MISSING_RELATION,
    NO_SPACE,
)

_VALUE = "correct the value, or declare the type it has"
_BUSY = "the server is busy: try again in a moment"

_NAMES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "NOT_FOUND"), (MISSING_RELATION, "")
    ),
    "COLUMN_NOT_FOUND": (MISSING_COLUMN, ""),
    **dict.fromkeys(
        (
            "INVALID_CAST_ARGUMENT",
            "DIVISION_BY_ZERO",
            "NUMERIC_VALUE_OUT_OF_RANGE",
            "INVALID_FUNCTION_ARGUMENT",
            "INVALID_LITERAL",
        ),
        (BAD_VALUE, _VALUE),
    ),
    **dict.fromkeys(("USER_CANCELED", "ADMINISTRATIVELY_KILLED"), (INTERRUPTED, "")),
    **dict.fromkeys(
        (
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            "EXCEEDED_GLOBAL_MEMORY_LIMIT",
            "CLUSTER_OUT_OF_MEMORY",
            "EXCEEDED_SCAN_LIMIT",
        ),
        (NO_SPACE, "ask for fewer features or rows at a time, or give the cluster more memory"),
    ),
    **dict.fromkeys(
        ("SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "QUERY_QUEUE_FULL", "NO_NODES_AVAILABLE"),
        (LOCKED, _BUSY),
    ),
    "QUERY_TEXT_TOO_LARGE": (ENGINE, "ask for fewer features at a time"),
    "PERMISSION_DENIED": (ENGINE, "grant the right to the target's user"),
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
        code, hint = _NAMES.get(error.error_name or "", (ENGINE, ""))
        return FcompileError(Diagnostic(code, _on_a_line(error.message), hint=hint))
    code, hint = (LOCKED, "is the server running?") if _has_no_answer(error) else (ENGINE, "")
    return FcompileError(Diagnostic(code, _on_a_line(str(error)), hint=hint))


def cannot_open(error: Any, where: str) -> FcompileError:
    said = failure(error).diagnostics[0]
    code = LOCKED if said.code == LOCKED else CANNOT_OPEN
    hint = (
        said.hint
        or "is the server running, and are `host`, `port` and `user` of the target's warehouse right?"
    )
    return FcompileError(Diagnostic(code, f"{where} cannot be opened: {said.message}", hint=hint))


def was_not_begun(error: Exception) -> bool:
    """Whether the statement left nothing behind and may be sent again."""
    return getattr(error, "error_name", None) in _UNDONE


def refuses_for_now(error: Exception) -> bool:
    return was_not_begun(error) or _has_no_answer(error)


def _has_no_answer(error: Exception) -> bool:
    from requests import ConnectionError as Unreachable
    from trino.exceptions import Http502Error, Http503Error, Http504Error, TrinoConnectionError

    return isinstance(error, TrinoConnectionError | Http502Error | Http503Error | Http504Error | Unreachable)


def _on_a_line(text: str) -> str:
    return " ".join(text.split())[:500]
