"""What can be read of an object whose shape is wrong, so that its other mistakes are found in the same run."""

from __future__ import annotations

from typing import Any, TypeVar, get_origin

from pydantic import BaseModel

from fcompile.compiler.schema.kinds import chosen, inner, is_model, keys_of
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, plain

M = TypeVar("M", bound=BaseModel)


def salvage(model: type[M], node: Mapping) -> tuple[M, Mapping]:
    """Return a ``model`` of what is well formed in ``node``, and the node as the model sees it.

    What is missing or of another kind takes the key's default; where there is none it is empty, or None
    although the model says text. Items of lists that cannot be read are left out on both sides.
    """
    values: dict[str, Any] = {}
    items = dict(node.items)
    for key, kind in keys_of(model).items():
        read = _read(kind, node.items[key]) if key in node.items else None
        if read is not None:
            values[key], items[key] = read
        elif model.model_fields[key].is_required():
            values[key] = _nothing(kind)
    return model.model_construct(**values), Mapping(node.span, items, node.keys, node.sound)


def _read(kind: Any, node: Node) -> tuple[Any, Node] | None:
    option = chosen(kind, node)
    if option is None or isinstance(node, Scalar) or option is Any:
        return None if option is None else (plain(node), node)
    if isinstance(node, Sequence):
        found = [read for read in (_read(inner(option), item) for item in node.items) if read is not None]
        return [value for value, _ in found], Sequence(node.span, tuple(item for _, item in found))
    if is_model(option):
        return salvage(option, node)
    entries = {key: _read(inner(option), value) for key, value in node.items.items()}
    kept = {key: read for key, read in entries.items() if read is not None}
    values = {key: value for key, (value, _) in kept.items()}
    nodes = {**node.items, **{key: item for key, (_, item) in kept.items()}}
    return values, Mapping(node.span, nodes, node.keys, node.sound)


def _nothing(kind: Any) -> Any:
    empty = {list: list, dict: dict}.get(get_origin(kind))
    return empty() if empty else None
