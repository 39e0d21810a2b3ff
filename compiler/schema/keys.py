"""Unknown keys: each is reported; one with a slip is read as the key it is near, so that nothing hides behind it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from fcompile.compiler.errors import Diagnostic, Span, listed, near
from fcompile.compiler.schema.kinds import chosen, inner, is_model, keys_of
from fcompile.compiler.tree import Mapping, Node, Sequence

# Words of other tools for the same thing.
_SYNONYMS = {
    "type": "dtype",
    "value_type": "dtype",
    "join_key": "join_keys",
    "batch_source": "source",
    "fields": "features",
    "schema": "features",
    "field": "column",
    "expression": "expr",
    "sql": "query",
    "where": "filter",
    "event_timestamp": "timestamp_field",
    "timestamp": "timestamp_field",
    "entity": "entities",
}


def settle_keys(kind: Any, node: Node, problems: list[Diagnostic]) -> Node:
    """Return ``node`` with known keys only. Recursive: nesting is bounded by the loader."""
    option = chosen(kind, node)
    match node:
        case Mapping() if is_model(option):
            return _settled(option, node, problems)
        case Mapping() if option is not None and option is not Any:
            items = {key: settle_keys(inner(option), value, problems) for key, value in node.items.items()}
            return Mapping(node.span, items, node.keys, node.sound)
        case Sequence() if option is not None and option is not Any:
            return Sequence(node.span, tuple(settle_keys(inner(option), i, problems) for i in node.items))
    return node


def _settled(model: type[BaseModel], node: Mapping, problems: list[Diagnostic]) -> Mapping:
    known = keys_of(model)
    items: dict[str, Node] = {}
    keys: dict[str, Span] = {}
    for key, value in node.items.items():
        name: str | None = key
        if key not in known:
            likely = _likely(key, list(known))
            problems.append(_unknown_key(key, node.keys[key], list(known), likely))
            name = next((n for n in likely if n not in node.items and n not in items), None)
        if name is not None:
            items[name] = settle_keys(known[name], value, problems)
            keys[name] = node.keys[key]
    return Mapping(node.span, items, keys, node.sound)


def _likely(key: str, known: list[str]) -> list[str]:
    synonym = _SYNONYMS.get(key, "")
    return near(key, known) or ([synonym] if synonym in known else [])


def _unknown_key(key: str, span: Span, known: list[str], likely: list[str]) -> Diagnostic:
    hint = f"did you mean `{likely[0]}`?" if likely else ""
    if not hint and re.fullmatch(r"[0-9]+ *\)|.*>", key):
        hint = "quote a type that holds a comma"
    return Diagnostic("FC103", f"unknown key `{key}`", span, hint or f"known: {listed(known, 20)}")
