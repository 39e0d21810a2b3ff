"""GROUP BY: a group is known when all its rows are, told by its keys where these bound them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.relation import Need, Origin, Value, merged
from fcompile.compiler.proof.scalars import value_of
from fcompile.compiler.proof.scope import Groups, Scope
from fcompile.compiler.proof.terms import Made, Over, Term
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp


def grouped(select: exp.Select, scope: Scope) -> Scope:
    """Return the scope of the groups of ``scope``'s rows; ``scope`` itself where nothing is grouped."""
    group = select.args.get("group")
    if group is None and not any(map(has_aggregate, _outputs(select))):
        return scope
    keys = [(node, value_of(node, scope)) for node in _keys(select, group)]
    sets = group is not None and any(group.args.get(key) for key in ("rollup", "cube", "grouping_sets"))
    if sets:
        # In some of the rows these keys are NULL, and stand for all.
        keys = [(node, replace(value, term=Made("set", (value.term,)))) for node, value in keys]
    number = scope.context.number()
    needs = merged(scope.rows.rows, *(value.needs for _, value in keys))
    bounds = () if sets else tuple(value.term for _, value in keys)
    origin = cache(lambda: _origin(select, group, [node for node, _ in keys]))
    closing = _closing(scope, bounds, number, origin)
    made = merged(map(closing, needs))
    plain = tuple((node, Value(value.term)) for node, value in keys)
    rows = replace(scope.rows, rows=made)
    return replace(scope, rows=rows, groups=Groups(plain, number, made, closing, scope))


def _closing(
    scope: Scope, bounds: tuple[Term, ...], number: int, origin: Callable[[], Origin]
) -> Callable[[Need], Need]:
    def closing(need: Need) -> Need:
        rows = scope.rows
        found = closed(scope.context.order, need, bounds, rows.facts, rows.uses)
        return Need(Over("max", need.term, number), origin()) if found is None else found

    return closing


def _outputs(select: exp.Select) -> Iterable[exp.Expr]:
    yield from select.expressions
    for key in ("having", "qualify"):
        if select.args.get(key) is not None:
            yield select.args[key].this


def has_aggregate(node: exp.Expr) -> bool:
    """Whether an aggregate stands in ``node`` that is no window's and no subquery's."""
    from sqlglot import exp

    if isinstance(node, exp.Query | exp.Subquery):
        return False
    if isinstance(node, exp.Window):
        function = node.this
        while isinstance(function, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
            function = function.this
        below = [
            *function.iter_expressions(),
            *(n for key in ("partition_by", "order") for n in _listed(node.args.get(key))),
        ]
        return any(map(has_aggregate, below))
    if isinstance(node, exp.AggFunc | exp.WithinGroup):
        return True
    return any(map(has_aggregate, node.iter_expressions()))


def _listed(value: object) -> list[exp.Expr]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _keys(select: exp.Select, group: exp.Group | None) -> list[exp.Expr]:
    """Return what is grouped by; numbers and aliases of SELECT are what they stand for."""
    from sqlglot import exp

    if group is None:
        return []
    if group.args.get("all"):
        return [each.unalias() for each in select.expressions if not has_aggregate(each)]
    nodes = list(group.expressions)
    for key in ("rollup", "cube", "grouping_sets"):
        for each in group.args.get(key) or []:
            nodes += list(each.find_all(exp.Column))
    named = {each.alias.lower(): each.this for each in select.expressions if isinstance(each, exp.Alias)}
    return [_meant(node, select, named) for node in nodes]


def _meant(node: exp.Expr, select: exp.Select, named: dict[str, exp.Expr]) -> exp.Expr:
    from sqlglot import exp

    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        place = int(node.name) - 1
        return select.expressions[place].unalias() if place < len(select.expressions) else node
    if isinstance(node, exp.Column) and not node.table and node.name.lower() in named:
        return named[node.name.lower()]
    return node


def _origin(select: exp.Select, group: exp.Group | None, keys: list[exp.Expr]) -> Origin:
    first = next((each for each in select.expressions if has_aggregate(each)), group or select)
    text = said(first.unalias())
    if not keys:
        message = f"`{text}` is of all rows, those to come too"
        hint = "make it a window that ends at the current row, or an aggregation of a view"
        return Origin("FC251", message, hint, first, f"all rows become known together (`{text}`)")
    by = ", ".join(said(key) for key in keys)
    message = f"`{text}` is of all rows of a group (by {by}), some of which may become known later"
    hint = "group by a bucket of the known time too, or let the known time be `max(...)` of the group's"
    return Origin("FC254", message, hint, first, f"the rows of a group (by {by}) become known together")
