"""``cast``: which type becomes which, how text is read, and the SQL that does exactly that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlglot import exp

from fcompile.compiler.dtypes import BOOL, BYTES, DATE, FLOAT64, INT64, STRING, TIMESTAMP, DType
from fcompile.compiler.expressions import cast_builders as b
from fcompile.compiler.expressions import cast_decimals as decimals
from fcompile.compiler.expressions import cast_floats as floats
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions import cast_times as times
from fcompile.compiler.expressions import cast_values as v
from fcompile.compiler.expressions.function import Evaluate, EvaluationError

Types = Callable[[DType], exp.DataType]


@dataclass(frozen=True, slots=True)
class CastRule:
    """What a cast does.

    Attributes:
        meaning: in words, with its edges.
        make: the same in Python, for a source and a target.
        build: makes of the lowered operand what a plain SQL CAST (or TRY_CAST) then reads.
        copies: how often the SQL repeats the operand.
    """

    meaning: str
    make: v.Maker
    build: b.Prepare = b.as_it_is
    copies: int = 1


_INTEGER_TEXT = CastRule("Digits with an optional sign.", v.integer_text, b.formed(forms.INTEGER), 3)
_FLOAT_TEXT = CastRule(
    "A decimal number, with an optional exponent; `nan`, `inf` and `infinity` in any case, with an optional "
    "sign. The nearest value, infinite beyond the type's range.",
    floats.float_text,
    b.formed(forms.FLOAT),
    3,
)
_TRUNCATED = CastRule(
    "Towards zero: 2.9 is 2, -2.9 is -2. NaN and infinities do not fit.", v.truncated, b.truncated
)
_NEAREST = CastRule("The nearest value; of two equally near the even one.", floats.to_float64)
_SINGLE = CastRule("The nearest value; of two equally near the even one.", floats.to_float32)
_EXACT = CastRule("The same value.", v.same)
_NARROW = CastRule("The same value, if it fits.", decimals.to_decimal)
_BIT = CastRule("true is 1, false is 0.", v.bit)
_DIGITS = CastRule("Decimal digits, after `-` if negative.", v.written)

CASTS: Mapping[tuple[str, str], CastRule] = MappingProxyType(
    {
        ("bool", "int32"): _BIT,
        ("bool", "int64"): _BIT,
        ("bool", "string"): CastRule("`true` or `false`.", v.written_bool),
        ("int32", "int64"): _EXACT,
        ("int64", "int32"): CastRule("The same value, if it fits.", v.truncated),
        ("int32", "float32"): _SINGLE,
        ("int32", "float64"): CastRule("The same value.", floats.to_float64),
        ("int64", "float32"): _SINGLE,
        ("int64", "float64"): _NEAREST,
        ("int32", "decimal"): _NARROW,
        ("int64", "decimal"): _NARROW,
        ("int32", "string"): _DIGITS,
        ("int64", "string"): _DIGITS,
        ("float32", "float64"): _EXACT,
        ("float64", "float32"): CastRule(
            "The nearest value; of two equally near the even one. A finite value beyond the type's range does "
            "not fit; NaN and infinities stay.",
            floats.to_float32,
        ),
        ("float32", "int32"): _TRUNCATED,
        ("float32", "int64"): _TRUNCATED,
        ("float64", "int32"): _TRUNCATED,
        ("float64", "int64"): _TRUNCATED,
        ("decimal", "decimal"): CastRule("Rounded to s digits, halves away from zero.", decimals.to_decimal),
        ("decimal", "float64"): CastRule("The nearest value.", floats.to_float64, b.through_text),
        ("decimal", "int32"): CastRule("Towards zero: 2.9 is 2, -2.9 is -2.", v.truncated, b.truncated),
        ("decimal", "int64"): CastRule("Towards zero: 2.9 is 2, -2.9 is -2.", v.truncated, b.truncated),
        ("decimal", "string"): CastRule(
            "Decimal digits, with s of them after the point and at least one before it: `-0.50`. Zero has no "
            "sign.",
            decimals.written_decimal,
            b.written_decimal,
        ),
        ("string", "bool"): CastRule("`true` or `false`, in any case.", v.bool_text, b.formed(forms.BOOL), 3),
        ("string", "int32"): _INTEGER_TEXT,
        ("string", "int64"): _INTEGER_TEXT,
        ("string", "float32"): _FLOAT_TEXT,
        ("string", "float64"): _FLOAT_TEXT,
        ("string", "decimal"): CastRule(
            "A decimal number without exponent, rounded to s digits, halves away from zero.",
            decimals.decimal_text,
            b.formed(forms.DECIMAL),
            3,
        ),
        ("string", "bytes"): CastRule("UTF-8.", v.bytes_text, b.encoded),
        ("string", "date"): CastRule(
            "`YYYY-MM-DD`, of the years 0001 to 9999.", times.date_text, b.formed(forms.DATE), 3
        ),
        ("string", "timestamp"): CastRule(
            "`YYYY-MM-DD`, then optionally a space or `T`, `HH:MM[:SS[.ffffff]]` and `Z`. UTC; other offsets "
            "do not fit, nor do hour 24 and second 60.",
            times.timestamp_text,
            b.formed(forms.TIMESTAMP),
            3,
        ),
        ("bytes", "string"): CastRule("Read as UTF-8; other bytes do not fit.", v.written_bytes, b.decoded),
        ("json", "string"): CastRule("The JSON text as it stands.", v.same),
        ("date", "string"): CastRule("`YYYY-MM-DD`.", times.written_date),
        ("date", "timestamp"): CastRule("Midnight, UTC.", times.midnight),
        ("timestamp", "date"): CastRule("The day, UTC.", times.day),
        ("timestamp", "string"): CastRule(
            "`YYYY-MM-DD HH:MM:SS.ffffff`, always 26 characters.",
            times.written_timestamp,
            b.written_timestamp,
        ),
    }
)
"""(source kind, target kind) -> what it does. Every type also casts to itself."""


def refusal(source: DType, target: DType) -> str:
    """What to write instead of a cast that is not allowed, or nothing."""
    if target.kind == "bool" and source.kind in ("int32", "int64", "float32", "float64", "decimal"):
        return "write x <> 0"
    if source.kind == "bool" and target.kind in ("float32", "float64", "decimal"):
        return "write case when x then 1 else 0 end"
    if target.kind == "string" and source.kind in ("float32", "float64"):
        return "engines write floats differently; cast to int64 or decimal first, or leave it a number"
    if target.kind == "decimal" and source.kind in ("float32", "float64"):
        return "keep it float64, or cast the source's text or integer"
    if target.kind == "json":
        return "engines differ in what they read as json; declare the source's column as json"
    return ""


def build_cast(
    operand: exp.Expr, source: DType | None, target: DType, types: Types, safe: bool = False
) -> exp.Expr:
    """A CAST that does what ``CASTS`` says (``safe``: a TRY_CAST); of an unknown source type, the engine's own."""
    rule = CASTS.get((source.kind, target.kind)) if source is not None and source != target else None
    made = operand
    if rule is not None and source is not None:
        made = rule.build(operand, source, target, safe)
    return (exp.TryCast if safe else exp.Cast)(this=made, to=types(target))


def evaluate_cast(source: DType | None, target: DType) -> Evaluate:
    """The cast in Python; it raises ``EvaluationError`` where the SQL is an error when it runs.

    It is never called with None. Of an unknown source type, the value's own type decides.
    """
    if source is None:
        return lambda value: evaluate_cast(_type_of(value), target)(value)
    if source == target:
        return v.same(source, target)
    rule = CASTS.get((source.kind, target.kind))
    if rule is not None:
        return rule.make(source, target)
    raise EvaluationError(f"{source} does not cast to {target}")


def evaluate_try_cast(source: DType | None, target: DType) -> Evaluate:
    """The same, but None where the value does not fit."""
    cast = evaluate_cast(source, target)

    def attempt(value: Any) -> Any:
        try:
            return cast(value)
        except EvaluationError:
            return None

    return attempt


_TYPES: tuple[tuple[type, DType], ...] = (
    (bool, BOOL),
    (int, INT64),
    (float, FLOAT64),
    (str, STRING),
    (bytes, BYTES),
    (datetime, TIMESTAMP),
    (date, DATE),
)


def _type_of(value: Any) -> DType:
    """The widest type whose Python value this is."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        scale = max(0, -exponent) if isinstance(exponent, int) else 0
        return DType("decimal", precision=38, scale=min(scale, 38))
    found = next((dtype for kind, dtype in _TYPES if isinstance(value, kind)), None)
    if found is None:
        raise EvaluationError(f"{type(value).__name__} has no cast")
    return found
