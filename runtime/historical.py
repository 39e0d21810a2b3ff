"""Training sets: a request joined to a spine in the warehouse, computed when its result is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import File, Label, Table
from fcompile.compiler.errors import Diagnostic, RefusedError, UsageError
from fcompile.compiler.nested import base_of
from fcompile.compiler.request import Request
from fcompile.runtime.arrow import to_pandas
from fcompile.runtime.clock import naive_utc, show
from fcompile.runtime.dry_run import Planned, PlannedWork, planned
from fcompile.runtime.events import Advanced, Finished, Report, Started, silent
from fcompile.runtime.extras import require
from fcompile.runtime.historical_output import to_file, to_table
from fcompile.runtime.historical_session import Asked, CountedRows, Counts, Session, opened
from fcompile.runtime.notebook import table_html
from fcompile.runtime.output import Output, OutputFile, OutputTable, output, whole_file
from fcompile.runtime.warehouses.base import Warehouse

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
        self._counts: Counts | None = None

    # -- results --------------------------------------------------------------------------------

    def to_sql(self) -> str:
        """Return the SELECT; only the spine's columns are looked at. With labels its parameter is ``$as_of``.

        Where the engine needs staged tables, their statements stand before and after it; where it takes fewer columns,
        there are several SELECTs.
        """
        with self._session(check=False) as session:
            script = session.sql.script
            return script.whole() if script.stages or script.beside else script.text

    def dry_run(self) -> PlannedWork:
        """Return what would be executed and what the engine expects of it; the spine is read, and nothing joined."""
        with self._session() as session:
            script = session.sql.counted_script
            texts = (*(stage.create for stage in script.stages), script.text, *script.beside)
            made = tuple(planned(session.warehouse, text, session.parameters) for text in texts)
            dropped = (Planned(stage.drop) for stage in reversed(script.stages))
            return PlannedWork("historical", "a row for each row of the spine", (*made, *dropped))

    def to_arrow(self) -> pa.Table:
        import pyarrow as pa

        if self._table is None:
            with self._session() as session, session.counted() as counted:
                self._table = pa.Table.from_batches(self._reported(counted), schema=counted.schema)
        return self._table

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Stream the rows; no more than some batches are in memory beside what the join needs."""
        with self._session() as session, session.counted() as counted:
            yield from self._reported(counted)

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
        import pyarrow as pa

        if self._table is not None:
            return table_html(self._table.slice(0, PREVIEW_ROWS), self._table.num_rows)
        if hasattr(self.entity_df, "read_next_batch"):
            return "<p>A training set from a stream, which can be read once: ask for a result.</p>"
        with self._session(most_rows=PREVIEW_ROWS) as session, session.counted() as counted:
            return table_html(pa.Table.from_batches(counted.batches(), schema=counted.schema), None)

    # -- how ------------------------------------------------------------------------------------

    def _session(
        self, *, check: bool = True, read_only: bool = True, most_rows: int | None = None
    ) -> AbstractContextManager[Session]:
        asked = Asked(self.request, self.labels, self.entity_df, self.timestamp_column, most_rows)
        return opened(self.project, asked, self._as_of, self.report, check=check, read_only=read_only)

    def _as_of(self, warehouse: Warehouse) -> datetime:
        """Return the instant as of which labels are known; a job keeps the first, so that its results agree."""
        now = warehouse.now()
        self.as_of = self.as_of or now
        if self.as_of > now:
            message = f"the as-of time {show(self.as_of)} lies in the future: the warehouse's clock says {show(now)}"
            raise UsageError(Diagnostic("FC503", message, hint="leave it out for labels as of now"))
        return self.as_of

    def _counted_once(self) -> Counts:
        if self._counts is None:
            self.to_arrow()
        return self._counts or Counts(0, {}, {})

    def _reported(self, counted: CountedRows) -> Iterator[pa.RecordBatch]:
        for batch in counted.batches():
            self.report(Advanced(_WORK, counted.rows))
            yield batch
        self._counts = counted.counts()

    def _write(self, destination: Output) -> Counts:
        if isinstance(destination, OutputFile):
            with whole_file(destination.path) as path, self._session() as session:
                return to_file(session, destination, path, self._reported)
        with self._session(read_only=False) as session:
            self._refuse_sources(destination, session.warehouse.default_schema)
            return to_table(session, destination)

    def _refuse_sources(self, destination: Output, schema: str = "") -> None:
        """``schema`` is where tables named without one are; only the open warehouse knows it."""
        of_views = (base_of(s.view.source) for s in self.request.selected)
        for source in dict.fromkeys((*of_views, *(label.source for label in self.labels))):
            match source.relation, destination:
                case File(path), OutputFile(target):
                    same = (self.project.root / path).resolve() == target.resolve()
                case Table(parts), OutputTable(names):
                    same = _bare(parts, schema) == _bare(names, schema)
                case _:
                    same = False
            if same:
                message = f"{destination} is what source `{source.name}` reads; it is not overwritten"
                raise RefusedError(Diagnostic("FC421", message, hint="write to another file or table"))


def _bare(parts: tuple[str, ...], schema: str) -> tuple[str, ...]:
    """A table's name as most engines compare it: without case, and without its default schema."""
    folded = tuple(part.lower() for part in parts)
    return folded[1:] if len(folded) == 2 and folded[0] == schema.lower() else folded
