"""Writes ``sql/``: the compiled text and its manifest, touching only what changes and is fcompile's.

A file is fcompile's when the manifest there lists it or its header names fcompile. The folders of
dialects that are not built stay as they are, and so do their lines of the manifest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.digest import sha256
from fcompile.compiler.errors import Diagnostic, FcompileError, RefusedError, UsageError, did_you_mean, listed

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

MANIFEST = "manifest.json"
_HEADER_LINES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A file under ``sql/`` that differs; ``kind`` is "new", "changed" or "gone" (then ``text`` is "")."""

    path: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Build:
    """What a build leaves in ``folder``: ``files`` by path, of which ``changes`` differ from the disk."""

    folder: Path
    files: Mapping[str, str]
    changes: tuple[Change, ...]


def dialects_of(names: Sequence[str], target: str) -> tuple[str, ...]:
    """Return the dialects that ``names`` (of ``-d``) mean, sorted; none means the target's, "all" every one.

    Raises:
        UsageError: a name that is no dialect.
    """
    if not names:
        return (target,)
    from fcompile.dialects.registry import DIALECTS

    wanted = list(dict.fromkeys(names))
    if "all" in wanted:
        return tuple(sorted(DIALECTS))
    wrong = [_unknown(name) for name in wanted if name not in DIALECTS]
    if wrong:
        raise UsageError(*wrong)
    return tuple(sorted(wanted))


def plan_build(project: Project, dialects: Sequence[str], output: Path | None = None) -> Build:
    """Compile the project and compare with the files in ``output`` (the project's ``sql``); write nothing.

    Raises FcompileError for features that leak (FC250 to FC254) and for what a dialect cannot say (FC391 to FC393).
    """
    from fcompile.compiler.build import unit_paths, units_of  # sqlglot: only where SQL is made
    from fcompile.compiler.manifest import assembled
    from fcompile.compiler.refusals import refuse
    from fcompile.dialects.registry import DIALECTS
    from fcompile.runtime.incremental import sql_files
    from fcompile.runtime.manifest_objects import manifest_objects

    folder = output or project.root / project.config.sql
    old = listed_files(folder)
    units = [unit for dialect in dialects for unit in units_of(project.definitions, dialect)]
    kept = {path: digest for path, digest in old.items() if _folder(path) not in dialects}

    def judged() -> dict[str, object]:
        project.refuse_leaks()
        for dialect in dialects:
            refuse(project.definitions, DIALECTS[dialect], project.files)
        return manifest_objects(project, [*kept, *(path for unit in units for path in unit_paths(unit))])

    files, objects = sql_files(project, units, folder, judged)
    digests = {**kept, **{path: sha256(text) for path, text in files.items()}}
    files[MANIFEST] = assembled(objects, project.config.project, digests)
    gone = [path for path in _ours(folder, dialects, old) if path not in files]
    _refuse_foreign(folder, files, old)
    changes = [*_written(folder, files), *(Change(path, "gone", "") for path in gone)]
    return Build(folder, files, tuple(sorted(changes, key=lambda change: change.path)))


def write_build(build: Build) -> None:
    """Bring the folder to ``build``: each file whole or not at all, the manifest last. Raises FC420."""
    try:
        _write_changes(build)
    except OSError as error:
        message = f"{error.filename or build.folder} cannot be written: {error.strerror}"
        raise FcompileError(Diagnostic("FC420", message)) from error


def _write_changes(build: Build) -> None:
    for change in sorted(build.changes, key=lambda change: (change.path == MANIFEST, change.path)):
        path = build.folder / change.path
        if change.kind == "gone":
            path.unlink(missing_ok=True)
            _remove_empty(path.parent, build.folder)
        else:
            write_atomically(path, change.text)


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 text with ``\\n`` line ends: readers see the old file or the new one."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def listed_files(folder: Path) -> dict[str, str]:
    """Return path -> SHA-256 of the files that ``folder``'s manifest lists; empty without a readable one."""
    return listed_in(read_manifest(folder / MANIFEST))


def listed_in(manifest: Mapping[str, object] | None) -> dict[str, str]:
    """As ``listed_files``, of a manifest's content."""
    files = manifest.get("files") if manifest else None
    if not isinstance(files, dict):
        return {}
    # A manifest comes with a pull request: it must not be able to name files elsewhere.
    return {path: str(digest) for path, digest in sorted(files.items()) if _inside(path)}


def read_manifest(path: Path) -> dict[str, object] | None:
    """Return a manifest's content, or None where there is none that reads as one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def fingerprints_in(
    content: Mapping[str, object],
) -> tuple[dict[str, str] | None, dict[str, Mapping[str, str]]]:
    """Return what a manifest says of each object: its fingerprint and, since version 2, that in parts.

    None for no objects; what is not well formed is left out.
    """
    objects = content.get("objects")
    if not isinstance(objects, dict):
        return None, {}
    entries = {str(name): entry for name, entry in objects.items() if isinstance(entry, dict)}
    whole = {name: str(entry.get("fingerprint")) for name, entry in entries.items()}
    parts = {name: entry.get("fingerprints") for name, entry in entries.items()}
    return whole, {name: found for name, found in parts.items() if isinstance(found, dict)}


def _unknown(name: str) -> Diagnostic:
    from fcompile.dialects.registry import DIALECTS

    known = [*sorted(DIALECTS), "all"]
    return Diagnostic(
        "FC283", f"`{name}` is not a dialect", hint=did_you_mean(name, known) or f"there is {listed(known)}"
    )


def _inside(path: str) -> bool:
    parts = path.split("/")
    return len(parts) > 1 and not {"", ".", ".."} & {*parts} and "\\" not in path and path.endswith(".sql")


def _folder(path: str) -> str:
    return path.partition("/")[0]


def _ours(folder: Path, dialects: Iterable[str], old: Mapping[str, str]) -> list[str]:
    """The files on disk below the folders of ``dialects`` that fcompile wrote."""
    found: list[str] = []
    for dialect in dialects:
        for path in sorted((folder / dialect).rglob("*.sql")):
            relative = path.relative_to(folder).as_posix()
            if relative in old or _has_header(path):
                found.append(relative)
    return found


def _has_header(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            top = [file.readline(1000) for _ in range(_HEADER_LINES)]
    except (OSError, ValueError):
        return False
    return any(line.startswith("--") and "fcompile" in line for line in top)


def _refuse_foreign(folder: Path, files: Mapping[str, str], old: Mapping[str, str]) -> None:
    foreign = [
        path
        for path in files
        if path != MANIFEST
        and path not in old
        and (folder / path).exists()
        and not _has_header(folder / path)
    ]
    if foreign:
        hint = "move the files away, or build into another folder with -o DIR"
        message = f"build would overwrite files it did not write: {listed(sorted(foreign))}"
        raise RefusedError(Diagnostic("FC580", message, hint=hint))


def _written(folder: Path, files: Mapping[str, str]) -> Iterable[Change]:
    for path, text in files.items():
        try:
            now = (folder / path).read_bytes()
        except OSError:
            yield Change(path, "new", text)
            continue
        if now != text.encode():
            yield Change(path, "changed", text)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
