"""Trees of SQL for functions of numbers that have a value everywhere, as DuckDB says it."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, integer


def _known(tree: exp.Expr) -> float | None:
    """The value of a number constant, else None."""
    if isinstance(tree, exp.Cast):
        return _known(tree.this)
    if isinstance(tree, exp.Neg):
        value = _known(tree.this)
        return None if value is None else -value
    return float(tree.this) if isinstance(tree, exp.Literal) and not tree.is_string else None


def _where(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    """``value``, or NULL where the condition does not hold."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _against_zero(kind: type[exp.Binary], value: exp.Expr) -> exp.Expr:
    return kind(this=atom(value.copy()), expression=integer(0))


def sign(value: exp.Expr) -> exp.Expr:
    return exp.Cast(this=exp.Sign(this=value), to=exp.DataType(this=exp.DType.BIGINT))


def sqrt(value: exp.Expr) -> exp.Expr:
    """DuckDB raises for numbers below zero."""
    return _where(_against_zero(exp.GTE, value), exp.Sqrt(this=value))


def ln(value: exp.Expr) -> exp.Expr:
    """DuckDB raises for zero and below."""
    return _where(_against_zero(exp.GT, value), exp.Ln(this=value))


def log10(value: exp.Expr) -> exp.Expr:
    # LOG(10, x), as sqlglot writes it, is a quotient of two logarithms and less exact.
    return _where(_against_zero(exp.GT, value), call("LOG10", value))


def power(base: exp.Expr, exponent: exp.Expr) -> exp.Expr:
    """NULL where C's ``pow`` has no finite answer for finite numbers but by overflow."""
    known = _known(exponent)
    outside = []
    if known is None or known < 0:
        outside.append(_beyond(exp.EQ, base, None if known is not None else _against_zero(exp.LT, exponent)))
    if known is None or not known.is_integer():
        whole = exp.Floor(this=exponent.copy())
        fraction = None if known is not None else exp.NEQ(this=atom(exponent.copy()), expression=whole)
        outside.append(_beyond(exp.LT, base, fraction))
    made = exp.Pow(this=base, expression=exponent)
    if not outside:
        return made
    condition = outside[0] if len(outside) == 1 else exp.Or(this=outside[0], expression=outside[1])
    return exp.Case(ifs=[exp.If(this=condition, true=exp.Null())], default=made)


def _beyond(kind: type[exp.Binary], base: exp.Expr, exponent: exp.Expr | None) -> exp.Expr:
    """The base compared with zero, and what else has to hold of the exponent."""
    found = _against_zero(kind, base)
    return found if exponent is None else exp.Paren(this=exp.And(this=found, expression=exponent))


def clamp(value: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """GREATEST and LEAST leave NULLs out, which is right for the bounds and wrong for the value."""
    raised = exp.Greatest(this=value, expressions=[low], ignore_nulls=True)
    bounded = exp.Least(this=raised, expressions=[high], ignore_nulls=True)
    present = exp.Is(this=atom(value.copy()), expression=exp.Not(this=exp.Null()))
    return _where(present, bounded)


def bucketize(value: exp.Expr, *bounds: exp.Expr) -> exp.Expr:
    absent = exp.Is(this=atom(value.copy()), expression=exp.Null())
    ifs = [exp.If(this=absent, true=exp.Null())]
    for i, bound in enumerate(bounds):
        below = exp.LT(this=atom(value.copy()), expression=bound)
        ifs.append(exp.If(this=below, true=integer(i)))
    found = exp.Case(ifs=ifs, default=integer(len(bounds)))
    return exp.Cast(this=found, to=exp.DataType(this=exp.DType.BIGINT))
