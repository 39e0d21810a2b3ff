"""What a project is compared with: its definitions as they were, of a commit or of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.project import ProjectFile
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.tuning import Tuning
from fcompile.runtime.build import MANIFEST


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file of which not even the objects are known. ``names``: words in it that may be theirs; None: any may."""

    file: str
    names: frozenset[str] | None


@dataclass(frozen=True)
class Base:
    """The project as it was.

    Attributes:
        name: as people call it: a ref, or a manifest's path.
        definitions: what could be read of it; ``problems``: of what could not, their places as ``REF:FILE``.
        unread: ids of what was defined and cannot be read, sorted; ``unread_files``: what was in these is not known.
        texts: definition files by name; empty for a manifest. ``shown``: by the places of ``problems``.
        project, schema, tuning: what SQL is made with, besides. ``project_file``: None where it cannot be read.
        absent: there was no project.
    """

    name: str
    definitions: Definitions
    project: str
    schema: str
    tuning: Tuning
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Diagnostic, ...] = ()
    shown: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unread: tuple[str, ...] = ()
    unread_files: tuple[UnreadFile, ...] = ()
    absent: bool = False
    project_file: ProjectFile | None = None

    def may_define(self, id: str) -> bool:
        """Whether it was, or may have been, among what cannot be read."""
        name = id.partition(".")[2]
        return id in self.unread or any(
            each.names is None or name in each.names for each in self.unread_files
        )


def manifest_path(name: str) -> Path | None:
    """Return the file that ``--base`` names, if it is no ref: one that is there, in a folder, or called as JSON is."""
    path = Path(name)
    if name.endswith(".json") or path.is_file():
        return path
    inside = path / MANIFEST
    return inside if name and inside.is_file() else None
