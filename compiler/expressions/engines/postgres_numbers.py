"""Whole numbers, rounding, and functions of float64 that have a value everywhere, in Postgres."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_floats as f
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.words import Kinds

Arguments = Sequence[exp.Expr]

_LN_GREATEST, _LN_LEAST = "709.782712893384", "-745.1332191019411"
"""exp(x) of these is still a float64; the next numbers away from 0 give infinity and 0."""


def floor_divide(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """Rounded down: ``/`` of bigint cuts towards zero."""
    return p.let(_floored, *_divided(arguments))


def _floored(x: p.Part, y: p.Part) -> exp.Expr:
    whole = exp.Div(this=atom(x()), expression=atom(y()), typed=True, safe=False)
    below = exp.If(this=_below(x, y), true=p.number(1))
    return exp.Sub(this=whole, expression=exp.Case(ifs=[below], default=p.number(0)))


def _below(x: p.Part, y: p.Part) -> exp.Expr:
    """Whether the quotient is cut, and negative."""
    rest = exp.NEQ(this=exp.Mod(this=atom(x()), expression=atom(y())), expression=p.number(0))
    signs = [exp.Paren(this=exp.LT(this=atom(each()), expression=p.number(0))) for each in (x, y)]
    return p.both(rest, exp.NEQ(this=signs[0], expression=signs[1]))


def modulo(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """What is left is of the divisor's sign: ``%`` has the dividend's."""
    return p.let(_rest, *_divided(arguments))


def _rest(x: p.Part, y: p.Part) -> exp.Expr:
    rest = exp.Mod(this=atom(x()), expression=atom(y()))
    raised = exp.Add(this=rest.copy(), expression=atom(y()))
    return p.case((_below(x, y), raised), default=rest)


def _divided(arguments: Arguments) -> Arguments:
    left, right = arguments
    if p.constant(right):
        return left, right
    return left, exp.Nullif(this=right, expression=p.number(0))


def is_nan(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return exp.EQ(this=atom(arguments[0]), expression=p.text("NaN"))


def sign(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.cast(exp.Sign(this=arguments[0]), exp.DType.BIGINT)


def bucketize(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """The first bound that is above x."""

    def body(x: p.Part) -> exp.Expr:
        whens: list[tuple[exp.Expr, exp.Expr]] = [(exp.Is(this=x(), expression=exp.Null()), exp.Null())]
        whens += [(exp.LT(this=atom(x()), expression=b), p.number(i)) for i, b in enumerate(arguments[1:])]
        return p.case(*whens, default=p.number(len(arguments) - 1))

    return p.cast(p.let(body, arguments[0]), exp.DType.BIGINT)


def rounded(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """Halves away from zero: ROUND of float64 goes to the even number, and takes no digits [RAN]."""
    value, *rest = arguments
    if not f.floats(kinds[:1]):
        # decimal; of an unknown column ROUND(x, n) is one of numeric, and an error for float64.
        return exp.Round(this=value, decimals=rest[0] if rest else None)
    digits = int(p.constant(rest[0]) or 0) if rest else 0
    if not digits:
        return p.let(_half_away, value)
    unit = f"1{'0' * digits}"
    bound = p.number(repr(float(f.GREATEST) / float(unit)))

    def body(x: p.Part) -> exp.Expr:
        scaled = exp.Mul(this=atom(x()), expression=p.number(unit))
        whole = p.let(_half_away, scaled, table="w")
        made = exp.Div(this=atom(whole), expression=p.number(unit), typed=True, safe=False)
        return p.case((exp.GT(this=exp.Abs(this=x()), expression=bound), x()), default=made)

    return p.let(body, value, constants=True)


def _half_away(x: p.Part) -> exp.Expr:
    rest = exp.Abs(this=exp.Sub(this=atom(x()), expression=exp.Trunc(this=x())))
    further = exp.Add(this=exp.Trunc(this=x()), expression=exp.Sign(this=x()))
    return p.case((exp.GTE(this=rest, expression=p.number("0.5")), further), default=exp.Trunc(this=x()))


def _double(value: exp.Expr, kinds: Kinds, place: int = 0) -> exp.Expr:
    """Of an unknown type: as float64, for functions that have a form for numeric too."""
    return value if kinds[place] is not None else p.as_double(value)


def sqrt(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(
        lambda x: p.case((exp.GTE(this=atom(x()), expression=p.number(0)), exp.Sqrt(this=x()))),
        _double(arguments[0], kinds),
    )


def ln(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(lambda x: _above_zero(x, "LN"), _double(arguments[0], kinds))


def log10(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(lambda x: _above_zero(x, "LOG10"), _double(arguments[0], kinds))


def _above_zero(x: p.Part, function: str) -> exp.Expr:
    return p.case((exp.GT(this=atom(x()), expression=p.number(0)), p.call(function, x())))


def exponential(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """EXP raises where the answer is beyond float64, and where it is too near to 0 [RAN]."""
    return p.let(_exponential, _double(arguments[0], kinds))


def _exponential(x: p.Part) -> exp.Expr:
    below = exp.LT(this=atom(x()), expression=p.number(_LN_LEAST))
    beyond = exp.GT(this=atom(x()), expression=p.number(_LN_GREATEST))
    finite = exp.LTE(this=atom(x()), expression=p.infinity())
    return p.case((below, p.number(0)), (p.both(beyond, finite), p.infinity()), default=exp.Exp(this=x()))


def power(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """As C's ``pow``, which POWER is for infinities and NaN; it raises for the rest [RAN]."""
    base, exponent = (_double(a, kinds, i) for i, a in enumerate(arguments))
    value = p.constant(exponent)
    if value is None:
        return p.let(_power, base, exponent)
    return p.let(lambda x: _raised(x, exponent, value), base)


def _raised(x: p.Part, exponent: exp.Expr, value: float) -> exp.Expr:
    """To a constant power of this value."""
    whens: list[tuple[exp.Expr, exp.Expr]] = []
    if value < 0:
        whens.append((exp.EQ(this=atom(x()), expression=p.number(0)), exp.Null()))
    if not value.is_integer():
        whens.append((exp.LT(this=atom(x()), expression=p.number(0)), exp.Null()))
    if not -0.9 <= value <= 1:
        whens += _out_of_room(x, value)
    made = exp.Pow(this=x(), expression=exponent)
    return p.case(*whens, default=made) if whens else made


def _out_of_room(x: p.Part, value: float) -> list[tuple[exp.Expr, exp.Expr]]:
    """Bases whose power is beyond float64, or nearer to 0 than any."""
    high, low = (p.number(_exponential_of(float(end) / value)) for end in (_LN_GREATEST, _LN_LEAST))
    large = p.both(
        exp.GT(this=exp.Abs(this=x()), expression=high if value > 0 else low),
        exp.LTE(this=exp.Abs(this=x()), expression=p.infinity()),
    )
    small = exp.LT(this=exp.Abs(this=x()), expression=low if value > 0 else high)
    infinite: exp.Expr = p.infinity()
    if value.is_integer() and value % 2:
        infinite = exp.Mul(this=exp.Sign(this=x()), expression=infinite)
    if value > 0:
        return [(large, infinite), (small, p.number(0))]
    return [(small, infinite), (large, p.number(0))]


def _exponential_of(value: float) -> str:
    return repr(math.exp(value)) if value < float(_LN_GREATEST) else f.GREATEST


def _power(x: p.Part, y: p.Part) -> exp.Expr:
    zero, size = p.number(0), exp.Abs(this=x())
    outside = p.both(exp.EQ(this=x(), expression=zero), exp.LT(this=y(), expression=zero.copy()))
    fraction = exp.NEQ(this=y(), expression=exp.Floor(this=y()))
    unreal = p.both(exp.LT(this=x(), expression=zero.copy()), fraction)
    greatest = p.number(f.GREATEST)
    # Nearer to a power of 0 the answer stays in float64, and the product below might not.
    within = p.both(
        exp.LTE(this=size, expression=greatest),
        exp.Between(this=exp.Abs(this=y()), low=p.number("0.9"), high=greatest.copy()),
    )
    logarithm = exp.Mul(
        this=exp.Ln(this=exp.Nullif(this=size.copy(), expression=zero.copy())), expression=_tamed(y)
    )
    beyond = p.both(within, exp.GT(this=logarithm, expression=p.number(_LN_GREATEST)))
    below = p.both(within.copy(), exp.LT(this=logarithm.copy(), expression=p.number(_LN_LEAST)))
    negative = p.both(exp.LT(this=x(), expression=zero.copy()), _odd(y))
    infinite = p.case((negative, p.as_double(p.text("-Infinity"))), default=p.infinity())
    return p.case(
        (outside, exp.Null()),
        (unreal, exp.Null()),
        (beyond, infinite),
        (below, p.number(0)),
        default=exp.Pow(this=x(), expression=y()),
    )


def _tamed(y: p.Part) -> exp.Expr:
    """Far from overflow when it is multiplied."""
    least = exp.Greatest(this=y(), expressions=[p.number("-1e300")], ignore_nulls=True)
    return exp.Least(this=least, expressions=[p.number("1e300")], ignore_nulls=True)


def _odd(y: p.Part) -> exp.Expr:
    half = exp.Div(this=y(), expression=p.number(2), typed=True, safe=False)
    return exp.NEQ(this=exp.Mul(this=exp.Floor(this=half), expression=p.number(2)), expression=y())
