"""What is the same under another name: what is gone, and what is new and means the same, objects and features.

Kinds are looked at parents first, so that a view of a renamed source is still seen to be the same view. What was
renamed and changed at once is told by its likeness, after all that means just the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from fcompile.compiler.definitions import Feature, FeatureView, OnDemandView
from fcompile.compiler.diff.identity import meaning
from fcompile.compiler.diff.likeness import likest, parts
from fcompile.compiler.diff.meaning import feature_core, feature_key
from fcompile.compiler.diff.names import NONE, Renames, names_read
from fcompile.compiler.graph import Graph, Node


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
    gone = _only_in(old, new, kind)
    there = _only_in(new, old, kind)
    same = paired(
        {node.id: meaning(node.definition, found) for node in gone},
        {node.id: meaning(node.definition, NONE) for node in there},
    )
    taken = set(same.values())
    alike = likest(
        {node.id: parts(node.definition, found) for node in gone if node.id not in same},
        {node.id: parts(node.definition, NONE) for node in there if node.id not in taken},
    )
    found.objects.update(same | alike)


def _only_in(one: Graph, other: Graph, kind: str) -> list[Node]:
    return [node for node in one.nodes.values() if node.kind == kind and node.id not in other.nodes]


def paired(gone: Mapping[str, Hashable], there: Mapping[str, Hashable]) -> dict[str, str]:
    """Return what of ``gone`` is which of ``there``: equal ones, in order; each once."""
    free: dict[Hashable, list[str]] = {}
    for name, key in there.items():
        free.setdefault(key, []).append(name)
    return {name: free[key].pop(0) for name, key in gone.items() if key is not None and free.get(key)}


def _alone(gone: Mapping[str, Hashable], there: Mapping[str, Hashable]) -> dict[str, str]:
    """As ``paired``, of those only of which there is one on each side."""
    sides = list(gone.values()), list(there.values())
    single = {name: key for name, key in gone.items() if sides[0].count(key) == sides[1].count(key) == 1}
    return paired(single, there)


def _features(
    old: FeatureView | OnDemandView, new: FeatureView | OnDemandView, new_id: str, found: Renames
) -> None:
    before, after = {f.name for f in old.features}, {f.name for f in new.features}
    gone = [f for f in old.features if f.name not in after]
    there = [f for f in new.features if f.name not in before]
    read = names_read(old, found), names_read(new, NONE)
    windowed = isinstance(old, FeatureView) and old.windowed
    pairs: dict[str, str] = {}
    # What is computed of windows calls them by name: those first.
    for is_window in (True, False):
        for key, pair in ((feature_key, paired), (feature_core, _alone)):
            known = read[0] | pairs if windowed else read[0]
            taken = set(pairs.values())
            left = {f.name: key(f, known) for f in gone if f.name not in pairs and _is(f, is_window)}
            free = {f.name: key(f, read[1]) for f in there if f.name not in taken and _is(f, is_window)}
            pairs |= pair(left, free)
    if pairs:
        found.features[new_id] = pairs


def _is(feature: Feature, window: bool) -> bool:
    return (feature.window is not None) is window
