"""The graph of a project: entity and source -> feature view -> on-demand view -> feature service.

Labels, tests and exposures hang below.

A view of a view hangs below that view, and below the source that the rows come from in the end.

Nodes are called ``kind.name`` ("feature_view.user_profile"); every listing is sorted by kind and name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    Exposure,
    FeatureService,
    FeatureView,
    Label,
    Member,
    Meta,
    OnDemandView,
    Selected,
    Source,
    TestCase,
)
from fcompile.compiler.errors import Span
from fcompile.compiler.nested import base_of, view_read

KINDS = ("entity", "source", "feature_view", "on_demand_view", "feature_service", "label", "test", "exposure")
"""Parents before children."""

Definition = Entity | Source | FeatureView | OnDemandView | FeatureService | Label | TestCase | Exposure


@dataclass(frozen=True, slots=True)
class Node:
    """One defined object. ``parents`` are the ids of what it is directly made from, sorted."""

    kind: str
    name: str
    definition: Definition
    parents: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.kind}.{self.name}"

    @property
    def meta(self) -> Meta:
        return self.definition.meta

    @property
    def span(self) -> Span:
        return self.definition.span


@dataclass(frozen=True)
class Graph:
    """All nodes by id, parents before children, by name within a kind."""

    nodes: Mapping[str, Node]

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The ids made directly from each node, in the order of ``nodes``."""
        found: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for node in self.nodes.values():
            for parent in node.parents:
                found[parent].append(node.id)
        return {node_id: tuple(below) for node_id, below in found.items()}

    def ancestors(self, ids: Iterable[str], depth: int | None = None) -> frozenset[str]:
        """Return what ``ids`` are made from, ``depth`` steps up (None: all the way)."""
        return self._reach(ids, {n.id: n.parents for n in self.nodes.values()}, depth)

    def descendants(self, ids: Iterable[str], depth: int | None = None) -> frozenset[str]:
        """Return what is made from ``ids``, ``depth`` steps down (None: all the way)."""
        return self._reach(ids, self.children, depth)

    def sorted(self, ids: Iterable[str]) -> tuple[Node, ...]:
        """Return the nodes of ``ids`` in the order of ``nodes``, each once."""
        wanted = frozenset(ids)
        return tuple(node for node in self.nodes.values() if node.id in wanted)

    def _reach(
        self, ids: Iterable[str], edges: Mapping[str, tuple[str, ...]], depth: int | None
    ) -> frozenset[str]:
        seen: set[str] = set()
        front = list(ids)
        steps = len(self.nodes) if depth is None else depth
        while front and steps:
            front = [near for node_id in front for near in edges[node_id] if near not in seen]
            seen.update(front)
            steps -= 1
        return frozenset(seen)


def graph(definitions: Definitions) -> Graph:
    """Return the graph of resolved ``definitions``; it has no cycle, as kinds only look up."""
    nodes = sorted(_nodes(definitions), key=lambda node: (KINDS.index(node.kind), node.name))
    known = {node.id for node in nodes}
    # A test may name what does not exist; check reports that, the graph leaves the edge out.
    return Graph(
        {
            node.id: Node(node.kind, node.name, node.definition, tuple(p for p in node.parents if p in known))
            for node in nodes
        }
    )


def _nodes(definitions: Definitions) -> Iterator[Node]:
    for entity in definitions.entities.values():
        yield _node("entity", entity, ())
    for source in definitions.sources.values():
        yield _node("source", source, ())
    for view in definitions.feature_views.values():
        yield _node("feature_view", view, _keys_and_source(view))
    for on_demand in definitions.on_demand_feature_views.values():
        read = (f"feature_view.{each.selected.view.name}" for each in on_demand.inputs)
        others = (f"on_demand_view.{name}" for name in on_demand.views)
        yield _node("on_demand_view", on_demand, (*read, *others))
    for service in definitions.feature_services.values():
        yield _node("feature_service", service, map(_view_id, service.members))
    for label in definitions.labels.values():
        yield _node("label", label, _keys_and_source(label))
    for test in definitions.tests.values():
        given = (f"source.{source}" for source, _ in test.given)
        yield _node("test", test, (*given, *_referred(test.features, definitions)))
    for exposure in definitions.exposures.values():
        yield _node("exposure", exposure, _referred(exposure.reads, definitions))


def _node(kind: str, definition: Definition, parents: Iterable[str]) -> Node:
    return Node(kind, definition.name, definition, tuple(sorted(set(parents))))


def _view_id(member: Member) -> str:
    kind = "feature_view" if isinstance(member, Selected) else "on_demand_view"
    return f"{kind}.{member.view.name}"


def _keys_and_source(view: FeatureView | Label) -> Iterator[str]:
    yield f"source.{base_of(view.source).name}"
    if view_read(view.source) is not None:
        yield f"feature_view.{view.source.name}"
    for entity in view.entities:
        yield f"entity.{entity.name}"


def _referred(references: Iterable[str], definitions: Definitions) -> Iterator[str]:
    """Yield the ids of what services' names, views' names and ``view:feature`` stand for."""
    for reference in references:
        name = reference.partition(":")[0]
        kind = "on_demand_view" if name in definitions.on_demand_feature_views else "feature_view"
        is_service = name in definitions.feature_services and ":" not in reference
        yield f"{'feature_service' if is_service else kind}.{name}"
