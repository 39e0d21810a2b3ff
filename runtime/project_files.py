"""The files of a project on disk: where they lie, and their text. Nothing of them need be right."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fcompile.compiler.digest import sha256
from fcompile.compiler.errors import Diagnostic, Span, UsageError, near
from fcompile.compiler.load import MAX_BYTES
from fcompile.compiler.project import ProjectConfig, ProjectRead, Target, pick_target, read_project

PROJECT_FILE = "fcompile.yaml"
TUNING_FILE = "tuning.yaml"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Opened:
    """A project whose files are read, and not yet what they define.

    Attributes:
        text: of fcompile.yaml; ``tuning``: of tuning.yaml, None where there is none.
        target: the one to run on; None, as ``config``, where fcompile.yaml has a problem.
        files: definition files as text, by path relative to ``root`` with forward slashes, sorted.
        unread: what can be made out of the definition files that cannot be read, by path;
            ``tuning_unread``: of tuning.yaml.
        problems: of fcompile.yaml and the choice of the target; ``unreadable``: of definition files (FC100, FC102,
            FC135); ``tuning_unreadable``: of tuning.yaml.
    """

    root: Path
    text: str
    config: ProjectConfig | None
    target: Target | None
    dialect: str
    files: Mapping[str, str]
    unread: Mapping[str, str]
    tuning: str | None
    tuning_unread: Mapping[str, str]
    problems: tuple[Diagnostic, ...]
    unreadable: tuple[Diagnostic, ...]
    tuning_unreadable: tuple[Diagnostic, ...]

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Path -> SHA-256 of all definition files."""
        return {path: sha256(text) for path, text in self.files.items()}

    @cached_property
    def tuning_digest(self) -> str:
        """The SHA-256 of tuning.yaml, "" where there is none."""
        return "" if self.tuning is None else sha256(self.tuning)

    @property
    def sound(self) -> bool:
        """Whether all could be read."""
        return self.target is not None and not (self.problems or self.unreadable or self.tuning_unreadable)


def open_project(directory: Path, target: str | None = None, *, connects: bool = True) -> Opened:
    """Return the files of the project of ``directory`` or the nearest folder above it that has an fcompile.yaml.

    Where nothing ``connects``, variables that are not set stay as written. Raises UsageError: no project there, or
    its file cannot be read.
    """
    root = find_root(directory)
    name, text = read_text(root, root / PROJECT_FILE)
    read = read_project(text, name, os.environ, target, connects)
    chosen, problems = _chosen(read, target)
    found = read_definitions(root, definition_folders(root, read.definitions, text, problems))
    tuning, unread, wrong = _tuning(root)
    return Opened(
        root,
        text,
        read.config,
        chosen,
        read.dialect,
        found.files,
        found.unread,
        tuning,
        unread,
        tuple(problems),
        found.problems,
        wrong,
    )


def _tuning(root: Path) -> tuple[str | None, Mapping[str, str], tuple[Diagnostic, ...]]:
    """Return the text of tuning.yaml; what can be made out of it where it cannot be read, and why."""
    path = root / TUNING_FILE
    if not path.exists() and not path.is_symlink():
        return None, {}, ()
    try:
        return read_text(root, path)[1], {}, ()
    except UsageError as error:
        return None, error.files, error.diagnostics


def _chosen(read: ProjectRead, target: str | None) -> tuple[Target | None, list[Diagnostic]]:
    """Return the target to run on, and every problem of the project file."""
    if read.config is None:
        return None, list(read.diagnostics)
    try:
        return pick_target(read.config, target), []
    except UsageError as error:
        return None, list(error.diagnostics)


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
    for path in sorted(
        {path for folder in folders for path in definition_paths(folder)} - {root / TUNING_FILE}
    ):
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


def definition_paths(folder: Path) -> Iterator[Path]:
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
