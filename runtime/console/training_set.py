"""The command ``historical``: the training set as a file, as CSV on stdout, or as a preview on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fcompile.runtime.console.log import Log, is_terminal
from fcompile.runtime.console.progress import Progress
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import fitted, table, write, write_rows, write_sql
from fcompile.runtime.events import Started

if TYPE_CHECKING:
    from fcompile.runtime.historical import HistoricalJob

PREVIEW_ROWS = 20


def training_set(
    session: Session,
    references: Sequence[str],
    spine: str,
    output: str | None,
    full_feature_names: bool,
    timestamp_column: str | None,
    sql: bool,
) -> None:
    """Write the training set to ``output``, else to stdout: CSV, or on a terminal its first rows."""
    from fcompile.compiler.request import resolve
    from fcompile.runtime.historical import HistoricalJob

    request = resolve(session.project.definitions, references, full_feature_names)
    with session.progress() as progress:
        job = HistoricalJob(
            session.project, request, spine, timestamp_column=timestamp_column, report=progress
        )
        if sql:
            write_sql(job.to_sql(), session.settings.no_color)
            return
        rows = _written(job, output, progress)
    if output is not None:
        _say_written(session.log, rows, output, progress.seconds)
    _say_matched(session.log, job.matched, rows)


def _written(job: HistoricalJob, output: str | None, progress: Progress) -> int:
    """Write the rows and return how many there are."""
    if output is not None:
        return job.persist(output).rows
    if is_terminal(sys.stdout):
        return _preview(job, progress)
    # Without a bar: the program that reads the rows may be drawing on the same terminal.
    rows = 0
    for batch in job.to_batches():
        if not rows:
            write_rows([batch.schema.names])
        write_rows(zip(*batch.to_pydict().values(), strict=True))
        rows += batch.num_rows
    if not rows:
        write_rows([job.to_arrow().column_names])
    return rows


def _preview(job: HistoricalJob, progress: Progress) -> int:
    progress(Started("historical", 0))
    first: list[tuple[object, ...]] = []
    names: Sequence[str] = ()
    rows = 0
    for batch in job.to_batches():
        names = batch.schema.names
        if len(first) < PREVIEW_ROWS:
            columns = batch.slice(0, PREVIEW_ROWS - len(first)).to_pydict().values()
            first.extend(zip(*columns, strict=True))
        rows += batch.num_rows
    progress.stop()
    whole = table(names or job.to_arrow().column_names, first)
    shown = fitted(whole)
    write(shown)
    if shown != whole:
        write("... more columns: -o FILE writes them all")
    if rows > len(first):
        write(f"... {rows - len(first):,} more rows: -o FILE writes them all")
    return rows


def _say_written(log: Log, rows: int, output: str, seconds: float) -> None:
    message = f"Wrote {rows:,} rows to {output} in {seconds:.1f}s."
    log.say(message, event="written", rows=rows, path=output, seconds=round(seconds, 3))


def _say_matched(log: Log, matched: Mapping[str, int], rows: int) -> None:
    """Say for each view how many of the spine's rows found one of its rows."""
    for view, count in matched.items():
        share = f" ({count / rows:.1%})" if rows else ""
        message = f"  {view}: {count:,} of {rows:,} rows matched{share}"
        log.say(message, event="matched", view=view, matched=count, rows=rows)
