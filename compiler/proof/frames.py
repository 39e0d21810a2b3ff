"""The rows of a partition that a window function reads: which of them may be rows to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from fcompile.compiler.proof.lengths import interval_of, whole
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import ZERO, Term

if TYPE_CHECKING:
    from sqlglot import exp

LOOKS_AHEAD = frozenset(["fill"])
"""Functions that read rows behind the frame: `fill` of DuckDB interpolates to the next value."""
_FAR = "UNBOUNDED"
_HERE = "CURRENT ROW"
_Side = str | tuple[str, object]


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


def specified(
    node: exp.Window, scope: Scope
) -> tuple[list[exp.Expr], list[exp.Ordered], exp.WindowSpec | None]:
    """Return partition, order and frame, as far as they stand in the WINDOW clause from there."""
    partition = node.args.get("partition_by") or []
    order = node.args["order"].expressions if node.args.get("order") is not None else []
    spec = node.args.get("spec")
    name = node.args.get("alias") or node.args.get("first")
    named = scope.windows.get(name.name.lower()) if name is not None and hasattr(name, "name") else None
    if named is not None:
        more = specified(named, scope)  # type: ignore[arg-type]
        return partition or more[0], order or more[1], spec or more[2]
    return partition, order, spec


def frame_of(
    function: exp.Expr,
    spec: exp.WindowSpec | None,
    order: list[exp.Ordered],
    partition: tuple[Term, ...],
    orders: list[Term],
) -> Frame:
    """Return the rows that a function reads; ``orders``: the instants by which they are in order."""
    from sqlglot import exp

    text = _written(spec)
    if function.name.lower() in LOOKS_AHEAD and isinstance(function, exp.Anonymous):
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
