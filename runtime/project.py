"""A project on disk: fcompile.yaml, its definition files, tuning.yaml, and the target to run on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.memory import Memory, digests
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.compiler.project import ProjectConfig, Target
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import TuningRead, read_tuning
from fcompile.runtime.project_files import PROJECT_FILE, TUNING_FILE, Opened, open_project

if TYPE_CHECKING:
    from fcompile.compiler.proof.prove import Proof


@dataclass(frozen=True)
class Project:
    """A project as loaded.

    Attributes:
        root: the absolute folder of fcompile.yaml; paths in it and in definitions are relative to this.
        files: definition files as text, by path relative to ``root`` with forward slashes.
        tuning: what tuning.yaml beside fcompile.yaml pins; nothing without that file.
        memory: of the binding of these files: another state of theirs is bound sooner with it.
    """

    root: Path
    config: ProjectConfig
    target_name: str
    target: Target
    definitions: Definitions
    files: Mapping[str, str]
    tuning: Tuning = UNTUNED
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @cached_property
    def digests(self) -> Mapping[tuple[str, str], str]:
        """Of each object by list and name, as its memory is when they are first asked for."""
        return digests(self.memory)

    @cached_property
    def proof(self) -> Proof:
        """What is proved of the features, for the target's dialect."""
        from fcompile.compiler.proof.prove import prove

        return prove(self.definitions, self.target.warehouse.type)

    def refuse_leaks(self) -> None:
        """Raise FcompileError with every leak at its place (FC250 to FC255)."""
        if self.proof.diagnostics:
            raise FcompileError(*self.proof.diagnostics, files=self.files)

    @property
    def online_namespace(self) -> str:
        """Whose rows they are in an online store: two targets may name one store, and must not meet there.

        The default target's are the project's own; another one's name stands behind a sign that no project has.
        """
        name = self.config.project
        return name if self.target_name == self.config.default_target else f"{name}@{self.target_name}"


def load_project(
    directory: Path, target: str | None = None, *, stale_tuning: bool = False, connects: bool = True
) -> Project:
    """Return the project of ``directory`` or the nearest folder above it that has an fcompile.yaml.

    ``stale_tuning`` leaves out what tuning.yaml pins of views that are gone, for who is to write it anew. Where
    nothing ``connects``, variables that are not set stay as written.

    Raises:
        UsageError: no project there, a problem in fcompile.yaml, an unknown target.
        FcompileError: every problem of the definitions and of tuning.yaml.
    """
    return loaded(open_project(directory, target, connects=connects), stale_tuning)


def loaded(opened: Opened, stale_tuning: bool = False) -> Project:
    """Return what the files of a project define; raises as ``load_project``."""
    memory = Memory()
    bound = bind(opened.files, opened.dialect, opened.unread.values(), memory)
    wrong = bool(opened.unreadable or bound.diagnostics)
    tuning = _tuning(opened, None if wrong else bound.definitions, stale_tuning)
    shown = {**opened.files, **opened.unread, **opened.tuning_unread}
    if opened.tuning is not None:
        shown[TUNING_FILE] = opened.tuning
    if opened.config is None or opened.target is None or opened.problems:
        every = (*opened.problems, *opened.unreadable, *bound.diagnostics, *tuning.diagnostics)
        raise UsageError(*every, files={PROJECT_FILE: opened.text, **shown})
    if wrong or tuning.diagnostics:
        raise FcompileError(*opened.unreadable, *bound.diagnostics, *tuning.diagnostics, files=shown)
    return project_of(opened, bound.definitions, tuning.tuning, memory)


def project_of(opened: Opened, definitions: Definitions, tuning: Tuning, memory: Memory) -> Project:
    """Return the project of files in which nothing is wrong."""
    if opened.config is None or opened.target is None:
        raise ValueError("the project's file has a problem")
    files = MappingProxyType(dict(opened.files))
    target = opened.target
    return Project(opened.root, opened.config, target.name, target, definitions, files, tuning, memory)


def _tuning(opened: Opened, definitions: Definitions | None, stale: bool) -> TuningRead:
    """Return what tuning.yaml pins, with its problems; nothing without that file."""
    if opened.tuning is None:
        return TuningRead(UNTUNED, opened.tuning_unreadable)
    return read_tuning(opened.tuning, TUNING_FILE, definitions, stale)
