"""Functions of numbers in Snowflake: docs.snowflake.com/en/sql-reference.

data-types-numeric: NaN equals NaN and is greater than every other FLOAT, infinity too, so that comparisons, IN,
NULLIF and the like are the language's own. Functions of floats raise outside their domain; where their pages do not
say what they make of NaN, infinity and results beyond the range, they are not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.roundings import rounded
from fcompile.compiler.expressions.engines.shorthand import (
    FLOATS,
    absent,
    both,
    call,
    cast,
    compare,
    either,
    is_constant,
    number,
    number_of,
    of_trees,
    present,
    quotient,
    text,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.nodes import Literal
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()
_DOUBLE = _DIALECT.scalar("float64")
_WHOLE = str(2**52)
"""From here on every float64 is a whole number."""
_GREATEST_EXPONENT = "709.782712893384"
_LEAST_EXPONENT = "-745.2"


def float_of(value: str) -> exp.Expr:
    return cast(text(value), _DOUBLE.copy())


def _nan() -> exp.Expr:
    return float_of("NaN")


def _infinity() -> exp.Expr:
    return float_of("inf")


def is_nan(x: exp.Expr) -> exp.Expr:
    return compare(exp.EQ, x, _nan())


def divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Of unknown types both are read as DOUBLE: numbers with digits would divide to six more (operators-arithmetic)."""
    x, y = (
        each if kind is not None or is_constant(each) or isinstance(each, exp.Null) else cast(each, _DOUBLE)
        for each, kind in zip(arguments, kinds, strict=True)
    )
    return b.divide(x, y)


def _rounded_float(x: exp.Expr, digits: int) -> exp.Expr:
    """functions/round: halves away from zero. Only whole numbers are asked for: digits are scaled here."""
    if not digits:
        small = compare(exp.LT, call("ABS", x.copy()), number(_WHOLE))
        return when((small, call("ROUND", x.copy())), otherwise=x)
    factor = number("1" + "0" * digits)
    scaled = compare(exp.Mul, x, factor)
    small = compare(exp.LT, call("ABS", scaled), number(_WHOLE))
    finite = compare(exp.LT, call("ABS", scaled.copy()), _infinity())
    return when(
        (small, quotient(call("ROUND", scaled), factor)),
        (finite, quotient(scaled, factor)),
        otherwise=x.copy(),
    )


def sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, kind = arguments[0], kinds[0]
    pairs = [(is_nan(x), number(0))] if kind is None or kind.kind in FLOATS else []
    pairs.append((compare(exp.GT, x, number(0)), number(1)))
    pairs.append((compare(exp.LT, x, number(0)), number(-1)))
    return when(*pairs, (present(x), number(0)))


def _of_domain(outside: type[exp.Binary], made: str, *before: exp.Expr) -> Build:
    """NULL outside the domain; NaN and infinity stay."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        x = arguments[0]
        return when(
            (compare(outside, x, number(0)), exp.Null()),
            (compare(exp.LT, x, _infinity()), call(made, *(each.copy() for each in before), x.copy())),
            otherwise=x,
        )

    return build


def exponential(x: exp.Expr) -> exp.Expr:
    return when(
        (is_nan(x), x.copy()),
        (compare(exp.GT, x, number(_GREATEST_EXPONENT)), _infinity()),
        (compare(exp.LT, x, number(_LEAST_EXPONENT)), number(0)),
        otherwise=call("EXP", x),
    )


def power(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """functions/pow. What is finite and beyond the range of float64 is left to it."""
    known = number_of(y)
    if known is not None:
        return _to_known(x, y, known)
    zero, one = (compare(exp.EQ, x, number(value)) for value in (0, 1))
    below = (compare(exp.LT, x, number(0)), _is_finite(y))
    fraction = both(*below, compare(exp.NEQ, y, call("FLOOR", y.copy())))
    limits = both(_is_finite(x), _is_finite(y))
    return when(
        (exp.Or(this=absent(x), expression=absent(y)), exp.Null()),
        (exp.Or(this=one, expression=compare(exp.EQ, y, number(0))), number(1)),
        (exp.Or(this=is_nan(x), expression=is_nan(y)), _nan()),
        (either(both(zero, compare(exp.LT, y, number(0))), fraction).this, exp.Null()),
        (limits, call("POWER", x.copy(), y.copy())),
        otherwise=_at_infinity(x, y),
    )


def _to_known(x: exp.Expr, y: exp.Expr, known: float) -> exp.Expr:
    """A constant exponent: fewer cases are left."""
    if known == 0:
        return when((present(x), number(1)))
    pairs: list[tuple[exp.Expr, exp.Expr]] = []
    if known < 0:
        pairs.append((compare(exp.EQ, x, number(0)), exp.Null()))
    if not known.is_integer():
        pairs.append((compare(exp.LT, x, number(0)), exp.Null()))
    pairs.append((_is_finite(x), call("POWER", x.copy(), y.copy())))
    if known > 0:
        return when(*pairs, otherwise=x if known % 2 == 1 else call("ABS", x))
    return when(*pairs, (is_nan(x), x.copy()), (present(x), number(0)))


def _is_finite(x: exp.Expr) -> exp.Expr:
    """NaN is greater than infinity."""
    return compare(exp.LT, call("ABS", x.copy()), _infinity())


def _at_infinity(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """IEEE 754's pow where x or y is infinite, and neither is NaN."""
    size, zero = call("ABS", x.copy()), number(0)
    whole = compare(exp.EQ, call("FLOOR", y.copy()), y)
    # An odd whole number: half of it is none. From 2^53 on there are only even ones.
    half = quotient(y, number("2.0"))
    odd = both(whole, compare(exp.NEQ, call("FLOOR", half), half), _is_finite(y))
    negative = both(compare(exp.LT, x, zero), odd)
    infinite = when((negative, float_of("-inf")), otherwise=_infinity())
    grows = exp.EQ(
        this=exp.Paren(this=compare(exp.GT, size, number(1))),
        expression=exp.Paren(this=compare(exp.GT, y, zero)),
    )
    return when(
        (compare(exp.EQ, size, number(1)), number(1)),
        (grows, infinite),
        otherwise=number(0),
    )


def literal(constant: Literal, to: exp.DataType | None) -> exp.Expr | None:
    """A float that a decimal constant does not say exactly; with an exponent it is a decimal here, too."""
    if not isinstance(constant.value, float):
        return None
    written = repr(abs(constant.value))
    if "e" not in written and len(written.replace(".", "").strip("0")) <= 15:
        return None
    sign_of = "-" if str(constant.value).startswith("-") else ""
    return float_of(sign_of + written)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "divide": divide,
        "round": rounded(_DIALECT, _rounded_float),
        "sign": sign,
        "sqrt": _of_domain(exp.LT, "SQRT"),
        "ln": _of_domain(exp.LTE, "LN"),
        "log10": _of_domain(exp.LTE, "LOG", number(10)),
        "exp": of_trees(exponential),
        "pow": of_trees(power),
        "is_nan": of_trees(is_nan),
    }
)
