"""Fingerprints of definitions: what an object means, and that split into data, schema and metadata."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from fcompile.compiler.definitions import (
    Computed,
    Entity,
    Exposure,
    FeatureService,
    FeatureView,
    Label,
    Meta,
    OnDemandView,
    Selected,
    Source,
)
from fcompile.compiler.digest import sha256
from fcompile.compiler.graph import Definition, Graph
from fcompile.compiler.nested import view_read
from fcompile.compiler.request import request_of_members

PARTS = ("data", "schema", "metadata")


def fingerprints(nodes: Graph) -> dict[str, str]:
    """Return the fingerprint of every node by id."""
    return {node.id: fingerprint(node.definition) for node in nodes.nodes.values()}


def fingerprint(definition: object) -> str:
    """Return the SHA-256 of what an object means by itself.

    Description, owner, tags and the place in a file do not count; what it is made from counts by name.

    >>> from fcompile.compiler.definitions import Meta
    >>> a, b = Entity("user", ()), Entity("user", (), meta=Meta(description="A person."))
    >>> fingerprint(a) == fingerprint(b)
    True
    """
    if not is_dataclass(definition):
        raise TypeError(f"{definition!r} is not a definition")
    return _digest(_parts(definition))


def parts_of_all(nodes: Graph) -> dict[str, dict[str, str]]:
    """Return ``parts`` of every node by id."""
    return {node.id: parts(node.definition) for node in nodes.nodes.values()}


def parts(definition: Definition) -> dict[str, str]:
    """Return the fingerprints by ``PARTS``.

    ``data``: all that decides values and where they are kept; it is ``fingerprint``. ``schema``: names and types of
    keys and columns. ``metadata``: descriptions, owners and tags, of features too, and where an exposure is.
    """
    return {
        "data": fingerprint(definition),
        "schema": _digest([[name, str(dtype)] for name, dtype in schema(definition)]),
        "metadata": _digest(_metadata(definition)),
    }


def schema(definition: Definition) -> list[tuple[str, object]]:
    """Return the columns of an object, keys first, each with its type; none of a test or an exposure."""
    match definition:
        case Entity():
            return [(key.name, key.dtype) for key in definition.join_keys]
        case Source():
            return list(definition.columns)
        case FeatureView():
            keys: list[tuple[str, object]] = [(key.name, key.dtype) for key in definition.join_keys]
            return [*keys, *((f.name, f.dtype) for f in definition.features)]
        case OnDemandView():
            asked: list[tuple[str, object]] = [(each.name, each.dtype) for each in definition.request]
            return [*asked, *((f.name, f.dtype) for f in definition.features)]
        case FeatureService():
            return [
                (each.name, each.feature.dtype) for each in request_of_members(definition.members).columns
            ]
        case Label():
            keys = [(key.name, key.dtype) for key in definition.join_keys]
            return [*keys, (definition.name, definition.feature.dtype)]
    return []


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _metadata(definition: Definition) -> object:
    features = definition.features if isinstance(definition, FeatureView | OnDemandView) else ()
    own = {f.name: _said(f.meta) for f in features if f.meta != Meta()}
    where = {"url": definition.url} if isinstance(definition, Exposure) else {}
    return [_said(definition.meta), own, where]


def _said(meta: Meta) -> list[object]:
    return [meta.description, meta.owner, [list(tag) for tag in meta.tags]]


_PLAIN = (str, int, bool)


def _canonical(value: object) -> object:
    """Return ``value`` as plain JSON in which different meanings differ."""
    if value is None or type(value) in _PLAIN:  # by far most
        return value
    if type(value) is tuple:
        return [_canonical(item) for item in value]
    match value:
        case bool() | int() | str():
            return value
        case float() | Decimal():
            return {type(value).__name__: repr(value)}
        case timedelta():
            return {"microseconds": value // timedelta(microseconds=1)}
        case tuple() | list():
            return [_canonical(item) for item in value]
        case Source() if view_read(value) is not None:
            return {"view": value.name}
        case Entity() | Source() | FeatureView() | OnDemandView():
            return {"ref": value.name}
        case Selected() | Computed():
            return {**_parts(value), "features": [feature.name for feature in value.features]}
        case _ if is_dataclass(value):
            return _parts(value)
    # Dates and datetimes of test rows.
    return {type(value).__name__: str(value)}


def _parts(value: object) -> dict[str, object]:
    """What compares: ``meta`` and ``span`` are left out by their fields' own ``compare=False``."""
    found: dict[str, object] = {"is": type(value).__name__}
    for name in _compared(type(value)):  # type: ignore[arg-type]
        part = getattr(value, name)
        if name not in _LATER or part is not _LATER[name]:
            found[name] = part if part is None or type(part) in _PLAIN else _canonical(part)
    return found


@lru_cache(maxsize=256)
def _compared(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.compare)


_LATER = {"window": None, "every": None, "expire": False}
"""Fields that came after the first version, and what says nothing: left out then, so that no fingerprint moved."""
