"""The columns of a request: what each is called, and what is read for those that are computed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from fcompile.compiler.definitions import (
    Computed,
    Entity,
    Feature,
    FeatureView,
    Member,
    OnDemandInput,
    OnDemandView,
    RequestField,
    Selected,
    views_read,
)


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A result column: the feature of one selected view, under the name it gets in the result."""

    name: str
    selected: Selected
    feature: Feature

    @property
    def reference(self) -> str:
        """``view:feature``, or ``alias:feature`` for an aliased view."""
        return f"{self.selected.label}:{self.feature.name}"


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A result column that is computed from others when it is read.

    Attributes:
        reads: (a name in the feature's expression, the name of a column of ``Request.fetched``), each input once.
        request: what the expression reads of the request data, under the names it has there.
    """

    name: str
    computed: Computed
    feature: Feature
    reads: tuple[tuple[str, str], ...]
    request: tuple[RequestField, ...]

    @property
    def reference(self) -> str:
        """``view:feature``, or ``alias:feature`` for an aliased view."""
        return f"{self.computed.label}:{self.feature.name}"


Columns = tuple[tuple[Selected, ...], tuple[OutputColumn | ComputedColumn, ...], tuple[OutputColumn, ...]]
"""``selected``, ``columns`` and ``hidden`` of a Request."""

Place = tuple[str, str, tuple[tuple[str, str], ...]]
"""View, alias and join keys: what is selected at one place is fetched together."""


@dataclass(slots=True)
class _Fetched:
    """What is fetched, place by place.

    Attributes:
        features: the features of each place; of those shown first.
        names: (place, feature) -> the column that is shown; the last one, where it is asked for twice.
        hidden: (place, feature) -> the name of a column that is not shown.
    """

    views: dict[Place, Selected] = field(default_factory=dict)
    features: dict[Place, dict[str, Feature]] = field(default_factory=dict)
    names: dict[tuple[Place, str], str] = field(default_factory=dict)
    hidden: dict[tuple[Place, str], str] = field(default_factory=dict)

    def show(self, part: Selected, names: Iterable[str]) -> None:
        place = _place(part)
        self._take(place, part)
        self.names.update(((place, f.name), name) for f, name in zip(part.features, names, strict=True))

    def read(self, each: OnDemandInput, computed: Computed) -> str:
        """Return the name of the column that holds an input: one that is there anyway, or a hidden one."""
        place = self._place_of(each.selected, computed)
        self._take(place, replace(each.selected, alias=place[1]))
        key = place, each.feature.name
        if key not in self.names and key not in self.hidden:
            # Names of features and views begin with a letter: no shown column is called so.
            wanted = f"__{self.views[place].label}__{each.feature.name}"
            self.hidden[key] = _fresh(wanted, self.hidden.values())
        return self.names.get(key) or self.hidden[key]

    def selected(self) -> dict[Place, Selected]:
        return {
            place: replace(part, features=tuple(self.features[place].values()))
            for place, part in self.views.items()
        }

    def _take(self, place: Place, part: Selected) -> None:
        self.views.setdefault(place, part)
        self.features.setdefault(place, {}).update((f.name, f) for f in part.features)

    def _place_of(self, part: Selected, computed: Computed) -> Place:
        """Return where ``part`` is fetched: an alias does not change its values, other join keys do."""
        known = (p for p in self.views if (p[0], p[2]) == (part.view.name, part.join_key_map))
        found = next(known, None)
        if found is not None:
            return found
        wanted = f"{computed.alias}__{part.label}" if computed.alias else part.label
        label = _fresh(wanted, [selected.label for selected in self.views.values()])
        return part.view.name, "" if label == part.view.name else label, part.join_key_map


def _fresh(wanted: str, taken: Collection[str]) -> str:
    numbered = (f"{wanted}_{number}" for number in count(2))
    return next(name for name in chain((wanted,), numbered) if name not in taken)


def columns_of(asked: Sequence[Member], full: bool) -> Columns:
    """Return a column for each feature asked for; features of one view under one label share a ``Selected``."""
    named = [(part, [_name(part, f, full) for f in part.features]) for part in asked]
    fetched = _Fetched()
    for part, names in named:
        if isinstance(part, Selected):
            fetched.show(part, names)
    computed = [_computed(p, n, fetched) if isinstance(p, Computed) else [] for p, n in named]
    selected = fetched.selected()
    columns: list[OutputColumn | ComputedColumn] = []
    for (part, names), made in zip(named, computed, strict=True):
        columns += made
        if isinstance(part, Selected):
            whole = selected[_place(part)]
            columns += [OutputColumn(n, whole, f) for n, f in zip(names, part.features, strict=True)]
    hidden = (
        OutputColumn(name, selected[place], fetched.features[place][feature])
        for (place, feature), name in fetched.hidden.items()
    )
    return tuple(selected.values()), tuple(columns), tuple(hidden)


def _computed(part: Computed, names: Sequence[str], fetched: _Fetched) -> list[ComputedColumn]:
    reads = {each.name: fetched.read(each, part) for each in part.inputs}
    view = part.view
    return [
        ComputedColumn(
            name, part, f, tuple((each.name, reads[each.name]) for each in view.reads(f)), view.asks(f)
        )
        for f, name in zip(part.features, names, strict=True)
    ]


def _name(part: Member, feature: Feature, full: bool) -> str:
    return f"{part.label}__{feature.name}" if full else feature.name


def _place(part: Selected) -> Place:
    return part.view.name, part.alias, part.join_key_map


def member_of(view: FeatureView | OnDemandView) -> Member:
    """Return all of a view as a request asks for it."""
    return Selected(view, view.features) if isinstance(view, FeatureView) else Computed(view, view.features)


def conflicts(members: Iterable[Member]) -> Iterator[str]:
    """Yield what is wrong where request data is wanted in two types, letter case aside, or is a key of another."""
    asked = list(members)
    read = tuple(views_read(asked))
    first: dict[str, tuple[Computed, RequestField]] = {}
    for part in (member for member in asked if isinstance(member, Computed)):
        for each in part.request:
            wants = f"`{part.view.name}` wants request data `{each.name}` as {each.dtype}"
            yield from (f"{wants}, {joins}" for joins in other_keys(each, read).values())
            other, wanted = first.setdefault(each.name.lower(), (part, each))
            if wanted != each:
                yield (
                    f"`{other.view.name}` wants request data `{wanted.name}` as {wanted.dtype}, "
                    f"`{part.view.name}` wants `{each.name}` as {each.dtype}"
                )


def other_keys(wanted: RequestField, selected: Iterable[Selected]) -> dict[Entity, str]:
    """Return the entities whose join key, in another type, is the spine's column ``wanted``; with what to say."""
    joins = (
        (part, entity, key) for part in selected for entity in part.view.entities for key in entity.join_keys
    )
    return {
        entity: f"`{part.label}` joins on `{column}` as {key.dtype}"
        for part, entity, key in joins
        if (column := part.spine_key(key.name)).lower() == wanted.name.lower() and key.dtype != wanted.dtype
    }
