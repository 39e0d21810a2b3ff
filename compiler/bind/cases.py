"""``tests:`` of definitions: names resolved and rows complete; values are read by the runner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.services import bind_reference, find_view
from fcompile.compiler.bind.values import TIME, meta_of
from fcompile.compiler.columns import member_of
from fcompile.compiler.definitions import (
    Computed,
    Feature,
    FeatureService,
    FeatureView,
    Label,
    Member,
    Row,
    Source,
    TestCase,
    views_read,
)
from fcompile.compiler.errors import did_you_mean, listed, near
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.nested import views_below

_ASKED = ("feature_services", "feature_views", "on_demand_feature_views")


def bind_case(scope: Scope, item: Item) -> TestCase | None:
    shape = item.shape
    asked = [_asked(scope, item, i, text) for i, text in enumerate(shape.features)]
    sources = {name: scope.find("sources", name, item.key_span("given", name)) for name in shape.given}
    members = tuple(part for parts in asked if parts is not None for part in parts)
    if item.sound and len(shape.spine) != len(shape.expect):
        message = f"{len(shape.spine)} spine rows, but {len(shape.expect)} expected rows"
        scope.problem("FC218", message, item.key_span("expect"), "write one expected row a spine row")
    for source in sources.values():
        if source is not None:
            _check_given(scope, item, source, members)
    if None not in asked and item.sound:
        _check_spine(scope, item, members)
        _check_expect(scope, item, members)
    if None in asked or None in sources.values():
        return None
    return TestCase(
        item.name,
        tuple(shape.features),
        tuple((name, _rows(rows)) for name, rows in shape.given.items()),
        _rows(shape.spine),
        _rows(shape.expect),
        meta_of(item),
        item.span("name"),
    )


def _asked(scope: Scope, item: Item, i: int, text: str) -> tuple[Member, ...] | None:
    span = item.span("features", i)
    name, colon, feature_name = text.partition(":")
    if not name or (colon and not feature_name):
        scope.problem("FC213", f"`{text}` is not a reference", span, "write view:feature")
        return None
    if not colon and name in scope.declared["feature_services"]:
        service: FeatureService | None = scope.bound["feature_services"].get(name)
        return service.members if service else None
    if not colon and not any(name in scope.declared[kind] for kind in _ASKED):
        known = [known for kind in _ASKED for known in scope.declared[kind]]
        if not scope.refuses_label(name, span):
            scope.unknown("FC215", f"feature view or feature service `{name}`", name, known, span)
        return None
    if colon:
        member = bind_reference(scope, name, feature_name, span)
        return (member,) if member else None
    view = find_view(scope, name, span)
    return (member_of(view),) if view else None


def _check_spine(scope: Scope, item: Item, members: Sequence[Member]) -> None:
    keys = (part.spine_key(key.name) for part in views_read(members) for key in part.view.join_keys)
    data = (each.name for part in members if isinstance(part, Computed) for each in part.request)
    needed = list(dict.fromkeys([TIME, *keys, *data]))
    for i, row in enumerate(item.shape.spine):
        _check_complete(scope, item, ("spine", i), row, needed, [name for name in row if name not in needed])


def _check_expect(scope: Scope, item: Item, members: Sequence[Member]) -> None:
    results = {f.name for part in members for f in part.features}
    results |= {f"{part.label}__{f.name}" for part in members for f in part.features}
    for i, row in enumerate(item.shape.expect):
        for name in row:
            if name not in results:
                message = f"`{name}` is not among the features of {item.title}"
                hint = did_you_mean(name, sorted(results)) or f"it has {listed(sorted(results))}"
                scope.problem("FC216", message, item.key_span("expect", i, name), hint)


def _check_given(scope: Scope, item: Item, source: Source, members: Sequence[Member]) -> None:
    """A row says its event time and join keys; other columns may be left out, and are then NULL."""
    read = (view for part in views_read(members) for view in (part.view, *views_below(part.view.source)))
    views = [view for view in read if view.source == source]
    needed = list(dict.fromkeys([source.timestamp_field, *_keys(views)]))
    own = {name for name, _ in source.columns}
    known = own if all(row.keys() <= own for row in item.shape.given[source.name]) else _known(scope, source)
    for i, row in enumerate(item.shape.given[source.name]):
        strange = [name for name in row if known is not None and name not in known]
        for name in strange:
            message = f"source `{source.name}` has no column `{name}` that is declared or read"
            hint = did_you_mean(name, known or ()) or f"known: {listed(list(known or ()))}"
            scope.problem("FC219", message, item.key_span("given", source.name, i, name), hint)
        due = [name for name in needed if not any(near(other, [name]) for other in strange)]
        _check_complete(scope, item, ("given", source.name, i), row, due, ())


def _check_complete(
    scope: Scope,
    item: Item,
    at: tuple[str | int, ...],
    row: dict[str, object],
    needed: Iterable[str],
    others: Sequence[str],
) -> None:
    for name in needed:
        if name not in row:
            likely = near(name, others)
            hint = f"is it `{likely[0]}`?" if likely else f"add `{name}: ...`, or `{name}: null`"
            rows = ": ".join(str(part) for part in at[:-1])
            scope.problem("FC217", f"a row of `{rows}` lacks `{name}`", item.span(*at), hint)


def _known(scope: Scope, source: Source) -> dict[str, None] | None:
    """Return the columns of ``source`` that its contract or any view or label names; None if one is broken."""
    known = [name for name, _ in source.columns]
    known += [source.timestamp_field, source.created_timestamp_field or "", source.available_at or ""]
    scope.notes.all = True
    readers = scope.reading(source.name)
    bound = [scope.bound[item.kind].get(item.name) for item in readers]
    if None in bound:
        return None
    views = [view for view in bound if isinstance(view, FeatureView) and view.source == source]
    known += [*_keys(views), *(name for view in views for name in scope.memory.columns_read(view, _read))]
    for label in bound:
        if isinstance(label, Label) and label.source.name == source.name:
            known += [*(key.name for key in label.join_keys), *_read_by(label.feature)]
    return dict.fromkeys(name for name in known if name)


def _keys(views: Iterable[FeatureView]) -> Iterator[str]:
    for view in views:
        yield from (key.name for key in view.join_keys)


def _read(view: FeatureView) -> Iterator[str]:
    for feature in view.features:
        yield from _read_by(feature)
    if view.filter is not None:
        yield from column_names(view.filter)


def _read_by(feature: Feature) -> Iterator[str]:
    yield from column_names(feature.expr)
    if feature.window is not None and feature.window.filter is not None:
        yield from column_names(feature.window.filter)


def _rows(rows: Sequence[dict[str, object]]) -> tuple[Row, ...]:
    return tuple(tuple(row.items()) for row in rows)
