"""What it costs to compute changed views again: the rows of their sources, as the target's warehouse counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import timedelta

from fcompile.compiler.definitions import FeatureView, Query, Source
from fcompile.compiler.diff.model import ObjectChange
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.graph import Graph, graph
from fcompile.compiler.nested import base_of
from fcompile.runtime.project import Project
from fcompile.runtime.warehouses.base import Warehouse


def costs(project: Project, changes: Iterable[ObjectChange], say: Callable[[str], None]) -> Mapping[str, str]:
    """Return words such as "reads 1,000 rows of `orders`" for each change after which rows are computed again.

    A ``query:`` is left out: counting its rows would be running it. ``say`` takes what cannot be counted; nothing
    is raised of a warehouse that is not there.
    """
    nodes = graph(project.definitions)
    sources = {change.id: source for change in changes if (source := _read_by(nodes, change)) is not None}
    if not sources:
        return {}
    try:
        counts = _counts(project, {source.name: source for source in sources.values()}, say)
    except FcompileError as error:
        say(f"Rows are not counted: {error.diagnostics[0].message}")
        return {}
    return {
        name: f"reads {counts[source.name]:,} rows of `{source.name}`"
        for name, source in sources.items()
        if source.name in counts
    }


def _read_by(nodes: Graph, change: ObjectChange) -> Source | None:
    """Return the source that is read again; None where nothing is, or what is read is not told."""
    node = nodes.nodes.get(change.id)
    if node is None or change.backfill is None or change.backfill.history == timedelta(0):
        return None
    match node.definition:
        case FeatureView() as view:
            source = base_of(view.source)
        case Source() as source:
            source = base_of(source)
        case _:
            return None
    return None if isinstance(source.relation, Query) else source


def _counts(project: Project, sources: Mapping[str, Source], say: Callable[[str], None]) -> dict[str, int]:
    from fcompile.runtime.warehouses.registry import open_warehouse

    found: dict[str, int] = {}
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        for name, source in sorted(sources.items()):
            try:
                found[name] = _count(warehouse, source)
            except FcompileError as error:
                say(f"Rows of source `{name}` are not counted: {error.diagnostics[0].message}")
    return found


def _count(warehouse: Warehouse, source: Source) -> int:
    from fcompile.runtime.sources import relation_text

    text = relation_text(source.relation, {}, warehouse.dialect)
    ((number,),) = warehouse.simple_rows(f"SELECT COUNT(*) FROM {text}")  # noqa: S608 - printed from a tree
    return int(str(number))
