"""BigQuery's errors as ours, by their reasons: cloud.google.com/bigquery/docs/error-messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_LESS = "ask for fewer features or rows at a time"
# (reason, part of the message, code, hint): the first that fits decides; "" fits all.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("notFound", "", failures.MISSING_RELATION, ""),
    (
        "accessDenied",
        r"or perhaps it does not exist",
        failures.MISSING_RELATION,
        "or the credentials have no right to it",
    ),
    ("accessDenied", "", failures.ENGINE, "grant the right to the target's credentials"),
    ("invalidQuery", r"Unrecognized name|[Nn]ot found inside|Referenced column", failures.MISSING_COLUMN, ""),
    (
        "",
        r"Bad \w+ value|Could not cast|overflow|out of range|Invalid \w+ value|division by zero",
        *failures.VALUE,
    ),
    ("", r"[Cc]onversion Error|Could not convert", *failures.VALUE),
    ("stopped", "", failures.INTERRUPTED, ""),
    ("resourcesExceeded", "", failures.NO_SPACE, _LESS),
    ("responseTooLarge", "", failures.NO_SPACE, _LESS),
    ("billingTierLimitExceeded", "", failures.NO_SPACE, _LESS),
    (
        "quotaExceeded",
        "",
        failures.LOCKED,
        "a quota of the project has run out: wait, or ask for a larger one",
    ),
    ("rateLimitExceeded", "", failures.LOCKED, "wait a moment, and try again"),
    ("backendError", "", failures.LOCKED, "BigQuery has a problem of its own: try again in a moment"),
)


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
        said = f"BigQuery is not reached: {type(error).__name__}"
        raise failures.failed((failures.CANNOT_OPEN, ""), said) from error
    except pa.ArrowInvalid as error:
        raise failures.beyond_type(error) from error


def refused(error: Exception) -> FcompileError:
    """Of credentials nothing is told but what kind of problem there is."""
    hint = "set `credentials_path` of the target, or run: gcloud auth application-default login"
    return failures.failed((failures.CANNOT_OPEN, hint), f"BigQuery does not log in: {type(error).__name__}")


def failure(error: Any) -> FcompileError:
    first: Any = next(iter(getattr(error, "errors", None) or []), {})
    told = first if isinstance(first, dict) else {}
    reason = str(told.get("reason") or "")
    message = str(told.get("message") or getattr(error, "message", "") or error)
    if not reason and type(error).__name__ == "RetryError":
        return failures.failed((failures.LOCKED, "is the `endpoint` right?"), shortened(message))
    fits = ((c, h) for name, said, c, h in _RULES if name in ("", reason) and re.search(said, message))
    return failures.failed(next(fits, failures.UNKNOWN), shortened(message))


def shortened(text: str) -> str:
    """Return the reason alone, on one line.

    >>> shortened("400 Unrecognized name: b at [1:8]; reason: invalidQuery\\n\\nLocation: US\\nJob ID: 1")
    'Unrecognized name: b at [1:8]'
    """
    reason = re.split(r"; reason: |\n\n|\nLINE \d+:", text.strip())[0]
    return failures.on_a_line(re.sub(r"^\d{3} (?:POST|GET) \S+: |^\d{3} ", "", reason))
