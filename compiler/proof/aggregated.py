"""What an expression is of a group: a key, an aggregate, or some row's value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fcompile.compiler.proof.relation import Value, merged
from fcompile.compiler.proof.scope import Groups, Scope
from fcompile.compiler.proof.terms import Constant, Made, Over

if TYPE_CHECKING:
    from sqlglot import exp

Evaluate = Callable[["exp.Expr", Scope], Value]


def of_group(node: exp.Expr, scope: Scope, evaluate: Evaluate) -> Value | None:
    """Return what ``node`` is of a group: a key, or an aggregate of its rows; None: look at its parts."""
    from sqlglot import exp

    groups = scope.groups
    if groups is None:
        return None
    for key, value in groups.keys:
        if key == node:
            return value
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.AggFunc):
        inner = _aggregate(node.this, groups, evaluate)
        tests = evaluate(node.expression.this, groups.within).needs
        return Value(Made("filtered", (inner.term,)), merged(inner.needs, map(groups.closed, tests)))
    if isinstance(node, exp.WithinGroup) or (
        isinstance(node, exp.AggFunc) and not isinstance(node, exp.Window)
    ):
        return _aggregate(node, groups, evaluate)
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
        return _of_any_row(node, groups, scope, evaluate)
    return None


def _of_any_row(node: exp.Column, groups: Groups, scope: Scope, evaluate: Evaluate) -> Value:
    """A column that is no key by its name may be one by another: ``e.user_id`` for ``user_id``."""
    name = node.name.lower()
    if not node.table and name in scope.aliases and not any(name in each.columns for _, each in scope.named):
        return scope.aliases[name]
    value = evaluate(node, groups.within)
    for _, key in groups.keys:
        if key.term == value.term:
            return key
    made = Over("any", value.term, groups.number)
    return Value(made, tuple(map(groups.closed, value.needs)))


def _aggregate(node: exp.Expr, groups: Groups, evaluate: Evaluate) -> Value:
    from sqlglot import exp

    values = [
        evaluate(each, groups.within)
        for each in node.iter_expressions()
        if not isinstance(each, exp.Identifier | exp.Star)
    ]
    needs = merged(*(map(groups.closed, value.needs) for value in values))
    kind = {"Max": "max", "Min": "min"}.get(type(node).__name__, type(node).__name__)
    return Value(Over(kind, values[0].term if values else Constant(""), groups.number), needs)
