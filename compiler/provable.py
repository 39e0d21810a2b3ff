"""Features of which nothing can be proved: those with raw SQL, and all that is made of them, however far on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.definitions import (
    Computed,
    Feature,
    FeatureService,
    FeatureView,
    Member,
    OnDemandView,
)
from fcompile.compiler.expressions.nodes import Expr, column_names, has_raw, raw_dialects
from fcompile.compiler.nested import view_read

_Origins = Mapping[str, tuple[str, ...]]
"""``view:feature`` of a feature in whose expression raw SQL stands -> its dialects."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """A feature of which nothing can be proved for ``dialects``, which are sorted.

    Attributes:
        name: the feature's; of a service ``view:feature``, or ``alias:feature``.
        through: the features of other objects (``view:feature``, sorted) whose raw SQL it comes from.
    """

    name: str
    dialects: tuple[str, ...]
    through: tuple[str, ...] = ()


def unproven(definition: object) -> tuple[Unproven, ...]:
    """Return the features of a view or a service of which nothing can be proved, in its order; of all else none."""
    match definition:
        case FeatureView():
            own, found = f"{definition.name}:", _of_view(definition)[1]
        case OnDemandView():
            own, found = (
                f"{definition.name}:",
                {f.name: _computed(definition, f) for f in definition.features},
            )
        case FeatureService(_, members):
            own, found = "", {name: origins for each in members for name, origins in _of_member(each).items()}
        case _:
            return ()
    return tuple(_unproven(name, f"{own}{name}", origins) for name, origins in found.items() if origins)


def _unproven(name: str, reference: str, origins: _Origins) -> Unproven:
    dialects = sorted({dialect for each in origins.values() for dialect in each})
    return Unproven(name, tuple(dialects), tuple(sorted(each for each in origins if each != reference)))


def _of_view(view: FeatureView) -> tuple[_Origins, dict[str, _Origins]]:
    """Return what decides which rows the view has, and each feature's origins, these included."""
    inner = view_read(view.source)
    if inner is None and not any(map(has_raw, _expressions(view))):
        return {}, {feature.name: {} for feature in view.features}
    rows, columns = _of_view(inner) if inner is not None else ({}, {})
    keys = [key.name for key in view.join_keys]
    rows = _merged([rows, *_read(view.filter, columns), *(columns.get(key, {}) for key in keys)])
    found: dict[str, _Origins] = {}
    # What is computed from windows reads these by name, and they come first.
    for feature in sorted(view.features, key=lambda each: view.windowed and each.window is None):
        readable = found if view.windowed and feature.window is None else columns
        found[feature.name] = _merged([rows, *_of_feature(view, feature, readable)])
    return rows, {feature.name: found[feature.name] for feature in view.features}


def _expressions(view: FeatureView) -> Iterator[Expr]:
    if view.filter is not None:
        yield view.filter
    for feature in view.features:
        yield feature.expr
        if feature.window is not None and feature.window.filter is not None:
            yield feature.window.filter


def _of_feature(view: FeatureView, feature: Feature, columns: Mapping[str, _Origins]) -> Iterable[_Origins]:
    dialects = raw_dialects(feature.expr)
    yield {f"{view.name}:{feature.name}": dialects} if dialects else {}
    yield from _read(feature.expr, columns)
    yield from _read(feature.window.filter if feature.window else None, columns)


def _read(expr: Expr | None, columns: Mapping[str, _Origins]) -> Iterable[_Origins]:
    return () if expr is None else (columns.get(name, {}) for name in column_names(expr))


def _computed(view: OnDemandView, feature: Feature) -> _Origins:
    return _merged(_of_view(each.selected.view)[1].get(each.feature.name, {}) for each in view.reads(feature))


def _of_member(member: Member) -> dict[str, _Origins]:
    if isinstance(member, Computed):
        return {f"{member.label}:{f.name}": _computed(member.view, f) for f in member.features}
    origins = _of_view(member.view)[1]
    return {f"{member.label}:{f.name}": origins[f.name] for f in member.features}


def _merged(parts: Iterable[_Origins]) -> _Origins:
    return {name: dialects for part in parts for name, dialects in part.items()}
