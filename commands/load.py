"""Commands that bring warehouse and online store up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fcompile.runtime.console import arguments
from fcompile.runtime.console.options import (
    DryRun,
    End,
    Excludes,
    Output,
    Selects,
    State,
    command,
)
from fcompile.runtime.console.session import Session


@command("run", "fcompile run", "fcompile run --end 2026-01-01 -s tag:daily+")
def run(
    session: Session,
    end: End = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Compute every view anew.")] = False,
    warehouse_only: Annotated[
        bool, typer.Option("--warehouse-only", help="Do not load the online store.")
    ] = False,
    dry_run: DryRun = False,
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Materialize views and load the online store."""
    from fcompile.runtime.console.work import materialized

    materialized(
        session,
        session.views(select or (), exclude or (), state),
        end=arguments.instant(end, "--end"),
        full_refresh=full_refresh,
        warehouse_only=warehouse_only,
        dry_run=dry_run,
    )


@command(
    "materialize",
    "fcompile materialize --start 2026-01-01 --end 2026-02-01",
    "fcompile materialize --start 2026-01-01 --end 2026-02-01 -s user_profile",
)
def materialize(
    session: Session,
    start: Annotated[str, typer.Option("--start", metavar="TIME", help="ISO 8601, UTC.")],
    end: Annotated[str, typer.Option("--end", metavar="TIME", help="ISO 8601, UTC.")],
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Materialize what became known in an interval."""
    from fcompile.runtime.console.work import materialized

    materialized(
        session,
        session.views(select or (), exclude or (), state),
        start=arguments.required_instant(start, "--start"),
        end=arguments.required_instant(end, "--end"),
    )


@command(
    "materialize-incremental",
    "fcompile materialize-incremental",
    "fcompile materialize-incremental --end 2026-02-01T06:00:00Z",
)
def materialize_incremental(
    session: Session, end: End = None, select: Selects = None, exclude: Excludes = None, state: State = None
) -> None:
    """Materialize what is new since the watermarks."""
    from fcompile.runtime.console.work import materialized

    views = session.views(select or (), exclude or (), state)
    materialized(session, views, end=arguments.instant(end, "--end"))


@command(
    "backfill",
    "fcompile backfill --start 2026-01-01 --end 2026-02-01",
    "fcompile backfill --start 2025-01-01 --end 2026-01-01 --chunk 7d -s user_profile",
)
def backfill(
    session: Session,
    start: Annotated[str, typer.Option("--start", metavar="TIME", help="ISO 8601, UTC.")],
    end: Annotated[str, typer.Option("--end", metavar="TIME", help="ISO 8601, UTC.")],
    chunk: Annotated[
        str, typer.Option("--chunk", metavar="DURATION", help="How much at a time: 6h, 1d, 4w.")
    ] = "1d",
    output: Output = "table",
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Fill what no run has looked at, in chunks."""
    from fcompile.runtime.console.backfilled import backfilled

    begin, until = arguments.required_instant(start, "--start"), arguments.required_instant(end, "--end")
    views = session.views(select or (), exclude or (), state)
    backfilled(session, views, begin, until, chunk, output)


@command(
    "push",
    "fcompile push user_profile --file rows.parquet",
    "fcompile push user_spend --file rows.csv --to both",
)
def push(
    session: Session,
    view: Annotated[str, typer.Argument(metavar="VIEW", help="Whose source the rows are of.")],
    file: Annotated[
        Path, typer.Option("--file", metavar="FILE", help="Parquet or CSV, with the source's columns.")
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="online|offline|both", help="The online store, the warehouse.")
    ] = "online",
) -> None:
    """Write rows as they happen."""
    from fcompile.runtime.console.pushed import pushed

    pushed(session, view, file, to)
