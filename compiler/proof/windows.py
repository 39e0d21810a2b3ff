"""Window functions: until when all the rows are known that a value is made of.

A frame that ends at the current row, in ascending order of an instant, holds rows of that instant and before:
they are known when the row is, if the instant bounds what is known. All other frames hold rows to come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.clocks import is_aggregate
from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.frames import LOOKS_AHEAD, Frame, Reach, frame_of, specified
from fcompile.compiler.proof.lengths import whole
from fcompile.compiler.proof.relation import Need, Needs, Origin, Value, assumption, merged
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, Constant, Over, Term, shifted
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

Evaluate = Callable[["exp.Expr", Scope], Value]


def value_of(node: exp.Window, scope: Scope, evaluate: Evaluate) -> Value:
    """Return the value of a window function: its needs are those of all rows of its frame."""
    from sqlglot import exp

    partition, order, spec = specified(node, scope)
    function, tests = node.this, []
    while isinstance(function, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        if isinstance(function, exp.Filter):
            tests.append(evaluate(function.expression.this, scope))
        function = function.this
    arguments = [
        evaluate(each, scope) for each in function.iter_expressions() if not isinstance(each, exp.Star)
    ]
    keys = [evaluate(each, scope) for each in partition]
    orders = [evaluate(each.this, scope) for each in order]
    frame = frame_of(
        function, spec, order, tuple(value.term for value in keys), [value.term for value in orders]
    )
    rows = scope.groups.needs if scope.groups is not None else scope.rows.rows
    needs = merged(rows, *(value.needs for value in (*arguments, *tests, *keys, *orders)), _unknown(function))
    group = (
        "window",
        frame.reach,
        tuple(value.term for value in keys),
        tuple(value.term for value in orders),
        frame.text,
    )
    made = of_frame(needs, frame, group, node, scope)
    if frame.reach is Reach.AHEAD and _ends_rows(function, arguments, orders, needs, scope):
        made = tuple(replace(need, origin=replace(need.origin, closes=True)) for need in made)
    if tests:
        # What is left of the frame may be without its last row.
        return Value(Over("filtered", _term(function, arguments, group, frame), group, False), made)
    return Value(_term(function, arguments, group, frame), made)


def _ends_rows(
    function: exp.Expr, arguments: list[Value], orders: list[Value], needs: Needs, scope: Scope
) -> bool:
    """Whether it is `lead(at) over (order by at)`, the begin of the next row, of rows that are known at their `at`."""
    from sqlglot import exp

    if (
        not isinstance(function, exp.Lead)
        or not orders
        or whole(function.args.get("offset")) not in (None, 1)
    ):
        return False
    at = orders[0].term
    order, facts = scope.context.order, scope.rows.facts
    return arguments[0].term == at and all(order.never_later(need.term, at, facts) for need in needs)


def _unknown(function: exp.Expr) -> Needs:
    from sqlglot import exp

    name = function.name.lower() if isinstance(function, exp.Anonymous) else ""
    if not name or is_aggregate(name) or name in LOOKS_AHEAD:
        return ()
    return (assumption(f"the function `{name}` reads its frame and nothing else", function),)


def of_frame(needs: Needs, frame: Frame, group: object, node: exp.Expr, scope: Scope) -> Needs:
    """Return the needs of a frame's rows as needs of the row that it is made for."""
    found = []
    origin: Origin | None = None
    for need in needs:
        made = _closed(need, frame, node, scope)
        if made is not None:
            found.append(made)
            continue
        origin = origin or _origin(node, frame, scope.rows.uses)
        if frame.reach is Reach.AHEAD:
            found.append(Need(FOREVER, origin))
        else:
            found.append(Need(Over("max", need.term, group, frame.own), origin))
    return merged(found)


def _closed(need: Need, frame: Frame, node: exp.Expr, scope: Scope) -> Need | None:
    order, facts, uses = scope.context.order, scope.rows.facts, scope.rows.uses
    common = closed(order, need, frame.partition, facts, uses)
    if common is not None or not frame.order:
        return common
    # A row of the frame is known by its own instant, which is not after this row's, but for ``ahead``.
    found = closed(order, need, frame.order, facts, uses)
    if found is None or not frame.ahead:
        return found
    return Need(shifted(found.term, frame.ahead), _origin(node, frame))


def _term(function: exp.Expr, arguments: list[Value], group: object, frame: Frame) -> Term:
    from sqlglot import exp

    term = arguments[0].term if arguments else Constant("")
    if isinstance(function, exp.Max | exp.Min):
        return Over("max" if isinstance(function, exp.Max) else "min", term, group, frame.own)
    return Over(type(function).__name__, term, group, frame.own)


def _origin(node: exp.Expr, frame: Frame, rows: frozenset[int] = frozenset()) -> Origin:
    text = said(node)
    if frame.reach is Reach.AHEAD or frame.ahead:
        hint = "let it look back only: LAG, ascending order, frames ending at CURRENT ROW; a view picks the latest row"
        if frame.partition and len(rows) > 1:
            hint += "; of rows matched to each of another table, partition by that table's known time too"
        return Origin("FC250", f"`{text}` reads rows to come", hint, node)
    if frame.reach is Reach.ALL:
        hint = "order it by the known time, so that the frame ends at the current row, or use `aggregations` in a view"
        assumes = f"the rows of a partition become known together (`{text}`)"
        return Origin(
            "FC251", f"`{text}` is of every row of its partition, those to come too", hint, node, assumes
        )
    hint = "order it by the known time of its rows"
    assumes = f"rows become known in the order of `{text}`"
    return Origin(
        "FC250", f"`{text}` counts rows that happened before and became known later", hint, node, assumes
    )
