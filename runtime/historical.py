"""Training sets: a request joined to a spine in the warehouse, computed when its result is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import HistoricalSql, Spine, compile_historical
from fcompile.compiler.definitions import File, Label, Query, Table
from fcompile.compiler.errors import Diagnostic, RefusedError, UsageError
from fcompile.compiler.nested import base_of
from fcompile.compiler.request import Request
from fcompile.runtime.arrow import to_pandas
from fcompile.runtime.clock import naive_utc, show
from fcompile.runtime.events import Advanced, Finished, Report, Started, silent
from fcompile.runtime.extras import require
from fcompile.runtime.notebook import table_html
from fcompile.runtime.output import Output, OutputFile, OutputTable, output, whole_file
from fcompile.runtime.sources import check_sources, relation_text
from fcompile.runtime.spine import read_spine
from fcompile.runtime.warehouses.base import Parameters
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, connect, drained
from fcompile.runtime.warehouses.tally import tallied

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from fcompile.runtime.project import Project

PREVIEW_ROWS = 20
_WORK = "historical"


@dataclass(frozen=True, slots=True)
class HistoricalSummary:
    """What was written: spine rows; how many of them matched, a view; how many have a value, a label."""

    destination: str
    rows: int
    matched: Mapping[str, int]
    seconds: float
    labelled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Spine rows that passed, and how many of them a view or a label has something for."""

    rows: int
    matched: dict[str, int]
    labelled: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Session:
    """An open warehouse, what is asked of it as found there, and the SQL with what is bound to it."""

    warehouse: DuckDBWarehouse
    request: Request
    labels: tuple[Label, ...]
    spine: Spine
    sql: HistoricalSql
    parameters: Parameters | None

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(c.name for c in self.spine.columns), *(name for name, _ in self.sql.columns))

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(flag for _, flag in self.sql.match_columns)

    def counts(self, rows: int, each: list[int]) -> _Counts:
        """``each``: a count a flag, then one a label."""
        views = [view for view, _ in self.sql.match_columns]
        matched = zip(views, each[: len(views)], strict=True)
        labelled = zip((label.name for label in self.labels), each[len(views) :], strict=True)
        return _Counts(rows, dict(sorted(matched)), dict(labelled))


class HistoricalJob:
    """A training set to be: one row a spine row, in the spine's order; its columns, the features, the labels.

    Nothing is read until a result is asked for. Every result but ``persist`` and ``to_batches`` is
    kept, so that asking twice computes once. Times without a zone are UTC, in and out.
    Labels are NULL where they were not mature ``as_of`` then; without one that is the warehouse's now at
    the first result, and the same for every further one.
    Every method raises FcompileError: FC401 to FC403 the sources are not as declared, FC410 to FC419
    the spine does not fit, FC45x the warehouse fails, and UsageError: FC503 ``as_of`` lies in the future.
    """

    def __init__(
        self,
        project: Project,
        request: Request,
        entity_df: object,
        *,
        timestamp_column: str | None = None,
        labels: Sequence[Label] = (),
        as_of: datetime | None = None,
        report: Report = silent,
    ) -> None:
        """Raise UsageError (FC285) for ``as_of`` without labels, which alone depend on it."""
        if as_of is not None and not labels:
            hint = "ask for a label (--label NAME, labels=), or leave the as-of time out"
            raise UsageError(
                Diagnostic("FC285", "an as-of time is only for labels, and none is asked for", hint=hint)
            )
        self.project = project
        self.request = request
        self.entity_df = entity_df
        self.timestamp_column = timestamp_column
        self.labels = tuple(labels)
        self.as_of = naive_utc(as_of) if as_of is not None else None
        self.report = report
        self._table: pa.Table | None = None
        self._counts: _Counts | None = None

    # -- results --------------------------------------------------------------------------------

    def to_sql(self) -> str:
        """Return the SELECT; only the spine's columns are looked at. With labels its parameter is ``$as_of``."""
        with self._session(check=False) as session:
            return session.sql.select

    def to_arrow(self) -> pa.Table:
        import pyarrow as pa

        if self._table is None:
            with self._session() as session:
                reader = session.warehouse.reader(session.sql.counted, session.parameters)
                schema = pa.schema(list(reader.schema)[: len(session.columns)])
                self._table = pa.Table.from_batches(self._counted(session, reader), schema=schema)
        return self._table

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Stream the rows; no more than some batches are in memory beside what the join needs."""
        with self._session() as session:
            reader = session.warehouse.reader(session.sql.counted, session.parameters)
            yield from self._counted(session, reader)

    def to_df(self) -> pd.DataFrame:
        """Return a pandas data frame. Integers with a NULL among them are ``Int64``: no digit is lost."""
        return to_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        require("polars")
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table is no series
        return frame

    def persist(self, target: str | Path) -> HistoricalSummary:
        """Write to a .parquet, .csv or .csv.gz file, else to a table; replace what is there.

        A file appears whole or not at all, also when the process is killed. Raises FC420 before any
        work where it cannot be written, and RefusedError where a source of the request would be overwritten.
        """
        destination = output(target)
        self._refuse_sources(destination)
        started = time.monotonic()
        self.report(Started(_WORK, 0))
        counts = self._counts = self._write(destination)
        seconds = time.monotonic() - started
        self.report(Finished(str(destination), "OK", counts.rows, seconds))
        return HistoricalSummary(str(destination), counts.rows, counts.matched, seconds, counts.labelled)

    @property
    def matched(self) -> dict[str, int]:
        """For each view or its alias, sorted: the spine rows for which a row was found.

        Within its ttl; of windows, with a row in one of those asked for. Counted while a result is computed;
        computes one where none was yet.
        """
        return dict(self._counted_once().matched)

    @property
    def labelled(self) -> dict[str, int]:
        """For each label, as asked for: the spine rows for which it has a value; as ``matched``."""
        return dict(self._counted_once().labelled)

    def _repr_html_(self) -> str:
        """The first 20 rows; only they are joined, where nothing is computed yet."""
        if self._table is not None:
            return table_html(self._table.slice(0, PREVIEW_ROWS), self._table.num_rows)
        if hasattr(self.entity_df, "read_next_batch"):
            return "<p>A training set from a stream, which can be read once: ask for a result.</p>"
        with self._session() as session:
            text = relation_text(session.spine.relation, dict(session.spine.read_types), "duckdb")
            first = Query(f"SELECT * FROM {text} LIMIT {PREVIEW_ROWS}")  # noqa: S608
            spine = replace(session.spine, relation=first, read_types=())
            sql = compile_historical(
                session.request, spine, labels=session.labels, tuning=self.project.tuning
            )
            return table_html(session.warehouse.table(sql.select, session.parameters), None)

    # -- how ------------------------------------------------------------------------------------

    @contextmanager
    def _session(self, *, check: bool = True, read_only: bool = True) -> Iterator[_Session]:
        warehouse = connect(self.project, read_only=read_only)
        try:
            request, labels = self.request, self.labels
            parameters = {"as_of": self._as_of(warehouse)} if labels else None
            if check:
                views = tuple(dict.fromkeys(s.view for s in request.selected))
                found = check_sources(warehouse, views, self.project.files, labels=labels)
                request, labels = found.request(request), tuple(map(found.label, labels))
            spine = read_spine(
                warehouse, self.entity_df, request, self.timestamp_column, self.report, labels=labels
            )
            sql = compile_historical(request, spine, labels=labels, tuning=self.project.tuning)
            yield _Session(warehouse, request, labels, spine, sql, parameters)
        finally:
            warehouse.close()

    def _as_of(self, warehouse: DuckDBWarehouse) -> datetime:
        """Return the instant as of which labels are known; a job keeps the first, so that its results agree."""
        now = warehouse.now()
        self.as_of = self.as_of or now
        if self.as_of > now:
            message = f"the as-of time {show(self.as_of)} lies in the future: the warehouse's clock says {show(now)}"
            raise UsageError(Diagnostic("FC503", message, hint="leave it out for labels as of now"))
        return self.as_of

    def _counted_once(self) -> _Counts:
        if self._counts is None:
            self.to_arrow()
        return self._counts or _Counts(0, {}, {})

    def _counted(self, session: _Session, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Stream the result and count on the way; the flags are taken off each batch."""
        width, labels = len(session.columns), len(session.labels)
        counts = [0] * (len(session.flags) + labels)
        done = 0
        for batch in drained(reader):
            some = [flag.true_count for flag in batch.columns[width:]]
            some += [len(values) - values.null_count for values in batch.columns[width - labels : width]]
            counts = [count + more for count, more in zip(counts, some, strict=True)]
            done += batch.num_rows
            self.report(Advanced(_WORK, done))
            yield batch.select(list(range(width)))
        self._counts = session.counts(done, counts)

    def _write(self, destination: Output) -> _Counts:
        if isinstance(destination, OutputFile):
            return self._to_file(destination)
        return self._to_table(destination)

    def _to_file(self, destination: OutputFile) -> _Counts:
        with (
            whole_file(destination.path) as path,
            self._session() as session,
            tallied(session.warehouse, session.flags, len(session.labels)) as tally,
        ):
            select = tally.select(session.columns, session.sql.counted)
            session.warehouse.execute(destination.statement(select, path), session.parameters)
            return session.counts(tally.rows, tally.counts)

    def _to_table(self, destination: OutputTable) -> _Counts:
        with (
            self._session(read_only=False) as session,
            tallied(session.warehouse, session.flags, len(session.labels)) as tally,
            session.warehouse.transaction(),
        ):
            if destination.schema:
                session.warehouse.execute(destination.schema)
            select = tally.select(session.columns, session.sql.counted)
            session.warehouse.execute(destination.statement(select), session.parameters)
            return session.counts(tally.rows, tally.counts)

    def _refuse_sources(self, destination: Output) -> None:
        of_views = (base_of(s.view.source) for s in self.request.selected)
        for source in dict.fromkeys((*of_views, *(label.source for label in self.labels))):
            match source.relation, destination:
                case File(path), OutputFile(target):
                    same = (self.project.root / path).resolve() == target.resolve()
                case Table(parts), OutputTable(names):
                    same = _bare(parts) == _bare(names)
                case _:
                    same = False
            if same:
                message = f"{destination} is what source `{source.name}` reads; it is not overwritten"
                raise RefusedError(Diagnostic("FC421", message, hint="write to another file or table"))


def _bare(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A table's name as the engine compares it: without case, and without its default schema."""
    folded = tuple(part.lower() for part in parts)
    return folded[1:] if len(folded) == 2 and folded[0] == "main" else folded
