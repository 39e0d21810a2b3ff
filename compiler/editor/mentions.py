"""Every place in a file where an object or a feature is named: what go to definition, hover and rename look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fcompile.compiler.editor.written import Written, entries_of, items_of, name_place, objects_in, text_at
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Call, Column, walk
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.problems import ExpressionError
from fcompile.compiler.places import place_of
from fcompile.compiler.tree import Mapping, Node, Scalar

OBJECTS = {
    "entities": "entity",
    "sources": "source",
    "feature_views": "view",
    "on_demand_feature_views": "view",
    "feature_services": "service",
    "labels": "label",
    "tests": "test",
    "exposures": "exposure",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at a place.

    Attributes:
        kind: "entity", "source", "view", "service", "label", "test", "exposure"; "asked": a view or a service;
            "pinned": a view or a label; "feature" of the view ``owner``; "column": what stands in the view, label or
            source ``owner`` for a column, or for a feature of its own or of the view that it reads;
            "result" of the test ``owner``; "function" of the expression language.
        defines: whether the object or feature is made here.
    """

    kind: str
    name: str
    span: Span
    owner: str = ""
    defines: bool = False


def mentions_in(root: Node | None) -> Iterator[Mention]:
    """Yield what a definition file names, in no order that matters."""
    for each in objects_in(root):
        yield Mention(OBJECTS[each.kind], each.name, each.span, defines=True)
        if each.kind in _OF:
            yield from _OF[each.kind](each)


def pinned_in(root: Node | None) -> Iterator[Mention]:
    """Yield what tuning.yaml names."""
    for part in ("windows", "joins"):
        entries = entries_of(root, part) if root is not None else None
        for name, span in entries.keys.items() if entries else ():
            yield Mention("pinned", name, _bare(name, span))


def _bare(name: str, span: Span) -> Span:
    """Return where a key stands without its quotes."""
    quoted = span.length == len(name) + 2
    return Span(span.file, span.line, span.column + 1, len(name)) if quoted else span


def _texts(node: Node, key: str, kind: str, owner: str = "") -> Iterator[Mention]:
    for item in items_of(node, key):
        yield from _text(item, kind, owner)


def _text(node: Node | None, kind: str, owner: str = "") -> Iterator[Mention]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
        yield Mention(kind, node.value, place_of(node, 0, len(node.value)), owner)


def _key_texts(node: Node, owner: str, *keys: str) -> Iterator[Mention]:
    for key in keys:
        yield from _text(node.items.get(key) if isinstance(node, Mapping) else None, "column", owner)


def _source(each: Written) -> Iterator[Mention]:
    yield from _key_texts(each.node, each.name, "timestamp_field", "created_timestamp_field", "available_at")


def _view(each: Written) -> Iterator[Mention]:
    yield from _texts(each.node, "entities", "entity")
    source = each.node.items.get("source")
    yield from _text(source, "source")
    yield from _text(source.items.get("view") if isinstance(source, Mapping) else None, "view")
    yield from _expression(each.node.items.get("filter"), each.name)
    for key in ("features", "aggregations"):
        for node in items_of(each.node, key):
            yield from _feature(node, each.name)


def _label(each: Written) -> Iterator[Mention]:
    yield from _view(each)
    yield from _key_texts(each.node, each.name, "column")


def _feature(node: Node, owner: str) -> Iterator[Mention]:
    if not isinstance(node, Mapping):
        return
    if name := text_at(node, "name"):
        yield Mention("feature", name, name_place(node), owner, defines=True)
    yield from _key_texts(node, owner, "column")
    yield from _expression(node.items.get("filter"), owner)
    written = node.items.get("expr")
    yield from _expression(written.items.get("default") if isinstance(written, Mapping) else written, owner)


def _expression(node: Node | None, owner: str) -> Iterator[Mention]:
    """Yield the names in an expression; none of one that cannot be read."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    try:
        tree = parse(node.value)
    except (ExpressionError, RecursionError):
        return
    for part in walk(tree):
        if isinstance(part, Column):
            quoted = node.value[part.place.start : part.place.start + 1] == '"'
            start, length = part.place.start + quoted, part.place.length - 2 * quoted
            yield Mention("column", part.name, place_of(node, start, length), owner)
        elif isinstance(part, Call) and node.value.startswith(part.function, part.place.start):
            yield Mention("function", part.function, place_of(node, part.place.start, len(part.function)))


def _reference(node: Node) -> Iterator[Mention]:
    """Yield the view and the feature of ``view:feature``, or what a name alone asks for."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    view, colon, feature = node.value.partition(":")
    yield Mention("view" if colon else "asked", view, place_of(node, 0, len(view)))
    if feature:
        yield Mention("feature", feature, place_of(node, len(view) + 1, len(feature)), view)


def _members(each: Written, key: str) -> Iterator[Mention]:
    for node in items_of(each.node, key):
        if not isinstance(node, Mapping):
            yield from _reference(node)
        elif "view" in node.items:
            yield from _text(node.items["view"], "view")
            yield from _texts(node, "features", "feature", text_at(node, "view"))
        else:
            for name, span in node.keys.items():
                yield Mention("view", name, _bare(name, span))
                yield from _texts(node, name, "feature", name)


def _on_demand(each: Written) -> Iterator[Mention]:
    yield from _members(each, "features_from")
    for node in items_of(each.node, "features"):
        yield from _feature(node, each.name)


def _service(each: Written) -> Iterator[Mention]:
    yield from _members(each, "features")


def _test(each: Written) -> Iterator[Mention]:
    for node in items_of(each.node, "features"):
        yield from _reference(node)
    for name, span in entries_of(each.node, "given").keys.items():
        yield Mention("source", name, _bare(name, span))
    for row in items_of(each.node, "expect"):
        for name, span in row.keys.items() if isinstance(row, Mapping) else ():
            yield Mention("result", name, _bare(name, span), each.name)


def _exposure(each: Written) -> Iterator[Mention]:
    for node in items_of(each.node, "reads"):
        yield from _reference(node)


_OF = {
    "sources": _source,
    "feature_views": _view,
    "on_demand_feature_views": _on_demand,
    "feature_services": _service,
    "labels": _label,
    "tests": _test,
    "exposures": _exposure,
}
