"""Subqueries inside expressions: one value, or whether there is a row, of rows picked for the row around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed, of_outer
from fcompile.compiler.proof.order import Fact
from fcompile.compiler.proof.relation import Need, Needs, Origin, Relation, Value, merged
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import ZERO, Made, Over
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

Evaluate = Callable[["exp.Expr", Scope], Value]


def value_of(node: exp.Expr, scope: Scope) -> Value:
    """Return what a scalar subquery, EXISTS, ANY or ALL gives."""
    from sqlglot import exp

    query = node if isinstance(node, exp.Query) else node.this
    rows = scope.context.select(query, scope.inside())
    return Value(
        Made("subquery", (Over("any", _first(rows).term, scope.context.number()),)),
        of_rows(rows, scope, node),
    )


def member_of(node: exp.In, scope: Scope, evaluate: Evaluate) -> Value:
    """Return ``x in (select y ...)``: rows with y = x decide, and those rows are known by what x says of y."""
    from sqlglot import exp

    value = evaluate(node.this, scope)
    rows = scope.context.select(node.args["query"], scope.inside())
    wanted = (
        [evaluate(each, scope) for each in node.this.expressions]
        if isinstance(node.this, exp.Tuple)
        else [value]
    )
    pairs = zip(rows.columns.values(), wanted, strict=False)
    equal = tuple(fact for y, x in pairs for fact in ((y.term, x.term, ZERO), (x.term, y.term, ZERO)))
    return Value(Made("in", ()), merged(value.needs, of_rows(rows, scope, node, equal)))


def _first(rows: Relation) -> Value:
    return next(iter(rows.columns.values()), Value())


def of_rows(rows: Relation, scope: Scope, node: exp.Expr, more: tuple[Fact, ...] = ()) -> Needs:
    """Return what it rests on that these rows are just the ones there: all that could be there are known by then."""
    context = scope.context
    needs = merged(rows.rows, *(value.needs for value in rows.columns.values()))
    facts = (*more, *rows.facts, *scope.rows.facts)
    group, found = context.number(), []
    origin = _origin(node, picked=bool(of_outer((*more, *rows.facts), rows.uses)))
    for need in needs:
        made = closed(context.order, need, (), facts, rows.uses)
        found.append(Need(Over("max", need.term, group), origin) if made is None else made)
    return merged(found)


def _origin(node: exp.Expr, *, picked: bool) -> Origin:
    hint = "pick rows that were known by then: `where inner.known_at <= outer.known_at`"
    code, text = "FC250" if picked else "FC251", said(node)
    return Origin(code, f"`{text}` is of rows that may become known later than the row around it", hint, node)
