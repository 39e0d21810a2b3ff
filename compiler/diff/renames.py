"""What is the same under another name: what is gone, and what is new and means the same, objects and features.

Kinds are looked at parents first, so that a view of a renamed source is still seen to be the same view.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from fcompile.compiler.definitions import (
    Computed,
    Entity,
    Exposure,
    Feature,
    FeatureService,
    FeatureView,
    Label,
    Member,
    OnDemandInput,
    OnDemandView,
    Source,
    TestCase,
)
from fcompile.compiler.diff.meaning import expr_key, feature_key
from fcompile.compiler.graph import Graph
from fcompile.compiler.nested import view_read


@dataclass(frozen=True, slots=True)
class Renames:
    """Old names to new ones, of what was renamed only.

    Attributes:
        objects: ids; features: id of the view as it is now -> its features.
    """

    objects: dict[str, str] = field(default_factory=dict)
    features: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def now(self, kind: str, name: str) -> str:
        """Return what an object of that name is called now."""
        return self.objects.get(f"{kind}.{name}", f"{kind}.{name}").removeprefix(f"{kind}.")

    def view(self, name: str) -> str:
        return self.now("on_demand_view", self.now("feature_view", name))

    def of_view(self, name: str) -> Mapping[str, str]:
        """Return the renamed features of a view, which is called ``name`` now."""
        return self.features.get(f"feature_view.{name}") or self.features.get(f"on_demand_view.{name}") or {}

    def feature(self, view: str, feature: str) -> str:
        """Return what a feature of a view, called ``view`` before, is called now."""
        return self.of_view(self.view(view)).get(feature, feature)


NONE = Renames()


def renames(old: Graph, new: Graph) -> Renames:
    """Return what was renamed between the two graphs."""
    found = Renames()
    for kind in dict.fromkeys(node.kind for node in new.nodes.values()):
        _objects(kind, old, new, found)
        for node in new.nodes.values():
            if node.kind == kind and isinstance(node.definition, FeatureView | OnDemandView):
                before = old.nodes.get(_before(node.id, found))
                if before is not None and isinstance(before.definition, FeatureView | OnDemandView):
                    _features(before.definition, node.definition, node.id, found)
    return found


def _before(new_id: str, found: Renames) -> str:
    return next((was for was, now in found.objects.items() if now == new_id), new_id)


def _objects(kind: str, old: Graph, new: Graph, found: Renames) -> None:
    gone = {
        n.id: meaning(n.definition, found)
        for n in old.nodes.values()
        if n.kind == kind and n.id not in new.nodes
    }
    there = {
        n.id: meaning(n.definition, NONE)
        for n in new.nodes.values()
        if n.kind == kind and n.id not in old.nodes
    }
    found.objects.update(paired(gone, there))


def paired(gone: Mapping[str, Hashable], there: Mapping[str, Hashable]) -> dict[str, str]:
    """Return what of ``gone`` is which of ``there``: equal ones, in order; each once."""
    free: dict[Hashable, list[str]] = {}
    for name, key in there.items():
        free.setdefault(key, []).append(name)
    return {name: free[key].pop(0) for name, key in gone.items() if key is not None and free.get(key)}


def _features(
    old: FeatureView | OnDemandView, new: FeatureView | OnDemandView, new_id: str, found: Renames
) -> None:
    before, after = {f.name for f in old.features}, {f.name for f in new.features}
    key = _keys_of(old, found), _keys_of(new, NONE)
    gone = {f.name: key[0](f) for f in old.features if f.name not in after}
    there = {f.name: key[1](f) for f in new.features if f.name not in before}
    pairs = paired(gone, there)
    if old.windowed if isinstance(old, FeatureView) else False:
        # What is computed of windows calls them by name: those first.
        known = names_read(old, found) | pairs
        gone = {f.name: feature_key(f, known) for f in old.features if f.name in gone and f.name not in pairs}
        taken = set(pairs.values())
        pairs |= paired(gone, {name: key for name, key in there.items() if name not in taken})
    if pairs:
        found.features[new_id] = pairs


def _keys_of(view: FeatureView | OnDemandView, found: Renames) -> Callable[[Feature], Hashable]:
    names = names_read(view, found)
    return lambda feature: feature_key(feature, names)


def names_read(view: FeatureView | OnDemandView | Label, found: Renames) -> dict[str, str]:
    """Return what expressions of an old ``view`` call by another name -> what they would call it now.

    Inputs of on-demand views are called by what they are, whatever the alias.
    """
    if isinstance(view, OnDemandView):
        return {each.name: input_identity(each, found) for each in view.inputs}
    names: dict[str, str] = {}
    inner = view_read(view.source)
    if inner is not None:
        names.update(found.of_view(found.now("feature_view", inner.name)))
    if isinstance(view, FeatureView) and view.windowed:
        names.update(found.of_view(found.now("feature_view", view.name)))
    return names


def input_identity(each: OnDemandInput, found: Renames) -> str:
    """Return what an input is: a feature of a view, joined on these columns of the spine."""
    view = each.selected.view.name
    keys = "".join(f", {key} = {column}" for key, column in sorted(each.selected.join_key_map))
    return f"{found.view(view)}:{found.feature(view, each.feature.name)}{keys}"


def meaning(definition: object, found: Renames) -> Hashable:
    """Return what an object means, its own name aside and what it refers to under the names of now; None: unknown."""
    match definition:
        case Entity(_, keys):
            return keys
        case Source():
            return _source(definition)
        case FeatureView():
            return _view(definition, found)
        case OnDemandView():
            return _on_demand(definition, found)
        case FeatureService(_, members):
            return tuple(member_key(each, found) for each in members)
        case Label():
            return (
                _rows(definition, found),
                feature_key(definition.feature, names_read(definition, found)),
                definition.maturity,
            )
        case TestCase():
            return repr((definition.features, definition.given, definition.spine, definition.expect))
        case Exposure():
            return definition.type, definition.reads, definition.url
    return None


def _source(source: Source) -> Hashable:
    times = (
        source.timestamp_field,
        source.created_timestamp_field,
        source.available_at,
        source.availability_lag,
    )
    return source.relation, times, source.columns


def _rows(view: FeatureView | Label, found: Renames) -> Hashable:
    kind = "source" if view_read(view.source) is None else "feature_view"
    entities = tuple(found.now("entity", each.name) for each in view.entities)
    return entities, kind, found.now(kind, view.source.name)


def _view(view: FeatureView, found: Renames) -> Hashable:
    names = names_read(view, found)
    features = tuple((found.feature(view.name, f.name), feature_key(f, names)) for f in view.features)
    options = (view.ttl, view.allow_exact_matches, view.online, view.lookback, view.every, view.expire)
    return _rows(view, found), features, expr_key(view.filter, names), options


def _on_demand(view: OnDemandView, found: Renames) -> Hashable:
    names = names_read(view, found)
    features = tuple((f.name, feature_key(f, names)) for f in view.features)
    return view.request, tuple(names.values()), features, view.as_of_query


def takes_all(member: Member) -> bool:
    """Whether it has all of its view's features, said so or named one by one."""
    return member.features == member.view.features


def member_key(member: Member, found: Renames, *, whole: bool = False) -> Hashable:
    """Return what a service takes of a view; ``whole``: all of it, whatever that is."""
    view = member.view.name
    names: Iterable[str] = ("all",) if whole else (found.feature(view, f.name) for f in member.features)
    alias = member.alias
    return found.view(view), alias, member.join_key_map, isinstance(member, Computed), tuple(names)
