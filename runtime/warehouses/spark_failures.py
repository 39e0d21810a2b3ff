"""Spark's errors as ours, by their conditions (spark.apache.org/docs/latest/sql-error-conditions), Databricks' too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.warehouses import failures

_MEMORY = "ask for fewer features or rows at a time, or give Spark more memory"

_RULES: tuple[tuple[str, str, str], ...] = (
    # (beginning of the condition or, without one, of what is said; code; hint): the first that fits decides.
    (
        "TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|CATALOG_NOT_FOUND|PATH_NOT_FOUND",
        failures.MISSING_RELATION,
        "",
    ),
    ("UNRESOLVED_COLUMN|UNRESOLVED_FIELD|FIELD_NOT_FOUND|COLUMN_NOT_FOUND", failures.MISSING_COLUMN, ""),
    (
        "CAST_|ARITHMETIC_OVERFLOW|BINARY_ARITHMETIC_OVERFLOW|NUMERIC_VALUE_OUT_OF_RANGE|DIVIDE_BY_ZERO|DATETIME_"
        "|NUMERIC_OUT_OF_SUPPORTED_RANGE|INVALID_ARRAY_INDEX|CANNOT_PARSE_|USER_RAISED_EXCEPTION|INVALID_BITMAP"
        "|INTERVAL_ARITHMETIC|DECIMAL_PRECISION|CONVERSION_INVALID_INPUT|MALFORMED_|REMAINDER_BY_ZERO",
        *failures.VALUE,
    ),
    ("SPARK_JOB_CANCELLED|OPERATION_CANCELED|INVALID_HANDLE.OPERATION_ABANDONED", failures.INTERRUPTED, ""),
    (r".*(maxResultSize|OutOfMemory|No space left on device)", failures.NO_SPACE, _MEMORY),
    (r".*(UNAVAILABLE|Connection refused|failed to connect)", failures.LOCKED, "is the server running?"),
    ("INSUFFICIENT_PERMISSIONS|PERMISSION_DENIED", *failures.RIGHT),
)


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn what PySpark raises inside the block into an FcompileError."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise failure(str(error)) from error


@contextmanager
def connect_errors() -> Iterator[None]:
    """As ``spark_errors``, and what grpc raises where a server does not answer."""
    from grpc import RpcError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, RpcError) as error:
        raise failure(str(error)) from error


def failure(text: str) -> FcompileError:
    """Return the error for what the engine said: of nested conditions the innermost that is known decides."""
    found = [(condition, said) for condition, said in conditions(text) if rule(condition)]
    condition, said = found[-1] if found else next(iter(conditions(text)), ("", text))
    code, hint = rule(condition) or rule(text) or failures.UNKNOWN
    sentence = _bad_value(said) if code == failures.BAD_VALUE else shortened(said)
    return failures.failed((code, hint), sentence)


def conditions(text: str) -> list[tuple[str, str]]:
    """Return each condition that a text names, with what stands behind it.

    >>> conditions("[A.B] Not so. SQLSTATE: 1\\n== SQL ==\\n")
    [('A.B', 'Not so. SQLSTATE: 1')]
    """
    # Spark Connect says the exception's class in brackets before it.
    return re.findall(r"^(?:.*?: |\(\S+\) )?\[([A-Z][A-Z0-9_.]+)\] ?(.*)$", text, re.MULTILINE)


def rule(text: str) -> failures.Meaning | None:
    return next(((c, h) for pattern, c, h in _RULES if re.match(pattern, text, re.DOTALL)), None)


def cannot_open(text: str, where: str) -> FcompileError:
    hint = "is the server running, and are the settings of the target's warehouse right?"
    return failures.not_opened(failure(text), where, hint)


def shortened(text: str) -> str:
    """Return the reason on one line: neither its state nor its place in a text that is ours, and long.

    >>> shortened("It is not there. Verify it. SQLSTATE: 42P01; line 1 pos 14;\\n'Project [*]")
    'It is not there. Verify it'
    """
    line = re.split(r" SQLSTATE:|\n== |\n'|; line \d+ pos|\n\s*at |JVM stacktrace", text.strip())[0]
    return " ".join(line.split()).rstrip(".")[:500] or "Spark gives no reason"


_NOT_OF = re.compile(
    r"""not ([a-z][a-z0-9]*(?:\(\d+,\s?\d+\))?): (.*?)['"]? (?:of the type|SQLSTATE|cannot)"""
)
"""What our own SQL gives a cast to fail on."""


def _bad_value(text: str) -> str:
    """Say which value is none of which dtype, if our own SQL found it.

    >>> _bad_value("The value 'not int64: 1.5' of the type \\"STRING\\" cannot be cast")
    "'1.5' is no int64"
    """
    found = _NOT_OF.search(text)
    return f"'{found[2][:60]}' is no {found[1]}" if found else shortened(text)
