"""Features that read other features of their view: each expression, with the others' in place of their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.bind.order import ordered
from fcompile.compiler.bind.scope import Scope
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import did_you_mean
from fcompile.compiler.expressions.infer import MAX_WEIGHT, Columns, infer
from fcompile.compiler.expressions.nodes import (
    Call,
    Case,
    Cast,
    Column,
    Expr,
    Literal,
    Raw,
    column_names,
    is_deeper,
    is_larger,
    walk,
)
from fcompile.compiler.expressions.parser import MAX_DEPTH
from fcompile.compiler.places import place_of
from fcompile.compiler.tree import Node


@dataclass(frozen=True, slots=True)
class Draft:
    """A feature's expression, typed, as it is written: it may call other features by their names.

    ``plain``: it is a column, whatever other features are called.
    """

    name: str
    dtype: DType
    expr: Expr
    node: Node
    plain: bool = False


def inlined(scope: Scope, title: str, drafts: Sequence[Draft], columns: Columns) -> dict[str, Expr]:
    """Return the expressions by name; those that cannot be are left out, and reported (FC223, FC311).

    A name of ``columns`` is no feature's; nor is, where there may be others, a feature's own in its expression.
    ``title`` is the view.
    """
    features = {draft.name: draft for draft in drafts if draft.name not in columns.types}
    reads = {draft.name: _features_read(draft, features, columns.closed) for draft in drafts}
    found: dict[str, Expr] = {}
    by_name = {draft.name: draft for draft in drafts}
    order, circles = ordered(reads)
    for name in order:
        draft = by_name[name]
        if not reads[name]:
            found[name] = draft.expr
        elif all(other in found for other in reads[name]):
            values = {other: _value(by_name[other], found[other], columns) for other in reads[name]}
            expr = replace(substituted(draft.expr, values), place=draft.expr.place)
            if _is_small(scope, draft, expr, columns):
                found[name] = expr
    for circle in circles:
        message = f"features of {title} read one another in a circle: {' -> '.join(circle)}"
        span = by_name[circle[0]].node.span
        scope.problem("FC223", message, span, "take one of them out of the circle")
    return found


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return ``expr`` with ``values`` in place of columns of their names; raw SQL stays as it is."""
    match expr:
        case Column(name):
            return values.get(name, expr)
        case Call(_, arguments):
            return replace(expr, arguments=tuple(substituted(each, values) for each in arguments))
        case Cast(operand):
            return replace(expr, operand=substituted(operand, values))
        case Case(whens, otherwise):
            made = tuple((substituted(c, values), substituted(v, values)) for c, v in whens)
            return replace(expr, whens=made, otherwise=substituted(otherwise, values))
        case Raw(_, default):
            return replace(expr, default=substituted(default, values))
    return expr


def check_names(scope: Scope, lacks: str, expr: Expr, node: Node, known: Collection[str], hint: str) -> bool:
    """Report each name that ``expr`` reads and that is not ``known`` (FC312); whether there is none.

    ``lacks`` begins the message; ``hint`` is what to write where no known name is near.
    """
    unknown = {each.name: each for each in walk(expr) if isinstance(each, Column) and each.name not in known}
    for name, each in unknown.items():
        span = place_of(node, each.place.start, each.place.length)
        scope.problem("FC312", f"{lacks} `{name}`", span, did_you_mean(name, known) or hint)
    return not unknown


def _features_read(draft: Draft, features: Mapping[str, Draft], closed: bool) -> tuple[str, ...]:
    names = () if draft.plain else column_names(draft.expr)
    return tuple(n for n in names if n in features and (closed or n != draft.name))


def _value(draft: Draft, expr: Expr, columns: Columns) -> Expr:
    """A feature as a value of its dtype, in another's expression."""
    source = None if isinstance(expr, Raw) else infer(expr, columns).dtype
    if source == draft.dtype and not isinstance(expr, Literal):
        return expr
    return Cast(expr, draft.dtype, source)


def _is_small(scope: Scope, draft: Draft, expr: Expr, columns: Columns) -> bool:
    too_large = is_larger(expr, MAX_WEIGHT) or is_deeper(expr, MAX_DEPTH)
    if too_large or any(p.code == "FC311" for p in infer(expr, columns).problems):
        message = f"`{draft.name}` becomes too much SQL with the features that it reads in place"
        scope.problem("FC311", message, draft.node.span, "compute fewer of them from one another")
        return False
    return True
