"""Pieces of BigQuery's SQL that its families of functions share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.builders import atom as atom
from fcompile.compiler.expressions.builders import call as call
from fcompile.compiler.expressions.engines.shorthand import FLOATS as FLOATS
from fcompile.compiler.expressions.engines.shorthand import absent as absent
from fcompile.compiler.expressions.engines.shorthand import all_of, any_of
from fcompile.compiler.expressions.engines.shorthand import is_float as is_float
from fcompile.compiler.expressions.engines.shorthand import text as text

both, either = all_of, any_of

_FEW = 3
"""Nodes that may be written again; more are computed once, in a subquery of one row."""

MOST_NAMES = 8

ITEM = "item"
"""The name of a list's element, within a subquery over the list."""


def safe(name: str, *arguments: exp.Expr) -> exp.Expr:
    """``SAFE.f(x)``: NULL where f is an error; errors within x stay errors.

    cloud.google.com/bigquery/docs/reference/standard-sql/functions-reference#safe_prefix [RAN]
    """
    return exp.SafeFunc(this=call(name, *arguments))


def where(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """``IF(condition, value, otherwise)``: a condition that is NULL counts as false."""
    return exp.If(this=condition, true=value, false=otherwise or exp.Null())


def cast_to(value: exp.Expr, kind: str, *, safely: bool = False) -> exp.Expr:
    """A CAST to a type by sqlglot's name for it."""
    to = exp.DataType(this=exp.DataType.Type[kind])
    return (exp.TryCast if safely else exp.Cast)(this=value, to=to)


def infinity() -> exp.Expr:
    return cast_to(text("inf"), "DOUBLE")


def group(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree)


def joined(*texts: exp.Expr) -> exp.Expr:
    return b.joined(*texts)


def name(word: str) -> exp.Expr:
    return exp.Column(this=exp.Identifier(this=word, quoted=False))


def number(tree: exp.Expr) -> float | None:
    """The value of a number constant, else None."""
    if isinstance(tree, exp.Cast | exp.Paren):
        return number(tree.this)
    if isinstance(tree, exp.Neg):
        value = number(tree.this)
        return None if value is None else -value
    if not isinstance(tree, exp.Literal):
        return None
    try:
        return float(tree.this)
    except ValueError:
        return None


def is_constant(tree: exp.Expr) -> bool:
    """Whether it is a constant other than NULL. A text that is cast is one; no text is NaN here."""
    if isinstance(tree, exp.Cast | exp.Paren | exp.Neg):
        return is_constant(tree.this)
    return isinstance(tree, exp.Literal | exp.Boolean)


def may_be_nan(kinds: Sequence[DType | None]) -> bool:
    """Whether values that are compared may be floats: not if the type of any is known to be another."""
    known = [kind for kind in kinds if kind is not None]
    return all(is_float(kind) for kind in known)


def is_nan(value: exp.Expr, kinds: Sequence[DType | None] = ()) -> exp.Expr:
    """A test for NaN. Of an unknown type: only NaN differs from itself, and every type can be asked that."""
    if kinds and all(kind is None for kind in kinds):
        return group(exp.NEQ(this=atom(value), expression=atom(value.copy())))
    return call("IS_NAN", value)


def once(values: Sequence[exp.Expr], build: Callable[..., exp.Expr], always: bool = False) -> exp.Expr:
    """``build`` of the values, each computed once, however often it is used.

    ``(SELECT f(a, b) FROM UNNEST([STRUCT(x AS a, y AS b)]))``: a subquery of one row, which names values in any
    expression, also within aggregate functions [RAN]. Where all are small they stand as they are. Inside, no
    column is left that a name could hide.
    """
    if not always and all(map(_is_small, values)):
        return build(*values)
    members, inner = [], []
    for word, value in zip("abcdefgh", values, strict=False):
        bound = value.find(exp.Column, exp.Select) is not None
        inner.append(name(word) if bound else value)
        if bound:
            known = exp.Identifier(this=word, quoted=False)
            members.append(exp.PropertyEQ(this=known, expression=value))
    if not members:
        return build(*values)
    source = exp.Unnest(expressions=[exp.Array(expressions=[exp.Struct(expressions=members)])])
    made = exp.Select(expressions=[build(*inner)], from_=exp.From(this=source))
    return exp.Subquery(this=made)


def _is_small(value: exp.Expr) -> bool:
    count = 0
    for node in value.walk():
        count += not isinstance(node, exp.Identifier | exp.DataType)
        if count > _FEW or isinstance(node, exp.Subquery):
            return False
    return True


def from_items(change: exp.Expr, items: exp.Expr, condition: exp.Expr | None = None) -> exp.Expr:
    """``(SELECT change FROM UNNEST(items) AS item WHERE condition)``: one value, where ``change`` aggregates."""
    alias = exp.TableAlias(columns=[exp.Identifier(this=ITEM, quoted=False)])
    source = exp.Unnest(expressions=[items], alias=alias)
    chosen = None if condition is None else exp.Where(this=condition)
    return exp.Subquery(this=exp.Select(expressions=[change], from_=exp.From(this=source), where=chosen))


def joined_items(change: exp.Expr, items: exp.Expr) -> exp.Expr:
    """The texts made of a list's elements, one after another in the list's order."""
    place = exp.Identifier(this="place", quoted=False)
    alias = exp.TableAlias(columns=[exp.Identifier(this=ITEM, quoted=False)])
    source = exp.Unnest(expressions=[items], alias=alias, offset=place)
    order = exp.Ordered(this=exp.Column(this=place.copy()), nulls_first=True)
    ordered = exp.Order(this=text(""), expressions=[order])
    made = exp.Select(expressions=[call("STRING_AGG", change, ordered)], from_=exp.From(this=source))
    return exp.Subquery(this=made)
