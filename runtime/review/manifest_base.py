"""The project as a manifest holds it: what ``build`` wrote, somewhere and some time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import Diagnostic, Span, UsageError
from fcompile.compiler.graph import KINDS, Definition, graph
from fcompile.compiler.manifest import SCHEMA_VERSION
from fcompile.compiler.rebound import rebound
from fcompile.runtime.project import Project
from fcompile.runtime.review.base import Base

MAX_MANIFEST = 256 * 1024 * 1024


def manifest_base(project: Project, path: Path) -> Base:
    """Return the project as ``path`` holds it; queries are read in the dialect of the project's target.

    Raises:
        UsageError: it cannot be read, is no manifest, or of another version (FC555).
    """
    content = _content(path)
    objects = _objects(path, content)
    bound = rebound(objects, project.target.warehouse.type, str(path))
    known = set(graph(bound.definitions).nodes)
    name = content.get("project")
    return Base(
        name=str(path),
        definitions=_in_their_files(bound.definitions, content["objects"]),
        project=name if isinstance(name, str) else project.config.project,
        schema=project.target.warehouse.schema_,
        tuning=project.tuning,
        problems=bound.diagnostics,
        unread=tuple(sorted(set(objects) - known)) if bound.diagnostics else (),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_MANIFEST + 1)
        if len(data) > MAX_MANIFEST:
            raise _refused(path, f"is larger than {MAX_MANIFEST >> 20} MiB")
        content = json.loads(data)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _refused(path, "is not JSON") from None
    if not isinstance(content, dict) or not isinstance(content.get("objects"), dict):
        raise _refused(path, "is no manifest of fcompile")
    return content


def _objects(path: Path, content: Mapping[str, Any]) -> dict[str, Mapping[str, object]]:
    """Return each object's definition by its id."""
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        older = isinstance(version, int) and version < SCHEMA_VERSION
        raise _refused(
            path, "was written by an older fcompile" if older else "was written by a newer fcompile"
        )
    found: dict[str, Mapping[str, object]] = {}
    for key, entry in content["objects"].items():
        definition = entry.get("definition") if isinstance(entry, dict) else None
        if not isinstance(definition, dict):
            raise _refused(path, "holds no definitions")
        found[key] = definition
    return found


def _in_their_files(definitions: Definitions, objects: Mapping[str, Any]) -> Definitions:
    """Return the definitions with the files that they stood in: SQL says where it comes from."""
    kinds: dict[str, Any] = {}
    for node in graph(definitions).nodes.values():
        kinds.setdefault(_LISTS[node.kind], {})[node.name] = _placed(node.definition, objects[node.id])
    return Definitions(**kinds)


_LISTS = {
    "entity": "entities",
    "on_demand_view": "on_demand_feature_views",
    **{kind: f"{kind}s" for kind in KINDS if kind not in ("entity", "on_demand_view")},
}


def _placed(definition: Definition, entry: Mapping[str, Any]) -> Definition:
    file = entry.get("file")
    return replace(definition, span=Span(file, 1, 1)) if isinstance(file, str) else definition


def _refused(path: Path, what: str) -> UsageError:
    hint = "run `fcompile build` there to write it anew, or compare with a git ref: --base main"
    return UsageError(Diagnostic("FC555", f"`{path}` {what}", hint=hint))
