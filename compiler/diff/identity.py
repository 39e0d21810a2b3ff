"""What an object is, its own name aside: two that are equal are one thing under two names."""

from __future__ import annotations

from collections.abc import Hashable

from fcompile.compiler.definitions import (
    Entity,
    Exposure,
    FeatureService,
    FeatureView,
    Label,
    OnDemandView,
    Source,
    TestCase,
)
from fcompile.compiler.diff.meaning import expr_key, feature_key
from fcompile.compiler.diff.names import Renames, member_key, names_read
from fcompile.compiler.nested import view_read


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
                rows_key(definition, found),
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


def rows_key(view: FeatureView | Label, found: Renames) -> tuple[Hashable, ...]:
    kind = "source" if view_read(view.source) is None else "feature_view"
    entities = tuple(found.now("entity", each.name) for each in view.entities)
    return entities, kind, found.now(kind, view.source.name)


def _view(view: FeatureView, found: Renames) -> Hashable:
    names = names_read(view, found)
    features = tuple((found.feature(view.name, f.name), feature_key(f, names)) for f in view.features)
    options = (view.ttl, view.allow_exact_matches, view.online, view.lookback, view.every, view.expire)
    return rows_key(view, found), features, expr_key(view.filter, names), options


def _on_demand(view: OnDemandView, found: Renames) -> Hashable:
    names = names_read(view, found)
    features = tuple((f.name, feature_key(f, names)) for f in view.features)
    return view.request, tuple(names.values()), features, view.as_of_query
