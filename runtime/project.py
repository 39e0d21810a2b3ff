"""A project on disk: fcompile.yaml, its definition files, and the target to run on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import Diagnostic, FcompileError, Span, UsageError, near
from fcompile.compiler.load import MAX_BYTES
from fcompile.compiler.project import ProjectConfig, Target, parse_project, pick_target

PROJECT_FILE = "fcompile.yaml"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Project:
    """A project as loaded.

    Attributes:
        root: the absolute folder of fcompile.yaml; paths in it and in definitions are relative to this.
        files: definition files as text, by path relative to ``root`` with forward slashes.
    """

    root: Path
    config: ProjectConfig
    target_name: str
    target: Target
    definitions: Definitions
    files: Mapping[str, str]


def load_project(directory: Path, target: str | None = None) -> Project:
    """Return the project of ``directory`` or the nearest folder above it that has an fcompile.yaml.

    Raises:
        UsageError: no project there, a problem in fcompile.yaml, an unknown target.
        FcompileError: every problem of the definitions.
    """
    root = find_root(directory)
    name, text = _read(root, root / PROJECT_FILE, UsageError)
    config = parse_project(text, name, os.environ, target)
    chosen = pick_target(config, target, {name: text})
    files = read_definitions(root, config, text)
    bound = bind(files, chosen.warehouse.type)
    if bound.diagnostics:
        raise FcompileError(*bound.diagnostics, files=files)
    return Project(root, config, chosen.name, chosen, bound.definitions, MappingProxyType(files))


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


def read_definitions(root: Path, config: ProjectConfig, project_text: str = "") -> dict[str, str]:
    """Return the text of every definition file by its path relative to ``root``, sorted.

    Raises UsageError for a folder that is missing or outside the project (FC134), and FcompileError for files
    that cannot be read (FC100, FC102, FC135).
    """
    folders = _folders(root, config, project_text)
    files: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in sorted({path for folder in folders for path in _yaml_files(folder)}):
        try:
            name, text = _read(root, path, FcompileError)
            files[name] = text
        except FcompileError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise FcompileError(*problems, *bind(files).diagnostics, files=files)
    return dict(sorted(files.items()))


def _folders(root: Path, config: ProjectConfig, project_text: str) -> list[Path]:
    problems = []
    folders = []
    for name in config.definitions:
        folder = root / name
        if not folder.is_dir():
            hint = f"make it, or correct `definitions` in {PROJECT_FILE}"
            problems.append(_folder_problem(project_text, name, "does not exist", hint))
        elif not folder.resolve().is_relative_to(root.resolve()):
            problems.append(_folder_problem(project_text, name, "lies outside the project", "move it inside"))
        else:
            folders.append(folder)
    if problems:
        raise UsageError(*problems, files={PROJECT_FILE: project_text})
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


def _yaml_files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder``; linked folders are not entered, hidden ones neither."""
    for at, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if name.endswith(_SUFFIXES) and not name.startswith(".") and name != PROJECT_FILE:
                yield Path(at) / name


def _read(root: Path, path: Path, error: type[FcompileError]) -> tuple[str, str]:
    """Return a file's name relative to ``root`` and its text; raise ``error``."""
    name = path.relative_to(root).as_posix()
    span = Span(name, 1, 1)
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            hint = "copy the file into the project"
            raise error(Diagnostic("FC135", f"`{name}` links to a file outside the project", span, hint))
        if not path.is_file():
            raise error(Diagnostic("FC135", f"`{name}` is not a file", span))
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as cause:
        reason = getattr(cause, "strerror", None) or "links in a circle"
        raise error(Diagnostic("FC135", f"`{name}` cannot be read: {reason}", span)) from None
    if len(content) > MAX_BYTES:
        raise error(Diagnostic("FC102", f"`{name}` is larger than 1 MiB", span, "split it"))
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        message = f"`{name}` is not UTF-8 text: byte 0x{content[cause.start]:02x}"
        raise error(Diagnostic("FC100", message, Span(name, line, 1), "save it as UTF-8")) from None
