"""A review of the project as it stands, against its base: what ``check``, ``build --check`` and ``diff`` say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.model import ChangeClass, Diff
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.graph import graph
from fcompile.compiler.proof.certificate import Certificates
from fcompile.dialects.registry import DIALECTS
from fcompile.runtime.build import listed_files, plan_build
from fcompile.runtime.project import Project, load_project
from fcompile.runtime.project_files import find_root
from fcompile.runtime.review.git import top_level
from fcompile.runtime.review.reviewed import Review, below, verdict_changes


@dataclass(frozen=True, slots=True)
class Comparison:
    """``base``: the definitions that the diff is against; the rest is as a review has it."""

    diff: Diff
    base: Definitions
    notes: tuple[str, ...] = ()
    data_notes: tuple[str, ...] = ()
    costs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


Compare = Callable[[Project], Comparison]
"""Compares the project with its base; raises FcompileError where the base cannot be read."""


def review_project(
    directory: Path,
    target: str | None,
    compare: Compare,
    gate: tuple[ChangeClass, ...] = (),
    *,
    connects: bool = False,
) -> Review:
    """Return the review of the project in ``directory``; every problem of its definitions is in it, none is raised.

    ``connects``: ``compare`` opens the target, so that variables of fcompile.yaml have to be set.

    Raises:
        UsageError: there is no project, or no such base.
    """
    root = find_root(directory)
    try:
        project = load_project(root, target, connects=connects)
    except FcompileError as error:
        why = "the definitions have mistakes that keep them from being read"
        found = Review(diagnostics=error.diagnostics, files=error.files, uncompared=why)
    else:
        found = _review(project, compare)
    return below(replace(found, gate=gate), folder_in_repository(root))


def folder_in_repository(root: Path) -> str:
    """Return the project's folder from the top of its repository; "" for the top itself, and outside of one."""
    top = top_level(root)
    if top is None:
        return ""
    folder = root.resolve().relative_to(top.resolve()).as_posix()
    return "" if folder == "." else folder


def _review(project: Project, compare: Compare) -> Review:
    from fcompile.compiler.proof.prove import prove

    proof = prove(project.definitions, project.target.warehouse.type)
    stale, problems = _stale(project)
    problems = (*proof.diagnostics, *problems)
    review = Review(
        diagnostics=tuple(sorted(dict.fromkeys(problems), key=Diagnostic.sort_key)),
        files=project.files,
        stale=stale,
    )
    try:
        comparison = compare(project)
    except UsageError:
        raise
    except FcompileError as error:
        return replace(review, uncompared=error.diagnostics[0].message)
    return _compared(review, project, comparison, proof.certificates)


def _compared(review: Review, project: Project, comparison: Comparison, new: Certificates) -> Review:
    from fcompile.compiler.proof.prove import certificates

    old = certificates(comparison.base, project.target.warehouse.type)
    edges = {*_edges(comparison.base), *_edges(project.definitions)}
    return replace(
        review,
        diff=comparison.diff,
        verdicts=verdict_changes(old, new),
        edges=tuple(sorted(edges)),
        notes=comparison.notes,
        data_notes=comparison.data_notes,
        costs=comparison.costs,
    )


def _stale(project: Project) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Return the committed files that a build of their dialects would change, and what keeps it from being made."""
    try:
        build = plan_build(project, committed_dialects(project))
    except FcompileError as error:
        return (), error.diagnostics
    return tuple(f"{project.config.sql}/{change.path}" for change in build.changes), ()


def committed_dialects(project: Project) -> tuple[str, ...]:
    """Return the dialects whose SQL the project commits, sorted; the target's where there is none yet."""
    listed = listed_files(project.root / project.config.sql)
    found = sorted({path.partition("/")[0] for path in listed} & set(DIALECTS))
    return tuple(found) or (project.target.warehouse.type,)


def _edges(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for node in graph(definitions).nodes.values():
        yield from ((parent, node.id) for parent in node.parents)
