"""What an expression of a query is, as an instant, and what it rests on besides its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.proof import conditions, subqueries, windows
from fcompile.compiler.proof.aggregated import of_group
from fcompile.compiler.proof.clocks import is_clock, is_known
from fcompile.compiler.proof.moving import moved, moves
from fcompile.compiler.proof.relation import Need, Origin, Value, assumption, merged
from fcompile.compiler.proof.scope import Scope, resolve, whole_rows
from fcompile.compiler.proof.terms import (
    FOREVER,
    NULL,
    Constant,
    First,
    Greatest,
    Least,
    Made,
    OneOf,
    Start,
    Term,
)
from fcompile.compiler.proof.times import bucketed, same_instant
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp


def value_of(node: exp.Expr, scope: Scope) -> Value:
    """Return the value of ``node`` for a row of ``scope``."""
    from sqlglot import exp

    if scope.groups is not None:
        found = of_group(node, scope, value_of)
        if found is not None:
            return found
    if isinstance(node, exp.Column):
        if isinstance(node.this, exp.Star):
            return whole_rows(scope, node.table)
        if is_clock(node) and all(alias != node.table.lower() for alias, _ in scope.named):
            return Value(Made("clock", ()), (Need(FOREVER, _clock(node)),))
        return resolve(scope, node.name, node.table, node)
    if isinstance(node, exp.Literal) and is_clock(node):
        return Value(Made("clock", ()), (Need(FOREVER, _clock(node)),))
    if isinstance(node, exp.Null):
        return Value(NULL)
    if isinstance(node, exp.Literal | exp.Boolean | exp.DataType | exp.Interval | exp.Var):
        return Value(Constant(node.name))
    if isinstance(node, exp.Paren | exp.Alias):
        return value_of(node.this, scope)
    if isinstance(node, exp.Window):
        return windows.value_of(node, scope, value_of)
    if isinstance(node, exp.Query) or (
        isinstance(node, exp.Exists | exp.Any | exp.All) and isinstance(node.this, exp.Query)
    ):
        return subqueries.value_of(node, scope)
    if isinstance(node, exp.In) and (node.args.get("query") is not None):
        return subqueries.member_of(node, scope, value_of)
    if is_clock(node):
        return Value(Made("clock", ()), (Need(FOREVER, _clock(node)),))
    return _of_time(node, scope) or _of_choice(node, scope) or _of_parts(node, scope)


def _clock(node: exp.Expr) -> Origin:
    text = said(node)
    return Origin(
        "FC253",
        f"`{text}` is another one whenever the query runs, so that the past would change",
        "compare with a column of the row, and leave the time to the join; for an age, subtract columns",
        node,
    )


def _of_time(node: exp.Expr, scope: Scope) -> Value | None:
    bucket = bucketed(node)
    if bucket is not None:
        inner, unit = value_of(bucket[0], scope), bucket[1]
        # Days of hours are days.
        within = isinstance(inner.term, Start) and unit.holds(inner.term.unit)
        term = inner.term.term if within and isinstance(inner.term, Start) else inner.term
        return Value(Start(term, unit), inner.needs)
    moving = moves(node)
    if moving is not None:
        inner = value_of(moving[0], scope)
        return Value(moved(inner.term, moving[1], moving[2]), inner.needs)
    same = same_instant(node)
    return None if same is None else value_of(same, scope)


def _of_choice(node: exp.Expr, scope: Scope) -> Value | None:
    from sqlglot import exp

    kinds: tuple[tuple[type[exp.Func], type[Greatest | Least | First]], ...]
    kinds = ((exp.Greatest, Greatest), (exp.Least, Least), (exp.Coalesce, First))
    for kind, term in kinds:
        if isinstance(node, kind):
            values = [value_of(each, scope) for each in (node.this, *node.expressions)]
            return Value(
                term(tuple(value.term for value in values)), merged(*(value.needs for value in values))
            )
    if isinstance(node, exp.Case | exp.If):
        return _of_case(node, scope)
    return None


def _of_case(node: exp.Case | exp.If, scope: Scope) -> Value:
    from sqlglot import exp

    whens = node.args.get("ifs") or [] if isinstance(node, exp.Case) else [node]
    otherwise = node.args.get("default") if isinstance(node, exp.Case) else node.args.get("false")
    results = [
        value_of(each, scope)
        for each in (*(when.args["true"] for when in whens), otherwise)
        if each is not None
    ]
    tests = [needs_of(when.this, scope) for when in whens]
    operand = node.this if isinstance(node, exp.Case) else None
    tests += [value_of(operand, scope).needs] if operand is not None else []
    chosen = tuple(
        _chosen(each, scope) for each in (operand, *(when.this for when in whens)) if each is not None
    )
    # A CASE without ELSE is NULL in some rows, as one with ELSE NULL is.
    missing = () if otherwise is not None else (NULL,)
    return Value(
        OneOf((*(value.term for value in results), *missing), chosen),
        merged(*tests, *(value.needs for value in results)),
    )


def _chosen(test: exp.Expr, scope: Scope) -> Term:
    """Return what tells a condition of a CASE from all others."""
    from sqlglot import exp

    if test.find(exp.Query) is not None:
        return Made("test", (Constant(str(scope.context.number())),))
    read = (value_of(each, scope).term for each in test.find_all(exp.Column))
    return Made("test", (Constant(test.sql(comments=False)), *read))


def _of_parts(node: exp.Expr, scope: Scope) -> Value:
    """A function reads its arguments; one that nobody knows is said to."""
    from sqlglot import exp

    if isinstance(node, exp.Connector | exp.Not | exp.Predicate | exp.Binary) and conditions.is_condition(
        node
    ):
        return Value(Made(type(node).__name__, ()), needs_of(node, scope))
    values = [
        value_of(each, scope) for each in node.iter_expressions() if not isinstance(each, exp.Identifier)
    ]
    needs = merged(*(value.needs for value in values))
    name = type(node).__name__
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        if not is_known(name):
            needs = merged(
                needs, [assumption(f"the function `{name}` reads its arguments and nothing else", node)]
            )
    elif isinstance(node, exp.AggFunc):
        needs = merged(needs, [assumption(f"`{said(node)}` reads its row and nothing else", node)])
    return Value(Made(name, tuple(value.term for value in values)), needs)


def needs_of(node: exp.Expr, scope: Scope) -> tuple[Need, ...]:
    """Return what a condition rests on."""
    return conditions.needs_of(node, scope, value_of)
