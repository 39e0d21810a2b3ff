"""What a command would execute, statement by statement, with what the engine expects of each. Nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import FcompileError, RefusedError
from fcompile.compiler.materialize import MaterializeSql
from fcompile.runtime.clock import show
from fcompile.runtime.interval import Step, Wish, as_of, choose, refusal
from fcompile.runtime.procedure import fingerprint, tables_of
from fcompile.runtime.project import Project
from fcompile.runtime.run import compiled
from fcompile.runtime.sources import check_sources
from fcompile.runtime.state import open_state
from fcompile.runtime.warehouses.base import Parameters, Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse

_UNTOLD = "not told: it reads tables that statements before it make"
_READS = re.compile(r"^\s*(SELECT|WITH|\()", re.MULTILINE | re.IGNORECASE)
_VIEW = re.compile(r"^\s*CREATE\b[^\n]*\bVIEW\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement, and the engine's own words on what it would cost; empty for statements that cost nothing."""

    text: str
    estimate: str = ""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """What would be done for one view or training set: in words, and by which statements."""

    topic: str
    words: str
    statements: tuple[Planned, ...]


def planned_runs(project: Project, views: Sequence[FeatureView], wish: Wish) -> Iterator[PlannedWork]:
    """Yield what ``materialize`` would do for each view; no lease is taken. Raises as it does."""
    config = project.config
    with (
        closing(open_state(config.state, project.root, config.project, project.target_name)) as state,
        closing(open_warehouse(project, read_only=True)) as warehouse,
    ):
        end = as_of(wish, warehouse.now())
        states = {view.name: state.view(view.name) for view in views}
        refused = [r for view in views if (r := refusal(view, wish, end, states[view.name]))]
        if refused:
            raise RefusedError(*refused)
        for view in views:
            found = check_sources(warehouse, [view], project.files).view(view)
            sql = compiled(project, found)
            step = choose(view, wish, end, states[view.name], fingerprint(sql), tables_of(warehouse, sql))
            online = view.online and not wish.warehouse_only
            yield PlannedWork(
                view.name, _words(sql, step, online), tuple(_statements(warehouse, sql, step, online))
            )


def _words(sql: MaterializeSql, step: Step, online: bool) -> str:
    what = "all entities" if step.since is None else f"entities with news since {show(step.since)}"
    rebuilt = f"; rebuilt{f': {step.reason}' if step.reason else ''}" if step.rebuild else ""
    loaded = "; what changed is loaded online" if online else ""
    return f"{what} as of {show(step.as_of)} into {sql.table}{rebuilt}{loaded}"


def _statements(warehouse: Warehouse, sql: MaterializeSql, step: Step, online: bool) -> Iterator[Planned]:
    values = {
        "as_of": step.as_of,
        "since": step.since,
        "previous": step.previous,
        "sequence": 1,
        "newest": step.newest,
    }
    for text in (*(sql.empty if step.rebuild else ()), *sql.create):
        yield Planned(text)
    for each in sql.steps:
        yield planned(warehouse, each.text, {name: values[name] for name in each.parameters})
    if online:
        yield Planned(sql.changed)


def planned(warehouse: Warehouse, text: str, parameters: Parameters | None = None) -> Planned:
    """Return a statement with its estimate; the engine is asked, and runs nothing."""
    if not _READS.search(text) or _VIEW.match(text):
        return Planned(text)
    try:
        return Planned(text, warehouse.estimate(text, parameters).strip())
    except FcompileError:
        return Planned(text, _UNTOLD)
