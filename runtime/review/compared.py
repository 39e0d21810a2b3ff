"""The diff of a project against a base: what changed, what it means, and the SQL of both sides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.model import Diff, ObjectChange
from fcompile.compiler.diff.project import ProjectFile, project_change
from fcompile.compiler.project import read_project
from fcompile.runtime.project import Project
from fcompile.runtime.project_files import PROJECT_FILE, read_text
from fcompile.runtime.review.base import Base, manifest_path
from fcompile.runtime.review.git import commit
from fcompile.runtime.review.git_base import commit_base, default_ref, given_ref
from fcompile.runtime.review.manifest_base import manifest_base
from fcompile.runtime.review.unread import unread_warnings, with_unread

Texts = Mapping[str, str]


def _nothing(sentence: str) -> None:
    """Say nothing."""


def read_base(project: Project, given: str | None) -> Base:
    """Return what ``--base`` names; without it, where this work and the main branch parted.

    Raises:
        UsageError: no repository (FC553), no such ref (FC554), a manifest that cannot be compared with (FC555), or
            more than is read (FC557).
    """
    named = base_commit(project.root, given)
    if named is not None:
        return commit_base(project, *named)
    path = manifest_path(given or "")
    if path is None:
        raise ValueError(f"{given} is neither a commit nor a manifest")
    return manifest_base(project, path)


def base_commit(root: Path, given: str | None) -> tuple[str, str] | None:
    """Return what ``--base`` names as people call it, and its commit; None for a manifest. Raises as ``read_base``."""
    if given is None:
        return default_ref(root)
    # A ref wins over a file or folder that happens to be called so.
    if manifest_path(given) is not None and (given.endswith(".json") or commit(root, given) is None):
        return None
    return given, given_ref(root, given)


def diff_of(
    project: Project, base: Base, dialects: Sequence[str], only: Collection[str] | None = None
) -> Diff:
    """Return what changed since ``base``, with the SQL of ``dialects``; of the objects ``only``, where that is given.

    What the base defines and cannot be read of counts as changed in value, or as gone: nobody can tell.

    Raises:
        FcompileError: the project holds what a dialect cannot say (FC391 to FC393).
    """
    dialect = project.target.warehouse.type
    old, new = _differing(base.texts, project.files)
    same = base.definitions is project.definitions and old == new
    found = () if same else compare(base.definitions, project.definitions, old, new, dialect)
    changes = (*_of_project(project, base), *with_unread(found, base, project.definitions))
    if only is not None:
        changes = tuple(change for change in changes if change.id in only)
    warnings = unread_warnings(base)
    if not dialects:
        return Diff(base.name, changes, warnings=warnings)
    from fcompile.runtime.review.sql_changes import sql_changes

    return Diff(base.name, changes, sql_changes(project, base, changes, dialects), warnings=warnings)


def _of_project(project: Project, base: Base) -> Iterator[ObjectChange]:
    """Yield the change of fcompile.yaml, as both are written: variables of the environment are in neither."""
    if base.project_file is None:
        return
    name, text = read_text(project.root, project.root / PROJECT_FILE)
    if text == base.project_file.text:
        return
    config = read_project(text, name, {}, project.target_name, connects=False).config
    change = project_change(base.project_file, ProjectFile(config, text)) if config else None
    if change is not None:
        yield change


def _differing(old: Texts, new: Texts) -> tuple[Texts, Texts]:
    """Return the files that are not alike: what stands in the others is not written otherwise, nor need be read."""
    if not old:
        return old, new
    alike = {name for name, text in new.items() if old.get(name) == text}
    one, other = ({name: text for name, text in side.items() if name not in alike} for side in (old, new))
    return one, other


def with_data(
    project: Project, base: Base, diff: Diff, sample: int | None = None, say: Callable[[str], None] = _nothing
) -> Diff:
    """Return the diff with what old and new SQL give on a sample of the data; ``say`` takes what could not be had."""
    from fcompile.runtime.review.data_diff import SAMPLE, data_diff

    found = data_diff(project, base.definitions, diff.changes, sample or SAMPLE, tuning=base.tuning, say=say)
    return replace(diff, data=found)
