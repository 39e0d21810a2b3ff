"""Feature services: which features of which views, under which names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fcompile.compiler.bind.scope import VIEWS, Item, Scope
from fcompile.compiler.bind.values import check_column, meta_of
from fcompile.compiler.columns import conflicts, member_of
from fcompile.compiler.definitions import Feature, FeatureService, FeatureView, Member, OnDemandView
from fcompile.compiler.errors import Span, did_you_mean, listed
from fcompile.compiler.kinds import WORDS
from fcompile.compiler.schema.definitions import MemberShape

Path = tuple[str | int, ...]
View = FeatureView | OnDemandView


def bind_service(scope: Scope, item: Item) -> FeatureService | None:
    """Return the service; None where a member is wrong or leads to a broken view."""
    members = [bind_member(scope, item, ("features", i), each) for i, each in enumerate(item.shape.features)]
    sound = [member for member in members if member is not None]
    _check_unique(scope, item, members)
    _check_request_data(scope, item, sound)
    if len(sound) != len(members):
        return None
    return FeatureService(item.name, tuple(sound), meta_of(item), item.span("name"))


def bind_member(scope: Scope, item: Item, at: Path, written: object) -> Member | None:
    """Return what is written at ``at`` in one of a service's forms; None after reporting what is wrong."""
    if isinstance(written, str):
        view = find_view(scope, written, item.span(*at))
        return member_of(view) if view else None
    if isinstance(written, dict):
        if len(written) != 1:  # its list could not be read
            return None
        ((name, wanted),) = written.items()
        view = find_view(scope, name, item.key_span(*at, name))
        features = _picked(scope, item, view or name, wanted, (*at, name))
        return replace(member_of(view), features=features) if view and features else None
    return _full(scope, item, written, at) if isinstance(written, MemberShape) else None


def _full(scope: Scope, item: Item, member: MemberShape, at: Path) -> Member | None:
    view = find_view(scope, member.view, item.span(*at, "view"))
    if view is None:
        _picked(scope, item, member.view or "", member.features or (), (*at, "features"))
        return None
    keys = list(view.spine_keys) if isinstance(view, OnDemandView) else [key.name for key in view.join_keys]
    for key, column in member.join_key_map.items():
        if key not in keys:
            span = item.key_span(*at, "join_key_map", key)
            message = f"{words_of(view)} `{view.name}` has no join key `{key}`"
            scope.problem("FC211", message, span, did_you_mean(key, keys))
        check_column(scope, column, item.span(*at, "join_key_map", key))
    features: tuple[Feature, ...] | None = view.features
    if member.features is not None:
        features = _picked(scope, item, view, member.features, (*at, "features"))
    renamed = tuple((k, member.join_key_map[k]) for k in keys if member.join_key_map.get(k, k) != k)
    alias = "" if member.alias is None or member.alias == view.name else member.alias
    return (
        replace(member_of(view), features=features, alias=alias, join_key_map=renamed) if features else None
    )


def words_of(view: View) -> str:
    on_demand = isinstance(view, OnDemandView) and not view.as_of_query
    return WORDS["on_demand_feature_views" if on_demand else "feature_views"]


def _picked(
    scope: Scope, item: Item, view: View | str, wanted: Sequence[str], at: Path
) -> tuple[Feature, ...] | None:
    """Return the features; None where one is wrong, or the view is broken and all that is known is its name."""
    found = []
    for i, name in enumerate(wanted):
        feature = find_feature(scope, view, name, item.span(*at, i))
        if feature is not None:
            found.append(feature)
    return tuple(found) if len(found) == len(wanted) else None


def find_view(scope: Scope, name: str | None, span: Span) -> View | None:
    """Return the view of either kind; None after reporting, or silently where it is broken."""
    if name is None:
        return None
    declared = [kind for kind in VIEWS if name in scope.declared[kind]]
    view, colon, feature = name.partition(":")
    if colon and any(view in scope.declared[kind] for kind in VIEWS):
        message = f"`{name}` is a reference, not a feature view"
        scope.problem("FC205", message, span, f"write {{{view}: [{feature}]}}")
    elif declared:
        found: View | None = scope.find(declared[0], name, span)
        return found
    elif not scope.refuses_label(name, span):
        known = [known for kind in VIEWS for known in scope.declared[kind]]
        scope.unknown("FC205", f"feature view `{name}`", name, known, span)
    return None


def bind_reference(scope: Scope, view_name: str, feature_name: str, span: Span) -> Member | None:
    """Return what ``view:feature`` stands for; None after reporting that there is none, or silently if it is broken."""
    view = find_view(scope, view_name, span)
    feature = find_feature(scope, view or view_name, feature_name, span)
    return replace(member_of(view), features=(feature,)) if view and feature else None


def find_feature(scope: Scope, view: View | str, name: str, span: Span) -> Feature | None:
    """Return the feature; None after reporting, or silently where it may be one of a broken view."""
    if isinstance(view, str):
        known = _declared_features(scope, view)
        if known and name not in known:
            _no_feature(scope, view, name, known, span)
        return None
    feature = view.feature(name)
    if feature is None:
        _no_feature(scope, view.name, name, [f.name for f in view.features], span)
    return feature


def _no_feature(scope: Scope, view: str, name: str, known: Sequence[str], span: Span) -> None:
    hint = did_you_mean(name, known) or f"known: {listed(known, 8)}"
    scope.problem("FC206", f"feature view `{view}` has no feature `{name}`", span, hint)


def _declared_features(scope: Scope, view: str) -> list[str]:
    """Return the names of the features of a view as it is written; none where they cannot all be told."""
    item = next((scope.declared[kind][view] for kind in VIEWS if view in scope.declared[kind]), None)
    if item is None or not item.sound:
        return []
    aggregations = getattr(item.shape, "aggregations", None) or ()
    windowed = [f"{a.name}_{window}" for a in aggregations for window in a.windows]
    return [feature.name for feature in item.shape.features] + windowed


def _check_unique(scope: Scope, item: Item, members: Sequence[Member | None]) -> None:
    seen: set[tuple[str, str]] = set()
    for i, member in enumerate(members):
        for feature in member.features if member else ():
            full = (member.label if member else "", feature.name)
            if full in seen:
                message = f"`{full[0]}:{full[1]}` stands twice in `{item.name}`"
                scope.problem(
                    "FC210", message, item.span("features", i), "leave one out, or give one an alias"
                )
                break
            seen.add(full)


def _check_request_data(scope: Scope, item: Item, members: Sequence[Member]) -> None:
    """Report request data that two members want under one name in two types (FC225)."""
    for conflict in conflicts(members):
        scope.problem("FC225", conflict, item.span("name"), "rename one of the two in its view")
