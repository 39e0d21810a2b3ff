"""Definition files in the one layout: which would change, whether that is safe, and writing them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.bind import bind
from fcompile.compiler.errors import Diagnostic, FcompileError, Span, UsageError, did_you_mean
from fcompile.compiler.format.format import formatted, means_the_same
from fcompile.compiler.load import load
from fcompile.runtime.build import write_atomically
from fcompile.runtime.project_files import DefinitionFiles, definition_files


@dataclass(frozen=True, slots=True)
class Layout:
    """What formatting comes to.

    Attributes:
        looked_at: names of the files, relative to ``root``, sorted; ``changed``: text by name where it differs.
    """

    root: Path
    looked_at: tuple[str, ...]
    changed: Mapping[str, str]


def plan_layout(directory: Path, files: Sequence[Path] = ()) -> Layout:
    """Return the layout of ``files``, or of every definition file of the project at or above ``directory``.

    Mistakes of definitions do not matter, as long as the files are YAML.

    Raises:
        UsageError: no project, or one of ``files`` is no definition file of it (FC559).
        FcompileError: a file that is no YAML of ours, or a layout that would mean something else (FC558).
    """
    project = definition_files(directory)
    names = _names(project, files)
    problems = [each for name in names for each in load(project.files[name], name).diagnostics]
    problems += project.problems if not files else ()
    if problems:
        raise FcompileError(*problems, files=project.files)
    made = {name: formatted(project.files[name]) for name in names}
    _refuse_other_meaning(project, made)
    changed = {
        name: text for name, text in made.items() if (project.root / name).read_bytes() != text.encode()
    }
    return Layout(project.root, tuple(names), changed)


def write_layout(layout: Layout) -> None:
    """Write what differs, each file whole or not at all. Raises FC420."""
    for name, text in layout.changed.items():
        path = (layout.root / name).resolve()
        try:
            mode = path.stat().st_mode
            write_atomically(path, text)
            path.chmod(mode)
        except OSError as error:
            message = f"{name} cannot be written: {error.strerror}"
            raise FcompileError(Diagnostic("FC420", message)) from error


def _names(project: DefinitionFiles, files: Sequence[Path]) -> list[str]:
    if not files:
        return sorted(project.files)
    found = {path: _meant(project, path) for path in files}
    missing = [path for path, names in found.items() if not names]
    if missing:
        raise UsageError(*(_no_definitions(path, project) for path in missing))
    return sorted({name for names in found.values() for name in names})


def _meant(project: DefinitionFiles, path: Path) -> tuple[str, ...]:
    """Return the files that a path means, itself or those below it: from here, or as ``check`` writes it."""
    for name in (_name(project, path), path.as_posix()):
        below = "" if name == "." else f"{name}/"
        if found := tuple(each for each in project.files if each == name or each.startswith(below)):
            return found
    return ()


def _name(project: DefinitionFiles, path: Path) -> str:
    return os.path.relpath(path, project.root).replace(os.sep, "/")


def _no_definitions(path: Path, project: DefinitionFiles) -> Diagnostic:
    name = _name(project, path)
    hint = did_you_mean(name, project.files) or f"they lie in {', '.join(project.folders)}"
    return Diagnostic("FC559", f"`{path}` is no definition file of this project", hint=hint)


def _refuse_other_meaning(project: DefinitionFiles, made: Mapping[str, str]) -> None:
    """Raise where a value or a comment would be lost, or the definitions would become others (FC558)."""
    differs = [name for name, text in made.items() if text != project.files[name]]
    wrong = [name for name in differs if not means_the_same(project.files[name], made[name])]
    if not wrong and differs:
        before = bind(project.files, project.dialect)
        after = bind({**project.files, **made}, project.dialect)
        same = before.definitions == after.definitions
        wrong = [] if same and _said(before.diagnostics) == _said(after.diagnostics) else differs
    if wrong:
        hint = "nothing was written; please report this file as a bug"
        raise FcompileError(*(_other_meaning(name, hint) for name in wrong), files=project.files)


def _other_meaning(name: str, hint: str) -> Diagnostic:
    return Diagnostic("FC558", f"`{name}` would not mean the same afterwards", Span(name, 1, 1), hint)


def _said(diagnostics: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((each.code, each.span.file if each.span else "") for each in diagnostics)
