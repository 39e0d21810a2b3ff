"""Rows that are pushed: read into a DuckDB in memory, typed, and held against what the view reads of its source."""

# ruff: noqa: S608 - the texts are put together from constants and quoted names

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, File, Relation, Source, Table
from fcompile.compiler.dtypes import TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.lower.events import csv_types, time_of
from fcompile.compiler.plan import rows_of
from fcompile.runtime.clock import MICROSECOND, show
from fcompile.runtime.project import Project
from fcompile.runtime.sources import WRONG_TYPE, check_sources, described, relation_text
from fcompile.runtime.spine_inputs import frame_rows, named_relation, why_broken
from fcompile.runtime.warehouses.base import Column as EngineColumn
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database, quoted_name
from fcompile.runtime.warehouses.types import NULL

if TYPE_CHECKING:
    import pyarrow as pa

PUSHED = "__pushed"
_GIVEN = "__given"
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
        count = _read(local, view, given)
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


# -- reading --------------------------------------------------------------------------------------


def _read(local: DuckDBWarehouse, view: FeatureView, given: object) -> int:
    """Copy the rows into the table ``_GIVEN``; return how many there are."""
    relation: Relation = Table((_GIVEN,))
    try:
        relation = _relation(local, given)
        types = _csv_types(local, view, relation)
        text = relation_text(relation, types, local.dialect)
        local.execute(f"CREATE TEMPORARY TABLE {_GIVEN} AS SELECT * FROM {text}")
    except FcompileError as error:
        raise FcompileError(
            *(_unreadable(d, given) for d in why_broken(local, relation, error).diagnostics)
        ) from None
    ((count,),) = local.simple_rows(f"SELECT COUNT(*) FROM {_GIVEN}")
    return int(str(count))


def _relation(local: DuckDBWarehouse, given: object) -> Relation:
    if isinstance(given, str | Path):
        return named_relation(Path(given), local.dialect) or Table((str(given),))
    local.register("__frame", _of_mappings(given) if _are_mappings(given) else frame_rows(given))
    return Table(("__frame",))


def _are_mappings(given: object) -> bool:
    return isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given)


def _of_mappings(rows: Any) -> pa.Table:
    """Return rows by column name as Arrow; a name that a row lacks is NULL there."""
    import pyarrow as pa

    names = dict.fromkeys(name for row in rows for name in row)
    try:
        return pa.table({str(name): pa.array(_one_kind([row.get(name) for row in rows])) for name in names})
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        message = f"the rows cannot be read: {error}"
        raise FcompileError(
            Diagnostic("FC535", message, hint="give each column values of one type")
        ) from error


def _one_kind(values: list[Any]) -> list[Any]:
    """Return times as text where some are text: messages come as JSON, and not all of them."""
    if any(isinstance(value, str) for value in values):
        return [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return values


def _csv_types(local: DuckDBWarehouse, view: FeatureView, relation: Relation) -> dict[str, DType]:
    """Return how a CSV file's columns are read, as where it is the source itself; none of other files."""
    if not isinstance(relation, File) or relation.format != "csv":
        return {}
    source = replace(view.source, relation=relation)
    held = described(local, relation, {})
    declared = csv_types(source, (rows_of(replace(view, source=source)),))
    return {name: dtype for name, dtype in declared if name in held}


def _unreadable(said: Diagnostic, given: object) -> Diagnostic:
    """Return what is said of a spine, said of what was given."""
    what = "the file" if isinstance(given, str | Path) else "the pushed rows"
    words = said.message.replace("is no spine", "cannot be pushed").replace("the spine", what)
    hint = said.hint.replace("a pandas, polars or pyarrow table, a path, a table's name or SQL", _TAKEN)
    return Diagnostic("FC535", words, hint=hint)


_TAKEN = "a Parquet or CSV file, a pandas, polars or pyarrow table, or a list of rows"


# -- types ----------------------------------------------------------------------------------------


def _make(local: DuckDBWarehouse, view: FeatureView) -> None:
    """Make ``PUSHED`` of the rows as given: times of text, and whole numbers that a data frame made floats of."""
    columns = local.describe(f"SELECT * FROM {_GIVEN}")
    times, dtypes = _times(view.source), _declared(view)
    shown = [_shown(local, each, each.name in times, dtypes.get(each.name)) for each in columns]
    local.execute(
        f"CREATE TEMPORARY TABLE {PUSHED} AS SELECT {', '.join(shown)} FROM {_GIVEN} ORDER BY rowid"
    )


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
    odd = f"SELECT COUNT(*) FROM {_GIVEN} WHERE NOT (abs({name}) <= 9007199254740992 AND {name} = trunc({name}))"
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
    held = {c.name: c.kind for c in local.describe(f"SELECT * FROM {_GIVEN}")}
    return [
        problem
        for name in _times(source)
        if held.get(name) == "VARCHAR" and (problem := _bad_time(local, name)) is not None
    ]


def _bad_time(local: DuckDBWarehouse, name: str) -> Diagnostic | None:
    column = quoted_name(name)
    bad = local.simple_rows(
        f"SELECT rowid + 1, {column} FROM {_GIVEN}"
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
        f"SELECT min(g.rowid) + 1, COUNT(*) FROM {_GIVEN} AS g WHERE {column} IS NULL HAVING COUNT(*) > 0"
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
