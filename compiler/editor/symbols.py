"""What a mention stands for: the object or feature that it names, among all that the project writes."""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.compiler.editor.mentions import OBJECTS, Mention
from fcompile.compiler.editor.written import (
    VIEWS,
    Book,
    Written,
    WrittenFeature,
    columns_of,
    entries_of,
    text_at,
)
from fcompile.compiler.errors import Span
from fcompile.compiler.tree import Mapping, Node, Sequence

_KINDS: dict[str, tuple[str, ...]] = {
    "entity": ("entities",),
    "source": ("sources",),
    "view": VIEWS,
    "service": ("feature_services",),
    "label": ("labels",),
    "test": ("tests",),
    "exposure": ("exposures",),
    "asked": ("feature_services", *VIEWS, "labels"),
    "pinned": ("feature_views", "labels", "on_demand_feature_views"),
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name and a place.

    Attributes:
        kind: "entity", "source", "view", "service", "label", "test", "exposure", "feature" (``owner`` is its
            view) or "column" (``owner`` is its source or entity).
        span: of the name where it is made.
        stem: of a window, the name of its aggregation, which is what stands at ``span``.
    """

    kind: str
    name: str
    span: Span
    owner: str = ""
    stem: str = ""


def symbol_of(mention: Mention, book: Book) -> Symbol | None:
    """Return what ``mention`` stands for; None where there is no such thing, or it is nobody's."""
    if mention.kind in _KINDS:
        found = book.find(_KINDS[mention.kind], mention.name)
        return Symbol(OBJECTS[found.kind], found.name, found.span) if found else None
    if mention.kind == "feature":
        return _feature(mention, book)
    if mention.kind == "result":
        return _result(mention, book)
    if mention.kind == "column":
        return _column(mention, book)
    return None


def _of(view: Written, feature: WrittenFeature) -> Symbol:
    return Symbol("feature", feature.name, feature.span, view.name, feature.stem)


def _feature(mention: Mention, book: Book) -> Symbol | None:
    view = book.view(mention.owner)
    if view is None:
        return None
    if mention.defines:
        at_place = (each for each in view.features() if each.span == mention.span)
        found = next(at_place, None)
        name = found.stem if found and found.stem else mention.name
        return Symbol("feature", name, mention.span, view.name, found.stem if found else "")
    feature = view.feature(mention.name)
    return _of(view, feature) if feature else None


def _result(mention: Mention, book: Book) -> Symbol | None:
    """Return the feature that a test expects: of the views that it asks, the first that has it."""
    test = book.find(("tests",), mention.owner)
    for view, label in asked(test, book) if test else ():
        name = mention.name.removeprefix(f"{label}__")
        if feature := view.feature(mention.name) or view.feature(name):
            return _of(view, feature)
    return None


def asked(reader: Written, book: Book) -> list[tuple[Written, str]]:
    """Return the views that a test, a service or an on-demand view reads, each with the name that stands for it."""
    found: list[tuple[Written, str]] = []
    key = "features_from" if reader.kind == "on_demand_feature_views" else "features"
    members = reader.node.items.get(key)
    for node in members.items if isinstance(members, Sequence) else ():
        name = text_at(node, "view") or text_at(node).partition(":")[0]
        if isinstance(node, Mapping) and not name:
            name = next(iter(node.items), "")
        service = book.find(("feature_services",), name) if reader.kind == "tests" else None
        if service is not None:
            found += asked(service, book)
        elif view := book.view(name):
            found.append((view, text_at(node, "alias") or name))
    if inner := book.view(reader.inner_view):
        found.append((inner, inner.name))
    return found


def _column(mention: Mention, book: Book) -> Symbol | None:
    """Return what a name in an expression, or under ``column``, stands for."""
    owner = book.find((*VIEWS, "labels", "sources"), mention.owner)
    if owner is None:
        return None
    if owner.kind == "sources":
        return _column_of(owner, mention.name)
    if own := _own(owner, mention):
        return _of(owner, own)
    if owner.kind == "on_demand_feature_views":
        return _input(owner, mention.name, book)
    if inner := book.view(owner.inner_view):
        feature = inner.feature(mention.name)
        return _of(inner, feature) if feature else _key(owner, mention.name, book)
    source = book.find(("sources",), owner.source)
    found = _column_of(source, mention.name) if source else None
    return found or _key(owner, mention.name, book)


def _own(owner: Written, mention: Mention) -> WrittenFeature | None:
    """Return the view's other feature that a name reads: not a column of that name, and not what it is itself in."""
    found = owner.feature(mention.name) if owner.kind in VIEWS else None
    if found is None or found.is_plain or _is_within(mention.span, found):
        return None
    plain = any(each.name == mention.name and each.is_plain for each in owner.features())
    return None if plain else found


def _is_within(span: Span, feature: WrittenFeature) -> bool:
    places = [node.span for node in feature.node.items.values()]
    return any(covers(place, span.file, span.line, span.column) for place in places)


def covers(span: Span, file: str, line: int, column: int) -> bool:
    """Whether a place, counted as spans count, is within ``span`` or just behind it."""
    return (span.file, span.line) == (file, line) and span.column <= column <= span.column + span.length


def _input(view: Written, name: str, book: Book) -> Symbol | None:
    request = entries_of(view.node, "request")
    if name in request.keys:
        return Symbol("column", name, request.keys[name], view.name)
    for read, label in asked(view, book):
        if feature := read.feature(name.removeprefix(f"{label}__")):
            return _of(read, feature)
    return None


def _column_of(source: Written, name: str) -> Symbol | None:
    contract = entries_of(source.node, "columns")
    if name in contract.keys:
        return Symbol("column", name, contract.keys[name], source.name)
    times: list[Node] = [node for key, node in source.node.items.items() if text_at(source.node, key) == name]
    return Symbol("column", name, times[0].span, source.name) if name in columns_of(source) else None


def _key(owner: Written, name: str, book: Book) -> Symbol | None:
    found = owner.node.items.get("entities")
    for node in found.items if isinstance(found, Sequence) else ():
        entity = book.find(("entities",), text_at(node))
        keys = entries_of(entity.node, "join_keys") if entity else None
        if entity and keys and name in keys.keys:
            return Symbol("column", name, keys.keys[name], entity.name)
    return None
