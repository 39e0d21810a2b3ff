"""Functions of lists and vectors in SQL, as DuckDB says them."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, constant, integer


def list_length(items: exp.Expr) -> exp.Expr:
    return call("len", items)


def list_contains(items: exp.Expr, value: exp.Expr) -> exp.Expr:
    return call("list_contains", items, value)


def list_element(items: exp.Expr, place: exp.Expr) -> exp.Expr:
    """DuckDB counts from the end below 0, and has no element 0 [RAN]."""
    if constant(place) is None:
        place = exp.Greatest(this=place, expressions=[integer(0)], ignore_nulls=True)
    return call("list_extract", items, place)


def list_sum(items: exp.Expr) -> exp.Expr:
    return call("list_sum", items)


def dot(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _of_known(x, y, _summed(x.copy(), y.copy(), product))


def cosine_similarity(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Empty lists have length 0, and so have NULLs that the list functions take for empty."""
    lengths = [exp.Sqrt(this=_summed(each.copy(), each.copy(), product)) for each in (x, y)]
    both = exp.Nullif(this=exp.Mul(this=lengths[0], expression=lengths[1]), expression=integer(0))
    return exp.Div(this=_summed(x, y, product), expression=both, typed=True, safe=False)


def l2_distance(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _of_known(x, y, exp.Sqrt(this=_summed(x.copy(), y.copy(), squared_difference)))


def _of_known(x: exp.Expr, y: exp.Expr, made: exp.Expr) -> exp.Expr:
    """LIST_ZIP takes NULL for an empty list [RAN]."""
    not_null = [exp.Is(this=atom(each), expression=exp.Not(this=exp.Null())) for each in (x, y)]
    return exp.Case(ifs=[exp.If(this=exp.And(this=not_null[0], expression=not_null[1]), true=made)])


def _summed(x: exp.Expr, y: exp.Expr, of_pair: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    """The sum over pairs from first to last, NULL for a NULL among them: LIST_ZIP fills up the shorter list.

    LIST_INNER_PRODUCT multiplies and adds in one step with one rounding where the machine can [RAN].
    """
    pairs = call("list_zip", floats(x), floats(y))
    each = call("list_transform", pairs, _lambda(of_pair(_part(1), _part(2)), "p"))
    zero = exp.Cast(this=integer(0), to=exp.DataType(this=exp.DType.DOUBLE))
    added = exp.Add(this=_name("a"), expression=_name("b"))
    return call("list_reduce", each, _lambda(added, "a", "b"), zero)


def product(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """What a dot product sums of each pair."""
    return exp.Mul(this=x, expression=y)


def squared_difference(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """What a distance sums of each pair."""
    apart = exp.Paren(this=exp.Sub(this=x, expression=y))
    return exp.Mul(this=apart, expression=apart.copy())


def floats(items: exp.Expr) -> exp.Expr:
    """A list as one of float64."""
    double = exp.DataType(this=exp.DType.DOUBLE)
    return exp.Cast(this=items, to=exp.DataType(this=exp.DType.ARRAY, expressions=[double], nested=True))


def _part(place: int) -> exp.Expr:
    return call("struct_extract", _name("p"), integer(place))


def _name(text: str) -> exp.Expr:
    return exp.Column(this=exp.Identifier(this=text, quoted=False))


def _lambda(body: exp.Expr, *names: str) -> exp.Expr:
    parameters = [exp.Identifier(this=name, quoted=False) for name in names]
    return exp.Lambda(this=body, expressions=parameters, colon=True)
