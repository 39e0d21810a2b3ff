"""``pow`` as ClickHouse says it.

Its own is made for speed [RAN]: for exponents beyond some 2^53 the answer has the wrong sign, or is 1e-242 in place of
0; of bases below 2.2e-308 a power that is not whole is wrong from the first digit on. Both are put right here. For
exponents from 1e5 to 1e12 some answers are off by 80 units in the last place, 2e-14 of the value.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, integer
from fcompile.compiler.expressions.engines.clickhouse_numbers import floated
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    Copies,
    Value,
    both,
    case,
    converted,
    either,
    fn,
    once,
    text,
)
from fcompile.compiler.expressions.engines.words import Kinds

_SCALE = 2**54
_LEAST_NORMAL = "2.2250738585072014e-308"
_OVER = 746
"""The natural logarithm of what is beyond every float64, in either direction."""
_ROOTS = (0.5, -0.5)


def power(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    base, exponent = (floated(each) for each in arguments)
    known = _constant(exponent)
    if known is not None and abs(known) <= 1000:
        return once(lambda x: _of_small(known, x, Copies(exponent)), base)
    return once(_of_any, base, exponent)


def _constant(tree: exp.Expr) -> float | None:
    if isinstance(tree, exp.Neg):
        value = _constant(tree.this)
        return None if value is None else -value
    return float(tree.this) if isinstance(tree, exp.Literal) and not tree.is_string else None


def _zero(x: Value) -> exp.Expr:
    return exp.EQ(this=x(), expression=integer(0))


def _negative(x: Value) -> exp.Expr:
    return exp.LT(this=atom(x()), expression=integer(0))


def _plain(x: Value, y: Value) -> exp.Expr:
    return fn("pow", x(), y())


def _of_any_base(x: Value, y: Value) -> exp.Expr:
    tiny = exp.LT(this=exp.Abs(this=x()), expression=exp.Literal.number(_LEAST_NORMAL))
    some = exp.NEQ(this=atom(x()), expression=integer(0))
    larger = fn("pow", exp.Mul(this=atom(x()), expression=integer(_SCALE)), y())
    scaled = exp.Div(this=larger, expression=fn("pow", integer(_SCALE), y()), typed=True, safe=False)
    return case(both(tiny, some), scaled, _plain(x, y))


def _of_small(known: float, x: Value, y: Value) -> exp.Expr:
    """A constant exponent: what is outside of the domain can be told of it."""
    exact = known.is_integer() or known in _ROOTS
    made = _plain(x, y) if exact else _of_any_base(x, y)
    outside = [_zero(x)] if known < 0 else []
    if not known.is_integer():
        outside.append(_negative(x))
    return case(either(*outside), exp.Null(), made) if outside else made


def _of_any(x: Value, y: Value) -> exp.Expr:
    size = exp.Mul(this=atom(y()), expression=fn("log", exp.Abs(this=x())))
    ifs = [
        exp.If(this=_outside(x, y), true=exp.Null()),
        exp.If(this=exp.LT(this=size, expression=integer(-_OVER)), true=integer(0)),
        exp.If(this=exp.GT(this=size.copy(), expression=integer(_OVER)), true=_infinite(x, y)),
        exp.If(
            this=exp.GTE(this=exp.Abs(this=y()), expression=integer(2**53)), true=exp.Abs(this=_plain(x, y))
        ),
    ]
    return exp.Case(ifs=ifs, default=_of_any_base(x, y))


def _outside(x: Value, y: Value) -> exp.Expr:
    fraction = exp.NEQ(this=y(), expression=exp.Floor(this=y()))
    number = exp.EQ(this=y(), expression=y())
    domains = (both(_zero(x), _negative(y)), both(_negative(x), fraction, number))
    return either(*(exp.Paren(this=each) for each in domains))


def _infinite(x: Value, y: Value) -> exp.Expr:
    half = exp.Div(this=y(), expression=integer(2), typed=True, safe=False)
    odd = exp.NEQ(this=half, expression=exp.Floor(this=half.copy()))
    signs = [converted("float64", text(sign)) for sign in ("-inf", "inf")]
    return case(both(_negative(x), odd), *signs)
