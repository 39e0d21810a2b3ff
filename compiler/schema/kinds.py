"""Annotations of the models, looked at: which keys a model takes, and what a node is written as."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag

from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, plain


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the keys that a mapping of this model takes, each with its annotation."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def chosen(kind: Any, node: Node) -> Any:
    """Return the option of the union ``kind`` that ``node`` is written as, right or wrong; None if it is none.

    A kind that is no union is its own only option.
    """
    bare, marks = _bare(kind)
    options = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)
    form = next((mark.discriminator for mark in marks if isinstance(mark, Discriminator)), None)
    if callable(form):
        tag = form(plain(node))
        options = tuple(o for o in options if any(isinstance(m, Tag) and m.tag == tag for m in _bare(o)[1]))
    return next((option for option in (_bare(o)[0] for o in options) if _fits(option, node)), None)


def options_of(kind: Any) -> tuple[Any, ...]:
    """Return the options of a union, each without its marks; a kind that is no union is its own only option."""
    bare = _bare(kind)[0]
    options = get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)
    return tuple(_bare(option)[0] for option in options)


def inner(kind: Any) -> Any:
    """Return what a list or a mapping by name is made of."""
    return get_args(kind)[-1]


def _bare(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(kind) is Annotated:
        bare, *marks = get_args(kind)
        return bare, tuple(marks)
    return kind, ()


def _fits(option: Any, node: Node) -> bool:
    if option is Any:
        return True
    match node:
        case Mapping() if is_model(option):
            return _type_of(option) in (None, _written_type(node))
        case Mapping():
            return get_origin(option) is dict
        case Sequence():
            return get_origin(option) is list
    return node.sound and type(node.value) is option


def _type_of(model: type[BaseModel]) -> str | None:
    """Return what ``type:`` says where a model is one of several by it."""
    field = model.model_fields.get("type")
    if field is None or get_origin(field.annotation) is not Literal:
        return None
    words = get_args(field.annotation)
    return str(words[0]) if len(words) == 1 else None


def _written_type(node: Mapping) -> object:
    written = node.items.get("type")
    return written.value if isinstance(written, Scalar) else None
