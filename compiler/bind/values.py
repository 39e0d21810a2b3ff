"""The small things inside objects: types, durations, column names, defaults."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from fcompile.compiler.bind.allow import allowed
from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.definitions import Literal, Meta
from fcompile.compiler.dtypes import KINDS, DType, parse_dtype, parse_duration
from fcompile.compiler.errors import Span, did_you_mean
from fcompile.compiler.load import has_disguise
from fcompile.compiler.schema.definitions import Described

TIME = "event_timestamp"
"""The column of a spine that holds t, unless it is called otherwise; in tests it always is."""

_OTHER_WORDS = {
    "int": "int64",
    "integer": "int64",
    "bigint": "int64",
    "long": "int64",
    "float": "float64",
    "double": "float64",
    "real": "float32",
    "str": "string",
    "text": "string",
    "varchar": "string",
    "boolean": "bool",
    "datetime": "timestamp",
    "timestamptz": "timestamp",
    "numeric": "decimal(p,s)",
    "blob": "bytes",
    "array": "list<T>",
}
_LONGEST_TYPE = 4_000


@lru_cache(maxsize=1024)
def _parsed(text: str) -> DType:
    return parse_dtype(text)


def dtype_of(scope: Scope, text: str | None, span: Span) -> DType | None:
    """Return the type; report FC351 and return None where ``text`` is none. Nothing written is no type."""
    if text is None:
        return None
    if len(text) > _LONGEST_TYPE:
        scope.problem("FC351", f"a type has at most {_LONGEST_TYPE:,} characters", span)
        return None
    if not text.strip():
        scope.problem("FC351", "the type is empty", span, "write `int64`, say")
        return None
    try:
        return _parsed(text)
    except ValueError as error:
        scope.problem("FC351", str(error), span, _dtype_hint(text, str(error)))
        return None


def _dtype_hint(text: str, said: str) -> str:
    """Return what to write instead: for the word that the message names, or the one that ``text`` begins with."""
    named = re.match(r"`(\w+)` is not a type$", said)
    written = named.group(1) if named else re.split("[<(]", text.strip(), maxsplit=1)[0].strip()
    word = written.lower()
    other = _OTHER_WORDS.get(word) or (word if word in KINDS and word != written else "")
    return f"write `{other}`" if other else did_you_mean(word, [kind for kind in KINDS if kind != word])


def duration_of(
    scope: Scope, item: Item, key: str, text: str | None, positive: bool = True
) -> timedelta | None:
    """Return the duration under ``key``; None where it is absent or not one (reported, FC352)."""
    if text is None:
        return None
    return read_duration(scope, text, f"`{key}`", item.span(key), positive=positive)


def read_duration(
    scope: Scope, text: str, what: str, span: Span, other: str = "", positive: bool = True
) -> timedelta | None:
    """Return the duration that ``text`` is; None after reporting that it is none, or 0 where ``what`` is longer.

    ``other`` is what may be written instead of one.
    """
    hint = f"or write `{other}`" if other else ""
    try:
        duration = parse_duration(text)
    except ValueError as error:
        scope.problem("FC352", str(error), span, hint)
        return None
    if positive and not duration:
        scope.problem("FC352", f"{what} must be longer than 0", span, hint)
        return None
    return duration


def check_column(scope: Scope, name: str, span: Span) -> None:
    """Report a column's name that is empty, looks other than it is, or is one of fcompile's own."""
    if not name or has_disguise(name):
        shown = f"the name {name!a} holds an invisible character" if name else "a column's name is empty"
        scope.problem("FC112", shown, span, "write the column's name")
    elif name.startswith("__"):
        message = f"`{name}`: names that start with __ are fcompile's own"
        scope.problem("FC212", message, span, "rename the column in a `query:`")


def meta_of(item: Item) -> Meta:
    return shape_meta(item.shape)


def shape_meta(shape: Described) -> Meta:
    """Return what people say about what is written, an object or a feature of one."""
    return Meta(shape.description, shape.owner, tuple(sorted(shape.tags.items())), allowed(shape))


def check_default(scope: Scope, value: Literal, dtype: DType, span: Span) -> None:
    """Report FC354 where ``value`` is not one of ``dtype``; NULL always is."""
    if value is None:
        return
    if dtype.kind in ("bytes", "list", "struct", "vector"):
        scope.problem("FC354", f"a feature of type {dtype} takes no default but null", span)
    elif not _fits(value, dtype):
        shown = f"`{value}`" if isinstance(value, str) else str(value)
        scope.problem(
            "FC354", f"the default {shown} is not of type {dtype}", span, _EXAMPLES.get(dtype.kind, "")
        )


_EXAMPLES = {
    "bool": "write true or false",
    "int32": "write a whole number",
    "int64": "write a whole number",
    "float32": "write a number",
    "float64": "write a number",
    "decimal": "write a number with as many digits as the type has",
    "string": "quote it",
    "date": "write 2026-01-31",
    "timestamp": "write 2026-01-31T12:00:00Z",
    "json": "write JSON in quotes",
}


def _fits(value: object, dtype: DType) -> bool:
    match dtype.kind:
        case "bool":
            return isinstance(value, bool)
        case "int32" | "int64":
            limit = 2 ** (31 if dtype.kind == "int32" else 63)
            return type(value) is int and -limit <= value < limit
        case "float32" | "float64":
            return type(value) in (int, float)
        case "decimal":
            return _fits_decimal(value, dtype)
        case "string":
            return isinstance(value, str)
        case kind:
            return isinstance(value, str) and _reads_as(kind, value)


def _reads_as(kind: str, text: str) -> bool:
    readers = {"date": date.fromisoformat, "timestamp": datetime.fromisoformat, "json": json.loads}
    try:
        readers[kind](text)
    except (ValueError, RecursionError):
        return False
    return True


def _fits_decimal(value: object, dtype: DType) -> bool:
    if type(value) not in (int, float, str):
        return False
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):  # NaN or infinite
        return False
    return -exponent <= dtype.scale and (not number or number.adjusted() < dtype.precision - dtype.scale)
