"""Generated SQL before and after: which files differ, and which only in how they are laid out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.model import ObjectChange, SqlChange
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.graph import Graph, graph
from fcompile.runtime.project import Project
from fcompile.runtime.review.base import Base

_FOLDERS = {
    "feature_views": "feature_view",
    "on_demand_views": "on_demand_view",
    "feature_services": "feature_service",
    "labels": "label",
}
_LONGEST = 20_000
"""Lines of two files together, above which every line is shown: comparing them takes longer than reading."""


def sql_changes(
    project: Project, base: Base, changes: Sequence[ObjectChange], dialects: Sequence[str]
) -> tuple[SqlChange, ...]:
    """Return what differs of the SQL in ``dialects``, by path.

    Only what changed and what is made of it is compiled. A renamed object's SQL is compared with what it was under
    its old name. Where the base holds what a dialect cannot say, its SQL there counts as none.

    Raises:
        FcompileError: the project holds what a dialect cannot say (FC391 to FC393).
    """
    renamed = {change.was: change.id for change in changes if change.was}
    all_of = is_elsewhere(project, base)
    old_ids = _touched(graph(base.definitions), [c.was or c.id for c in changes], all_of)
    new_ids = _touched(graph(project.definitions), [c.id for c in changes], all_of)
    found: list[SqlChange] = []
    for dialect in dialects:
        old = _old_files(base, _only(base.definitions, old_ids), dialect)
        new = _new_files(project, _only(project.definitions, new_ids), dialect)
        found.extend(_changes({_renamed(path, renamed): text for path, text in old.items()}, new, dialect))
    return tuple(sorted(found, key=lambda change: change.path))


def is_elsewhere(project: Project, base: Base) -> bool:
    """Whether something besides the definitions changes the SQL."""
    now = (project.config.project, project.target.warehouse.schema_, project.tuning)
    return now != (base.project, base.schema, base.tuning)


def _touched(nodes: Graph, ids: Iterable[str], all_of: bool) -> frozenset[str]:
    if all_of:
        return frozenset(nodes.nodes)
    there = [each for each in ids if each in nodes.nodes]
    return frozenset(there) | nodes.descendants(there)


def _only(definitions: Definitions, ids: frozenset[str]) -> Definitions:
    """Return what has SQL among ``ids``; objects hold what they are made of."""
    return Definitions(
        feature_views=_kept(definitions.feature_views, "feature_view", ids),
        on_demand_feature_views=_kept(definitions.on_demand_feature_views, "on_demand_view", ids),
        feature_services=_kept(definitions.feature_services, "feature_service", ids),
        labels=_kept(definitions.labels, "label", ids),
    )


T = TypeVar("T")


def _kept(objects: Mapping[str, T], kind: str, ids: frozenset[str]) -> dict[str, T]:
    return {name: each for name, each in objects.items() if f"{kind}.{name}" in ids}


def _old_files(base: Base, definitions: Definitions, dialect: str) -> Mapping[str, str]:
    from fcompile.compiler.build import build_files  # sqlglot: only where SQL is made
    from fcompile.compiler.refusals import refuse
    from fcompile.dialects.registry import DIALECTS

    try:
        refuse(definitions, DIALECTS[dialect])
    except FcompileError:
        return {}
    return build_files(definitions, base.project, base.schema, dialect, base.tuning)


def _new_files(project: Project, definitions: Definitions, dialect: str) -> Mapping[str, str]:
    from fcompile.compiler.build import build_files
    from fcompile.compiler.refusals import refuse
    from fcompile.dialects.registry import DIALECTS

    refuse(definitions, DIALECTS[dialect], project.files)
    name, schema = project.config.project, project.target.warehouse.schema_
    return build_files(definitions, name, schema, dialect, project.tuning)


def _renamed(path: str, renamed: Mapping[str, str]) -> str:
    """Return the path that a file has now: ``<dialect>/<kind>s/<name>/<statement>.sql``."""
    now = renamed.get(_object(path), "")
    dialect, folder, _, statement = path.split("/")
    return f"{dialect}/{folder}/{now.partition('.')[2]}/{statement}" if now else path


def _object(path: str) -> str:
    _, folder, name, _ = path.split("/")
    return f"{_FOLDERS[folder]}.{name}"


def _changes(old: Mapping[str, str], new: Mapping[str, str], dialect: str) -> Iterator[SqlChange]:
    for path in sorted({*old, *new}):
        before, after = old.get(path, ""), new.get(path, "")
        if before != after:
            folded = bool(before and after) and same_statements(before, after, dialect)
            yield SqlChange(path, _object(path), dialect, _unified(path, before, after), folded)


def _unified(path: str, before: str, after: str) -> str:
    """Return a unified diff; of a file that is new or gone, all its lines."""
    old, new = before.splitlines(), after.splitlines()
    names = (f"a/{path}" if before else "/dev/null", f"b/{path}" if after else "/dev/null")
    if len(old) + len(new) > _LONGEST:
        lines = [f"--- {names[0]}", f"+++ {names[1]}", f"@@ -1,{len(old)} +1,{len(new)} @@"]
        return "\n".join([*lines, *(f"-{line}" for line in old), *(f"+{line}" for line in new)])
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm=""))


def same_statements(before: str, after: str, dialect: str) -> bool:
    """Whether two scripts are the same statements, comments and layout aside.

    Equal words are enough; where those differ the trees are compared, and text that is no tree counts as another.
    """
    from sqlglot import parse
    from sqlglot.errors import SqlglotError

    from fcompile.dialects.registry import DIALECTS

    engine = DIALECTS[dialect]
    name = dialect if engine.printer is None else engine.printer
    try:
        if _words(before, name) == _words(after, name):
            return True
        return parse(before, read=name) == parse(after, read=name)
    except SqlglotError:
        return False


def _words(text: str, dialect: str) -> list[tuple[object, str]]:
    from sqlglot import tokenize

    return [(token.token_type, token.text) for token in tokenize(text, read=dialect)]
