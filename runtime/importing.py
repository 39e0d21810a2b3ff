"""Definitions from elsewhere: read, turned into a definition file, checked with the project, and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.bind import bind
from fcompile.compiler.dbt.imported import Asked, Imported, Note, imported_of
from fcompile.compiler.dbt.manifest import DbtManifest, NotAManifest, dbt_manifest
from fcompile.compiler.dbt.names import METHODS, is_selected, unknown_methods
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.errors import (
    Diagnostic,
    FcompileError,
    RefusedError,
    UsageError,
    did_you_mean,
    listed,
)
from fcompile.compiler.format.plain import yaml_text
from fcompile.runtime.build import write_atomically
from fcompile.runtime.project_files import PROJECT_FILE, DefinitionFiles, definition_files

MAX_BYTES = 512 * 1024 * 1024
HEADING = "Made by `fcompile import dbt`: run it again instead of changing this file."


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """``text`` is the definition file, "" where there is nothing to define; ``count`` objects are in it."""

    text: str
    count: int
    notes: tuple[Note, ...]


def import_dbt(
    manifest: Path, asked: Asked, directory: Path, output: Path | None = None, catalog: Path | None = None
) -> ImportedFile:
    """Return the definition file that dbt's ``manifest`` makes; write it nowhere.

    Where ``output`` or ``directory`` lie in a project, the file is checked together with the project's others, and
    what those define already is left out.

    Raises:
        UsageError: a file that cannot be read (FC570), is none of dbt's or of another version (FC571), or a
            selector or model that matches nothing (FC572).
        FcompileError: what comes out is not well formed together with the project's definitions (FC573).
    """
    read = _manifest(manifest, catalog)
    _refuse_unmatched(read, asked)
    found = imported_of(read, asked)
    project = _project(directory, output)
    others = _others(project, output)
    _leave_out_known(
        found, bind(others, project.dialect if project else "duckdb").definitions if others else None
    )
    lists = {
        "entities": found.entities,
        "sources": found.sources,
        "feature_views": found.feature_views,
    }
    content = {key: items for key, items in lists.items() if items}
    text = yaml_text(content, HEADING) if content else ""
    _check(text, others, output, project.dialect if project else "")
    return ImportedFile(text, sum(map(len, content.values())), tuple(found.notes))


def write_import(made: ImportedFile, output: Path) -> None:
    """Write the file; raise RefusedError (FC574) over one that was not made so, FC420 where it cannot be written."""
    try:
        if output.exists() and HEADING not in output.read_text(encoding="utf-8", errors="replace")[:1000]:
            hint = "name another file with -o; what is there was written by somebody"
            raise RefusedError(
                Diagnostic("FC574", f"`{output}` was not made by `fcompile import dbt`", hint=hint)
            )
        write_atomically(output, made.text)
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"{output} cannot be written: {error.strerror}")) from error


def _manifest(path: Path, catalog: Path | None) -> DbtManifest:
    content, types = _json(path), _json(catalog) if catalog is not None else None
    try:
        return dbt_manifest(content, types)
    except NotAManifest as problem:
        hint = "name target/manifest.json of a dbt project, as `dbt parse` writes it"
        raise UsageError(Diagnostic("FC571", f"`{path}` is not read: {problem}", hint=hint)) from None


def _json(path: Path) -> object:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise _unreadable(path, f"is larger than {MAX_BYTES >> 20} MiB")
        return json.loads(data)
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _unreadable(path, "is not JSON") from None


def _unreadable(path: Path, what: str) -> UsageError:
    return UsageError(Diagnostic("FC570", f"`{path}` {what}", hint="`dbt parse` writes target/manifest.json"))


def _refuse_unmatched(manifest: DbtManifest, asked: Asked) -> None:
    """Raise for selectors and models that there are not (FC572)."""
    names = sorted({each.name for each in manifest.relations})
    problems = [
        Diagnostic(
            "FC572", f"--select: the method `{method}` is not known", hint=f"there is {listed(METHODS)}"
        )
        for method in unknown_methods(asked.selects)
    ]
    if not problems and not any(is_selected(each, asked.selects) for each in manifest.relations):
        hint = next(
            filter(None, (did_you_mean(each, names) for each in asked.selects)),
            f"there is {listed(names, 8)}",
        )
        problems = [Diagnostic("FC572", "no model and no source is selected", hint=hint)]
    problems += [
        Diagnostic("FC572", f"--timestamp-field: dbt has no `{name}`", hint=did_you_mean(name, names))
        for name in asked.times
        if name and name not in names
    ]
    if problems:
        raise UsageError(*problems)


def _project(directory: Path, output: Path | None) -> DefinitionFiles | None:
    """Return the definition files of the project that the output lies in, or else of ``directory``, if there is one."""
    at = output.absolute().parent if output is not None else directory
    while not at.is_dir() and at != at.parent:
        at = at.parent
    here = at.absolute()
    if not any((folder / PROJECT_FILE).is_file() for folder in (here, *here.parents)):
        return None
    return definition_files(here)


def _others(project: DefinitionFiles | None, output: Path | None) -> Mapping[str, str]:
    if project is None:
        return {}
    own = output.resolve() if output is not None else None
    return {name: text for name, text in project.files.items() if (project.root / name).resolve() != own}


def _leave_out_known(found: Imported, known: Definitions | None) -> None:
    if known is None:
        return
    for word, kind in {"entity": "entities", "source": "sources", "feature view": "feature_views"}.items():
        there, items = getattr(known, kind), getattr(found, kind)
        for item in [each for each in items if each["name"] in there]:
            items.remove(item)
            found.leave_out(f"{word} {item['name']}", f"{there[item['name']].span.file} defines it already")


def _check(text: str, others: Mapping[str, str], output: Path | None, dialect: str) -> None:
    """Raise with what is wrong with the file (FC573), as ``check`` says it; mistakes elsewhere do not matter."""
    name = output.name if output is not None else "dbt.yaml"
    while name in others:
        name = f"imported/{name}"
    files = {**others, name: text}
    wrong: Sequence[Diagnostic] = bind(files, dialect).diagnostics
    wrong = [each for each in wrong if each.span is not None and each.span.file == name]
    if wrong:
        hint = "nothing was written; leave them out with --select, or mend them in dbt"
        problem = Diagnostic("FC573", "what dbt says is not well formed here", hint=hint)
        raise FcompileError(problem, *wrong, files=files)
