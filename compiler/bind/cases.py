"""``tests:`` of definitions: names resolved and rows complete; values are read by the runner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.services import find_feature, find_view
from fcompile.compiler.bind.values import meta_of
from fcompile.compiler.definitions import FeatureService, Row, Selected, Source, TestCase
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions.nodes import column_names

TIME = "event_timestamp"
"""The column of a test's spine that holds t."""


def bind_case(scope: Scope, item: Item) -> TestCase | None:
    shape = item.shape
    asked = [_asked(scope, item, i, text) for i, text in enumerate(shape.features)]
    sources = {name: scope.find("sources", name, item.key_span("given", name)) for name in shape.given}
    selected = tuple(part for parts in asked if parts is not None for part in parts)
    if len(shape.spine) != len(shape.expect):
        message = f"{len(shape.spine)} spine rows, but {len(shape.expect)} expected rows"
        scope.problem("FC218", message, item.key_span("expect"), "write one expected row a spine row")
    if None not in asked:
        _check_rows(scope, item, selected, sources)
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


def _asked(scope: Scope, item: Item, i: int, text: str) -> tuple[Selected, ...] | None:
    span = item.span("features", i)
    name, colon, feature_name = text.partition(":")
    if not name or (colon and not feature_name):
        scope.problem("FC213", f"`{text}` is not a reference", span, "write view:feature")
        return None
    if not colon and name in scope.declared["feature_services"]:
        service: FeatureService | None = scope.bound["feature_services"].get(name)
        return service.members if service else None
    view = find_view(scope, name, span)
    if view is None or not colon:
        return (Selected(view, view.features),) if view else None
    feature = find_feature(scope, view, feature_name, span)
    return (Selected(view, (feature,)),) if feature else None


def _check_rows(
    scope: Scope, item: Item, selected: Sequence[Selected], sources: dict[str, Source | None]
) -> None:
    shape = item.shape
    spine = dict.fromkeys([TIME, *(s.spine_key(k.name) for s in selected for k in s.view.join_keys)])
    _check_complete(scope, item, ("spine",), shape.spine, list(spine))
    for name, rows in shape.given.items():
        source = sources[name]
        if source is not None:
            _check_complete(scope, item, ("given", name), rows, _needed(source, selected))
    results = {f.name for s in selected for f in s.features}
    results |= {f"{s.label}__{f.name}" for s in selected for f in s.features}
    for i, row in enumerate(shape.expect):
        for name in row:
            if name not in results:
                message = f"`{name}` is not among the features of `{item.name}`"
                hint = did_you_mean(name, sorted(results)) or f"it has {listed(sorted(results))}"
                scope.problem("FC216", message, item.key_span("expect", i, name), hint)


def _check_complete(
    scope: Scope, item: Item, at: tuple[str, ...], rows: Sequence[dict[str, object]], needed: Sequence[str]
) -> None:
    for i, row in enumerate(rows):
        for name in needed:
            if name not in row:
                near = did_you_mean(name, [n for n in row if n not in needed])
                hint = (
                    near.replace("did you mean", "is it") if near else f"add `{name}: ...`, or `{name}: null`"
                )
                scope.problem("FC217", f"a row of `{': '.join(at)}` lacks `{name}`", item.span(*at, i), hint)


def _needed(source: Source, selected: Sequence[Selected]) -> list[str]:
    """Return the columns that a row of ``source`` needs: keys, times and what the features asked for read."""
    needed = [source.timestamp_field, *([source.available_at] if source.available_at else [])]
    for part in selected:
        if part.view.source.name == source.name:
            needed.extend(_read(part))
    return list(dict.fromkeys(needed))


def _read(part: Selected) -> Iterator[str]:
    yield from (key.name for key in part.view.join_keys)
    for feature in part.features:
        yield from column_names(feature.expr)
    if part.view.filter is not None:
        yield from column_names(part.view.filter)


def _rows(rows: Sequence[dict[str, object]]) -> tuple[Row, ...]:
    return tuple(tuple(row.items()) for row in rows)
