"""What the manifest of a build says of each object; of those that are as they were it is taken from the cache."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from fcompile.compiler.digest import sha256
from fcompile.compiler.json_text import Laid
from fcompile.compiler.kinds import NODE_KINDS
from fcompile.compiler.manifest import entries, files_of_objects
from fcompile.runtime.cache import key_of, read_cache, write_cache

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

CACHE = "manifest.json"
_KINDS = {kind: name for kind, name in NODE_KINDS.items() if kind not in ("sources", "tests")}
"""Without sources: of one without a contract the entry tells which columns views read, whoever they are."""


def manifest_objects(project: Project, files: Collection[str]) -> dict[str, object]:
    """Return what the manifest says of each object; ``files`` are the paths under ``sql/``."""
    dialect = project.target.warehouse.type
    before = read_cache(project.root, CACHE)
    keys = _keys(project, files, dialect)
    objects: dict[str, object] = {name: Laid(before[key]) for name, key in keys.items() if key in before}
    objects |= entries(
        project.definitions, files, dialect, frozenset(objects), found=project.proof.certificates
    )
    now = {keys[name]: each.text for name, each in objects.items() if isinstance(each, Laid) and name in keys}
    write_cache(project.root, CACHE, {key: before[key] for key in now if key in before}, now)
    return objects


def _keys(project: Project, files: Collection[str], dialect: str) -> dict[str, str]:
    """Return what each object's entry depends on, by id; without objects of which that is not known."""
    made = project.digests
    sources = sorted(digest for (kind, _), digest in made.items() if kind == "sources")
    rest = key_of(dialect, sources)
    paths = files_of_objects(files)
    found = {}
    for (kind, name), digest in made.items():
        if kind in _KINDS:
            own = paths.get(f"{_KINDS[kind]}s/{name}", [])
            found[f"{_KINDS[kind]}.{name}"] = sha256(f"{rest} {kind} {name} {digest} {own}")
    return found
