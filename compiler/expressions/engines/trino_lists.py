"""Lists and vectors in Trino: trino.io/docs/current/functions/array and functions/lambda."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import FLOAT64, INT64, DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.shorthand import (
    FLOATS,
    call,
    cast,
    compare,
    is_constant,
    lambda_of,
    number,
    of_trees,
    present,
    when,
)
from fcompile.compiler.expressions.engines.trino_numbers import equal
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.dialects.trino import Trino

_DIALECT = Trino()
_DOUBLE = _DIALECT.scalar("float64")


def _item(kind: DType | None) -> DType | None:
    return None if kind is None else kind.item


def list_element(items: exp.Expr, place: exp.Expr) -> exp.Expr:
    """ELEMENT_AT is NULL beyond the end, counts from the end below 0, and is an error at 0."""
    found = call("ELEMENT_AT", items, place)
    return found if b.constant(place) is not None else when((compare(exp.GTE, place, number(1)), found))


def list_contains(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """CONTAINS is NULL where a NULL is among the elements; FILTER leaves them out."""
    items, value = arguments
    kind = _item(kinds[0]) or kinds[1]
    equals = lambda_of(arguments, 1, lambda item: equal(item, value, kind))
    found = exp.GT(this=call("CARDINALITY", call("FILTER", items, equals)), expression=number(0))
    return found if is_constant(value) else when((present(value), found))


def list_sum(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """From first to last; a list of an unknown type is summed as DOUBLE."""
    items = arguments[0]
    state = _sum_type(_item(kinds[0]))

    def step(total: exp.Expr, item: exp.Expr) -> exp.Expr:
        added = exp.Add(this=total, expression=item)
        return exp.Coalesce(this=added, expressions=[total.copy(), cast(item.copy(), state.copy())])

    return _reduced(items, cast(exp.Null(), state), step, arguments)


def _sum_type(item: DType | None) -> exp.DataType:
    if item is None or item.kind in FLOATS:
        return _DIALECT.scalar(FLOAT64.kind)
    return _DIALECT.decimal(38, item.scale) if item.kind == "decimal" else _DIALECT.scalar(INT64.kind)


def _reduced(
    items: exp.Expr,
    start: exp.Expr,
    step: Callable[[exp.Expr, exp.Expr], exp.Expr],
    taken: Sequence[exp.Expr],
) -> exp.Expr:
    """functions/array#reduce: from first to last; the state keeps its type."""
    same = lambda_of(taken, 1, lambda total: total)
    return call("REDUCE", items, start, lambda_of(taken, 2, step), same)


def _summed(x: exp.Expr, y: exp.Expr, of_pair: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    """The sum over pairs from first to last; ZIP_WITH fills the shorter list up with NULLs, which make it NULL."""
    paired = lambda_of([x, y], 2, lambda a, b: of_pair(cast(a, _DOUBLE), cast(b, _DOUBLE)))
    zero = cast(number(0), _DOUBLE)
    add = lambda total, item: exp.Add(this=total, expression=item)  # noqa: E731
    return _reduced(call("ZIP_WITH", x, y, paired), zero, add, [x, y])


def _product(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return exp.Mul(this=x, expression=y)


def _squared_difference(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    apart = exp.Paren(this=exp.Sub(this=x, expression=y))
    return exp.Mul(this=apart, expression=apart.copy())


def dot(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _summed(x, y, _product)


def l2_distance(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return call("SQRT", _summed(x, y, _squared_difference))


def cosine_similarity(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    lengths = [call("SQRT", _summed(each.copy(), each.copy(), _product)) for each in (x, y)]
    divisor = exp.Nullif(this=exp.Mul(this=lengths[0], expression=lengths[1]), expression=number(0))
    return exp.Div(this=_summed(x, y, _product), expression=divisor, typed=True, safe=False)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "list_length": of_trees(lambda items: call("CARDINALITY", items)),
        "list_element": of_trees(list_element),
        "list_contains": list_contains,
        "list_sum": list_sum,
        "dot": of_trees(dot),
        "l2_distance": of_trees(l2_distance),
        "cosine_similarity": of_trees(cosine_similarity),
    }
)
