"""``sql/manifest.json``: what a build was made of, for reviews and ``state:`` selectors. Byte-stable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from decimal import Decimal

from fcompile.compiler.definitions import (
    Computed,
    Definitions,
    Entity,
    FeatureView,
    OnDemandView,
    Selected,
    Source,
)
from fcompile.compiler.graph import Graph, Node, graph
from fcompile.compiler.nested import view_read
from fcompile.compiler.provable import unproven
from fcompile.compiler.version import VERSION

SCHEMA_VERSION = 1


def manifest(definitions: Definitions, project_name: str, files: Mapping[str, str]) -> str:
    """Return the manifest's text; ``files`` maps a path under ``sql/`` to the text written there.

    Neither times, hosts nor absolute paths are in it; keys are sorted; it ends with a newline.
    """
    return manifest_of(definitions, project_name, {path: sha256(text) for path, text in files.items()})


def manifest_of(definitions: Definitions, project_name: str, digests: Mapping[str, str]) -> str:
    """As ``manifest``, from digests of the files: for those whose text is not at hand."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "fcompile": VERSION,
        "project": project_name,
        "objects": {node.id: _entry(node, digests) for node in graph(definitions).nodes.values()},
        "files": dict(digests),
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


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
    return sha256(json.dumps(_parts(definition), sort_keys=True, ensure_ascii=False))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(node: Node, paths: Iterable[str]) -> dict[str, object]:
    # sql/<dialect>/<kind>s/<name>/<statement>.sql
    own = f"/{node.kind}s/{node.name}/"
    found = unproven(node.definition)
    through = {each.name: list(each.through) for each in found if each.through}
    return {
        "kind": node.kind,
        "name": node.name,
        "file": node.span.file,
        "description": node.meta.description,
        "owner": node.meta.owner,
        "tags": dict(node.meta.tags),
        "depends_on": list(node.parents),
        "fingerprint": fingerprint(node.definition),
        "sql": sorted(path for path in paths if own in path),
        **({"not_provable": {each.name: list(each.dialects) for each in found}} if found else {}),
        **({"not_provable_through": through} if through else {}),
    }


def _canonical(value: object) -> object:
    """Return ``value`` as plain JSON in which different meanings differ."""
    match value:
        case None | bool() | int() | str():
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
    parts = {f.name: _canonical(getattr(value, f.name)) for f in fields(value) if f.compare}  # type: ignore[arg-type]
    absent = {name for name, nothing in _LATER.items() if parts.get(name, "") is nothing}
    return {"is": type(value).__name__, **{name: parts[name] for name in parts if name not in absent}}


_LATER = {"window": None, "every": None, "expire": False}
"""Fields that came after the first version, and what says nothing: left out then, so that no fingerprint moved."""
