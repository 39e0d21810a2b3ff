"""What conditions rest on, and tests of an end of validity, which rest on what they are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fcompile.compiler.proof.later import closes_its_row
from fcompile.compiler.proof.order import relations
from fcompile.compiler.proof.relation import Need, Value, merged
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, Branches, Column, First, Over, Term

if TYPE_CHECKING:
    from sqlglot import exp

Evaluate = Callable[["exp.Expr", Scope], Value]


def is_condition(node: exp.Expr) -> bool:
    """Whether ``needs_of`` looks into it."""
    from sqlglot import exp

    return isinstance(
        node,
        exp.And
        | exp.Or
        | exp.Not
        | exp.Is
        | exp.GT
        | exp.GTE
        | exp.LT
        | exp.LTE
        | exp.EQ
        | exp.NEQ
        | exp.Between,
    )


def needs_of(node: exp.Expr, scope: Scope, evaluate: Evaluate) -> tuple[Need, ...]:
    """Return what a condition rests on; a test of an end of validity against an instant rests on that instant."""
    from sqlglot import exp

    if isinstance(node, exp.Paren | exp.Not):
        return needs_of(node.this, scope, evaluate)
    if isinstance(node, exp.Or):
        return _of_or(node, scope, evaluate)
    if isinstance(node, exp.And):
        return merged(needs_of(node.left, scope, evaluate), needs_of(node.right, scope, evaluate))
    if isinstance(node, exp.LT | exp.LTE) and _ending(node.right, scope, evaluate) is not None:
        return _as_of(node.left, node.right, scope, evaluate)
    if isinstance(node, exp.GT | exp.GTE) and _ending(node.left, scope, evaluate) is not None:
        return _as_of(node.right, node.left, scope, evaluate)
    if isinstance(node, exp.Between) and _ending(node.args["high"], scope, evaluate) is not None:
        low = evaluate(node.args["low"], scope)
        return merged(low.needs, _as_of(node.this, node.args["high"], scope, evaluate))
    if isinstance(node, exp.Is):
        return _of_is(node, scope, evaluate)
    if isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return merged(evaluate(node.left, scope).needs, evaluate(node.right, scope).needs)
    if isinstance(node, exp.Between):
        return merged(
            *(evaluate(each, scope).needs for each in (node.this, node.args["low"], node.args["high"]))
        )
    return evaluate(node, scope).needs


def _of_or(node: exp.Or, scope: Scope, evaluate: Evaluate) -> tuple[Need, ...]:
    """``t < valid_to or valid_to is null``: the second says the same of rows that are not closed yet."""
    from sqlglot import exp

    sides = list(node.flatten())
    compared = {ending.sql() for side in sides for ending in _compared(side, scope, evaluate)}
    kept = [
        side
        for side in sides
        if not (
            isinstance(side, exp.Is) and isinstance(side.expression, exp.Null) and side.this.sql() in compared
        )
    ]
    return merged(*(needs_of(side, scope, evaluate) for side in kept))


def _compared(side: exp.Expr, scope: Scope, evaluate: Evaluate) -> Iterable[exp.Column]:
    from sqlglot import exp

    inner = side.unnest()
    found = None
    if isinstance(inner, exp.LT | exp.LTE):
        found = _ending(inner.right, scope, evaluate)
    elif isinstance(inner, exp.GT | exp.GTE):
        found = _ending(inner.left, scope, evaluate)
    elif isinstance(inner, exp.Between):
        found = _ending(inner.args["high"], scope, evaluate)
    return () if found is None else (found,)


def _ending(node: exp.Expr, scope: Scope, evaluate: Evaluate) -> exp.Column | None:
    """Return the end of validity that ``node`` is, also with something in place of NULL."""
    from sqlglot import exp

    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _ending(node.this, scope, evaluate)
    if isinstance(node, exp.Coalesce) and not any(each.find(exp.Column) for each in node.expressions):
        return _ending(node.this, scope, evaluate)
    if not isinstance(node, exp.Column):
        return None
    closes = closes_its_row(node.name) or any(n.origin.closes for n in evaluate(node, scope).needs)
    return node if closes else None


def _as_of(instant: exp.Expr, ending: exp.Expr, scope: Scope, evaluate: Evaluate) -> tuple[Need, ...]:
    """Whether a row is closed by an instant is known at that instant."""
    end, when = evaluate(ending, scope), evaluate(instant, scope)
    settles = _is_end(end.term)
    return merged(
        when.needs,
        (
            Need(when.term, need.origin) if settles and need.term == FOREVER and need.origin.closes else need
            for need in end.needs
        ),
    )


def _is_end(term: Term) -> bool:
    """Whether it is an end of validity itself, with constants at most for those that are open."""
    match term:
        case First(terms):
            return _is_end(terms[0]) and not any(relations(each) for each in terms[1:])
        case Over(kind):
            return kind == "Lead"
        case Branches(_, terms):
            return all(map(_is_end, terms))
    return isinstance(term, Column)


def _of_is(node: exp.Is, scope: Scope, evaluate: Evaluate) -> tuple[Need, ...]:
    from sqlglot import exp

    value = evaluate(node.this, scope)
    if not isinstance(node.expression, exp.Null):
        return value.needs
    missing = (scope.context.unmatched.get(use) for use in sorted(relations(value.term)))
    return merged(value.needs, (Need(FOREVER, origin) for origin in missing if origin is not None))
