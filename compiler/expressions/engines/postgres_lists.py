"""Lists and vectors in Postgres: arrays, whose elements a subquery walks (docs/current/functions-array.html)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.postgres_casts import scaled
from fcompile.compiler.expressions.engines.postgres_floats import product
from fcompile.compiler.expressions.engines.words import Kinds

Arguments = Sequence[exp.Expr]


def list_length(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.cast(p.call("CARDINALITY", arguments[0]), exp.DType.BIGINT)


def list_contains(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """= ANY is NULL beside a NULL; ARRAY_POSITION finds NULL too, and compares as = does."""
    item = _item(kinds[0])
    value = arguments[1] if item is None else exp.Cast(this=arguments[1], to=item)

    def body(items: p.Part, sought: p.Part) -> exp.Expr:
        found = p.known(p.call("ARRAY_POSITION", items(), sought()))
        return p.case((p.both(p.known(items()), p.known(sought())), found))

    return p.let(body, arguments[0], value)


_ITEMS = {
    "int64": exp.DType.BIGINT,
    "int32": exp.DType.INT,
    "float64": exp.DType.DOUBLE,
    "float32": exp.DType.FLOAT,
    "string": exp.DType.TEXT,
}


def _item(dtype: DType | None) -> exp.DataType | None:
    """The type of the elements, where a constant beside them has to be given it."""
    found = _ITEMS.get(p.kind(None if dtype is None else dtype.item))
    return None if found is None else exp.DataType(this=found)


_LONGEST = 2**31 - 1


def list_element(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """NULL beyond both ends, as subscripts are."""
    items, place = arguments
    known = p.constant(place)
    if known is not None:
        place = p.number(min(int(known), _LONGEST))
    else:
        low = exp.Greatest(this=place, expressions=[p.number(0)], ignore_nulls=True)
        within = exp.Least(this=low, expressions=[p.number(_LONGEST)], ignore_nulls=True)
        place = p.cast(within, exp.DType.INT)
    operand = items if isinstance(items, exp.Column) else exp.Paren(this=items)
    return exp.Bracket(this=operand, expressions=[place], offset=1)


def list_sum(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    item = None if kinds[0] is None else kinds[0].item
    each: exp.Expr = p.row_column("u", "item")
    if p.kind(item) == "float32":
        each = p.as_double(each)
    total: exp.Expr = exp.Sum(this=each)
    if p.kind(item) in ("int32", "int64"):
        total = p.cast(total, exp.DType.BIGINT)
    elif p.kind(item) == "decimal" and item is not None:
        total = scaled(total, DType("decimal", precision=38, scale=item.scale))
    return p.chosen(total, _walked(("item",), arguments[0]))


def _walked(names: Sequence[str], *lists: exp.Expr) -> exp.Expr:
    """``UNNEST(lists) AS u(names)``: in step and in order, the shorter ones filled up with NULL."""
    return exp.Unnest(expressions=list(lists), alias=p.named("u", names))


def dot(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(_dot, *arguments)


def _dot(x: p.Part, y: p.Part) -> exp.Expr:
    return _of_pairs(x, y, lambda total: total(0))


def cosine_similarity(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(_cosine, *arguments)


def _cosine(x: p.Part, y: p.Part) -> exp.Expr:
    def made(total: Callable[[int], exp.Expr]) -> exp.Expr:
        lengths = [exp.Sqrt(this=total(place)) for place in (1, 2)]
        both = exp.Nullif(this=exp.Mul(this=lengths[0], expression=lengths[1]), expression=p.number(0))
        return exp.Div(this=total(0), expression=both, typed=True, safe=False)

    return _of_pairs(x, y, made)


def l2_distance(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.let(_distance, *arguments)


def _distance(x: p.Part, y: p.Part) -> exp.Expr:
    return _of_pairs(x, y, lambda total: exp.Sqrt(this=total(3)))


def _of_pairs(x: p.Part, y: p.Part, made: Callable[[Callable[[int], exp.Expr]], exp.Expr]) -> exp.Expr:
    """What is ``made`` of the sums over pairs: of x * y, x * x, y * y and (x - y) * (x - y).

    NULL if a list or an element is NULL, or the lengths differ: then one element of a pair is NULL.
    """
    a, b = (p.as_double(p.row_column("u", name)) for name in "ab")
    apart = exp.Paren(this=exp.Sub(this=a.copy(), expression=b.copy()))
    pairs = ((a, b), (a, a), (b, b), (apart, apart))

    def total(place: int) -> exp.Expr:
        left, right = pairs[place]
        summed = exp.Sum(this=product(left.copy, right.copy))
        return exp.Coalesce(this=summed, expressions=[p.number(0)])

    counted = exp.EQ(
        this=exp.Count(this=exp.Star()),
        expression=exp.Count(this=exp.Add(this=p.row_column("u", "a"), expression=p.row_column("u", "b"))),
    )
    walked = p.chosen(p.case((counted, made(total))), _walked(("a", "b"), x(), y()))
    return p.case((p.both(p.known(x()), p.known(y())), walked))
