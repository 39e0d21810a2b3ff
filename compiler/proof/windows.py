"""Window functions: which rows of a partition a value is made of, and until when all of these are known.

A frame that ends at the current row, in ascending order of an instant, holds rows of that instant and before:
they are known when the row is, if the instant bounds what is known. All other frames hold rows to come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from fcompile.compiler.proof.clocks import is_aggregate
from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.relation import Need, Needs, Origin, Value, assumption, merged
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, ZERO, Constant, Over, Term, shifted
from fcompile.compiler.proof.times import interval_of, whole
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

Evaluate = Callable[["exp.Expr", Scope], Value]


class Reach(Enum):
    """How far a frame goes."""

    PAST = "rows up to this one"
    ALL = "every row of the partition"
    AHEAD = "rows to come"


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of a window.

    Attributes:
        partition: what all its rows have in common.
        order: the instants in whose order they are; none where the frame goes ahead without end.
        ahead: by how much its rows may be after this one in that order.
        own: whether the row itself is among them.
    """

    reach: Reach
    partition: tuple[Term, ...]
    order: tuple[Term, ...]
    own: bool
    text: str
    ahead: timedelta = ZERO


def value_of(node: exp.Window, scope: Scope, evaluate: Evaluate) -> Value:
    """Return the value of a window function: its needs are those of all rows of its frame."""
    from sqlglot import exp

    partition, order, spec = _specified(node, scope)
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
    frame = _frame(
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
    if not name or is_aggregate(name) or name in _LOOKS_AHEAD:
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


def _specified(
    node: exp.Window, scope: Scope
) -> tuple[list[exp.Expr], list[exp.Ordered], exp.WindowSpec | None]:
    """Return partition, order and frame, as far as they stand in the WINDOW clause from there."""
    partition = node.args.get("partition_by") or []
    order = node.args["order"].expressions if node.args.get("order") is not None else []
    spec = node.args.get("spec")
    name = node.args.get("alias") or node.args.get("first")
    named = scope.windows.get(name.name.lower()) if name is not None and hasattr(name, "name") else None
    if named is not None:
        more = _specified(named, scope)  # type: ignore[arg-type]
        return partition or more[0], order or more[1], spec or more[2]
    return partition, order, spec


def _frame(
    function: exp.Expr,
    spec: exp.WindowSpec | None,
    order: list[exp.Ordered],
    partition: tuple[Term, ...],
    orders: list[Term],
) -> Frame:
    from sqlglot import exp

    text = _written(spec)
    if function.name.lower() in _LOOKS_AHEAD and isinstance(function, exp.Anonymous):
        return Frame(Reach.AHEAD, partition, (), True, text)
    if (
        isinstance(function, exp.Lag | exp.Lead | exp.RowNumber | exp.Rank | exp.DenseRank)
        and function.find(exp.Order) is not None
    ):
        # `lag(x order by y)` goes by an order of its own.
        return Frame(Reach.AHEAD, partition, (), True, text)
    if isinstance(function, exp.Ntile | exp.PercentRank | exp.CumeDist):
        return Frame(Reach.ALL, partition, (), True, text)
    descending = bool(order) and bool(order[0].args.get("desc"))
    if isinstance(function, exp.Lag | exp.Lead):
        past = _looks_back(function, descending) and bool(order)
        return Frame(
            Reach.PAST if past else Reach.AHEAD, partition, tuple(orders[:1]) if past else (), False, text
        )
    if isinstance(function, exp.RowNumber | exp.Rank | exp.DenseRank):
        spec, text = None, ""
    if not order:
        return Frame(Reach.ALL, partition, (), True, text)
    start, end = _ends(spec)
    if descending:
        start, end = _turned(end), _turned(start)
    ahead = _ahead(end, spec)
    if ahead is None:
        return Frame(Reach.ALL if start == end == _FAR else Reach.AHEAD, partition, (), True, text)
    own = _holds_own(start, end) and not (spec is not None and spec.args.get("exclude"))
    return Frame(Reach.PAST, partition, (orders[0],), own, text, ahead)


_LOOKS_AHEAD = frozenset(["fill"])
"""Functions that read rows behind the frame: `fill` of DuckDB interpolates to the next value."""
_FAR = "UNBOUNDED"
_HERE = "CURRENT ROW"
_Side = str | tuple[str, object]


def _ends(spec: exp.WindowSpec | None) -> tuple[_Side, _Side]:
    """Return where a frame starts and ends: _FAR, _HERE, or ("before" | "after", how far)."""
    if spec is None:
        return _FAR, _HERE
    return _side(spec, "start", "PRECEDING"), _side(spec, "end", "FOLLOWING")


def _side(spec: exp.WindowSpec, key: str, far: str) -> _Side:
    value = spec.args.get(key)
    side = str(spec.args.get(f"{key}_side") or "").upper()
    if value is None or str(value).upper() == _HERE:
        return _HERE
    if str(value).upper() == _FAR:
        return _FAR if side == far else ("after" if side == "FOLLOWING" else "before", None)
    return ("before" if side == "PRECEDING" else "after", value)


def _turned(side: _Side) -> _Side:
    if isinstance(side, str):
        return side
    return ("after" if side[0] == "before" else "before", side[1])


def _ahead(end: _Side, spec: exp.WindowSpec | None) -> timedelta | None:
    """Return by how much a frame's rows may be after this one in the order's instant; None where nothing bounds it."""
    if end == _HERE or (isinstance(end, tuple) and end[0] == "before"):
        return ZERO
    kind = str(spec.args.get("kind") or "").upper() if spec is not None else ""
    unit = interval_of(end[1]) if isinstance(end, tuple) and kind == "RANGE" else None  # type: ignore[arg-type]
    return None if unit is None else unit.longest


def _holds_own(start: _Side, end: _Side) -> bool:
    return not (isinstance(end, tuple) and end[0] == "before") and not (
        isinstance(start, tuple) and start[0] == "after"
    )


def _looks_back(function: exp.Lag | exp.Lead, descending: bool) -> bool:
    """Whether the row is one before; an offset that is no plain number may go either way."""
    from sqlglot import exp

    offset = function.args.get("offset")
    count = 1 if offset is None else whole(offset)
    if count is None:
        return False
    return (isinstance(function, exp.Lag) != (count < 0)) != descending


def _written(spec: exp.WindowSpec | None) -> str:
    """Return the frame in words; EXCLUDE is added, which no dialect of the parser's writes."""
    if spec is None:
        return ""
    keys = ("kind", "start", "start_side", "end", "end_side", "exclude")
    return " ".join(str(spec.args.get(key) or "") for key in keys)


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
