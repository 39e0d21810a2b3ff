"""The long commands: run, historical, online, test, why. Each calls one function and prints its answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.definitions import FeatureView, TestCase
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError, listed, near
from fcompile.compiler.selectors import covering_tests, nothing_selected
from fcompile.runtime.console.arguments import key as join_key
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.log import is_terminal
from fcompile.runtime.console.progress import Progress
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import cell, fitted, table, write, write_json, write_rows, write_sql
from fcompile.runtime.events import Started

if TYPE_CHECKING:
    from fcompile.runtime.historical import HistoricalJob
    from fcompile.runtime.online.response import OnlineResponse

PREVIEW_ROWS = 20


def materialized(
    session: Session,
    views: Sequence[FeatureView],
    *,
    end: datetime | None,
    start: datetime | None = None,
    full_refresh: bool = False,
    warehouse_only: bool = False,
) -> None:
    """Materialize ``views``; leave with 1 where one of them failed."""
    from fcompile.runtime.run import materialize

    with session.progress() as progress:
        summary = materialize(
            session.project,
            views,
            end=end,
            start=start,
            full_refresh=full_refresh,
            warehouse_only=warehouse_only,
            report=progress,
        )
        progress.done()
    problems = [d for result in summary.results for d in result.diagnostics]
    if problems:
        session.log.errors(FcompileError(*problems, files=session.project.files))
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


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
        session.log.say(
            f"Wrote {rows:,} rows to {output} in {progress.seconds:.1f}s.",
            event="written",
            rows=rows,
            path=output,
            seconds=round(progress.seconds, 3),
        )
    for label, matched in job.matched.items():
        share = f" ({matched / rows:.1%})" if rows else ""
        session.log.say(
            f"  {label}: {matched:,} of {rows:,} rows matched{share}",
            event="matched",
            view=label,
            matched=matched,
            rows=rows,
        )


def read(
    session: Session,
    references: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    full_feature_names: bool,
    output: str,
    at: datetime | None,
) -> None:
    """Read the online store and print values with their statuses."""
    from fcompile.compiler.request import resolve
    from fcompile.runtime.online.registry import open_online
    from fcompile.runtime.serving import read_online

    one_of(output, ("table", "json"))
    project = session.project
    request = resolve(project.definitions, references, full_feature_names)
    with closing(open_online(project.target.online, project.root, project.config.project)) as store:
        response = read_online(store, request, rows, at)
    if output == "json":
        write_json({**response.to_dict(), "statuses": response.statuses})
    else:
        write(_online_table(response))


def tested(
    session: Session,
    names: Sequence[str],
    selects: Sequence[str],
    excludes: Sequence[str],
    state: Path | None,
) -> None:
    """Run the selected tests; leave with 1 where one of them failed."""
    from fcompile.runtime.testing import run_tests

    tests = _tests(session, names, selects, excludes, state)
    with session.progress() as progress:
        summary = run_tests(session.project, tests, progress)
        progress.done()
    if summary.problems:
        session.log.errors(FcompileError(*summary.problems, files=session.project.files))
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def explained(session: Session, view_name: str, key: str, at: datetime, output: str) -> None:
    """Print the source rows of a key, the chosen one marked, and why each other was not chosen."""
    from fcompile.runtime.why import why

    one_of(output, ("table", "json"))
    views = session.project.definitions.feature_views
    if view_name not in views:
        close = near(view_name, views, most=3) or sorted(views)
        raise UsageError(
            Diagnostic("FC284", f"there is no feature view `{view_name}`", hint=f"there is {listed(close)}")
        )
    view = views[view_name]
    answer = why(session.project, view, join_key(key, [k.name for k in view.join_keys]), at)
    if output == "json":
        write_json(answer.to_dict())
    else:
        write(str(answer))


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


def _online_table(response: OnlineResponse) -> str:
    """A line for each entity row and feature: statuses stay readable with many features."""
    keys = [name for name, _, _ in response.keys]
    lines = [
        (
            *(values[n] for _, _, values in response.keys),
            column.name,
            cell(column.values[n]),
            column.statuses[n],
            column.event_timestamps[n],
        )
        for n in range(response.rows)
        for column in response.columns
    ]
    return table((*keys, "feature", "value", "status", "event time"), lines)


def _tests(
    session: Session,
    names: Sequence[str],
    selects: Sequence[str],
    excludes: Sequence[str],
    state: Path | None,
) -> tuple[TestCase, ...]:
    known = session.project.definitions.tests
    if not known:
        return ()
    nodes = covering_tests(session.graph, session.nodes(selects, excludes, state))
    chosen = [n.definition for n in nodes if isinstance(n.definition, TestCase)]
    missing = [name for name in names if not any(fnmatchcase(test, name) for test in known)]
    if missing:
        raise UsageError(
            *(
                Diagnostic(
                    "FC284", f"there is no test `{name}`", hint=f"there is {listed(_close(name, known))}"
                )
                for name in missing
            )
        )
    if names:
        chosen = [test for test in chosen if any(fnmatchcase(test.name, name) for name in names)]
    if not chosen:
        raise nothing_selected([*selects, *names], excludes, "test")
    return tuple(chosen)


def _close(name: str, known: Mapping[str, object]) -> Sequence[str]:
    return near(name, known, most=3) or sorted(known)
