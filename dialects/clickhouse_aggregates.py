"""Aggregates over the rows of a window as ClickHouse says them. Facts marked [RAN] were run on version 26.9.

Pages: clickhouse.com/docs/sql-reference/aggregate-functions/reference and .../combinators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

INTEGERS = ("int32", "int64")


def fn(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function; ClickHouse tells names by case."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def of_some(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where.copy()))


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Is(this=value, expression=exp.Null()))


def let(value: exp.Expr, build: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """What ``build`` makes of a value that it may copy."""
    name = exp.Identifier(this="v", quoted=False)
    function = exp.Lambda(this=build(exp.Column(this=name)), expressions=[name.copy()])
    return fn("arrayElement", fn("arrayMap", function, exp.Array(expressions=[value])), number(1))


def nan_last(value: exp.Expr) -> exp.Tuple:
    """What a value is ordered by where it may be NaN: MAX and MIN leave NaN out [RAN]."""
    return exp.Tuple(expressions=[exp.NEQ(this=value.copy(), expression=value.copy()), value.copy()])


# Sums


def whole_sum(value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    """Of int64 a SUM wraps around [RAN]; of Int128 it cannot, and then it has to fit."""
    total = of_some(exp.Sum(this=fn("toInt128", value)), where)
    return fn("accurateCast", total, exp.Literal.string("Nullable(Int64)"))


def unknown_sum(value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    """Of unknown values: whole numbers that wrapped around lie 2^64 from their sum as floats."""
    total = of_some(exp.Sum(this=value), where)
    floats = of_some(exp.Sum(this=fn("toFloat64", value.copy())), where)
    apart = exp.Abs(this=exp.Sub(this=floats, expression=fn("toFloat64", total.copy())))
    beyond = exp.GT(this=apart, expression=exp.Literal.number("9e18"))
    known = exp.Coalesce(this=beyond, expressions=[exp.false()])
    return exp.Add(this=total, expression=fn("throwIf", known, exp.Literal.string("beyond int64")))


# Rows in order


def order_of(order: Sequence[exp.Ordered]) -> tuple[exp.Tuple, bool]:
    """A tuple, and whether the first row in ``order`` is that of the greatest one; else it is that of the least.

    Tuples take NULL for greatest [RAN]: a flag before each member says where it stands. All members go the way of
    the last one; times and counts that go the other way are numbers, which change their sign.
    """
    down = bool(order[-1].args.get("desc"))
    members: list[exp.Expr] = []
    for each in order:
        value = each.this
        if bool(each.args.get("desc")) != down:
            value = exp.Neg(this=fn("reinterpretAsInt64", value))
        first = bool(each.args.get("nulls_first"))
        flag = is_null(each.this.copy())
        members += [flag if first == down else exp.Not(this=flag), value]
    return exp.Tuple(expressions=members), down


def first_value(value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
    """In a tuple, as the functions leave out a value that is NULL."""
    key, down = order_of(order)
    found = fn("argMax" if down else "argMin", fn("tuple", value), key)
    return fn("tupleElement", of_some(found, where), number(1))


def first_values(
    value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
) -> exp.Expr:
    key, down = order_of(order)
    pairs = of_some(fn("groupArray", exp.Tuple(expressions=[key, value])), where)
    found = fn("arrayReverseSort" if down else "arraySort", _member(1), pairs)
    return fn("arrayMap", _member(2), fn("arraySlice", found, number(1), number(count)))


def _member(place: int) -> exp.Lambda:
    name = exp.Identifier(this="v", quoted=False)
    return exp.Lambda(
        this=fn("tupleElement", exp.Column(this=name), number(place)), expressions=[name.copy()]
    )


# Spread and rank


def deviation(value: exp.Expr, squared: bool, where: exp.Expr | None) -> exp.Expr:
    """Those without ``Stable`` subtract sums of squares, and one value's is infinite [RAN]."""
    enough = exp.GTE(this=of_some(exp.Count(this=value), where), expression=number(2))
    name = "varSampStable" if squared else "stddevSampStable"
    return exp.Case(ifs=[exp.If(this=enough, true=of_some(fn(name, value.copy()), where))])


def percentile(value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
    """``quantileExactInclusive`` leaves NaN out, and makes NaN of two infinities [RAN]."""
    name = exp.Identifier(this="x", quoted=False)
    x = exp.Column(this=name)
    order = exp.Lambda(this=nan_last(x), expressions=[name.copy()])
    values = fn("arraySort", order, of_some(fn("groupArray", value), where))
    return let(values, lambda v: _at_share(v, share))


def _at_share(v: exp.Expr, share: float) -> exp.Expr:
    last = exp.Paren(this=exp.Sub(this=fn("length", v), expression=number(1)))
    rank = exp.Mul(this=exp.Literal.number(repr(share)), expression=last)
    part = exp.Sub(this=rank, expression=exp.Floor(this=rank.copy()))
    place = exp.Add(this=fn("toInt64", exp.Floor(this=rank.copy())), expression=number(1))
    low = fn("arrayElement", v.copy(), place)
    high = fn("arrayElement", v.copy(), exp.Add(this=place.copy(), expression=number(1)))
    apart = exp.Paren(this=exp.Sub(this=high, expression=low.copy()))
    between = exp.Add(this=low, expression=exp.Mul(this=apart, expression=exp.Paren(this=part)))
    same = exp.Or(
        this=exp.EQ(this=part.copy(), expression=number(0)),
        expression=exp.EQ(this=low.copy(), expression=high.copy()),
    )
    none = exp.EQ(this=fn("length", v.copy()), expression=number(0))
    ifs = [exp.If(this=none, true=exp.Null()), exp.If(this=same, true=low.copy())]
    return exp.Case(ifs=ifs, default=between)
