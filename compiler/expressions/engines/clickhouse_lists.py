"""Functions of lists and vectors as ClickHouse says them.

An Array is never NULL there; a list that may be is a ``Variant`` of one Array. Both cast to the Array, of which a
NULL gives the empty one, and both know ``IS NULL`` [RAN].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import FLOAT64, DType
from fcompile.compiler.expressions.builders import constant, integer
from fcompile.compiler.expressions.engines.clickhouse_comparisons import equal
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    INTEGERS,
    TYPES,
    Value,
    absent,
    case,
    decimal_type,
    either,
    fitting,
    fn,
    function_of,
    int64,
    once,
    present,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds

_MOST_DIGITS = 38


def array_of(items: exp.Expr, item: DType | None) -> exp.Expr:
    """The Array of a list; one of unknown elements is thought to be an Array."""
    if item is None:
        return items
    if item.kind == "decimal":
        kind = decimal_type(item.precision, item.scale)
    else:
        kind = TYPES.get(item.kind, TYPES["string"]).copy()
    return exp.Cast(this=items, to=exp.DataType(this=exp.DType.ARRAY, expressions=[kind], nested=True))


def of_list(build: Callable[..., exp.Expr]) -> Build:
    """A function of a list and other values: NULL if the list is; ``build`` gets the element's type and the Array."""

    def made(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        item = kinds[0].item if kinds[0] is not None else None

        def of_known(items: Value, *others: Value) -> exp.Expr:
            array = array_of(items(), item)
            return case(present(items()), build(item, array, *others))

        return once(of_known, *arguments, always=True)

    return made


def length(item: DType | None, items: exp.Expr) -> exp.Expr:
    return int64(fn("length", items))


def contains(item: DType | None, items: exp.Expr, value: Value) -> exp.Expr:
    def same(each: exp.Expr) -> exp.Expr:
        found = equal(lambda: each.copy(), value)
        return exp.Coalesce(this=found, expressions=[exp.false()])

    return case(present(value()), fn("arrayExists", function_of(same, "e"), items))


def element(item: DType | None, items: exp.Expr, place: Value) -> exp.Expr:
    """Places below 0 count from the end [RAN]."""
    found = fn("arrayElementOrNull", items, place())
    known = constant(place())
    return found if known is not None else case(exp.GTE(this=place(), expression=integer(1)), found)


def _known(items: exp.Expr) -> exp.Expr:
    """The elements that are not NULL, in a type that has none."""
    kept = fn("arrayFilter", function_of(present, "e"), items)
    return fn("arrayMap", function_of(lambda e: fn("assumeNotNull", e), "e"), kept)


def total(item: DType | None, items: exp.Expr) -> exp.Expr:
    """Floats are added from first to last: ``arraySum`` has an order of its own."""
    known = _known(items)
    if item is not None and item.kind in INTEGERS:
        wide = fn("arrayMap", function_of(lambda e: fn("toInt128", e), "e"), known)
        made = fitting(fn("arraySum", wide))
    elif item is not None and item.kind == "decimal":
        made = exp.Cast(this=fn("arraySum", known), to=decimal_type(_MOST_DIGITS, item.scale))
    else:
        made = _folded(lambda sum_, e: exp.Add(this=sum_, expression=e), known.copy())
    return case(exp.GT(this=fn("length", known.copy()), expression=integer(0)), made)


def _folded(build: Callable[..., exp.Expr], *arrays: exp.Expr) -> exp.Expr:
    names = ("e", "f")[: len(arrays)]
    return fn("arrayFold", function_of(build, "s", *names), *arrays, fn("toFloat64", integer(0)))


# Two vectors


def _floats(items: exp.Expr) -> exp.Expr:
    """Without NULLs, in order: a NULL is 0, and the whole is NULL then."""
    made = function_of(lambda e: fn("toFloat64", exp.Coalesce(this=e, expressions=[integer(0)])), "e")
    return fn("arrayMap", made, items)


def _product(sum_: exp.Expr, e: exp.Expr, f: exp.Expr) -> exp.Expr:
    return exp.Add(this=sum_, expression=exp.Mul(this=e, expression=f))


def _square(sum_: exp.Expr, e: exp.Expr, f: exp.Expr) -> exp.Expr:
    apart = exp.Paren(this=exp.Sub(this=e, expression=f))
    return exp.Add(this=sum_, expression=exp.Mul(this=apart, expression=apart.copy()))


def two_lists(build: Callable[[Value, Value], exp.Expr]) -> Build:
    """NULL if a list is NULL or has a NULL, or the lengths differ; ``build`` gets Arrays of floats, as long."""

    def made(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        def of_known(x: Value, y: Value) -> exp.Expr:
            arrays = [_array_of_floats(each, kind) for each, kind in zip((x, y), kinds, strict=True)]
            outside = either(absent(x()), absent(y()), _unlike(*arrays))
            size = fn("length", arrays[0])
            second = fn("arrayResize", _floats(arrays[1].copy()), size)
            return case(outside, exp.Null(), once(build, _floats(arrays[0].copy()), second))

        return once(of_known, *arguments, always=True)

    return made


def _array_of_floats(items: Value, kind: DType | None) -> exp.Expr:
    return array_of(items(), None if kind is None else FLOAT64)


def _unlike(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    lengths = exp.NEQ(this=fn("length", x.copy()), expression=fn("length", y.copy()))
    nulls = [fn("arrayExists", function_of(absent, "e"), each.copy()) for each in (x, y)]
    return either(lengths, *nulls)


def dot(x: Value, y: Value) -> exp.Expr:
    return _folded(_product, x(), y())


def cosine_similarity(x: Value, y: Value) -> exp.Expr:
    lengths = [exp.Sqrt(this=_folded(_product, each(), each())) for each in (x, y)]
    both_lengths = exp.Nullif(this=exp.Mul(this=lengths[0], expression=lengths[1]), expression=integer(0))
    return exp.Div(this=dot(x, y), expression=both_lengths, typed=True, safe=False)


def l2_distance(x: Value, y: Value) -> exp.Expr:
    return exp.Sqrt(this=_folded(_square, x(), y()))
