"""Numbers in Spark's words. ANSI mode is on: what overflows is an error by itself [RAN]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, constant, integer
from fcompile.compiler.expressions.engines.spark_parts import (
    bigint,
    both,
    case,
    compared,
    double,
    is_float,
    may_be_float,
    plain,
    present,
    to,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds

_WHOLE = "9007199254740992"
"""2**53: from here on every float64 is a whole number."""


def divide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Division by zero is an error in ANSI mode [RAN]."""
    return exp.Div(this=atom(left), expression=_nonzero(right))


def _nonzero(value: exp.Expr) -> exp.Expr:
    literal = value.this if isinstance(value, exp.Neg) else value
    if isinstance(literal, exp.Literal) and not literal.is_string and float(literal.this):
        return value
    return exp.Nullif(this=value, expression=integer(0))


def floor_divide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """DIV cuts towards zero."""
    divisor = _nonzero(right)
    quotient = exp.Paren(this=exp.IntDiv(this=atom(left), expression=atom(divisor)))
    below = compared(exp.LT, _rest_by_sign(left.copy(), divisor.copy()), integer(0))
    return exp.Sub(this=quotient, expression=bigint(below))


def modulo(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """% has the dividend's sign. PMOD is never below zero for divisors above it, and odd for others [RAN]."""
    known = constant(right)
    if known is not None and known > 0:
        return call("PMOD", left, right)
    divisor = _nonzero(right)
    rest = exp.Mod(this=atom(left.copy()), expression=atom(divisor.copy()))
    moved = exp.Add(this=exp.Paren(this=rest), expression=atom(divisor.copy()))
    other = compared(exp.LT, _rest_by_sign(left, divisor), integer(0))
    return case(other, moved, rest.copy())


def _rest_by_sign(left: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    """Below zero where the remainder has not the divisor's sign."""
    rest = exp.Mod(this=atom(left), expression=atom(divisor))
    return exp.Mul(this=call("SIGN", rest), expression=call("SIGN", divisor.copy()))


def sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """SIGN(NaN) is NaN [RAN]."""
    (value,) = arguments
    known = call("NANVL", value, integer(0)) if may_be_float(kinds[0]) else value
    return bigint(call("SIGN", known))


def is_nan(value: exp.Expr) -> exp.Expr:
    """ISNAN(NULL) is false [RAN]; NaN equals itself."""
    return compared(exp.EQ, value, double("NaN"))


def sqrt(value: exp.Expr) -> exp.Expr:
    """SQRT(-1) is NaN [RAN]."""
    return case(compared(exp.GTE, value.copy(), integer(0)), call("SQRT", value))


def pow_(base: exp.Expr, exponent: exp.Expr) -> exp.Expr:
    """Java's: NaN for 1 beside NaN or infinity, and for -1 beside infinity; no NULL outside the domain [RAN]."""
    zero = both(compared(exp.EQ, base.copy(), integer(0)), compared(exp.LT, exponent.copy(), integer(0)))
    fraction = compared(exp.NEQ, exponent.copy(), call("RINT", exponent.copy()))
    root = both(compared(exp.LT, base.copy(), integer(0)), fraction)
    one = both(compared(exp.EQ, base.copy(), integer(1)), present(exponent.copy()))
    size = [call("ABS", each.copy()) for each in (base, exponent)]
    endless = both(
        exp.EQ(this=size[0], expression=integer(1)), exp.EQ(this=size[1], expression=double("Infinity"))
    )
    ifs = [
        exp.If(this=_either(zero, root), true=exp.Null()),
        exp.If(this=_either(one, endless), true=_DOUBLE_ONE.copy()),
    ]
    return exp.Case(ifs=ifs, default=call("POWER", base, exponent))


def _either(first: exp.Expr, second: exp.Expr) -> exp.Expr:
    return exp.Or(this=exp.Paren(this=first), expression=exp.Paren(this=second))


_DOUBLE_ONE = to(integer(1), exp.DType.DOUBLE)


def floor(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _whole("FLOOR", arguments[0], kinds)


def ceil(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _whole("CEIL", arguments[0], kinds)


def _whole(function: str, value: exp.Expr, kinds: Kinds) -> exp.Expr:
    """Of a float Spark makes a BIGINT, an error beyond its range [RAN]."""
    made = call(function, value)
    dtype = kinds[0]
    if dtype is not None and dtype.kind == "decimal":
        return _decimal(made, dtype.precision, 0)
    if not may_be_float(dtype):
        return made
    small = exp.LT(this=call("ABS", value.copy()), expression=exp.Literal.number(_WHOLE))
    return case(small, to(made, exp.DType.DOUBLE) if is_float(dtype) else made, value.copy())


def rounded(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """ROUND with digits reads a float's shortest text: 2.675 would be 2.68 [RAN]."""
    value, dtype = arguments[0], kinds[0]
    digits = (constant(arguments[1]) or 0) if len(arguments) > 1 else 0
    if dtype is not None and dtype.kind == "decimal":
        return _decimal(call("ROUND", value, integer(digits)), dtype.precision, digits)
    if digits == 0:
        return call("ROUND", value)
    if not is_float(dtype):
        return call("ROUND", value, integer(digits))
    power_of_ten = exp.Literal.number(f"1e{digits}")
    scaled = exp.Mul(this=atom(value), expression=power_of_ten)
    made = exp.Div(this=call("ROUND", scaled), expression=power_of_ten.copy())
    beyond = exp.EQ(this=call("ABS", scaled.copy()), expression=double("Infinity"))
    return case(beyond, value.copy(), made)


def _decimal(value: exp.Expr, precision: int, scale: int) -> exp.Expr:
    size = [exp.DataTypeParam(this=integer(n)) for n in (precision, scale)]
    return exp.Cast(this=value, to=exp.DataType(this=exp.DType.DECIMAL, expressions=size))


NUMBERS: Mapping[str, Build] = {
    "divide": plain(divide),
    "floor_divide": plain(floor_divide),
    "modulo": plain(modulo),
    "sign": sign,
    "is_nan": plain(is_nan),
    "sqrt": plain(sqrt),
    # Both are NULL for zero and below by themselves [RAN].
    "ln": plain(lambda value: call("LN", value)),
    "log10": plain(lambda value: call("LOG10", value)),
    "pow": plain(pow_),
    "floor": floor,
    "ceil": ceil,
    "round": rounded,
}
