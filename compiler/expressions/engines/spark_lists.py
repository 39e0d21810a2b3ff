"""Lists and vectors in Spark's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, constant, integer
from fcompile.compiler.expressions.engines.spark_parts import (
    bigint,
    case,
    compared,
    is_float,
    lambda_,
    name,
    place,
    plain,
    present,
    to,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.list_builders import floats, product, squared_difference


def list_length(items: exp.Expr) -> exp.Expr:
    """SIZE of NULL is NULL in ANSI mode [RAN]."""
    return bigint(call("ARRAY_SIZE", items))


def list_contains(items: exp.Expr, value: exp.Expr) -> exp.Expr:
    """ARRAY_CONTAINS is NULL where a NULL is among others; <=> says false of it."""
    equal = exp.NullSafeEQ(this=name("_x"), expression=atom(value))
    return case(present(value.copy()), call("EXISTS", items, lambda_(equal, "_x")))


def list_element(items: exp.Expr, number: exp.Expr) -> exp.Expr:
    """GET counts from 0, and has NULL beyond both ends; ELEMENT_AT counts from the end below 0 [RAN]."""
    known = constant(number)
    if known is not None:
        return call("GET", items, integer(known - 1))
    return call("GET", items, exp.Sub(this=place(number, 0), expression=integer(1)))


def list_sum(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """The sum of whole numbers is made of decimals, so that only the sum itself has to fit."""
    (items,) = arguments
    item = None if kinds[0] is None else kinds[0].item
    known = call("FILTER", items, lambda_(present(name("_x")), "_x"))
    floating = is_float(item)
    scale = item.scale if item is not None and item.kind == "decimal" else 0
    total = exp.DataType(this=exp.DType.DOUBLE) if floating else _decimal(scale)
    added = exp.Cast(this=exp.Add(this=name("_s"), expression=name("_x")), to=total)
    arguments = [known, exp.Cast(this=integer(0), to=total.copy()), lambda_(added, "_s", "_x")]
    if not floating and (item is None or item.kind != "decimal"):
        arguments.append(lambda_(bigint(name("_s")), "_s"))
    return case(compared(exp.GT, call("ARRAY_SIZE", known.copy()), integer(0)), call("AGGREGATE", *arguments))


def _decimal(scale: int) -> exp.DataType:
    size = [exp.DataTypeParam(this=integer(n)) for n in (38, scale)]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=size)


def dot(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _summed(x, y, product)


def cosine_similarity(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    lengths = [call("SQRT", _summed(each.copy(), each.copy(), product)) for each in (x, y)]
    both = exp.Nullif(this=exp.Mul(this=lengths[0], expression=lengths[1]), expression=integer(0))
    return exp.Div(this=_summed(x, y, product), expression=both)


def l2_distance(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return call("SQRT", _summed(x, y, squared_difference))


def _summed(x: exp.Expr, y: exp.Expr, of_pair: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    """The sum over pairs from first to last, NULL for a NULL among them: ZIP_WITH fills up the shorter list."""
    pairs = lambda_(of_pair(name("_x"), name("_y")), "_x", "_y")
    each = call("ZIP_WITH", floats(x), floats(y), pairs)
    zero = to(integer(0), exp.DType.DOUBLE)
    return call("AGGREGATE", each, zero, lambda_(exp.Add(this=name("_s"), expression=name("_x")), "_s", "_x"))


LISTS: Mapping[str, Build] = {
    "list_length": plain(list_length),
    "list_contains": plain(list_contains),
    "list_element": plain(list_element),
    "list_sum": list_sum,
    "dot": plain(dot),
    "cosine_similarity": plain(cosine_similarity),
    "l2_distance": plain(l2_distance),
}
