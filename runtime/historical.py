"""Training sets: a request joined to a spine in the warehouse, computed when its result is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import HistoricalSql, Spine, compile_historical
from fcompile.compiler.definitions import File, Query, Table
from fcompile.compiler.errors import Diagnostic, RefusedError
from fcompile.compiler.request import Request
from fcompile.runtime.arrow import to_pandas
from fcompile.runtime.events import Advanced, Finished, Report, Started, silent
from fcompile.runtime.extras import require
from fcompile.runtime.notebook import table_html
from fcompile.runtime.output import Output, OutputFile, OutputTable, output, whole_file
from fcompile.runtime.sources import check_sources, relation_text
from fcompile.runtime.spine import read_spine
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
    """What was written: spine rows, and for each view's label how many of them had a match within its ttl."""

    destination: str
    rows: int
    matched: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Session:
    """An open warehouse with a checked spine and its SQL."""

    warehouse: DuckDBWarehouse
    spine: Spine
    sql: HistoricalSql

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(c.name for c in self.spine.columns), *(name for name, _ in self.sql.columns))

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(flag for _, flag in self.sql.match_columns)

    def matched(self, counts: list[int]) -> dict[str, int]:
        labels = (label for label, _ in self.sql.match_columns)
        return dict(sorted(zip(labels, counts, strict=True)))


class HistoricalJob:
    """A training set to be: one row a spine row, in the spine's order; its columns, then the features.

    Nothing is read until a result is asked for. Every result but ``persist`` and ``to_batches`` is
    kept, so that asking twice computes once. Times without a zone are UTC, in and out.
    Every method raises FcompileError: FC401 to FC403 the sources are not as declared, FC410 to FC419
    the spine does not fit, FC45x the warehouse fails.
    """

    def __init__(
        self,
        project: Project,
        request: Request,
        entity_df: object,
        *,
        timestamp_column: str | None = None,
        report: Report = silent,
    ) -> None:
        self.project = project
        self.request = request
        self.entity_df = entity_df
        self.timestamp_column = timestamp_column
        self.report = report
        self._table: pa.Table | None = None
        self._matched: dict[str, int] | None = None

    # -- results --------------------------------------------------------------------------------

    def to_sql(self) -> str:
        """Return the SELECT; only the spine's columns are looked at."""
        with self._session(check=False) as session:
            return session.sql.select

    def to_arrow(self) -> pa.Table:
        import pyarrow as pa

        if self._table is None:
            with self._session() as session:
                reader = session.warehouse.reader(session.sql.counted)
                schema = pa.schema(list(reader.schema)[: len(session.columns)])
                self._table = pa.Table.from_batches(self._counted(session, reader), schema=schema)
        return self._table

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Stream the rows; no more than some batches are in memory beside what the join needs."""
        with self._session() as session:
            yield from self._counted(session, session.warehouse.reader(session.sql.counted))

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
        if isinstance(destination, OutputFile):
            rows, matched = self._to_file(destination)
        else:
            rows, matched = self._to_table(destination)
        self._matched = matched
        seconds = time.monotonic() - started
        self.report(Finished(str(destination), "OK", rows, seconds))
        return HistoricalSummary(str(destination), rows, matched, seconds)

    @property
    def matched(self) -> dict[str, int]:
        """For each view's label, sorted: the spine rows for which a row was found within its ttl.

        Counted while a result is computed; computes one where none was yet.
        """
        if self._matched is None:
            self.to_arrow()
        return dict(self._matched or {})

    def _repr_html_(self) -> str:
        """The first 20 rows; only they are joined, where nothing is computed yet."""
        if self._table is not None:
            return table_html(self._table.slice(0, PREVIEW_ROWS), self._table.num_rows)
        if hasattr(self.entity_df, "read_next_batch"):
            return "<p>A training set from a stream, which can be read once: ask for a result.</p>"
        with self._session() as session:
            text = relation_text(session.spine.relation, dict(session.spine.read_types), "duckdb")
            first = Query(f"SELECT * FROM {text} LIMIT {PREVIEW_ROWS}")  # noqa: S608
            sql = compile_historical(self.request, replace(session.spine, relation=first, read_types=()))
            return table_html(session.warehouse.table(sql.select), None)

    # -- how ------------------------------------------------------------------------------------

    @contextmanager
    def _session(self, *, check: bool = True, read_only: bool = True) -> Iterator[_Session]:
        warehouse = connect(self.project, read_only=read_only)
        try:
            request = self.request
            if check:
                views = tuple(dict.fromkeys(s.view for s in request.selected))
                request = check_sources(warehouse, views, self.project.files).request(request)
            spine = read_spine(warehouse, self.entity_df, request, self.timestamp_column, self.report)
            yield _Session(warehouse, spine, compile_historical(request, spine))
        finally:
            warehouse.close()

    def _counted(self, session: _Session, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Stream the result and count the flags on the way; they are taken off each batch."""
        counts = [0] * len(session.flags)
        done = 0
        for batch in drained(reader):
            flags = batch.columns[len(session.columns) :]
            counts = [count + flag.true_count for count, flag in zip(counts, flags, strict=True)]
            done += batch.num_rows
            self.report(Advanced(_WORK, done))
            yield batch.select(list(range(len(session.columns))))
        self._matched = session.matched(counts)

    def _to_file(self, destination: OutputFile) -> tuple[int, dict[str, int]]:
        with (
            whole_file(destination.path) as path,
            self._session() as session,
            tallied(session.warehouse, session.flags) as tally,
        ):
            select = tally.select(session.columns, session.sql.counted)
            session.warehouse.execute(destination.statement(select, path))
            return tally.rows, session.matched(tally.counts)

    def _to_table(self, destination: OutputTable) -> tuple[int, dict[str, int]]:
        with (
            self._session(read_only=False) as session,
            tallied(session.warehouse, session.flags) as tally,
            session.warehouse.transaction(),
        ):
            if destination.schema:
                session.warehouse.execute(destination.schema)
            select = tally.select(session.columns, session.sql.counted)
            session.warehouse.execute(destination.statement(select))
            return tally.rows, session.matched(tally.counts)

    def _refuse_sources(self, destination: Output) -> None:
        for source in dict.fromkeys(s.view.source for s in self.request.selected):
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
