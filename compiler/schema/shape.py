"""A tree of nodes held against a model: the model's value, or every problem at its place, in plain words."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from fcompile.compiler.errors import Diagnostic, Span, did_you_mean, listed, near
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, described, plain

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
}
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


def check_shape(model: type[M], node: Node, problems: list[Diagnostic]) -> M | None:
    """Return ``node`` as a ``model``; on problems add them all to ``problems`` and return None."""
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        meant = _meant(model, details)
        problems.extend(
            _diagnostic(model, node, d) for d in details if d["type"] != "missing" or d["loc"] not in meant
        )
    return None


def _meant(model: type[BaseModel], details: list[ErrorDetails]) -> set[tuple[int | str, ...]]:
    """Return the places of keys that were written with a slip: they are not missing as well."""
    slips = [d["loc"] for d in details if d["type"] == "extra_forbidden"]
    return {(*loc[:-1], name) for loc in slips for name in _likely(str(loc[-1]), _keys_at(model, loc[:-1]))}


def _likely(key: str, known: list[str]) -> list[str]:
    synonym = _SYNONYMS.get(key, "")
    return near(key, known) or ([synonym] if synonym in known else [])


def _diagnostic(model: type[BaseModel], root: Node, detail: ErrorDetails) -> Diagnostic:
    loc, kind = detail["loc"], detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "extra_forbidden":
        parent = _descend(root, loc[:-1])
        return _unknown_key(str(loc[-1]), parent, _keys_at(model, loc[:-1]))
    if kind == "missing":
        parent = _descend(root, loc[:-1])
        return Diagnostic("FC114", f"missing key `{loc[-1]}`", parent.span, f"add `{loc[-1]}: ...`")
    node = _descend(root, loc)
    if kind in _WANTED:
        return _wrong_shape(node, _WANTED[kind])
    if kind == "string_pattern_mismatch":
        return _bad_name(node)
    if kind in ("too_short", "string_too_short"):
        return Diagnostic("FC115", f"`{_key_of(loc)}` is empty", node.span, "write at least one")
    if kind in ("literal_error", "union_tag_invalid", "union_tag_not_found"):
        return _not_a_choice(node, kind, context)
    if kind in ("greater_than_equal", "less_than_equal"):
        return Diagnostic("FC113", f"`{_key_of(loc)}` is out of range", node.span, "a port is 1 to 65535")
    return Diagnostic("FC115", f"`{_key_of(loc)}` cannot be read", node.span)


def _unknown_key(key: str, parent: Node, known: list[str]) -> Diagnostic:
    span = parent.keys.get(key, parent.span) if isinstance(parent, Mapping) else parent.span
    hint = next((f"did you mean `{name}`?" for name in _likely(key, known)), "")
    if not hint and re.fullmatch(r"[0-9]+ *\)|.*>", key):
        hint = "quote a type that holds a comma"
    return Diagnostic("FC103", f"unknown key `{key}`", span, hint or f"known: {listed(known, 20)}")


def _wrong_shape(node: Node, wanted: str) -> Diagnostic:
    found = described(node)
    hint = "quote it" if wanted == "text" and isinstance(node, Scalar) and node.value is not None else ""
    return Diagnostic("FC115", f"expected {wanted}, found {found}", node.span, hint)


def bad_name(name: str, span: Span) -> Diagnostic:
    """Return the problem of a name that is not ``[a-z][a-z0-9_]*``."""
    if len(name) > 63:
        return Diagnostic("FC201", "a name has at most 63 characters", span)
    likely = re.sub(r"[^a-z0-9_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")
    hint = (
        f"write `{likely}`"
        if re.fullmatch(r"[a-z][a-z0-9_]*", likely)
        else "write letters a to z, digits and _"
    )
    shown = f"`{name}`" if name.isprintable() else f"{name!a}"
    return Diagnostic("FC201", f"{shown} is not a name: lower-case letters, digits and _", span, hint)


def _bad_name(node: Node) -> Diagnostic:
    return bad_name(str(node.value) if isinstance(node, Scalar) else "", node.span)


def _not_a_choice(node: Node, kind: str, context: dict[str, Any]) -> Diagnostic:
    expected = str(context.get("expected") or context.get("expected_tags") or "'type'")
    choices = re.findall(r"'([^']*)'", expected)
    if kind == "union_tag_not_found":
        return Diagnostic("FC114", "missing key `type`", node.span, "add `type: ...`")
    if isinstance(node, Mapping):
        node = node.items.get("type", node)
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, str):
        return _wrong_shape(node, "text")
    hint = did_you_mean(value, choices) or f"write {' or '.join(f'`{c}`' for c in choices)}"
    return Diagnostic("FC116", f"`{value}` is not known here; one of {listed(choices)}", node.span, hint)


def _key_of(loc: tuple[int | str, ...]) -> str:
    return next((p for p in reversed(loc) if isinstance(p, str) and not p.startswith(("<", "["))), "value")


def _descend(node: Node, loc: tuple[int | str, ...]) -> Node:
    """Follow pydantic's location; tags of unions and the mark of a key have no node and are passed over."""
    for part in loc:
        match node, part:
            case Sequence(items=items), int() if part < len(items):
                node = items[part]
            case Mapping(items=entries), str() if part in entries:
                node = entries[part]
    return node


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the mapping at ``loc`` takes."""
    at: list[Any] = [model]
    for part in loc:
        at = [found for kind in at for found in _below(kind, part)]
    models = [kind for kind in at if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [name for kind in models[:1] for name in _fields(kind)]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _below(kind: Any, part: int | str) -> Iterator[Any]:
    """Yield the annotations that ``part`` of a location leads to."""
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, BaseModel):
            fields = _fields(option)
            if part in fields:
                yield from _options(fields[str(part)])
            elif part == _type_of(option):
                yield option
        elif get_origin(option) is list and isinstance(part, int):
            yield from _options(get_args(option)[0])
        elif get_origin(option) is dict:
            yield from _options(get_args(option)[1])


def _options(kind: Any, tag: str = "") -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *marks = get_args(kind)
        tag = next((m.tag for m in marks if isinstance(m, Tag)), tag)
        yield from _options(inner, tag)
    elif origin in (Union, types.UnionType):
        for option in get_args(kind):
            yield from _options(option)
    else:
        yield kind


def _type_of(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("type")
    if field is None or get_origin(field.annotation) is not Literal:
        return None
    return str(get_args(field.annotation)[0])
