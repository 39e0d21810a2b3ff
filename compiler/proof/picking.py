"""Which rows of a query are kept: DISTINCT, DISTINCT ON and LIMIT."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.frames import Frame, Reach
from fcompile.compiler.proof.relation import Need, Origin, Relation, Value, merged
from fcompile.compiler.proof.scalars import value_of
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import Over, Term
from fcompile.compiler.proof.windows import of_frame
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp


def distinct(node: exp.Select, made: Relation, scope: Scope) -> Relation:
    """DISTINCT groups by all columns; DISTINCT ON keeps the first row of each group, by ORDER BY."""
    from sqlglot import exp

    distinct = node.args.get("distinct")
    if distinct is None:
        return made
    on = distinct.args.get("on")
    if on is None:
        return made if made.scans else once(made, scope, node)
    keys = [
        value_of(each, scope) for each in (on.expressions if isinstance(on, exp.Tuple) else [on.unnest()])
    ]
    order = [
        each for each in _ordered(node) if value_of(each.this, scope).term not in [key.term for key in keys]
    ]
    return _firsts(made, scope, node, tuple(key.term for key in keys), order, "DISTINCT ON")


def _ordered(node: exp.Expr) -> list[exp.Ordered]:
    order = node.args.get("order")
    return list(order.expressions) if order is not None else []


def once(made: Relation, scope: Scope, node: exp.Expr) -> Relation:
    """Rows that are equal become one: it is there from the first of them on, and all say when that is."""
    bounds = tuple(value.term for value in made.columns.values())
    needs = merged(made.rows, *(value.needs for value in made.columns.values()))
    group, found = scope.context.number(), []
    message = f"`{said(node)[:40]}...` drops the known times of rows that are otherwise equal"
    origin = Origin("FC254", message, "select the known time too", node, "equal rows become known together")
    for need in needs:
        kept = closed(scope.context.order, need, bounds, made.facts, made.uses)
        found.append(Need(Over("max", need.term, group), origin) if kept is None else kept)
    return replace(
        made, rows=merged(found), columns={name: Value(v.term) for name, v in made.columns.items()}
    )


def _firsts(
    made: Relation,
    scope: Scope,
    node: exp.Expr,
    keys: tuple[Term, ...],
    order: list[exp.Ordered],
    what: str,
) -> Relation:
    """The first rows of each partition, in an order: a later one must not come before them."""
    needs = merged(made.rows, *(value_of(each.this, scope).needs for each in order))
    if order and not order[0].args.get("desc"):
        frame = Frame(Reach.PAST, keys, (value_of(order[0].this, scope).term,), True, what)
    else:
        frame = Frame(Reach.AHEAD, keys, (), True, what)
    piece = node.args["order"] if order else node.args.get("limit") or node.args.get("offset") or node
    return made.needing(of_frame(needs, frame, (what, keys, frame.order), piece, scope))


def limited(node: exp.Expr, made: Relation, scope: Scope) -> Relation:
    """LIMIT keeps the first rows of all, or of each partition (``LIMIT n BY``)."""
    limit = node.args.get("limit") or node.args.get("offset")
    if limit is None:
        return made
    keys = tuple(value_of(each, scope).term for each in limit.args.get("expressions") or [])
    rows = replace(scope.rows, rows=made.rows, facts=made.facts, uses=made.uses)
    inner = replace(scope, named=(*scope.named, ("", made)), rows=rows)
    return _firsts(made, inner, node, keys, _ordered(node), "LIMIT")
