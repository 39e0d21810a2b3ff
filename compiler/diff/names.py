"""What things were called, and what they are called now."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from fcompile.compiler.definitions import (
    Computed,
    FeatureView,
    Label,
    Member,
    OnDemandInput,
    OnDemandView,
)
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


def takes_all(member: Member) -> bool:
    """Whether it has all of its view's features, said so or named one by one."""
    return member.features == member.view.features


def member_key(member: Member, found: Renames, *, whole: bool = False) -> tuple[Hashable, ...]:
    """Return what a service takes of a view; ``whole``: all of it, whatever that is."""
    view = member.view.name
    names: Iterable[str] = ("all",) if whole else (found.feature(view, f.name) for f in member.features)
    alias = member.alias
    return found.view(view), alias, member.join_key_map, isinstance(member, Computed), tuple(names)
