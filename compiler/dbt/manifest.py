"""A dbt manifest (v10 to v12) as far as it is read: relations, semantic models, owners. Unknown keys do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

VERSIONS = (10, 11, 12)
_SCHEMA = re.compile(r"/dbt/manifest/v(\d+)(?:\.json)?$")
_PART = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^.]+)')


class NotAManifest(ValueError):
    """The content is no manifest of a version that is read; the text says what it is."""


@dataclass(frozen=True, slots=True)
class DbtColumn:
    """``data_type`` is "" where dbt does not say it."""

    name: str
    data_type: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A model or a source: something that has rows.

    Attributes:
        id: dbt's unique id; ``name``: a model's name, or ``<source>_<table>``; ``package``: its project.
        parts: database, schema and table, as far as the warehouse has them; () where it has no table.
        complete: the columns are all there are, since a contract or the catalog says so.
        event_time: the column that dbt is told; ``loaded_at``: of a source, its ``loaded_at_field``; "" without.
        selectable: what selectors match besides the name: ``(method, value)``.
    """

    id: str
    kind: str
    name: str
    package: str
    parts: tuple[str, ...]
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    columns: tuple[DbtColumn, ...] = ()
    complete: bool = False
    event_time: str = ""
    loaded_at: str = ""
    why_not: str = ""
    selectable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """dbt's semantic model, its parts as they are in the manifest; ``model`` is the id of what it reads."""

    id: str
    name: str
    model: str
    description: str = ""
    time: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    measures: tuple[Mapping[str, Any], ...] = ()
    dimensions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DbtManifest:
    """Relations and semantic models, each sorted by id; ``adapter``: the warehouse's type in dbt's words."""

    project: str
    adapter: str
    relations: tuple[Relation, ...]
    semantic_models: tuple[SemanticModel, ...]
    others: Mapping[str, int] = field(default_factory=dict)


def dbt_manifest(content: object, catalog: object = None) -> DbtManifest:
    """Return what ``content`` (parsed JSON) holds; ``catalog`` is a ``catalog.json``, for the types of columns.

    Raises:
        NotAManifest: it is none, or of another version.
    """
    root = mapping(content)
    metadata = mapping(root.get("metadata"))
    _refuse_version(_text(metadata.get("dbt_schema_version")))
    groups = {_text(g.get("name")): _owner(mapping(g.get("owner"))) for g in _values(root, "groups")}
    types = _catalog(catalog)
    nodes = list(_values(root, "nodes"))
    relations = [_model(each, groups, types) for each in nodes if each.get("resource_type") == "model"]
    relations += [_source(each, types) for each in _values(root, "sources")]
    semantic = (_semantic(each) for each in _values(root, "semantic_models") if _enabled(each))
    return DbtManifest(
        _text(metadata.get("project_name")),
        _text(metadata.get("adapter_type")),
        tuple(sorted(relations, key=lambda each: each.id)),
        tuple(sorted(semantic, key=lambda each: each.id)),
        _others(root, nodes),
    )


def _refuse_version(schema: str) -> None:
    found = _SCHEMA.search(schema)
    if found is None:
        raise NotAManifest("it is no manifest of dbt: `metadata.dbt_schema_version` does not say so")
    if int(found[1]) not in VERSIONS:
        raise NotAManifest(
            f"it is a manifest of version {int(found[1])}, and {VERSIONS[0]} to {VERSIONS[-1]} are read"
        )


def _others(root: Mapping[str, Any], nodes: list[Mapping[str, Any]]) -> dict[str, int]:
    """Count what has rows or values and is not read, by dbt's word for it."""
    found = {
        "exposures": len(mapping(root.get("exposures"))),
        "metrics": len(mapping(root.get("metrics"))),
        "saved queries": len(mapping(root.get("saved_queries"))),
    }
    for kind in ("snapshot", "seed", "test"):
        found[f"{kind}s"] = sum(each.get("resource_type") == kind for each in nodes)
    return {kind: count for kind, count in sorted(found.items()) if count}


def _model(
    node: Mapping[str, Any], groups: Mapping[str, str], types: Mapping[str, tuple[DbtColumn, ...]]
) -> Relation:
    config = mapping(node.get("config"))
    name, version = _text(node.get("name")), node.get("version")
    enforced = bool(mapping(config.get("contract") or node.get("contract")).get("enforced"))
    why = "it is ephemeral: it has no table" if config.get("materialized") == "ephemeral" else ""
    return _relation(
        node,
        types,
        kind="model",
        name=name if version is None else f"{name}_v{version}",
        table=_text(node.get("alias")) or name,
        owner=_meta_owner(node) or groups.get(_text(node.get("group") or config.get("group")), ""),
        complete=enforced,
        why_not=why,
        selectable=(("path", _text(node.get("original_file_path"))),),
    )


def _source(node: Mapping[str, Any], types: Mapping[str, tuple[DbtColumn, ...]]) -> Relation:
    source, table = _text(node.get("source_name")), _text(node.get("name"))
    return _relation(
        node,
        types,
        kind="source",
        name=f"{source}_{table}",
        table=_text(node.get("identifier")) or table,
        owner=_meta_owner(node),
        loaded_at=_text(node.get("loaded_at_field") or mapping(node.get("config")).get("loaded_at_field")),
        selectable=(("source", source), ("source", f"{source}.{table}")),
    )


def _relation(
    node: Mapping[str, Any],
    types: Mapping[str, tuple[DbtColumn, ...]],
    *,
    kind: str,
    name: str,
    table: str,
    selectable: tuple[tuple[str, str], ...],
    complete: bool = False,
    **more: Any,
) -> Relation:
    found = _text(node.get("unique_id"))
    package, tags = _text(node.get("package_name")), _texts(node.get("tags"))
    declared = tuple(_column(each) for each in _values(node, "columns"))
    methods = [*selectable, ("package", package), ("resource_type", kind), *(("tag", tag) for tag in tags)]
    return Relation(
        id=found,
        kind=kind,
        name=name,
        package=package,
        parts=_parts(node, table),
        description=_text(node.get("description")),
        tags=tags,
        columns=types.get(found, declared),
        complete=complete or found in types,
        event_time=_text(mapping(node.get("config")).get("event_time")),
        selectable=tuple(methods),
        **more,
    )


def _column(column: Mapping[str, Any]) -> DbtColumn:
    return DbtColumn(_text(column.get("name")), _text(column.get("data_type")))


def _parts(node: Mapping[str, Any], table: str) -> tuple[str, ...]:
    """Return the names that dbt's own reference to the relation has, without their quotes."""
    written = _text(node.get("relation_name"))
    if written:
        found = (
            next(part for part in match.groups("") if part) for match in _PART.finditer(written) if match[0]
        )
        return tuple(part.replace('""', '"') for part in found)
    return tuple(filter(None, (_text(node.get("database")), _text(node.get("schema")), table)))


def _semantic(node: Mapping[str, Any]) -> SemanticModel:
    read = _texts(mapping(node.get("depends_on")).get("nodes"))
    return SemanticModel(
        id=_text(node.get("unique_id")),
        name=_text(node.get("name")),
        model=next((each for each in read if each.startswith("model.")), ""),
        description=_text(node.get("description")),
        time=_text(mapping(node.get("defaults")).get("agg_time_dimension")),
        entities=tuple(_mappings(node.get("entities"))),
        measures=tuple(_mappings(node.get("measures"))),
        dimensions=tuple(_mappings(node.get("dimensions"))),
    )


def _catalog(catalog: object) -> dict[str, tuple[DbtColumn, ...]]:
    """Return each relation's columns by its id, in the table's order, from a ``catalog.json``."""
    root = mapping(catalog)
    tables = {**mapping(root.get("nodes")), **mapping(root.get("sources"))}
    return {key: _catalog_columns(mapping(table)) for key, table in tables.items()}


def _catalog_columns(table: Mapping[str, Any]) -> tuple[DbtColumn, ...]:
    found = [
        (each.get("index"), _text(each.get("name")), _text(each.get("type")))
        for each in _values(table, "columns")
    ]
    ordered = sorted(found, key=lambda each: (each[0] if isinstance(each[0], int) else 0, each[1]))
    return tuple(DbtColumn(name, data_type) for _, name, data_type in ordered)


def _enabled(node: Mapping[str, Any]) -> bool:
    return mapping(node.get("config")).get("enabled") is not False


def _owner(owner: Mapping[str, Any]) -> str:
    return _text(owner.get("email")) or _text(owner.get("name"))


def _meta_owner(node: Mapping[str, Any]) -> str:
    for meta in (node.get("meta"), mapping(node.get("config")).get("meta")):
        owner = mapping(meta).get("owner")
        if found := _text(owner) or _owner(mapping(owner)):
            return found
    return ""


def _values(root: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    return _mappings(list(mapping(root.get(key)).values()))


def _mappings(values: object) -> Iterator[Mapping[str, Any]]:
    for each in values if isinstance(values, list) else ():
        if isinstance(each, dict):
            yield each


def mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
