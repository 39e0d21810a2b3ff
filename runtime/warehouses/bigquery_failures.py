"""BigQuery's errors as ours, by their reasons: cloud.google.com/bigquery/docs/error-messages."""

from __future__ import annotations

import re
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

_LESS = "ask for fewer features or rows at a time"
# (reason, part of the message, code, hint): the first that fits decides; "" fits all.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("notFound", "", MISSING_RELATION, ""),
    (
        "accessDenied",
        r"or perhaps it does not exist",
        MISSING_RELATION,
        "or the credentials have no right to it",
    ),
    ("accessDenied", "", ENGINE, "grant the right to the target's credentials"),
    ("invalidQuery", r"Unrecognized name|[Nn]ot found inside|Referenced column", MISSING_COLUMN, ""),
    (
        "",
        r"Bad \w+ value|Could not cast|overflow|out of range|Invalid \w+ value|division by zero",
        BAD_VALUE,
        "",
    ),
    ("", r"[Cc]onversion Error|Could not convert", BAD_VALUE, ""),
    ("stopped", "", INTERRUPTED, ""),
    ("resourcesExceeded", "", NO_SPACE, _LESS),
    ("responseTooLarge", "", NO_SPACE, _LESS),
    ("billingTierLimitExceeded", "", NO_SPACE, _LESS),
    ("quotaExceeded", "", LOCKED, "a quota of the project has run out: wait, or ask for a larger one"),
    ("rateLimitExceeded", "", LOCKED, "wait a moment, and try again"),
    ("backendError", "", LOCKED, "BigQuery has a problem of its own: try again in a moment"),
)
_TOLD = "correct the value, or declare the type it has"


@contextmanager
def bigquery_errors() -> Iterator[None]:
    """Turn what Google's packages raise inside the block into an FcompileError."""
    import pyarrow as pa
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError
    from requests.exceptions import RequestException

    try:
        yield
    except GoogleAPIError as error:
        raise failure(error) from error
    except GoogleAuthError as error:
        raise refused(error) from None
    except RequestException as error:
        raise FcompileError(
            Diagnostic(CANNOT_OPEN, f"BigQuery is not reached: {type(error).__name__}")
        ) from error
    except pa.ArrowInvalid as error:
        said = f"a value is beyond the type it is read as: {error}"
        raise FcompileError(Diagnostic(BAD_VALUE, said, hint="cast the column in a query")) from error


def refused(error: Exception) -> FcompileError:
    """Of credentials nothing is told but what kind of problem there is."""
    hint = "set `credentials_path` of the target, or run: gcloud auth application-default login"
    return FcompileError(
        Diagnostic(CANNOT_OPEN, f"BigQuery does not log in: {type(error).__name__}", hint=hint)
    )


def failure(error: Any) -> FcompileError:
    first: Any = next(iter(getattr(error, "errors", None) or []), {})
    told = first if isinstance(first, dict) else {}
    reason = str(told.get("reason") or "")
    message = str(told.get("message") or getattr(error, "message", "") or error)
    if not reason and type(error).__name__ == "RetryError":
        return FcompileError(Diagnostic(LOCKED, shortened(message), hint="is the `endpoint` right?"))
    for name, pattern, code, hint in _RULES:
        if name in ("", reason) and re.search(pattern, message):
            return FcompileError(Diagnostic(code, shortened(message), hint=hint or _hint(code)))
    return FcompileError(Diagnostic(ENGINE, shortened(message)))


def _hint(code: str) -> str:
    return _TOLD if code == BAD_VALUE else ""


def shortened(text: str) -> str:
    """Return the reason alone, on one line.

    >>> shortened("400 Unrecognized name: b at [1:8]; reason: invalidQuery\\n\\nLocation: US\\nJob ID: 1")
    'Unrecognized name: b at [1:8]'
    """
    reason = re.split(r"; reason: |\n\n|\nLINE \d+:", text.strip())[0]
    return " ".join(re.sub(r"^\d{3} (?:POST|GET) \S+: |^\d{3} ", "", reason).split())[:500]
