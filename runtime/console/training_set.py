"""The command ``historical``: the training set as a file, as CSV on stdout, or as a preview on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.console.log import Log, is_terminal
from fcompile.runtime.console.planned import write_planned
from fcompile.runtime.console.progress import Progress
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import fitted, table, write, write_rows, write_sql
from fcompile.runtime.events import Started
from fcompile.runtime.warehouses.failures import BAD_VALUE

if TYPE_CHECKING:
    from fcompile.runtime.historical import HistoricalJob

PREVIEW_ROWS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the spine's rows: the command's options but where they come from and go to."""

    features: Sequence[str]
    labels: Sequence[str] = ()
    as_of: datetime | None = None
    full_feature_names: bool = False
    timestamp_column: str | None = None


def training_set(
    session: Session, asked: Asked, spine: str, output: str | None, *, sql: bool, dry_run: bool
) -> None:
    """Write the training set to ``output``, else to stdout: CSV, or on a terminal its first rows.

    ``sql``: write only what would run, ``dry_run``: and what the engine expects of it.
    """
    with session.progress() as progress:
        job = _job(session, asked, spine, progress)
        if sql:
            write_sql(job.to_sql(), session.settings.no_color)
            return
        if dry_run:
            write_planned(session, [job.dry_run()])
            return
        with _values_placed():
            rows = _written(job, output, progress)
    if output is not None:
        _say_written(session.log, rows, output, progress.seconds)
    _say_matched(session.log, job.matched, rows)
    _say_labelled(session.log, job, rows)


@contextmanager
def _values_placed() -> Iterator[None]:
    """An engine names a value that does not fit, not where it stands: spine and sources are read in one statement."""
    try:
        yield
    except FcompileError as error:
        if any(problem.code == BAD_VALUE and problem.span is None for problem in error.diagnostics):
            raise FcompileError(*map(_placed, error.diagnostics)) from error
        raise


def _placed(problem: Diagnostic) -> Diagnostic:
    if problem.code != BAD_VALUE or problem.span is not None:
        return problem
    return replace(problem, message=f"in the spine or a source: {problem.message}")


def _job(session: Session, asked: Asked, spine: str, progress: Progress) -> HistoricalJob:
    from fcompile.compiler.request import resolve_with_labels
    from fcompile.runtime.historical import HistoricalJob

    definitions = session.project.definitions
    request, labels = resolve_with_labels(definitions, asked.features, asked.full_feature_names, asked.labels)
    return HistoricalJob(
        session.project,
        request,
        spine,
        timestamp_column=asked.timestamp_column,
        labels=labels,
        as_of=asked.as_of,
        report=progress,
    )


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
        message = f"  {view}: {count:,} of {rows:,} rows matched{_share(count, rows)}"
        log.say(message, event="matched", view=view, matched=count, rows=rows)


def _say_labelled(log: Log, job: HistoricalJob, rows: int) -> None:
    """Say for each label how many of the spine's rows have a value; of the others, when they could have one."""
    from fcompile.compiler.dtypes import format_duration
    from fcompile.runtime.clock import show

    moment = show(job.as_of) if job.as_of is not None else ""
    labelled = job.labelled
    for label in job.labels:
        count = labelled[label.name]
        message = (
            f"  {label.name}: {count:,} of {rows:,} rows have a value{_share(count, rows)} as of {moment}"
        )
        if count < rows:
            message += f"; it is known {format_duration(label.horizon + label.maturity)} after a row's time"
        log.say(message, event="labelled", label=label.name, labelled=count, rows=rows, as_of=moment)


def _share(count: int, rows: int) -> str:
    return f" ({count / rows:.1%})" if rows else ""
