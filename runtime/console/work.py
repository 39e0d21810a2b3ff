"""The commands run and online: each calls one function and prints its answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.planned import write_planned
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import cell, table, write, write_json

if TYPE_CHECKING:
    from fcompile.runtime.online.response import OnlineResponse
    from fcompile.runtime.procedure import ViewResult
    from fcompile.runtime.run_results import NodeResult


def materialized(
    session: Session,
    views: Sequence[FeatureView],
    *,
    end: datetime | None,
    start: datetime | None = None,
    full_refresh: bool = False,
    warehouse_only: bool = False,
    dry_run: bool = False,
) -> None:
    """Materialize ``views``, or with ``dry_run`` say how; leave with 1 where one of them failed."""
    if dry_run:
        from fcompile.runtime.dry_run import planned_runs
        from fcompile.runtime.interval import Wish

        wish = Wish(end, start, full_refresh, warehouse_only)
        write_planned(session, planned_runs(session.project, views, wish))
        return
    from fcompile.runtime.console.recorded import Recorder
    from fcompile.runtime.run import materialize

    with Recorder(session, [f"feature_view.{view.name}" for view in views]) as recorder:
        with session.progress() as progress:
            summary = materialize(
                session.project,
                views,
                end=end,
                start=start,
                full_refresh=full_refresh,
                warehouse_only=warehouse_only,
                report=recorder.through(progress),
            )
            progress.done()
        for result in summary.results:
            recorder.put(_recorded(session, result))
        problems = [_of_view(result.view, d) for result in summary.results for d in result.diagnostics]
        if problems:
            session.log.errors(FcompileError(*problems, files=session.project.files))
        if summary.exit_code:
            raise typer.Exit(summary.exit_code)


def _recorded(session: Session, result: ViewResult) -> NodeResult:
    from fcompile.runtime.console.recorded import STATUS, said, sql_of
    from fcompile.runtime.run_results import NodeResult

    status = STATUS[result.status]
    message, codes = said(result.diagnostics)
    return NodeResult(
        id=f"feature_view.{result.view}",
        status=status,
        seconds=None if status == "skipped" else result.seconds,
        rows=result.rows,
        as_of=result.as_of,
        message=message,
        codes=codes,
        sql=sql_of(session.project, result.view),
    )


def _of_view(view: str, problem: Diagnostic) -> Diagnostic:
    """Return the problem with the view that it befell, where neither its place nor its words say it."""
    if problem.span is not None or f"`{view}`" in problem.message:
        return problem
    return replace(problem, message=f"view `{view}`: {problem.message}")


def read(
    session: Session,
    references: Sequence[str],
    given: tuple[Sequence[str], Sequence[str]],
    full_feature_names: bool,
    output: str,
    at: datetime | None,
) -> None:
    """Read the online store and print values with their statuses; ``given``: the texts of each -e and -r."""
    from fcompile.compiler.request import resolve
    from fcompile.runtime.console.entity_rows import check_names, entity_rows
    from fcompile.runtime.online.registry import open_online
    from fcompile.runtime.serving import read_online

    one_of(output, ("table", "json"))
    project = session.project
    rows = entity_rows(*given)
    request = resolve(project.definitions, references, full_feature_names)
    check_names(request, given[1])
    with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
        response = read_online(store, request, rows, at)
    if output == "json":
        write_json({**response.to_dict(), "statuses": response.statuses})
    else:
        write(_online_table(response))


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
