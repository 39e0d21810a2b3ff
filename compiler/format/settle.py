"""Decides the layout before it is written: the order of keys, what stands in brackets, where comments stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from fcompile.compiler.errors import Span
from fcompile.compiler.format.nodes import Collection, Comment, Entry, Leaf, Node
from fcompile.compiler.format.scalars import key_lines, leaf_lines
from fcompile.compiler.scalars import resolve
from fcompile.compiler.schema.definitions import AggregationShape, Described, FeatureShape
from fcompile.compiler.schema.kinds import chosen, inner, is_model, keys_of
from fcompile.compiler.tree import Mapping, Scalar, Sequence
from fcompile.compiler.tree import Node as TreeNode

WIDTH = 110
STEP = 2
EXPRESSIONS = ("expr", "filter")
"""Quotes around these stay: an edit may need them again."""


def settle(root: Collection, kind: Any) -> None:
    """Settle a file's nodes, whose root is of the model ``kind``; the order of its lists stays as written."""
    root.flow = False
    for entry in root.entries:
        known = keys_of(kind) if is_model(kind) else {}
        _settle_entry(entry, 0, known.get(_key(entry)))


def _settle_entry(entry: Entry, indent: int, kind: Any) -> None:
    value = entry.value
    if not isinstance(value, Collection):
        return
    _sort_keys(value, kind)
    head = indent + (1 if entry.key is None else len(key_lines(entry.key)[-1]))
    was_flow, value.flow = value.flow, not value.entries or _fits(value, head + 1)
    if was_flow and not value.flow:
        _forget_columns(entry, *value.entries)
    _settle_below(entry, value)
    if value.flow:
        return
    for each, one in zip(value.entries, _kinds(value, kind), strict=True):
        _settle_entry(each, indent + STEP, one)
    if entry.key is None:
        _raise_comments(entry, value)


def _settle_below(entry: Entry, value: Collection) -> None:
    """Put a comment behind a closing bracket beside the entry, or where others stand before it below."""
    if not value.entries:
        value.below, entry.below = [], [*value.below, *entry.below]
    if entry.below and not entry.beside and not entry.below[0].own_line and not comments_of(value):
        entry.beside = entry.below.pop(0)
    if not value.flow:
        value.below, entry.below = [*value.below, *entry.below], []


def _forget_columns(*entries: Entry) -> None:
    """Lines that brackets held together are new: a comment beside them has no column to keep."""
    for entry in entries:
        entry.beside = replace(entry.beside, column=0) if entry.beside else None


def _raise_comments(item: Entry, value: Collection) -> None:
    """An item has no line of its own: its comments, and those above what it begins with, stand above it."""
    first = value.entries[0]
    beside = [item.beside] if item.beside else []
    item.above = [*item.above, *beside, *first.above]
    item.beside, first.above = None, []
    first.blank = False


def _fits(value: Collection, column: int) -> bool:
    """Whether it stands in brackets: it did on one line, or it does fit on one; and no comment is within."""
    if not value.flow or not _is_bare(value):
        return False
    return value.one_line or column + len(flow_text(value)) <= WIDTH


def _is_bare(node: Node | None) -> bool:
    if not isinstance(node, Collection):
        return node is None or node.one_line
    if node.below or any(e.above or e.beside or e.below for e in node.entries):
        return False
    return all(_is_bare(entry.key) and _is_bare(entry.value) for entry in node.entries)


def flow_text(node: Node | None, keep: bool = False) -> str:
    """Return a node in brackets on one line; an empty value within them is ``null``."""
    if node is None:
        return "null"
    if isinstance(node, Leaf):
        return leaf_lines(node, 0, flow=True, keep=keep)[0] or "null"
    inside = ", ".join(_flow_entry(entry) for entry in node.entries)
    return f"{{{inside}}}" if node.mapping else f"[{inside}]"


def _flow_entry(entry: Entry) -> str:
    if entry.key is None:
        return flow_text(entry.value)
    name = " ".join(key_lines(entry.key, flow=True))
    return f"{name} {flow_text(entry.value, _key(entry) in EXPRESSIONS)}"


def _sort_keys(value: Collection, kind: Any) -> None:
    """Bring the keys of an object into the order of its model, in brackets too; others stay as they are."""
    option: Any = chosen(kind, _tree(value)) if kind is not None else None
    if value.mapping and is_model(option):
        order = {name: number for number, name in enumerate(_order(option))}
        value.entries.sort(key=lambda entry: order.get(_key(entry), len(order)))
    if value.flow:
        for entry, one in zip(value.entries, _kinds(value, kind), strict=True):
            if isinstance(entry.value, Collection):
                _sort_keys(entry.value, one)


def _order(model: type[BaseModel]) -> list[str]:
    """Return a model's keys in the order of docs/reference/yaml.md: what people say of a feature stands last."""
    known = list(keys_of(model))
    last = (
        [key for key in keys_of(Described) if key != "name"]
        if model in (FeatureShape, AggregationShape)
        else []
    )
    return [key for key in known if key not in last] + last


def _kinds(value: Collection, kind: Any) -> list[Any]:
    """Return what each entry's value is of, by the schema; None where it does not say."""
    option: Any = chosen(kind, _tree(value)) if kind is not None else None
    if is_model(option):
        known = keys_of(option)
        return [known.get(_key(entry)) for entry in value.entries]
    is_open = option is None or option is Any
    return [None if is_open else inner(option) for _ in value.entries]


def _tree(node: Node | None) -> TreeNode:
    """Return the node as the schema's functions know it."""
    nowhere = Span("", 1, 1)
    match node:
        case None:
            return Scalar(nowhere, None)
        case Leaf():
            return Scalar(nowhere, node.value if node.style else resolve(node.value))
        case Collection(mapping=True):
            items = {_key(entry): _tree(entry.value) for entry in node.entries}
            return Mapping(nowhere, items, dict.fromkeys(items, nowhere))
    return Sequence(nowhere, tuple(_tree(entry.value) for entry in node.entries))


def _key(entry: Entry) -> str:
    return entry.key.value if entry.key else ""


def comments_of(node: Node | None) -> list[Comment]:
    """Return all comments at and below ``node``, in order."""
    if not isinstance(node, Collection):
        return []
    found: list[Comment] = []
    for entry in node.entries:
        found += [*entry.above, *([entry.beside] if entry.beside else []), *comments_of(entry.value)]
        found += entry.below
    return [*found, *node.below]
