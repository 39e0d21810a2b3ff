"""UNION: a row is of one branch, with what that branch needs and knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.proof.relation import Need, Needs, Relation, Value, assumption, merged
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, NEVER, Branches, Column, Term, rebuilt
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp


def union(node: exp.SetOperation, left: Relation, right: Relation, scope: Scope) -> Relation:
    """A row of a union is of one branch, with that branch's bound and facts."""
    context = scope.context
    if left.scans or right.scans:
        return _open_union(node, left, right)
    number = context.number()
    context.order.branches[number] = (left.facts, right.facts)
    pairs = paired(node, left, right)
    columns = {
        name: Value(
            Branches(number, (a.term, b.term)),
            merged(_of_branch(number, 0, a.needs), _of_branch(number, 1, b.needs)),
        )
        for name, a, b in pairs
    }
    rows = merged(_of_branch(number, 0, left.rows), _of_branch(number, 1, right.rows))
    return Relation(columns, (), rows, (), left.uses | right.uses)


def _open_union(node: exp.SetOperation, left: Relation, right: Relation) -> Relation:
    """With ``select *`` of tables nobody knows which columns meet: those of one name, it is assumed."""
    text = f"`{said(node)}` puts together columns of the same names, known times too: write them out"
    needs = right.rows
    if left.scans:
        first = left.scans[0].use
        needs = tuple(Need(_met(need.term, left, right, first), need.origin) for need in needs)
    rows = merged(left.rows, needs, [assumption(text, node)])
    scans = (*left.scans, *right.scans)[:1]
    return Relation({**right.columns, **left.columns}, scans, rows, (), left.uses | right.uses)


def _met(term: Term, left: Relation, right: Relation, use: int) -> Term:
    """Return a term of the right side as one of the columns of the left side that have its names."""
    if isinstance(term, Column):
        there = left.columns.get(term.name)
        if term.relation not in right.uses:
            return term
        return there.term if there is not None else Column(use, term.name)
    return rebuilt(term, lambda part: _met(part, left, right, use))


def paired(node: exp.SetOperation, left: Relation, right: Relation) -> list[tuple[str, Value, Value]]:
    if node.args.get("by_name"):
        missing = Value(NEVER)
        names = dict.fromkeys((*left.columns, *right.columns))
        return [(name, left.columns.get(name, missing), right.columns.get(name, missing)) for name in names]
    return [(n, a, b) for (n, a), b in zip(left.columns.items(), right.columns.values(), strict=False)]


def _of_branch(number: int, place: int, needs: Needs) -> Needs:
    def term(need: Need) -> Term:
        if need.term in (NEVER, FOREVER):
            return need.term
        return Branches(number, (need.term, NEVER) if place == 0 else (NEVER, need.term))

    return tuple(Need(term(need), need.origin) for need in needs)
