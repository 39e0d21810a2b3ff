"""A tree of nodes held against a model: the model's value, and every problem at its place, in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fcompile.compiler.errors import Diagnostic, Span, did_you_mean, listed
from fcompile.compiler.schema.keys import settle_keys
from fcompile.compiler.schema.salvage import salvage
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, described, is_sound, plain

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

_DURATIONS = ("ttl", "lookback", "every", "availability_lag", "horizon", "maturity", "windows")
_TRUTH = {
    **dict.fromkeys(("yes", "on", "y", "true"), "write true"),
    **dict.fromkeys(("no", "off", "n", "false"), "write false"),
}
_MAPPINGS = {
    "join_keys": "write {name: dtype}, as {user_id: int64}",
    "columns": "write {column: dtype}",
    "request": "write {name: dtype}",
    "tags": "write {name: text}",
    "targets": "write {dev: {}}, or remove the key",
    "state": "write {type: sqlite}, or remove the key",
    "features": "write {name: ..., dtype: ...}",
    "aggregations": "write {name: ..., function: ..., windows: [...]}",
    "join_key_map": "write {join key: column of the spine}",
    "given": "write {source: [rows]}, a row as {column: value}",
    "spine": "write a row as {column: value}",
    "expect": "write a row as {feature: value}",
}


@dataclass(frozen=True, slots=True)
class Read(Generic[M]):
    """An object as read.

    Attributes:
        shape: the model's value; of a broken object what could be salvaged (compiler/schema/salvage.py).
        node: what ``shape`` was read from: places in it are found by the same keys and positions.
        sound: False where the file or the model found a mistake in it.
    """

    shape: M
    node: Mapping
    sound: bool


def read_shape(model: type[M], node: Mapping, problems: list[Diagnostic], sound: bool = True) -> Read[M]:
    """Return ``node`` as a ``model``, its mistakes of shape added to ``problems``.

    ``sound`` False: the file had mistakes, and ``node`` may hold some that are reported already.
    """
    try:
        return Read(model.model_validate(plain(node)), node, sound or is_sound(node))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    if any(detail["type"] == "extra_forbidden" for detail in details):
        settled = settle_keys(model, node, problems)
        node = settled if isinstance(settled, Mapping) else node
        details = problems_of(model, node)
    problems.extend(_diagnostic(node, d) for d in details if not _known_already(node, d))
    return Read(*salvage(model, node), sound=False)


def check_shape(model: type[M], node: Mapping, problems: list[Diagnostic]) -> tuple[M | None, Mapping]:
    """Return ``node`` as a ``model``, or None after adding its mistakes to ``problems``; and it with known keys."""
    try:
        return model.model_validate(plain(node)), node
    except ValidationError:
        settled = settle_keys(model, node, problems)
    details = problems_of(model, settled)
    problems.extend(_diagnostic(settled, d) for d in details if not _known_already(settled, d))
    return None, settled if isinstance(settled, Mapping) else node


def problems_of(model: type[BaseModel], node: Node) -> list[ErrorDetails]:
    """Return what pydantic finds wrong; nothing where all is well."""
    try:
        model.model_validate(plain(node))
    except ValidationError as error:
        return error.errors(include_url=False, include_context=True)
    return []


def _known_already(root: Node, detail: ErrorDetails) -> bool:
    """Whether the file's own mistake is the cause: a value that could not be read, an entry left out."""
    if detail["type"] == "missing":
        parent = _descend(root, detail["loc"][:-1])
        return isinstance(parent, Mapping) and not parent.sound
    node = _descend(root, detail["loc"])
    return not isinstance(node, Sequence) and not node.sound


def _diagnostic(root: Node, detail: ErrorDetails) -> Diagnostic:
    loc, kind = detail["loc"], detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "missing":
        parent = _descend(root, loc[:-1])
        return Diagnostic("FC114", f"missing key `{loc[-1]}`", parent.span, f"add `{loc[-1]}: ...`")
    node = _descend(root, loc)
    if kind in _WANTED:
        return _wrong_shape(node, _WANTED[kind], _key_of(loc))
    if kind == "string_pattern_mismatch":
        return _bad_name(node)
    if kind in ("too_short", "string_too_short"):
        hint = "write at least one" if kind == "too_short" else "write a value"
        return Diagnostic("FC115", f"`{_key_of(loc)}` is empty", node.span, hint)
    if kind in ("literal_error", "union_tag_invalid", "union_tag_not_found"):
        return _not_a_choice(node, kind, context)
    if kind in ("greater_than_equal", "less_than_equal"):
        return Diagnostic("FC113", f"`{_key_of(loc)}` is out of range", node.span, "a port is 1 to 65535")
    hint = str(context["error"]) if kind == "value_error" else ""
    return Diagnostic("FC115", f"`{_key_of(loc)}` cannot be read", node.span, hint)


def _wrong_shape(node: Node, wanted: str, key: str) -> Diagnostic:
    found = described(node)
    return Diagnostic("FC115", f"expected {wanted}, found {found}", node.span, _form(node, wanted, key))


def _form(node: Node, wanted: str, key: str) -> str:
    """Return how ``key`` is written."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(node, Scalar) and value is None and wanted != "a mapping":
        return "write a value, or remove the key"
    match wanted:
        case "text" if value is not None:
            return f"write it with a unit, as {value}d" if key in _DURATIONS else "quote it"
        case "true or false":
            return _TRUTH.get(str(value).lower(), "write true or false")
        case "a list":
            return f"write [{value}]" if isinstance(value, str) else "begin each with `- `"
        case "a mapping":
            typed = key in ("warehouse", "online", "state") and isinstance(value, str)
            return f"write {{type: {value}}}" if typed else _MAPPINGS.get(key, "write `key: value` pairs")
    return ""


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
        return _wrong_shape(node, "text", "type")
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
