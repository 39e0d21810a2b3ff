"""A project on disk: fcompile.yaml, its definition files, tuning.yaml, and the target to run on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import Diagnostic, FcompileError, Span, UsageError, near
from fcompile.compiler.load import MAX_BYTES
from fcompile.compiler.project import ProjectConfig, ProjectRead, Target, pick_target, read_project
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import TuningRead, read_tuning

PROJECT_FILE = "fcompile.yaml"
TUNING_FILE = "tuning.yaml"
_SUFFIXES = (".yaml", ".yml")


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
    root = find_root(directory)
    name, text = read_text(root, root / PROJECT_FILE)
    read = read_project(text, name, os.environ, target, connects)
    chosen, problems = _chosen(read, target)
    folders = definition_folders(root, read.definitions, text, problems)
    found = read_definitions(root, folders)
    memory = Memory()
    bound = bind(found.files, read.dialect, found.unread.values(), memory)
    wrong = bool(found.problems or bound.diagnostics)
    tuning, tuning_text = _tuning(root, None if wrong else bound.definitions, stale_tuning)
    shown = {**found.files, **found.unread, **tuning_text}
    if read.config is None or chosen is None or problems:
        every = (*problems, *found.problems, *bound.diagnostics, *tuning.diagnostics)
        raise UsageError(*every, files={name: text, **shown})
    if wrong or tuning.diagnostics:
        raise FcompileError(*found.problems, *bound.diagnostics, *tuning.diagnostics, files=shown)
    files = MappingProxyType(found.files)
    return Project(root, read.config, chosen.name, chosen, bound.definitions, files, tuning.tuning, memory)


@dataclass(frozen=True, slots=True)
class DefinitionFiles:
    """Definition files of a project that need not be right otherwise.

    Attributes:
        folders: where they lie, as fcompile.yaml says; ``dialect``: of the target, "" where it cannot be told.
        files: text by path relative to ``root``; ``problems``: of those that cannot be read.
    """

    root: Path
    folders: tuple[str, ...]
    dialect: str
    files: Mapping[str, str]
    problems: tuple[Diagnostic, ...] = ()


def definition_files(directory: Path) -> DefinitionFiles:
    """Return the definition files of the project at or above ``directory``, whatever is wrong in them.

    No environment variable need be set. Raises UsageError: no project there, or no folder of definitions.
    """
    root = find_root(directory)
    name, text = read_text(root, root / PROJECT_FILE)
    read = read_project(text, name, os.environ, connects=False)
    problems: list[Diagnostic] = []
    found = read_definitions(root, definition_folders(root, read.definitions, text, problems))
    if problems:
        raise UsageError(*problems, files={name: text})
    return DefinitionFiles(root, read.definitions, read.dialect, found.files, found.problems)


def _tuning(root: Path, definitions: Definitions | None, stale: bool) -> tuple[TuningRead, dict[str, str]]:
    """Return what tuning.yaml pins, with its problems, and its text by name; nothing where there is none."""
    path = root / TUNING_FILE
    if not path.exists() and not path.is_symlink():
        return TuningRead(UNTUNED), {}
    try:
        name, text = read_text(root, path)
    except UsageError as error:
        return TuningRead(UNTUNED, error.diagnostics), dict(error.files)
    return read_tuning(text, name, definitions, stale), {name: text}


def _chosen(read: ProjectRead, target: str | None) -> tuple[Target | None, list[Diagnostic]]:
    """Return the target to run on, and every problem of the project file."""
    if read.config is None:
        return None, list(read.diagnostics)
    try:
        return pick_target(read.config, target), []
    except UsageError as error:
        return None, list(error.diagnostics)


def find_root(directory: Path) -> Path:
    """Return the nearest folder at or above ``directory`` with an fcompile.yaml; raise UsageError (FC130)."""
    start = Path(os.path.abspath(directory))  # noqa: PTH100 - resolve() would leave a linked folder's parents
    for folder in (start, *start.parents) if start.is_dir() else ():
        if (folder / PROJECT_FILE).is_file():
            return folder
    names = sorted(p.name for p in start.iterdir()) if start.is_dir() else []
    likely = near(PROJECT_FILE, names)
    hint = (
        f"rename `{likely[0]}` to `{PROJECT_FILE}`" if likely else "run `fcompile init DIR` to make a project"
    )
    where = "or in a folder above it" if start.is_dir() else "and no such folder"
    raise UsageError(Diagnostic("FC130", f"there is no {PROJECT_FILE} in `{directory}`, {where}", None, hint))


@dataclass(frozen=True, slots=True)
class Found:
    """Definition files.

    Attributes:
        files: text by path relative to the root, sorted.
        unread: what can be made out of the files that cannot be read (FC100, FC102), by path.
        problems: what is wrong with those (FC100, FC102, FC135).
    """

    files: dict[str, str]
    unread: dict[str, str]
    problems: tuple[Diagnostic, ...] = ()


def read_definitions(root: Path, folders: Iterable[Path]) -> Found:
    """Return every definition file in ``folders``; raises nothing for files that cannot be read."""
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    unread: dict[str, str] = {}
    for path in sorted({path for folder in folders for path in _yaml_files(folder)} - {root / TUNING_FILE}):
        try:
            name, text = read_text(root, path)
            files[name] = text
        except UsageError as error:
            problems.extend(error.diagnostics)
            unread.update(error.files)
    return Found(dict(sorted(files.items())), unread, tuple(problems))


def definition_folders(root: Path, names: Iterable[str], text: str, problems: list[Diagnostic]) -> list[Path]:
    """Return the folders of definitions; add those missing or outside the project (FC134) to ``problems``."""
    folders = []
    for name in names:
        folder = root / name
        if not folder.is_dir():
            hint = f"make it, or correct `definitions` in {PROJECT_FILE}"
            problems.append(_folder_problem(text, name, "does not exist", hint))
        elif not folder.resolve().is_relative_to(root.resolve()):
            problems.append(_folder_problem(text, name, "lies outside the project", "move it inside"))
        else:
            folders.append(folder)
    return folders


def _folder_problem(text: str, name: str, what: str, hint: str) -> Diagnostic:
    """Return the problem at the folder's name in fcompile.yaml, where it stands there."""
    span = next(
        (
            Span(PROJECT_FILE, number, line.index(name) + 1, len(name))
            for number, line in enumerate(text.split("\n"), 1)
            if name in line.partition("#")[0] and ("definitions" in line or line.lstrip().startswith("-"))
        ),
        None,
    )
    return Diagnostic("FC134", f"the definitions folder `{name}` {what}", span, hint)


def is_definition_file(name: str, folders: Iterable[str]) -> bool:
    """Whether a path relative to the root would be read from one of ``folders``, were there such a file.

    >>> [is_definition_file(n, ["featuredefs"]) for n in ("featuredefs/a/b.yml", "featuredefs/.x/b.yml", "b.yml")]
    [True, False, False]
    """
    *above, last = name.split("/")
    inside = any(folder == "." or name.startswith(f"{folder}/") for folder in folders)
    hidden = any(part.startswith(".") for part in (*above, last))
    return inside and not hidden and last.endswith(_SUFFIXES) and name != TUNING_FILE and last != PROJECT_FILE


def _yaml_files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder``; linked folders are not entered, hidden ones neither."""
    for at, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if name.endswith(_SUFFIXES) and not name.startswith(".") and name != PROJECT_FILE:
                yield Path(at) / name


def read_text(root: Path, path: Path) -> tuple[str, str]:
    """Return a file's name relative to ``root`` and its text; raise UsageError with what can be made out of it."""
    name = path.relative_to(root).as_posix()
    span = Span(name, 1, 1)
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            hint = "copy the file into the project"
            raise UsageError(Diagnostic("FC135", f"`{name}` links to a file outside the project", span, hint))
        if not path.is_file():
            raise UsageError(Diagnostic("FC135", f"`{name}` is not a file", span))
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as cause:
        reason = getattr(cause, "strerror", None) or "links in a circle"
        raise UsageError(Diagnostic("FC135", f"`{name}` cannot be read: {reason}", span)) from None
    if len(content) > MAX_BYTES:
        readable = {name: content.decode("utf-8-sig", "replace")}
        problem = Diagnostic("FC102", f"`{name}` is larger than 1 MiB", span, "split it")
        raise UsageError(problem, files=readable)
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise _not_utf8(name, content, cause.start) from None


def _not_utf8(name: str, content: bytes, at: int) -> UsageError:
    line = content.count(b"\n", 0, at) + 1
    column = len(content[content.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")) + 1
    message = f"`{name}` is not UTF-8 text: byte 0x{content[at]:02x}"
    problem = Diagnostic("FC100", message, Span(name, line, column), "save it as UTF-8")
    return UsageError(problem, files={name: content.decode("utf-8", "replace")})
