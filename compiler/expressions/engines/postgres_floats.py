"""Arithmetic of float64 by IEEE 754.

Postgres computes by IEEE 754 and then raises for a result that is infinite, or 0, where no operand is (docs/current/
datatype-numeric.html, [RAN]): what would be so is told apart before. Where an operand's size shows that it cannot
be, the plain operator stands alone. Within one unit of the greatest number the answer may be infinite already.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.words import Kinds

GREATEST = "1.7976931348623157e308"
_GREATEST = float(GREATEST)
_LEAST = "5e-324"
_TAME = "tame"
"""Marks a tree whose value is 0 or of at least 1e-46 and at most 1e39: a whole number, a decimal or a float32."""


def tame(tree: exp.Expr) -> exp.Expr:
    """Mark what was no float64 before it was cast."""
    tree.meta[_TAME] = True
    return tree


def _is_tame(tree: exp.Expr) -> bool:
    if isinstance(tree, exp.Nullif):
        return _is_tame(tree.this)
    value = p.constant(tree)
    if value is not None:
        return value == 0 or 1e-46 <= abs(value) <= 1e39
    return bool(tree.meta.get(_TAME))


def floats(kinds: Kinds) -> bool:
    """Whether it is arithmetic of floats, as far as that is known. Of unknown columns it is the engine's own."""
    return any(k is not None and k.kind in ("float64", "float32") for k in kinds)


def add(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _sum(exp.Add, arguments, kinds)


def subtract(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _sum(exp.Sub, arguments, kinds)


def _sum(operator: type[exp.Binary], arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    left, right = arguments
    # What is added to the greatest number is nothing beside it, unless it is near to it.
    if not floats(kinds) or _is_tame(left) or _is_tame(right):
        return operator(this=atom(left), expression=atom(right))
    return p.let(lambda x, y: _guarded_sum(operator, x, y), left, right)


def _guarded_sum(operator: type[exp.Binary], x: p.Part, y: p.Part) -> exp.Expr:
    sign = exp.Sign(this=y())
    room = exp.Sub(this=p.number(GREATEST), expression=exp.Abs(this=y()))
    beyond = p.both(
        exp.EQ(this=exp.Sign(this=x()), expression=sign if operator is exp.Add else exp.Neg(this=sign)),
        exp.GT(this=exp.Abs(this=x()), expression=room),
    )
    infinite = exp.Mul(this=exp.Sign(this=x()), expression=p.infinity())
    return p.case((beyond, infinite), default=operator(this=atom(x()), expression=atom(y())))


def multiply(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    left, right = arguments
    if not floats(kinds) or (_is_tame(left) and _is_tame(right)):
        return exp.Mul(this=atom(left), expression=atom(right))
    if p.constant(left) is not None:
        left, right = right, left
    value = p.constant(right)
    if value is not None:
        return p.let(lambda x: _multiplied(x, right, abs(value)), left)
    return p.let(product, left, right)


def _multiplied(x: p.Part, factor: exp.Expr, size: float) -> exp.Expr:
    """By a constant of this size."""
    made = exp.Mul(this=atom(x()), expression=factor)
    if size > 1:
        bound = p.number(repr(_GREATEST / size))
        infinite = exp.Mul(this=_signs(x(), factor.copy()), expression=p.infinity())
        return p.case((exp.GT(this=exp.Abs(this=x()), expression=bound), infinite), default=made)
    if 0 < size <= 0.5:
        bound = p.number(repr(float(_LEAST) / size / 2))
        return p.case((exp.LTE(this=exp.Abs(this=x()), expression=bound), _zero()), default=made)
    return made


def product(x: p.Part, y: p.Part) -> exp.Expr:
    least_one = exp.Greatest(this=exp.Abs(this=y()), expressions=[p.number(1)], ignore_nulls=True)
    beyond = exp.GT(this=exp.Abs(this=x()), expression=_over(p.number(GREATEST), least_one))
    most_half = exp.Least(this=exp.Abs(this=y()), expressions=[p.number("0.5")], ignore_nulls=True)
    near = _over(_over(p.number(_LEAST), exp.Nullif(this=most_half, expression=p.number(0))), p.number(2))
    below = p.both(
        exp.LTE(this=exp.Abs(this=y()), expression=p.number("0.5")),
        exp.LTE(this=exp.Abs(this=x()), expression=near),
    )
    infinite = exp.Mul(this=_signs(x(), y()), expression=p.infinity())
    return p.case((beyond, infinite), (below, _zero()), default=exp.Mul(this=atom(x()), expression=atom(y())))


def divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Both as float64: of unknown columns too, which may be whole numbers."""
    left, right = (a if k is not None else p.as_double(a) for a, k in zip(arguments, kinds, strict=True))
    value = p.constant(right)
    if value == 0:
        right = exp.Nullif(this=right, expression=p.number(0))
    elif value is not None:
        return _divided_by(left, right, abs(value))
    else:
        right = right if _is_nonzero(right) else exp.Nullif(this=right, expression=p.number(0))
    if _is_tame(left) and _is_tame(right):
        return _over(left, right)
    return p.let(_quotient, left, right)


def _is_nonzero(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Nullif) and p.constant(tree.expression) == 0


def _divided_by(left: exp.Expr, right: exp.Expr, size: float) -> exp.Expr:
    if _is_tame(left) and _is_tame(right):
        return _over(left, right)

    def body(x: p.Part) -> exp.Expr:
        made = _over(x(), right)
        if size < 1:
            bound = p.number(repr(_GREATEST * size))
            infinite = exp.Mul(this=_signs(x(), right.copy()), expression=p.infinity())
            return p.case((exp.GT(this=exp.Abs(this=x()), expression=bound), infinite), default=made)
        if size >= 2:
            bound = p.number(repr(float(_LEAST) * (size / 2)))
            return p.case((exp.LTE(this=exp.Abs(this=x()), expression=bound), _zero()), default=made)
        return made

    return p.let(body, left)


def _quotient(x: p.Part, y: p.Part) -> exp.Expr:
    most = exp.Mul(this=p.number(GREATEST), expression=exp.Abs(this=y()))
    beyond = p.both(
        exp.LT(this=exp.Abs(this=y()), expression=p.number(1)),
        exp.GT(this=exp.Abs(this=x()), expression=most),
    )
    half = exp.Paren(this=_over(exp.Abs(this=y()), p.number(2)))
    finite = exp.Between(this=exp.Abs(this=y()), low=p.number(2), high=p.number(GREATEST))
    below = p.both(
        finite, exp.LTE(this=exp.Abs(this=x()), expression=exp.Mul(this=p.number(_LEAST), expression=half))
    )
    infinite = exp.Mul(this=_signs(x(), y()), expression=p.infinity())
    return p.case((beyond, infinite), (below, _zero()), default=_over(x(), y()))


def _over(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Div(this=atom(left, (exp.Mul, exp.Div)), expression=atom(right), typed=True, safe=False)


def _signs(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return exp.Mul(this=exp.Sign(this=x), expression=exp.Sign(this=y))


def _zero() -> exp.Expr:
    return p.number(0)
