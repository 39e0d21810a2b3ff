"""A build after an edit: what the last one left is taken as it lies there, and only what changed is compiled.

Its result is that of ``build.plan_build``. Where that cannot be had this way, there is none, and the whole is built.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.digest import sha256
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.kinds import NODE_KINDS, Id
from fcompile.runtime.build import MANIFEST, Build, Change, listed_in
from fcompile.runtime.cache import key_of
from fcompile.runtime.known import Known, read_known, write_known

if TYPE_CHECKING:
    from fcompile.runtime.project import Project
    from fcompile.runtime.project_files import Opened
    from fcompile.runtime.slices import Slice

Texts = Mapping[str, str]

USE = "built"
"""Under this name it is known what was built."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be built: ``dialects``, sorted, into ``folder``, which is ``output`` where one was named.

    ``key`` tells all that it depends on besides definitions.
    """

    opened: Opened
    dialects: tuple[str, ...]
    folder: Path
    output: Path | None

    @property
    def key(self) -> str:
        config, target = self.opened.config, self.opened.target
        names = (config.project, target.warehouse.schema_) if config and target else ()
        return key_of(names, self.dialects, str(self.folder))

    @property
    def use(self) -> str:
        """What is found is kept under this name: only with its own dialect is it known that the target can say all."""
        return USE if self.opened.dialect in self.dialects else f"{USE}-elsewhere"


def sought(opened: Opened, dialects: Sequence[str], output: Path | None) -> Sought:
    folder = output or opened.root / (opened.config.sql if opened.config else "")
    return Sought(opened, tuple(dialects), folder, output)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``known``: of the project once ``build`` is on the disk; ``fresh`` where that is more than was known before."""

    build: Build
    known: Known
    fresh: bool


def rebuilt(sought: Sought) -> Rebuilt | None:
    """Return what ``plan_build`` would; None where it takes a whole build to tell."""
    known = read_known(sought.opened, sought.use) if sought.opened.sound else None
    if known is None:
        return None
    left = _as_left(sought, known.built.get(sought.key, ""))
    if left is None:
        return None
    before, digests = left
    if known.is_of(sought.opened):
        return Rebuilt(Build(sought.folder, before, ()), known, fresh=False)
    from fcompile.runtime.slices import sliced

    part = sliced(sought.opened, known)
    files = None if part is None else _after(sought, part, known, before, digests)
    if part is None or files is None:
        return None
    changes = [Change(path, "changed", text) for path, text in files.items() if text != before[path]]
    build = Build(sought.folder, files, tuple(sorted(changes, key=lambda change: change.path)))
    return Rebuilt(build, _left(sought, part.known, build), fresh=True)


def known_after(sought: Sought, project: Project, build: Build) -> Known | None:
    """Return what is known once the whole ``build`` is on the disk; None where that is no help to the next one."""
    from fcompile.runtime.slices import known_of

    known = known_of(project, sought.opened)
    return None if known is None else _left(sought, known, build)


def keep(sought: Sought, known: Known) -> None:
    """Keep what is known for the next build; call it when the build is on the disk."""
    write_known(sought.opened, sought.use, known)


def _left(sought: Sought, known: Known, build: Build) -> Known:
    return replace(known, built={sought.key: sha256(build.files[MANIFEST])})


def _as_left(sought: Sought, digest: str) -> tuple[Texts, Texts] | None:
    """Return path -> text of what the last build wrote, if the manifest has this digest and all lies there so.

    Beside it path -> SHA-256 of all that the manifest lists, of other dialects too.
    """
    try:
        manifest = _text(sought.folder / MANIFEST)
        if sha256(manifest) != digest:
            return None
        listed = listed_in(json.loads(manifest))
        own = {path: each for path, each in listed.items() if path.partition("/")[0] in sought.dialects}
        if {*_on_disk(sought)} != own.keys():
            return None
        texts = {path: _text(f"{sought.folder}/{path}") for path in own}
    except (OSError, ValueError, RecursionError):
        return None
    if any(sha256(texts[path]) != own[path] for path in own):
        return None
    return {**texts, MANIFEST: manifest}, listed


def _on_disk(sought: Sought) -> Iterator[str]:
    for dialect in sought.dialects:
        for at, _, names in os.walk(sought.folder / dialect):
            folder = Path(at).relative_to(sought.folder).as_posix()
            yield from (f"{folder}/{name}" for name in names if name.endswith(".sql"))


def _text(path: str | Path) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - there are thousands
        return file.read().decode()


def _after(sought: Sought, part: Slice, known: Known, before: Texts, digests: Texts) -> dict[str, str] | None:
    """Return path -> text of all files with those of the part compiled anew; None where it has other files now."""
    from fcompile.compiler.build import units_of
    from fcompile.compiler.refusals import refuse
    from fcompile.dialects.registry import DIALECTS
    from fcompile.runtime.incremental import compiled

    definitions = part.project.definitions

    def judged() -> None:
        for dialect in sought.dialects:
            refuse(definitions, DIALECTS[dialect], part.project.files)

    every = [unit for dialect in sought.dialects for unit in units_of(definitions, dialect)]
    units = [unit for unit in every if (unit.kind, unit.definition.name) in part.touched]
    try:
        files, _ = compiled(part.project, units, judged)
    except FcompileError:
        return None
    folders = {unit.folder for unit in units}
    if files.keys() != {path for path in before if path.rpartition("/")[0] in folders}:
        return None
    digests = {**digests, **{path: sha256(text) for path, text in files.items()}}
    manifest = _manifest(part, known, before[MANIFEST], digests)
    return None if manifest is None else {**before, **files, MANIFEST: manifest}


def _manifest(part: Slice, known: Known, before: str, digests: Texts) -> str | None:
    """Return the manifest with entries of the part written anew; None where that is not all there is to write."""
    from fcompile.compiler.json_text import Laid, laid_entries
    from fcompile.compiler.manifest import assembled, entries

    project = part.project
    was, read = known.columns_read(), part.known.columns_read()
    sources = {name for name in {*was, *read} if was.get(name) != read.get(name)}
    touched = {_node_id(each) for each in (*part.touched, *(("sources", name) for name in sources))}
    others = {_node_id(each) for each in part.known.objects} - touched
    objects: dict[str, object] = {
        name: Laid(text) for name, text in laid_entries(before, "objects").items() if name in others
    }
    if objects.keys() != others or not sources <= project.definitions.sources.keys():
        return None
    dialect = project.target.warehouse.type
    objects |= entries(project.definitions, digests, dialect, others, read, project.proof.certificates)
    return assembled(objects, project.config.project, digests)


def _node_id(each: Id) -> str:
    kind, name = each
    return f"{NODE_KINDS[kind]}.{name}"
