"""``cast``: which type becomes which, how text is read, and the SQL that does exactly that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType

Types = Callable[[DType], exp.DataType]


@dataclass(frozen=True, slots=True)
class CastRule:
    """``build`` makes of the lowered operand what a plain SQL CAST then reads; ``copies`` as in Function."""

    meaning: str
    build: Callable[[exp.Expr, str], exp.Expr] = lambda operand, _: operand
    copies: int = 1


def _truncated(operand: exp.Expr, _: str) -> exp.Expr:
    return exp.Trunc(this=operand)


def _formed(pattern: str) -> Callable[[exp.Expr, str], exp.Expr]:
    """The text if it has this form, else a text that no cast reads, whose error then says what was wrong."""

    def build(operand: exp.Expr, target: str) -> exp.Expr:
        fits = exp.Anonymous(this="regexp_full_match", expressions=[operand, exp.Literal.string(pattern)])
        wrong = exp.DPipe(
            this=exp.Literal.string(f"not {target}: "), expression=exp.Paren(this=operand.copy())
        )
        return exp.Case(ifs=[exp.If(this=fits, true=operand.copy())], default=wrong)

    return build


def _written_timestamp(operand: exp.Expr, _: str) -> exp.Expr:
    form = exp.Literal.string("%Y-%m-%d %H:%M:%S.%f")
    return exp.Anonymous(this="strftime", expressions=[operand, form])


_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_DIGITS = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)"

_INTEGER_TEXT = CastRule("Digits with an optional sign.", _formed("[+-]?[0-9]+"), 3)
_FLOAT_TEXT = CastRule(
    "A decimal number, with an optional exponent; `nan`, `inf` and `infinity` in any case.",
    _formed(f"(?i){_DIGITS}(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)"),
    3,
)
_TRUNCATED = CastRule("Towards zero: 2.9 is 2, -2.9 is -2.", _truncated)
_NEAREST = CastRule("The nearest value.")
_EXACT = CastRule("The same value.")
_NARROW = CastRule("The same value, if it fits.")
_BIT = CastRule("true is 1, false is 0.")
_ROUNDED = CastRule("Rounded to s digits, halves away from zero.")

CASTS: Mapping[tuple[str, str], CastRule] = MappingProxyType(
    {
        ("bool", "int32"): _BIT,
        ("bool", "int64"): _BIT,
        ("bool", "string"): CastRule("`true` or `false`."),
        ("int32", "int64"): _EXACT,
        ("int64", "int32"): _NARROW,
        ("int32", "float32"): _NEAREST,
        ("int32", "float64"): _EXACT,
        ("int64", "float32"): _NEAREST,
        ("int64", "float64"): _NEAREST,
        ("int32", "decimal"): _NARROW,
        ("int64", "decimal"): _NARROW,
        ("int32", "string"): CastRule("Decimal digits."),
        ("int64", "string"): CastRule("Decimal digits."),
        ("float32", "float64"): _EXACT,
        ("float64", "float32"): _NEAREST,
        ("float32", "int32"): _TRUNCATED,
        ("float32", "int64"): _TRUNCATED,
        ("float64", "int32"): _TRUNCATED,
        ("float64", "int64"): _TRUNCATED,
        ("decimal", "decimal"): _ROUNDED,
        ("decimal", "float64"): _NEAREST,
        ("decimal", "int32"): _TRUNCATED,
        ("decimal", "int64"): _TRUNCATED,
        ("string", "bool"): CastRule("`true` or `false`, in any case.", _formed("(?i)true|false"), 3),
        ("string", "int32"): _INTEGER_TEXT,
        ("string", "int64"): _INTEGER_TEXT,
        ("string", "float32"): _FLOAT_TEXT,
        ("string", "float64"): _FLOAT_TEXT,
        ("string", "decimal"): CastRule(
            "A decimal number without exponent, rounded to s digits, halves away from zero.",
            _formed(_DIGITS),
            3,
        ),
        ("string", "date"): CastRule("`YYYY-MM-DD`.", _formed(_DATE), 3),
        ("string", "timestamp"): CastRule(
            "`YYYY-MM-DD`, then optionally a space or `T`, `HH:MM[:SS[.ffffff]]` and `Z`. "
            "UTC; other offsets are errors.",
            _formed(f"{_DATE}([ T]{_TIME}Z?)?"),
            3,
        ),
        ("date", "string"): CastRule("`YYYY-MM-DD`."),
        ("date", "timestamp"): CastRule("Midnight, UTC."),
        ("timestamp", "date"): CastRule("The day, UTC."),
        ("timestamp", "string"): CastRule(
            "`YYYY-MM-DD HH:MM:SS.ffffff`, always 26 characters.", _written_timestamp
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
        return "engines write floats differently; cast to int64 first, or leave it a number"
    if target.kind == "decimal" and source.kind in ("float32", "float64"):
        return "keep it float64, or cast the source's text or integer"
    return ""


def build_cast(operand: exp.Expr, source: DType | None, target: DType, types: Types) -> exp.Expr:
    """A CAST that does what ``CASTS`` says; of an unknown source type, the engine's own."""
    rule = CASTS.get((source.kind, target.kind)) if source is not None else None
    made = rule.build(operand, str(target)) if rule is not None else operand
    return exp.Cast(this=made, to=types(target))
