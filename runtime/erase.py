"""Erasing entities of a view from everything that fcompile keeps of it: its tables and its rows online.

The warehouse goes first: were the online store first and the process killed, the next run could load the rows
again. Both can be done twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from fcompile.compiler.definitions import Feature, FeatureView, Selected
from fcompile.compiler.dtypes import BOOL
from fcompile.compiler.entities import Entity
from fcompile.compiler.erase import NO_DELETE, EraseTable, compile_erase
from fcompile.compiler.errors import Diagnostic, FcompileError, RefusedError, UsageError
from fcompile.compiler.expressions.nodes import Literal
from fcompile.compiler.nested import base_of
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.entities import some_at_a_time, spine_of, texts_of
from fcompile.runtime.historical import HistoricalJob
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import leased
from fcompile.runtime.project import Project
from fcompile.runtime.state import State, open_state
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.failures import MISSING_RELATION
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why.keys import key_values

_EVER_KNOWN = datetime(2200, 1, 1)
"""After every row that a run may see one day, and a time that every engine has, in nanoseconds too."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: counts, never values.

    Attributes:
        entities: that were asked for.
        online: of these, those that had a row in the online store.
        rows: rows of the view's table, and of its tiles.
        returning: entities of which the source still has rows, so that a run brings them back; None where the
            source cannot be read.
        source: its name; of a view of a view, that of the table or file below.
        rebuilt: the next run rebuilds the table, as it would not notice by itself what is missing from the tiles.
    """

    view: str
    entities: int
    online: int
    rows: int
    returning: int | None
    source: str
    rebuilt: bool = False


def erase(
    project: Project, view: FeatureView, keys: Sequence[Mapping[str, object]], confirmed: bool
) -> Erased:
    """Take entities out of the view's tables and the online store, all its generations; idempotent.

    Args:
        keys: a value a join key, as values or as text.

    Raises before anything is changed:
        UsageError: FC525 the view has no join keys, FC430 a key does not fit them.
        RefusedError: FC524 it is not ``confirmed``, FC526 the warehouse's tables take no DELETE.
        LockedError: FC501 a run works on the view.
    """
    entities = _entities(view, keys)
    if not confirmed:
        raise RefusedError(_question(view, len(entities), project.target_name))
    _check_deletes(project)
    with (
        closing(
            open_state(project.config.state, project.root, project.config.project, project.target_name)
        ) as state,
        leased(state, [view]),
    ):
        rows = _from_warehouse(project, view, entities)
        online = _from_online(project, view, entities)
        state.record_erasure(view.name, len(entities), rows + online)
        returning = _returning(project, view, entities)
        rebuilt = bool(returning) and _rebuild_next(project, state, view, rows)
    return Erased(view.name, len(entities), online, rows, returning, base_of(view.source).name, rebuilt)


def _entities(view: FeatureView, keys: Sequence[Mapping[str, object]]) -> list[Entity]:
    if not view.join_keys:
        hint = "to take back all that it has: fcompile teardown"
        raise UsageError(
            Diagnostic("FC525", f"`{view.name}` has no join keys: it is about no entity", hint=hint)
        )
    found = [key_values(view.name, view.join_keys, key) for key in keys]
    return list({tuple(each.values()): each for each in found}.values())


def _question(view: FeatureView, entities: int, target: str) -> Diagnostic:
    what = "an entity" if entities == 1 else f"{entities} entities"
    message = f"this erases {what} from the tables and the online rows of `{view.name}` in `{target}`"
    return Diagnostic("FC524", message, hint="to do it, add --yes")


def _check_deletes(project: Project) -> None:
    kind = project.target.warehouse.type
    if kind in NO_DELETE:
        message = f"tables of {kind} take no DELETE; nothing was erased"
        hint = "delete the rows from the source, then: fcompile run --full-refresh"
        raise RefusedError(Diagnostic("FC526", message, hint=hint))


def _from_warehouse(project: Project, view: FeatureView, entities: Sequence[Entity]) -> int:
    """Return how many rows went."""
    target, name = project.target.warehouse, project.config.project
    statements = [
        table
        for some in some_at_a_time(entities)
        for table in compile_erase(view, target.schema_, name, target.type, some)
    ]
    with closing(open_warehouse(project)) as warehouse:
        # Before the transaction: some engines give one up after an error.
        names = dict.fromkeys(name for each in statements for name in each.reads)
        there = {name for name in names if _is_there(warehouse, name)}
        with warehouse.transaction():
            return sum(_from_table(warehouse, each) for each in statements if there.issuperset(each.reads))


def _from_table(warehouse: Warehouse, table: EraseTable) -> int:
    count = int(str(warehouse.simple_rows(table.count)[0][0])) if table.count else 0
    warehouse.execute(table.delete)
    return count


def _is_there(warehouse: Warehouse, table: str) -> bool:
    try:
        warehouse.describe(f"SELECT * FROM {table}")  # noqa: S608
    except FcompileError as error:
        # Whatever else is wrong must not pass for a table that is not there.
        if all(problem.code == MISSING_RELATION for problem in error.diagnostics):
            return False
        raise
    return True


def _from_online(project: Project, view: FeatureView, entities: Sequence[Entity]) -> int:
    # Also of a view that is not served any more: it may have been.
    texts = texts_of(view, entities)
    with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
        return sum(store.erase(view.name, some) for some in some_at_a_time(texts))


def _rebuild_next(project: Project, state: State, view: FeatureView, rows: int) -> bool:
    """Have the next run rebuild the table where its tiles lack rows that it would not look for."""
    known = state.view(view.name)
    # Without a lookback the digests tell; other warehouses make windows from rows alone.
    tiled = project.target.warehouse.type == "duckdb" and view.windowed
    if not tiled or view.lookback is None or not rows or known.watermark is None:
        return False
    state.suspect(view.name, known.watermark)
    return True


def _returning(project: Project, view: FeatureView, entities: Sequence[Entity]) -> int | None:
    """Return how many of the entities have a row in the source that some run would take; None if it cannot tell."""
    anything = Feature("has_a_row__", BOOL, Literal(True, BOOL))
    asked = Selected(replace(view, features=(anything,), ttl=None), (anything,))
    request = Request((asked,), (OutputColumn(anything.name, asked, anything),))
    spine, time = spine_of(view, entities, _EVER_KNOWN)
    try:
        return HistoricalJob(project, request, spine, timestamp_column=time).matched[view.name]
    except FcompileError:
        return None
