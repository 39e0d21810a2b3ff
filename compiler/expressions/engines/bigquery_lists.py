"""Lists and vectors for BigQuery: subqueries over their elements.

cloud.google.com/bigquery/docs/reference/standard-sql/arrays, .../array_functions [RAN]. A sum of FLOAT64 has no
order there, so the last digits of sums over lists are those of SPEC 4's rule for sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.bigquery_choices import compare
from fcompile.compiler.expressions.engines.bigquery_numbers import is_wide, product
from fcompile.compiler.expressions.engines.words import Build, Kinds

_TOTAL = 38


def _item(kind: DType | None) -> DType | None:
    return None if kind is None else kind.item


def _length(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return t.call("ARRAY_LENGTH", arguments[0])


def _contains(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """IN UNNEST would be NULL beside an element that is NULL."""
    kind = _item(kinds[0])

    def build(items: exp.Expr, value: exp.Expr) -> exp.Expr:
        equal = compare("eq", t.name(t.ITEM), value, (kind, kinds[1]))
        found = exp.GT(this=t.from_items(t.call("COUNTIF", equal), items), expression=b.integer(0))
        unknown = [t.absent(v.copy()) for v in (items, value) if not t.is_constant(v)]
        return t.where(t.either(*unknown), exp.Null(), found)

    return t.once(arguments, build, always=True)


def _element(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return exp.Bracket(this=arguments[0], expressions=[arguments[1]], offset=1, safe=True)


def _sum(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """NULL of no elements. A decimal's sum has 38 digits."""
    kind = _item(kinds[0])
    item = t.name(t.ITEM)
    if kind is not None and kind.kind == "decimal" and not is_wide(kind):
        wide = is_wide(DType("decimal", precision=_TOTAL, scale=kind.scale))
        item = t.cast_to(item, "BIGDECIMAL") if wide else item
    return t.from_items(t.call("SUM", item), arguments[0])


def _pairs(arguments: Sequence[exp.Expr], of_sum: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    """What is made of two lists of one length without a NULL among them, else NULL."""

    def build(x: exp.Expr, y: exp.Expr) -> exp.Expr:
        lengths = [t.call("ARRAY_LENGTH", each.copy()) for each in (x, y)]
        return t.where(exp.EQ(this=lengths[0], expression=lengths[1]), of_sum(x, y))

    return t.once(arguments, build, always=True)


def _summed(x: exp.Expr, y: exp.Expr, of_pair: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    """The sum over pairs; 0 of none, NULL for a NULL among them."""
    last = exp.Sub(this=t.call("ARRAY_LENGTH", x.copy()), expression=b.integer(1))
    places = t.call("GENERATE_ARRAY", b.integer(0), last)
    pair = of_pair(_at(x), _at(y))
    known = exp.EQ(this=exp.Count(this=pair.copy()), expression=t.call("ARRAY_LENGTH", x.copy()))
    total = exp.Coalesce(this=t.call("SUM", pair), expressions=[exp.Literal.number("0.0")])
    return t.from_items(t.where(known, total), places)


def _at(items: exp.Expr) -> exp.Expr:
    return exp.Bracket(this=items.copy(), expressions=[t.name(t.ITEM)], offset=0)


def _dot(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _pairs(arguments, lambda x, y: _summed(x, y, product))


def _l2_distance(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _pairs(arguments, lambda x, y: t.call("SQRT", _summed(x, y, _squared)))


def _squared(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    apart = t.group(exp.Sub(this=x, expression=y))
    return product(apart, apart.copy())


def _cosine_similarity(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    def build(x: exp.Expr, y: exp.Expr) -> exp.Expr:
        lengths = [t.call("SQRT", _summed(each, each, product)) for each in (x, y)]
        divisor = b.nullif(exp.Mul(this=lengths[0], expression=lengths[1]), b.integer(0))
        return t.call("IEEE_DIVIDE", _summed(x, y, product), divisor)

    return _pairs(arguments, build)


LISTS: Mapping[str, Build] = MappingProxyType(
    {
        "list_length": _length,
        "list_contains": _contains,
        "list_element": _element,
        "list_sum": _sum,
        "dot": _dot,
        "l2_distance": _l2_distance,
        "cosine_similarity": _cosine_similarity,
    }
)
