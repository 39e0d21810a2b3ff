"""What a schema says of a place in a tree: the keys of a mapping there, the values that a key takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from fcompile.compiler.editor.cursor import Path
from fcompile.compiler.schema.definitions import DefinitionFile
from fcompile.compiler.schema.kinds import chosen, inner, is_model, keys_of, options_of
from fcompile.compiler.schema.project import ProjectFile
from fcompile.compiler.schema.tuning import TuningFile
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence

FILES: dict[str, type[BaseModel]] = {
    "definitions": DefinitionFile,
    "project": ProjectFile,
    "tuning": TuningFile,
}
"""The model of each kind of file."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may be written: what it means, and whether something must stand there."""

    name: str
    description: str
    required: bool
    kind: Any

    @property
    def snippet(self) -> str:
        """What follows the name: the way its value is written."""
        option = next(iter(options_of(self.kind)), None)
        return ":" if get_origin(option) in (list, dict) or is_model(option) else ": "


def kind_at(file: str, root: Node, path: Path) -> Any:
    """Return the annotation of what is at ``path`` in a kind of file (``FILES``); None where nothing is known there."""
    kind: Any = FILES[file]
    node: Node | None = root
    for part in path:
        option: Any = chosen(kind, node) if node is not None else None
        if is_model(option):
            kind = keys_of(option).get(str(part))
        elif get_origin(option) in (list, dict):
            kind = inner(option)
        else:
            return None
        node = _below(node, part)
    return kind


def _below(node: Node | None, part: str | int) -> Node | None:
    match node, part:
        case Mapping(items=entries), str():
            return entries.get(part)
        case Sequence(items=items), int() if part < len(items):
            return items[part]
    return None


def keys_at(kind: Any, node: Node | None) -> list[Key]:
    """Return the keys of a mapping of ``kind``, in the model's order; ``node`` is what stands there, mapping or not."""
    mapping = node if isinstance(node, Mapping) else None
    models = [option for option in options_of(kind) if is_model(option)]
    typed = [model for model in models if mapping is not None and chosen(model, mapping) is not None]
    found: dict[str, Key] = {}
    for model in typed or models:
        for name, field in model.model_fields.items():
            key = field.alias or name
            found.setdefault(key, Key(key, field.description or "", field.is_required(), field.annotation))
    if mapping is not None and len(models) > 1 and "type" not in mapping.items:
        return [key for key in found.values() if key.name == "type"] or list(found.values())
    return [key for key in found.values() if mapping is None or key.name not in mapping.items]


def choices_of(kind: Any) -> list[str]:
    """Return the closed set that a value is one of; nothing where it is open."""
    found: list[str] = []
    for option in options_of(kind):
        if get_origin(option) is Literal:
            found += [str(value) for value in get_args(option)]
        elif option is bool:
            found += ["true", "false"]
    return found


def types_of(file: str, root: Node, path: Path) -> list[str]:
    """Return what ``type`` may be at ``path``, where it tells several models apart."""
    models = options_of(kind_at(file, root, path))
    return [
        choice for model in models if is_model(model) for choice in choices_of(keys_of(model).get("type"))
    ]


def key_at(file: str, root: Node, path: Path) -> Key | None:
    """Return what the schema says of the key at the end of ``path``."""
    if not path or not isinstance(path[-1], str):
        return None
    around: Node | None = root
    for part in path[:-1]:
        around = _below(around, part)
    keys = keys_at(kind_at(file, root, path[:-1]), None)
    if isinstance(around, Mapping) and isinstance(around.items.get("type"), Scalar):
        option = chosen(kind_at(file, root, path[:-1]), around)
        keys = keys_at(option, None) if option is not None else keys
    return next((key for key in keys if key.name == path[-1]), None)
