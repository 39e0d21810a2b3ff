"""Files to declared objects: every name is known before any is looked up, those of broken objects too."""

from __future__ import annotations

from fcompile.compiler.bind.scope import WORDS, Item, Scope
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.load import load
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.schema.shape import check_shape
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, described, is_sound


def declare(scope: Scope, file: str, text: str) -> None:
    """Add the objects of one file to ``scope.declared``, and what is wrong with its YAML."""
    document = load(text, file)
    scope.diagnostics.extend(document.diagnostics)
    root = document.root
    match root:
        case None | Scalar(value=None):
            return
        case Mapping():
            for kind, node in root.items.items():
                if kind in SHAPES:
                    _declare_list(scope, kind, node, not document.diagnostics)
                else:
                    _unknown_kind(scope, kind, root)
        case _:
            what = described(root) if isinstance(root, Scalar) else "a list"
            hint = "begin with `entities:`, say"
            scope.problem("FC115", f"expected a mapping, found {what}", root.span, hint)


def _unknown_kind(scope: Scope, kind: str, root: Mapping) -> None:
    hint = did_you_mean(kind, SHAPES) or f"known: {listed(list(SHAPES))}"
    if kind in ("project", "targets", "definitions", "default_target"):
        hint = "this belongs into fcompile.yaml"
    scope.problem("FC103", f"unknown key `{kind}`", root.keys[kind], hint)


def _declare_list(scope: Scope, kind: str, node: Node, sound: bool) -> None:
    if isinstance(node, Scalar) and node.value is None:
        return
    if not isinstance(node, Sequence):
        scope.problem("FC115", f"expected a list, found {described(node)}", node.span, "begin each with `- `")
        return
    for item in node.items:
        if isinstance(item, Mapping):
            _declare(scope, kind, item, sound or is_sound(item))
        elif not isinstance(item, Scalar) or item.sound:
            scope.problem("FC115", f"expected a mapping, found {described(item)}", item.span)


def _declare(scope: Scope, kind: str, node: Mapping, sound: bool) -> None:
    shape = check_shape(SHAPES[kind], node, scope.diagnostics) if sound else None
    written = node.items.get("name")
    if not isinstance(written, Scalar) or not isinstance(written.value, str):
        return
    item = Item(kind, written.value, node, shape)
    first = scope.declared[kind].setdefault(item.name, item)
    if first is not item:
        span = first.span("name")
        where = f"{span.file}:{span.line}:{span.column}"
        message = f"{WORDS[kind]} `{item.name}` is defined twice; first at {where}"
        scope.problem("FC202", message, written.span, "rename or remove one of the two")
