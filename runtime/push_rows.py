"""Rows that are pushed: read into a DuckDB in memory, typed, and held against what the view reads of its source."""

# ruff: noqa: S608 - the texts are put together from constants and quoted names

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, Source, Table
from fcompile.compiler.dtypes import TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.lower.events import time_of
from fcompile.runtime.clock import MICROSECOND, show
from fcompile.runtime.project import Project
from fcompile.runtime.push_inputs import GIVEN, read_given
from fcompile.runtime.sources import WRONG_TYPE, check_sources
from fcompile.runtime.warehouses.base import Column as EngineColumn
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database, quoted_name
from fcompile.runtime.warehouses.types import NULL

PUSHED = "__pushed"
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class PushedRows:
    """Checked rows.

    Attributes:
        local: a DuckDB in memory whose table ``PUSHED`` holds them, in order.
        view: the view, with that table as its source.
    """

    local: DuckDBWarehouse
    view: FeatureView
    count: int

    @property
    def source(self) -> Source:
        return self.view.source

    def earliest(self) -> datetime | None:
        """Return the least event time, before which no row is known; None without rows."""
        ((time,),) = self.local.rows(f"SELECT MIN({_time(self.source)}) FROM {PUSHED}")
        return time if isinstance(time, datetime) else None

    def unknown(self, now: datetime) -> list[tuple[int, datetime]]:
        """Return the first rows, by number from 1, that are not known by ``now``, and when they will be."""
        times = [_time(self.source)]
        if self.source.available_at is not None:
            times.append(_time(self.source, self.source.available_at))
        elif self.source.availability_lag:
            times.append(f"{times[0]} + to_microseconds({self.source.availability_lag // MICROSECOND})")
        found = self.local.rows(
            f"SELECT rowid + 1, greatest({', '.join(times)}) AS __known FROM {PUSHED}"
            f" WHERE __known > $now ORDER BY rowid LIMIT {_MOST_PROBLEMS}",
            {"now": now},
        )
        return [(int(str(row)), time) for row, time in found if isinstance(time, datetime)]


@contextmanager
def pushed_rows(project: Project, view: FeatureView, given: object) -> Iterator[PushedRows]:
    """Read ``given``: a Parquet or CSV file, a data frame, or a list of rows by column name.

    A time without a zone is UTC; times may be text. Raises FcompileError with every problem: FC535 they cannot be
    read, FC536 a row without an event time, and what ``check_sources`` finds of columns and types.
    """
    with closing(open_database(MEMORY, project.root)) as local:
        count = read_given(local, view, given)
        problems = _bad_times(local, view.source)
        _make(local, view)
        moved = replace(view, source=replace(view.source, relation=Table((PUSHED,))))
        try:
            found = check_sources(local, [moved], project.files).view(moved)
        except FcompileError as error:
            problems += [_of_rows(each, view) for each in error.diagnostics]
            raise FcompileError(*problems, files=project.files) from None
        problems += _without_time(local, found.source)
        if problems:
            raise FcompileError(*problems, files=project.files)
        yield PushedRows(local, found, count)


def _of_rows(said: Diagnostic, view: FeatureView) -> Diagnostic:
    """Return what is said of a source, said of the pushed rows."""
    words = said.message.replace(f"which source `{view.source.name}` does not have", "which they do not have")
    hint = "convert the column before it is pushed" if said.code == WRONG_TYPE else said.hint
    return replace(said, message=f"the pushed rows: {words}", hint=hint)


# -- types ----------------------------------------------------------------------------------------


def _make(local: DuckDBWarehouse, view: FeatureView) -> None:
    """Make ``PUSHED`` of the rows as given: times of text, and whole numbers that a data frame made floats of."""
    columns = local.describe(f"SELECT * FROM {GIVEN}")
    times, dtypes = _times(view.source), _declared(view)
    shown = [_shown(local, each, each.name in times, dtypes.get(each.name)) for each in columns]
    local.execute(f"CREATE TEMPORARY TABLE {PUSHED} AS SELECT {', '.join(shown)} FROM {GIVEN} ORDER BY rowid")


def _shown(local: DuckDBWarehouse, column: EngineColumn, is_time: bool, dtype: DType | None) -> str:
    name = quoted_name(column.name)
    if is_time and column.kind in ("VARCHAR", NULL):
        return f"TRY_CAST({name} AS TIMESTAMPTZ) AS {name}"
    whole = dtype is not None and dtype.kind in ("int32", "int64")
    if whole and column.kind in ("FLOAT", "DOUBLE") and _all_whole(local, name):
        return f"CAST({name} AS BIGINT) AS {name}"
    return name


def _all_whole(local: DuckDBWarehouse, name: str) -> bool:
    # Above 2^53 not every whole number is a float: what it was before is not known.
    odd = (
        f"SELECT COUNT(*) FROM {GIVEN} WHERE NOT (abs({name}) <= 9007199254740992 AND {name} = trunc({name}))"
    )
    return local.simple_rows(odd) == [(0,)]


def _times(source: Source) -> list[str]:
    """Return the time columns, but for those that the contract calls text."""
    names = (source.timestamp_field, source.created_timestamp_field, source.available_at)
    declared = dict(source.columns)
    return list(dict.fromkeys(n for n in names if n and declared.get(n, TIMESTAMP).kind != "string"))


def _declared(view: FeatureView) -> dict[str, DType]:
    """Return the dtypes of the source's columns, as far as definitions say them."""
    dtypes: dict[str, DType] = {}
    for feature in view.features:
        dtype = feature.window.input if feature.window else feature.dtype
        if isinstance(feature.expr, Column) and dtype is not None and (feature.window or not view.windowed):
            dtypes[feature.expr.name] = dtype
    dtypes.update((key.name, key.dtype) for key in view.join_keys)
    return {**dtypes, **dict(view.source.columns)}


# -- times ----------------------------------------------------------------------------------------


def _bad_times(local: DuckDBWarehouse, source: Source) -> list[Diagnostic]:
    """Return the first text of each time column that is no time."""
    held = {c.name: c.kind for c in local.describe(f"SELECT * FROM {GIVEN}")}
    return [
        problem
        for name in _times(source)
        if held.get(name) == "VARCHAR" and (problem := _bad_time(local, name)) is not None
    ]


def _bad_time(local: DuckDBWarehouse, name: str) -> Diagnostic | None:
    column = quoted_name(name)
    bad = local.simple_rows(
        f"SELECT rowid + 1, {column} FROM {GIVEN}"
        f" WHERE {column} IS NOT NULL AND TRY_CAST({column} AS TIMESTAMPTZ) IS NULL ORDER BY rowid LIMIT 1"
    )
    if not bad:
        return None
    message = f"row {bad[0][0]}: `{name}` holds {str(bad[0][1])[:60]!r}, which is no time"
    return Diagnostic("FC536", message, hint="write times as 2026-01-31T12:00:00Z")


def _without_time(local: DuckDBWarehouse, source: Source) -> list[Diagnostic]:
    name = source.timestamp_field
    column = quoted_name(name)
    bad = local.simple_rows(
        f"SELECT min(g.rowid) + 1, COUNT(*) FROM {GIVEN} AS g WHERE {column} IS NULL HAVING COUNT(*) > 0"
    )
    if not bad:
        return []
    row, count = bad[0]
    others = "" if count == 1 else f", as {int(str(count)) - 1} more"
    message = f"row {row} has no event time (`{name}`){others}"
    return [Diagnostic("FC536", message, hint="a row without one is never seen: leave it out")]


def _time(source: Source, name: str | None = None) -> str:
    engine = dialect_named("duckdb")
    return engine.sql(time_of(name or source.timestamp_field, source, engine))


def not_known_yet(rows: PushedRows, now: datetime, ahead: timedelta) -> list[Diagnostic]:
    """Return why rows must not be served at ``now``: training sets do not see them before they are known (FC537)."""
    hint = "push it when it is known, or to offline: runs take it up then"
    return [
        Diagnostic("FC537", f"row {row} is known only at {show(known)}; it is {show(now)}", hint=hint)
        for row, known in rows.unknown(now + ahead)
    ]
