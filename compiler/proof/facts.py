"""What a condition that holds says of the order of instants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.proof.order import Fact
from fcompile.compiler.proof.scalars import value_of
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import ZERO, Constant, Term

if TYPE_CHECKING:
    from sqlglot import exp


def facts_of(node: exp.Expr | None, scope: Scope) -> tuple[Fact, ...]:
    """Return what a condition that holds says of the order of instants."""
    from sqlglot import exp

    if node is None:
        return ()
    node = node.unnest()
    if isinstance(node, exp.And):
        return (*facts_of(node.left, scope), *facts_of(node.right, scope))
    if isinstance(node, exp.Between):
        if node.args.get("symmetric"):
            return ()
        value, low, high = (
            value_of(each, scope).term for each in (node.this, node.args["low"], node.args["high"])
        )
        return _ordered((low, value), (value, high))
    if not isinstance(node, exp.LT | exp.LTE | exp.GT | exp.GTE | exp.EQ):
        return ()
    left, right = value_of(node.left, scope).term, value_of(node.right, scope).term
    if isinstance(node, exp.LT | exp.LTE):
        return _ordered((left, right))
    return _ordered((right, left)) if not isinstance(node, exp.EQ) else _ordered((left, right), (right, left))


def _ordered(*pairs: tuple[Term, Term]) -> tuple[Fact, ...]:
    return tuple(
        (low, high, ZERO)
        for low, high in pairs
        if not isinstance(low, Constant) and not isinstance(high, Constant)
    )
