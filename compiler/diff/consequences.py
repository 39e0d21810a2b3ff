"""What a change reaches: objects made of it, and the columns that readers get through services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from fcompile.compiler.definitions import Feature, FeatureService, FeatureView, OnDemandView
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.services import column_names_of
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.graph import Graph, Node
from fcompile.compiler.nested import view_read

_NOT_MADE_OF = ("test",)
"""Kinds that only look at what they name."""

_VIEWS = FeatureView | OnDemandView


@dataclass(frozen=True)
class Side:
    """One state of a project. ``columns`` keeps what each service calls its columns, once it was asked for."""

    graph: Graph
    columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def below(self, id: str) -> tuple[Node, ...]:
        """Return what is made of an object, parents before children; nothing for one that is not there."""
        if id not in self.graph.nodes:
            return ()
        found = self.graph.sorted(self.graph.descendants([id]))
        return tuple(node for node in found if node.kind not in _NOT_MADE_OF)

    def columns_of(self, service: FeatureService) -> Mapping[str, str]:
        if service.name not in self.columns:
            self.columns[service.name] = column_names_of(service)
        return self.columns[service.name]


def downstream(sides: Iterable[tuple[Side, str]], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of what is made of an object, in either state, under the ``names`` of now; sorted.

    ``sides``: each with the object's id in it.
    """
    return tuple(sorted({names.get(node.id, node.id) for side, id in sides for node in side.below(id)}))


def columns(sides: Iterable[tuple[Side, str]], reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Return ``service.column`` of what changes for readers, as the services' SQL calls it, in either state; sorted."""
    found = [reason for reason in reasons if reason.change.rank >= ChangeClass.ADDITIVE.rank]
    if not found:
        return ()
    return tuple(sorted({name for side, id in sides for name in _columns(side, id, found)}))


def _columns(side: Side, id: str, reasons: list[Reason]) -> Iterator[str]:
    node = side.graph.nodes.get(id)
    if node is None:
        return
    if isinstance(node.definition, FeatureService):
        yield from _own_columns(side, node.definition, reasons)
        return
    below = side.below(id)
    changed: dict[str, Set[str]] = {}
    if isinstance(node.definition, _VIEWS):
        changed[node.name] = _changed(node.definition, reasons)
    for each in below:
        if isinstance(each.definition, FeatureService):
            yield from _service_columns(side, each.definition, changed)
        elif isinstance(each.definition, _VIEWS):
            views = isinstance(node.definition, _VIEWS)
            changed[each.name] = _reached(each.definition, changed) if views else _all(each.definition)


def _own_columns(side: Side, service: FeatureService, reasons: list[Reason]) -> Iterator[str]:
    """The columns that the reasons are about; all of them, where one is about the service."""
    known = side.columns_of(service)
    named = {text for each in reasons for text in (each.what.removeprefix("features."), each.after)}
    whole = any("." not in each.what for each in reasons)
    yield from (f"{service.name}.{name}" for reference, name in known.items() if whole or reference in named)


def _service_columns(side: Side, service: FeatureService, changed: Mapping[str, Set[str]]) -> Iterator[str]:
    known = side.columns_of(service)
    for member in service.members:
        for feature in member.features:
            if feature.name in changed.get(member.view.name, ()):
                yield f"{service.name}.{known[f'{member.label}:{feature.name}']}"


def _all(view: FeatureView | OnDemandView) -> frozenset[str]:
    return frozenset(feature.name for feature in view.features)


def _changed(view: FeatureView | OnDemandView, reasons: Iterable[Reason]) -> frozenset[str]:
    """The features that the reasons are about: all of them, where one is about the view or about its ties."""
    found: set[str] = set()
    for reason in reasons:
        parts = reason.what.split(".")
        of_one = parts[0] == "features" and len(parts) > 1
        ties = len(parts) == 2 and reason.change is ChangeClass.VALUE
        if not of_one or ties:
            return _all(view)
        found |= {parts[1], *([reason.before] if parts[2:] == ["name"] else [])}
        if reason.change is ChangeClass.VALUE and parts[2:] != ["default"]:
            found |= _after(view, parts[1])
    return frozenset(found | _computed(view, found)) & _all(view)


def _after(view: FeatureView | OnDemandView, name: str) -> set[str]:
    """The features for which ties are settled by that one before them, of latest values."""
    names = [] if _windowed(view) or isinstance(view, OnDemandView) else [f.name for f in view.features]
    return set(names[names.index(name) :]) if name in names else set()


def _computed(view: FeatureView | OnDemandView, windows: Set[str]) -> set[str]:
    """The features of a view that are computed from some of its ``windows``."""
    if not _windowed(view):
        return set()
    return {f.name for f in view.features if f.window is None and _names(f.expr) & windows}


def _windowed(view: FeatureView | OnDemandView) -> bool:
    return isinstance(view, FeatureView) and view.windowed


def _reached(view: FeatureView | OnDemandView, changed: Mapping[str, Set[str]]) -> frozenset[str]:
    """The features of a view that are made of features that changed."""
    if isinstance(view, OnDemandView):
        inputs = {
            each.name for each in view.inputs if each.feature.name in changed.get(each.selected.view.name, ())
        }
        return frozenset(f.name for f in view.features if inputs & set(column_names(f.expr)))
    inner = view_read(view.source)
    read = changed.get(inner.name, frozenset()) if inner is not None else frozenset()
    own = {key.name for key in view.join_keys} | _names(view.filter)
    reached = {f.name for f in view.features if _read_by(f) & read}
    if own & read or (reached and not view.windowed):
        # Of whom, of which rows, or how ties are settled: that goes for all.
        return _all(view)
    windows = {f.name for f in view.features if f.window is not None} & reached
    return frozenset(windows | _computed(view, windows)) if view.windowed else frozenset(reached)


def _read_by(feature: Feature) -> set[str]:
    return _names(feature.expr) | _names(feature.window.filter if feature.window else None)


def _names(expr: Expr | None) -> set[str]:
    return set() if expr is None else set(column_names(expr))
