"""Numbers of single precision in BigQuery, which has none: FLOAT64 rounded to what a float32 can be."""

from __future__ import annotations

from sqlglot import exp

_FLOAT, _DOUBLE = exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE
_END = 2.0**128 - 2.0**103
"""Halfway between the greatest float32 and what would come next."""


def with_single_precision(tree: exp.Expr) -> exp.Expr:
    """Every CAST to FLOAT, which stands for float32, as a rounding to single precision.

    ``x + m - m``, where m is 1.5 * 2^29 times x's power of two, leaves x's 24 highest bits, halves to even [RAN].
    LN may take a number beside a power of two for one on its other side, which changes nothing: it is rounded to
    that power either way. A finite number beyond float32 is an error.
    """
    root = exp.Paren(this=tree)
    for cast in list(root.find_all(exp.Cast)):
        if cast.to.this == _FLOAT:
            cast.replace(_constant(cast.this) or _rounded(cast))
    made: exp.Expr = root.this
    return made


def _constant(value: exp.Expr) -> exp.Expr | None:
    """NULL and whole numbers of few digits need no rounding."""
    whole = isinstance(value, exp.Literal) and str(value.this).isdigit() and len(str(value.this)) <= 7
    if whole or isinstance(value, exp.Null):
        return exp.Cast(this=value, to=exp.DataType(this=_DOUBLE))
    return None


def _rounded(cast: exp.Cast) -> exp.Expr:
    """``(SELECT .. FROM UNNEST([STRUCT(CAST(x AS FLOAT64) AS single)]))``: x is computed once."""
    double = cast.__class__(this=cast.this, to=exp.DataType(this=_DOUBLE))
    member = exp.PropertyEQ(this=exp.Identifier(this="single", quoted=False), expression=double)
    source = exp.Unnest(expressions=[exp.Array(expressions=[exp.Struct(expressions=[member])])])
    # Neither zero nor NaN nor infinity, and nothing beyond the range.
    size = _call("ABS", _single())
    inside = exp.Between(this=size, low=exp.Literal.number("5e-324"), high=exp.Literal.number(repr(_END)))
    least = exp.LT(this=size.copy(), expression=exp.Literal.number(repr(_END)))
    usual = exp.And(this=inside, expression=least)
    rounded = exp.Sub(this=exp.Add(this=_single(), expression=_power()), expression=_power())
    return exp.Subquery(
        this=exp.Select(
            expressions=[exp.Case(ifs=[exp.If(this=usual, true=rounded), _beyond(size)], default=_single())],
            from_=exp.From(this=source),
        )
    )


def _beyond(size: exp.Expr) -> exp.If:
    finite = exp.Not(this=_call("IS_INF", _single()))
    beyond = exp.GTE(this=size.copy(), expression=exp.Literal.number(repr(_END)))
    error = _call("ERROR", exp.Literal.string("a number is beyond float32"))
    return exp.If(this=exp.And(this=beyond, expression=finite), true=error)


def _power() -> exp.Expr:
    """1.5 * 2^29 times the power of two of the number; those below the normal ones share one."""
    size = _call("LN", _call("ABS", _single()))
    exponent = _call("FLOOR", exp.Div(this=size, expression=_call("LN", exp.Literal.number(2))))
    normal = _call("GREATEST", exponent, exp.Neg(this=exp.Literal.number(126)))
    power = _call("POW", exp.Literal.number(2), exp.Add(this=normal, expression=exp.Literal.number(29)))
    return exp.Paren(this=exp.Mul(this=exp.Literal.number("1.5"), expression=power))


def _single() -> exp.Expr:
    return exp.Column(this=exp.Identifier(this="single", quoted=False))


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
