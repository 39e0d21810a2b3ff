"""The codes of what may go wrong in an engine, and what failures of all of them say alike."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, FcompileError

MISSING_RELATION = "FC401"
MISSING_COLUMN = "FC402"
BROKEN_CSV = "FC418"
LOCKED = "FC450"
CANNOT_OPEN = "FC451"
NO_SPACE = "FC452"
INTERRUPTED = "FC453"
BAD_VALUE = "FC454"
ENGINE = "FC459"

Meaning = tuple[str, str]
"""A code and a hint."""

UNKNOWN: Meaning = (ENGINE, "")
VALUE: Meaning = (BAD_VALUE, "correct the value, or declare the type it has")
ADDRESS = "is the server running, and are `host` and `port` of the target's warehouse right?"
RIGHT: Meaning = (ENGINE, "grant the right to the target's user")


def failed(meaning: Meaning, message: str) -> FcompileError:
    code, hint = meaning
    return FcompileError(Diagnostic(code, message, hint=hint))


def not_opened(why: FcompileError, where: str, hint: str, kept: tuple[str, ...] = (LOCKED,)) -> FcompileError:
    """Return the error of a connection that failed for ``why``: FC451, but for codes that are ``kept``.

    ``hint`` is for reasons that have none of their own.
    """
    found = why.diagnostics[0]
    code = found.code if found.code in kept else CANNOT_OPEN
    return failed((code, found.hint or hint), f"{where} cannot be opened: {found.message}")


def beyond_type(error: Exception) -> FcompileError:
    """Return the error of a value that pyarrow refuses for a column's type."""
    return failed(
        (BAD_VALUE, "cast the column in a query"), f"a value is beyond the type it is read as: {error}"
    )


def on_a_line(text: str) -> str:
    return " ".join(text.split())[:500]
