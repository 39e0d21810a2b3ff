"""Files to declared objects: every name is known before any is looked up, those of broken objects too."""

from __future__ import annotations

from collections.abc import Iterator

from fcompile.compiler.bind.scope import MOST_HINTS, Item, Scope
from fcompile.compiler.errors import listed, near
from fcompile.compiler.kinds import WORDS
from fcompile.compiler.load import Document, load
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.schema.shape import read_shape
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, described

# Words of other tools for the same thing.
_SYNONYMS = {
    "views": "feature_views",
    "feature_tables": "feature_views",
    "services": "feature_services",
    "on_demand_views": "on_demand_feature_views",
    "data_sources": "sources",
}


def declare(scope: Scope, file: str, text: str | Document) -> None:
    """Add the objects of one file, read or not, to ``scope.declared``, and what is wrong with its YAML."""
    items = scope.memory.read(file, text)
    if items is None:
        before = len(scope.diagnostics)
        found = list(_read(scope, file, text))
        clean = isinstance(text, str) and len(scope.diagnostics) == before
        items = scope.memory.keep(file, str(text) if clean else None, found)
    for item in items:
        _enter(scope, item)


def _read(scope: Scope, file: str, text: str | Document) -> Iterator[Item]:
    """Yield the objects of one file, in its order; report what is wrong with it by itself."""
    document = load(text, file) if isinstance(text, str) else text
    scope.diagnostics.extend(document.diagnostics)
    root = document.root
    if root is None and document.diagnostics and isinstance(text, str):
        scope.unread.append(text)
    match root:
        case None | Scalar(value=None):
            return
        case Mapping():
            for key, node in root.items.items():
                kind = key if key in SHAPES else _unknown_kind(scope, key, root)
                if kind:
                    yield from _read_list(scope, kind, node, not document.diagnostics)
        case _:
            what = described(root) if isinstance(root, Scalar) else "a list"
            hint = "begin with `entities:`, say"
            scope.problem("FC115", f"expected a mapping, found {what}", root.span, hint)


def _unknown_kind(scope: Scope, key: str, root: Mapping) -> str:
    """Report the key; return the kind that it is near, so that what it defines is not missed, or nothing."""
    many = len(scope.diagnostics) > MOST_HINTS
    kind = next(iter(near(key, () if many else SHAPES)), _SYNONYMS.get(key, ""))
    hint = f"did you mean `{kind}`?" if kind else f"known: {listed(list(SHAPES))}"
    if key in ("project", "targets", "definitions", "default_target"):
        kind, hint = "", "this belongs into fcompile.yaml"
    scope.problem("FC103", f"unknown key `{key}`", root.keys[key], hint)
    return kind


def _read_list(scope: Scope, kind: str, node: Node, sound: bool) -> Iterator[Item]:
    if isinstance(node, Scalar) and node.value is None:
        return
    if not isinstance(node, Sequence):
        scope.problem("FC115", f"expected a list, found {described(node)}", node.span, "begin each with `- `")
        return
    for item in node.items:
        if isinstance(item, Mapping):
            yield _read_item(scope, kind, item, sound)
        elif not isinstance(item, Scalar) or item.sound:
            hint = f"write `name: ...` and the other keys of the {WORDS[kind]}"
            scope.problem("FC115", f"expected a mapping, found {described(item)}", item.span, hint)


def _read_item(scope: Scope, kind: str, node: Mapping, sound: bool) -> Item:
    read = read_shape(SHAPES[kind], node, scope.diagnostics, sound)
    written = read.node.items.get("name")
    named = isinstance(written, Scalar) and isinstance(written.value, str)
    return Item(kind, read.shape.name if named else "", read.node, read.shape, read.sound)


def _enter(scope: Scope, item: Item) -> None:
    scope.items[item.kind].append(item)
    written = item.node.items.get("name")
    named = isinstance(written, Scalar) and isinstance(written.value, str)
    first = scope.declared[item.kind].setdefault(item.name, item) if named else item
    if first is not item:
        taken(scope, item, first, f"{WORDS[item.kind]} `{item.name}` is defined twice")


_SHARING = (
    ("on_demand_feature_views", ("feature_views",)),
    ("labels", ("feature_views", "on_demand_feature_views", "feature_services")),
)


def share_no_names(scope: Scope) -> None:
    """Report on-demand feature views and labels named like what a reference could mean instead."""
    for kind, others in _SHARING:
        for name, item in scope.declared[kind].items():
            other = next((other for other in others if name in scope.declared[other]), None)
            if other is not None:
                first = scope.declared[other][name]
                article = "an" if first.words.startswith("o") else "a"
                message = f"{item.words} `{name}` is named like {article} {first.words}"
                taken(scope, item, first, message)


def taken(scope: Scope, item: Item, first: Item, message: str) -> None:
    """Report that the name of ``item`` is taken by ``first``."""
    span = first.span("name")
    where = f"{span.file}:{span.line}:{span.column}"
    scope.problem(
        "FC202", f"{message}; first at {where}", item.span("name"), "rename or remove one of the two"
    )
