"""Aggregates over the rows of a window in PostgreSQL: lists in order, spread, percentiles, estimates.

Facts that were run are marked [RAN], on 18.6; pages are those of postgresql.org/docs/current.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

_LIST = "listed"


def listed(value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
    """The list of all values in order; NULL over none.

    functions-aggregate.html: ARRAY_AGG keeps NULLs. Its members have places from 1 on.
    """
    return filtered(call("ARRAY_AGG", exp.Order(this=value, expressions=list(order))), where)


def place(values: exp.Expr, number: exp.Expr) -> exp.Expr:
    """arrays.html: NULL where there is no such place."""
    return exp.Bracket(this=exp.Paren(this=values), expressions=[number], offset=1)


def first_of(values: exp.Expr, count: int) -> exp.Expr:
    """arrays.html: a slice beyond the end is shorter; of NULL it is NULL [RAN]."""
    part = exp.Slice(this=exp.Literal.number(1), expression=exp.Literal.number(count))
    return exp.Bracket(this=exp.Paren(this=values), expressions=[part], offset=1)


def spread(value: exp.Expr, squared: bool, where: exp.Expr | None) -> exp.Expr:
    """NULL for one value, NaN with NaN or an infinity among several, sound far from zero [RAN]."""
    return filtered(call("VAR_SAMP" if squared else "STDDEV_SAMP", value), where)


def percentile(value: exp.Expr, share: float, where: exp.Expr | None, whole: exp.DataType) -> exp.Expr:
    """PERCENTILE_CONT gives NaN between two values that are the same infinity [RAN]: so from the sorted list."""
    order = [exp.Ordered(this=value, nulls_first=False)]
    given = exp.Is(this=value, expression=exp.Not(this=exp.Null()))
    some = given if where is None else exp.And(this=where, expression=given)
    return _of(listed(value, order, some), lambda values: _interpolated(values, share, whole))


def _interpolated(values: exp.Expr, share: float, whole: exp.DataType) -> exp.Expr:
    last = exp.Paren(this=exp.Sub(this=call("CARDINALITY", values), expression=exp.Literal.number(1)))
    # A constant with a point is NUMERIC: the rank would not be the float that it is elsewhere.
    exact = exp.Cast(this=exp.Literal.string(repr(share)), to=exp.DataType(this=exp.DataType.Type.DOUBLE))
    rank = exp.Mul(this=exact, expression=last)
    floor = exp.Floor(this=rank)

    def beside(of: exp.Expr) -> exp.Expr:
        one = exp.Literal.number(1)
        return place(values, exp.Add(this=exp.Cast(this=of, to=whole), expression=one))

    low, high = beside(floor), beside(exp.Ceil(this=rank))
    part = exp.Paren(this=exp.Sub(this=rank, expression=floor))
    step = exp.Mul(this=exp.Paren(this=exp.Sub(this=high, expression=low)), expression=part)
    same = exp.If(this=exp.EQ(this=low, expression=high), true=low)
    return exp.Case(ifs=[same], default=exp.Add(this=low, expression=step))


def estimated(
    hash: exp.Expr,
    where: exp.Expr | None,
    counted: int,
    estimate: Callable[[exp.Expr, exp.Expr], exp.Expr],
) -> exp.Expr:
    """sql-expressions.html#SYNTAX-AGGREGATES: with DISTINCT it is ordered by the argument itself."""
    once = exp.Distinct(
        expressions=[exp.Order(this=hash, expressions=[exp.Ordered(this=hash, nulls_first=False)])]
    )
    given = exp.Is(this=hash, expression=exp.Not(this=exp.Null()))
    some = given if where is None else exp.And(this=where, expression=given)

    def made(values: exp.Expr) -> exp.Expr:
        count = exp.Coalesce(this=call("CARDINALITY", values), expressions=[exp.Literal.number(0)])
        return estimate(count, place(values, exp.Literal.number(counted)))

    return _of(filtered(call("ARRAY_AGG", once), some), made)


def _of(aggregate: exp.Expr, made: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """What is ``made`` of an aggregate, computed and written once: it is the outer query's also in a subquery [RAN]."""
    name = exp.Identifier(this=_LIST, quoted=True)
    row = exp.Values(
        expressions=[exp.Tuple(expressions=[aggregate])],
        alias=exp.TableAlias(this=exp.Identifier(this="of", quoted=True), columns=[name]),
    )
    return exp.Subquery(this=exp.Select(expressions=[made(exp.Column(this=name))], from_=exp.From(this=row)))


def filtered(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where))


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def untyped_text(value: exp.Expr, text: exp.DataType) -> exp.Expr:
    """The text of a value whose type only the engine knows: of floats, -0 is 0. functions-info.html: PG_TYPEOF."""
    kind = exp.Cast(this=call("PG_TYPEOF", value), to=text)
    floats = [exp.Literal.string(name) for name in ("double precision", "real")]
    written = exp.Cast(this=value, to=text)
    zero = exp.EQ(this=written, expression=exp.Literal.string("-0"))
    both = exp.And(this=exp.In(this=kind, expressions=floats), expression=zero)
    return exp.Case(ifs=[exp.If(this=both, true=exp.Literal.string("0"))], default=written)
