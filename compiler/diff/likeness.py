"""How much two objects are alike that have different names: the share of what defines them that both have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from fcompile.compiler.definitions import (
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    Label,
    Member,
    OnDemandView,
    Query,
    Source,
)
from fcompile.compiler.diff.identity import rows_key
from fcompile.compiler.diff.meaning import expr_key, feature_core, feature_key
from fcompile.compiler.diff.names import Renames, input_identity, member_key, names_read

LIKE = 0.6
"""The least share by which something new is held to be what is gone."""

_MOST = 10_000
"""Pairs that are compared; where more is gone and new at once, nobody looks for single renames."""

Parts = Mapping[Hashable, float]
"""What defines an object, each part with its weight; options that say nothing are left out."""


def likest(gone: Mapping[str, Parts], there: Mapping[str, Parts]) -> dict[str, str]:
    """Return what of ``gone`` is most like which of ``there``: both are each other's one most similar, by ``LIKE``.

    >>> likest({"a": {1: 1.0, 2: 1.0}}, {"b": {1: 1.0, 3: 0.5}, "c": {3: 1.0}})
    {}
    >>> likest({"a": {1: 2.0, 2: 1.0}}, {"b": {1: 2.0, 3: 0.5}, "c": {3: 1.0}})
    {'a': 'b'}
    """
    if len(gone) * len(there) > _MOST:
        return {}
    shares = {(was, now): share(a, b) for was, a in gone.items() for now, b in there.items()}
    forth = {was: _best({now: shares[was, now] for now in there}) for was in gone}
    back = {now: _best({was: shares[was, now] for was in gone}) for now in there}
    return {was: now for was, now in forth.items() if now is not None and back[now] == was}


def share(one: Parts, other: Parts) -> float:
    """Return the share of both that is the same, from 0 to 1."""
    whole = sum(one.values()) + sum(other.values())
    both = sum(min(weight, other[part]) for part, weight in one.items() if part in other)
    return 2 * both / whole if whole else 0.0


def _best(shares: Mapping[str, float]) -> str | None:
    """Return the name of the greatest share; None where it is too small or of two."""
    most = max(shares.values(), default=0.0)
    names = [name for name, each in shares.items() if each == most]
    return names[0] if most >= LIKE and len(names) == 1 else None


def parts(definition: object, found: Renames) -> Parts:
    """Return what defines an object, its name aside, and what it refers to under the names of now."""
    match definition:
        case Entity(_, keys):
            return {key.name: 2.0 for key in keys} | {(key.name, key.dtype): 1.0 for key in keys}
        case Source():
            return dict(_source(definition))
        case FeatureView():
            return dict(_view(definition, found))
        case OnDemandView():
            return dict(_on_demand(definition, found))
        case FeatureService(_, members):
            return {column: 1.0 for each in members for column in _columns(each, found)}
        case Label():
            return dict(_label(definition, found))
    return {}


def _source(source: Source) -> Iterator[tuple[Hashable, float]]:
    if isinstance(source.relation, Query):
        words = source.relation.sql.split()
        yield from (((word, n), 2 / len(words)) for n, word in _numbered(words))
    else:
        yield source.relation, 2.0
    yield ("timestamp_field", source.timestamp_field), 0.5
    options = (source.created_timestamp_field, source.available_at, source.availability_lag or None)
    yield from (((n, each), 0.5) for n, each in enumerate(options) if each is not None)
    yield from (((name, dtype), 0.5) for name, dtype in source.columns)


def _numbered(words: list[str]) -> Iterator[tuple[int, str]]:
    """Yield how many times a word stood there before, and the word."""
    seen: dict[str, int] = {}
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        yield seen[word], word


def _view(view: FeatureView, found: Renames) -> Iterator[tuple[Hashable, float]]:
    names = names_read(view, found)
    entities, *source = rows_key(view, found)
    yield ("entities", entities), 1.0
    yield ("source", *source), 1.0
    yield from _features(view.features, names)
    if view.filter is not None:
        yield ("filter", expr_key(view.filter, names)), 1.0
    options = (view.ttl, view.lookback, view.every, view.expire or None, view.online or None)
    yield from (((n, each), 0.25) for n, each in enumerate(options) if each is not None)


def _features(features: tuple[Feature, ...], names: Mapping[str, str]) -> Iterator[tuple[Hashable, float]]:
    for feature in features:
        yield ("feature", feature.name), 1.0
        yield ("core", feature_core(feature, names)), 1.0
        yield ("key", feature_key(feature, names)), 0.5


def _on_demand(view: OnDemandView, found: Renames) -> Iterator[tuple[Hashable, float]]:
    yield ("as of query", view.as_of_query), 0.5
    yield from (((field.name, field.dtype), 1.0) for field in view.request)
    yield from (((input_identity(each, found),), 0.5) for each in view.inputs)
    yield from _features(view.features, names_read(view, found))


def _columns(member: Member, found: Renames) -> Iterator[Hashable]:
    *taken, _ = member_key(member, found)
    return ((*taken, found.feature(member.view.name, feature.name)) for feature in member.features)


def _label(label: Label, found: Renames) -> Iterator[tuple[Hashable, float]]:
    names, window = names_read(label, found), label.feature.window
    yield rows_key(label, found), 1.0
    yield ("expr", expr_key(label.feature.expr, names)), 1.0
    if window is not None:
        yield ("function", window.function, window.arguments), 1.0
        yield ("horizon", window.length), 1.0
        yield ("filter", expr_key(window.filter, names)), 0.5
    yield ("maturity", label.maturity), 0.5
