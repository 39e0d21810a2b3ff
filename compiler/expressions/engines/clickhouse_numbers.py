"""Arithmetic and functions of numbers as ClickHouse says them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.builders import atom, constant, integer
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    INTEGERS,
    Value,
    absent,
    both,
    case,
    converted,
    decimal_type,
    fn,
    int64,
    is_float,
    once,
    raised,
    wide,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds

_SHIFT = 2**63
_WHOLE = 2**52
"""From here on every float64 is a whole number."""


def _are(kinds: Kinds, *names: str) -> bool:
    return any(kind is not None and kind.kind in names for kind in kinds)


def _group(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree)


# Sums and products. Int64 wraps around without a word [RAN]; 128 bits say whether it did. ``accurateCast`` of them
# would be shorter, but it looks at what lies hidden under a NULL too, and may raise for that [RAN].

_BEYOND = "beyond int64"
_LEAST = -(2**63)


def arithmetic(kind: type[exp.Binary]) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        # A whole number beside an unknown type takes that type.
        if None not in kinds and _are(kinds, *INTEGERS):
            return once(_checked(kind), *arguments)
        if _are(kinds, "float32", "float64", "decimal"):
            return b.binary(kind)(*arguments)
        return once(_checked_unknown(kind), *arguments)

    return build


def _checked(kind: type[exp.Binary]) -> Callable[[Value, Value], exp.Expr]:
    def build(x: Value, y: Value) -> exp.Expr:
        made = kind(this=atom(x()), expression=atom(y()))
        exact = kind(this=wide(x()), expression=wide(y()))
        return _sound(made, exp.NEQ(this=exact, expression=made.copy()))

    return build


def _sound(value: exp.Expr, wrong: exp.Expr) -> exp.Expr:
    """A number, or an error."""
    operand = value if isinstance(value, (exp.Add, exp.Mul, exp.Sub, exp.Anonymous)) else _group(value)
    return exp.Add(this=operand, expression=raised(wrong, _BEYOND))


def _checked_unknown(kind: type[exp.Binary]) -> Callable[[Value, Value], exp.Expr]:
    """Of unknown types: a whole number that wrapped around lies 2^64 from the same computed with floats."""

    def build(x: Value, y: Value) -> exp.Expr:
        floats = kind(this=_as_float(x()), expression=_as_float(y()))
        made = kind(this=atom(x()), expression=atom(y()))
        apart = exp.Abs(this=exp.Sub(this=_group(floats), expression=_as_float(made)))
        return _sound(made.copy(), exp.GT(this=apart, expression=exp.Literal.number("9e18")))

    return build


def _as_float(value: exp.Expr) -> exp.Expr:
    return fn("toFloat64", value)


def _is_least(x: Value) -> exp.Expr:
    return exp.EQ(this=x(), expression=integer(_LEAST))


def negate(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    if not _are(kinds, *INTEGERS):
        return b.negate(*arguments)
    return once(lambda x: _sound(exp.Neg(this=atom(x())), _is_least(x)), *arguments)


def absolute(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Of int64 it is a UInt64 [RAN]."""
    if not _are(kinds, *INTEGERS):
        return exp.Abs(this=arguments[0])
    return once(lambda x: _sound(fn("toInt64", exp.Abs(this=x())), _is_least(x)), *arguments)


def divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Both as floats: of decimals ``/`` gives a decimal. By zero it is infinite [RAN]."""
    floats = [a if is_float(k) else floated(a) for a, k in zip(arguments, kinds, strict=True)]
    return exp.Div(this=atom(floats[0]), expression=_nonzero(floats[1]), typed=True, safe=False)


def floated(value: exp.Expr) -> exp.Expr:
    number = isinstance(value, exp.Literal) or (
        isinstance(value, exp.Neg) and isinstance(value.this, exp.Literal)
    )
    return value if number or isinstance(value, exp.Cast) else converted("float64", value)


def _nonzero(value: exp.Expr) -> exp.Expr:
    known = isinstance(value, exp.Literal) and float(value.this) != 0
    return value if known else exp.Nullif(this=value, expression=integer(0))


def floor_divide(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    """``intDiv`` cuts towards zero: shifted, the dividend has the divisor's sign, and cutting is rounding down."""
    known = constant(divisor)
    if known is not None and 0 < known < 2**62 and isinstance(dividend, exp.Column):
        below = exp.LT(this=exp.Mod(this=dividend.copy(), expression=integer(known)), expression=integer(0))
        return int64(exp.Sub(this=fn("intDiv", dividend, divisor), expression=_group(below)))

    def build(x: Value, y: Value) -> exp.Expr:
        quotient = fn("intDiv", _shifted(x, y), _nonzero(y()))
        made = fn("toInt64", exp.Sub(this=quotient, expression=integer(_SHIFT)))
        opposite = exp.EQ(this=y(), expression=integer(-1))
        return _sound(made, both(_is_least(x), opposite))

    return once(build, dividend, divisor)


def modulo(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    known = constant(divisor)
    if known is not None and 0 < known < 2**62:
        return int64(fn("positiveModulo", dividend, divisor))

    def build(x: Value, y: Value) -> exp.Expr:
        return int64(exp.Mod(this=_shifted(x, y), expression=_nonzero(y())))

    return once(build, dividend, divisor)


def _shifted(x: Value, y: Value) -> exp.Expr:
    shift = exp.Mul(this=wide(y()), expression=integer(_SHIFT))
    return _group(exp.Add(this=wide(x()), expression=shift))


# Rounding


def rounded(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """ROUND of a float rounds halves to the even number, and of a decimal keeps its type [RAN]."""
    places = constant(arguments[1]) or 0 if len(arguments) > 1 else 0
    kind = kinds[0]
    if kind is not None and kind.kind == "decimal":
        return _of_scale(exp.Round(this=arguments[0], decimals=integer(places)), kind, places)
    return once(lambda x: _half_away(x) if places == 0 else _to_digits(x, places), arguments[0])


def _half_away(x: Value) -> exp.Expr:
    """Twice what is behind the point, cut, is what rounding adds: no step of it rounds by itself."""
    rest = exp.Sub(this=atom(x()), expression=exp.Trunc(this=x()))
    twice = exp.Mul(this=integer(2), expression=_group(rest))
    made = exp.Add(this=exp.Trunc(this=x()), expression=exp.Trunc(this=twice))
    return case(exp.LT(this=exp.Abs(this=x()), expression=integer(_WHOLE)), made, x())


def _to_digits(x: Value, places: int) -> exp.Expr:
    power = exp.Literal.number(f"1e{places}")

    def build(scaled: Value, original: Value) -> exp.Expr:
        made = exp.Div(this=_group(_half_away(scaled)), expression=power.copy(), typed=True, safe=False)
        return case(fn("isInfinite", scaled()), original(), made)

    return once(build, exp.Mul(this=atom(x()), expression=power), x())


def _of_scale(value: exp.Expr, kind: DType, scale: int) -> exp.Expr:
    return exp.Cast(this=value, to=decimal_type(kind.precision, scale))


def whole(build: type[exp.Floor] | type[exp.Ceil]) -> Build:
    def made(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        kind, found = kinds[0], build(this=arguments[0])
        return _of_scale(found, kind, 0) if kind is not None and kind.kind == "decimal" else found

    return made


def sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """That of NaN is 1 [RAN], and here 0."""
    if _are(kinds, *INTEGERS, "decimal"):
        return int64(fn("sign", arguments[0]))
    return once(_sign, arguments[0])


def _sign(x: Value) -> exp.Expr:
    return int64(fn("sign", case(exp.EQ(this=x(), expression=x()), x(), absent_or_zero(x))))


def absent_or_zero(x: Value) -> exp.Expr:
    return case(absent(x()), exp.Null(), integer(0))


# Functions that have a value everywhere, of floats.


def _within(kind: type[exp.Binary], name: str) -> Build:
    """NULL where the argument compares with 0 this way: there it is NaN, or infinite [RAN]."""

    def build(x: Value) -> exp.Expr:
        outside = kind(this=atom(x()), expression=integer(0))
        return case(outside, exp.Null(), fn(name, x()))

    return lambda arguments, kinds: once(build, *map(floated, arguments))


sqrt, ln, log10 = _within(exp.LT, "sqrt"), _within(exp.LTE, "log"), _within(exp.LTE, "log10")


def exponential(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return fn("exp", *map(floated, arguments))
