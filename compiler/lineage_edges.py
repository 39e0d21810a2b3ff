"""The part of a project's column lineage around some columns, edge by edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fcompile.compiler.lineage import Lineage

_ORDER = (
    "table",
    "source",
    "request",
    "feature_view",
    "on_demand_view",
    "label",
    "feature_service",
    "exposure",
)


@dataclass(frozen=True, slots=True)
class Edge:
    """``role`` is "value": ``to`` is a column made of ``start``; or "rows": an object whose rows it decides."""

    start: str
    to: str
    role: str


def edges_around(lineage: Lineage, columns: Iterable[str]) -> tuple[Edge, ...]:
    """Return what ``columns`` are made of and what is made of them, all the way; from tables to exposures."""
    asked = frozenset(columns)
    above = asked | lineage.upstream(asked)
    below = asked | lineage.downstream(asked)
    found = {*_within(lineage, above, above), *_within(lineage, below, below)}
    return tuple(sorted(found, key=lambda edge: (place(edge.to), place(edge.start), edge.role)))


def place(column: str) -> tuple[int, str]:
    """Where a column or an object stands on the way from tables to exposures, then by name."""
    return _ORDER.index(column.partition(".")[0]), column


def _within(lineage: Lineage, starts: frozenset[str], ends: frozenset[str]) -> Iterator[Edge]:
    for column in ends:
        for start in lineage.columns.get(column, ()):
            if start in starts:
                yield Edge(start, column, "value")
        owner = lineage.owners.get(column, "")
        for start in lineage.rows.get(owner, ()):
            if start in starts:
                yield Edge(start, owner, "rows")
