"""The ``fcompile`` command: reads arguments, calls one function, prints. Data to stdout, the rest to stderr.

Imports of heavy parts stand inside the commands, so that ``fcompile --help`` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from fcompile import __version__
from fcompile.runtime import interruption
from fcompile.runtime.console import arguments, tables
from fcompile.runtime.console.entry import INTERRUPTED, run_command
from fcompile.runtime.console.options import (
    AsOf,
    Dialects,
    DryRun,
    End,
    Excludes,
    Features,
    FeaturesOrNone,
    FullNames,
    Labels,
    Output,
    Selects,
    State,
    command,
    root_options,
    take_globals,
)
from fcompile.runtime.console.session import Session

# Plain help: drawing it with rich costs as much time again as everything else.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
@root_options
def options(ctx: typer.Context, **values: Any) -> None:
    """A feature store that is a compiler: YAML to leak-free SQL, training sets and an online store."""
    take_globals(ctx.obj, values)


@command(app, "init", "fcompile init my_project", "fcompile init my_project --template quickstart")
def init(
    session: Session,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help="What to start from.")
    ] = "quickstart",
) -> None:
    """Make a project that builds and runs at once."""
    from fcompile.runtime.init import init_project

    written = init_project(directory, template)
    session.log.say(f"Wrote {len(written)} files to {directory}.", files=written)
    session.log.say(f"Next: fcompile -p {quote(str(directory))} run, then read {directory / 'README.md'}")


@command(app, "check", "fcompile check", "fcompile check --connect -t prod")
def check(
    session: Session,
    connect: Annotated[
        bool, typer.Option("--connect", help="Hold the warehouse to the definitions too.")
    ] = False,
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Find every mistake of all definitions in one run."""
    from fcompile.runtime.console.inspect import check_connected, check_dialect, summary

    nodes = session.nodes(select or (), exclude or (), state)
    check_dialect(session)
    if connect:
        check_connected(session, nodes)
    session.log.say(f"OK: {summary(session.project.definitions)}", event="checked")


@command(app, "build", "fcompile build", "fcompile build -d all --check")
def build(
    session: Session,
    dialect: Dialects = None,
    output: Annotated[
        Path | None,
        typer.Option("--output-dir", "-o", metavar="DIR", help="Instead of the project's sql folder."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if files would change.")
    ] = False,
) -> None:
    """Write the SQL and its manifest, for review."""
    from fcompile.runtime.build import dialects_of, plan_build, write_build
    from fcompile.runtime.console.inspect import say_changes

    dialects = dialects_of(dialect or (), session.project.target.warehouse.type)
    plan = plan_build(session.project, dialects, output)
    if not check:
        write_build(plan)
    say_changes(session.log, plan, check)
    if check and plan.changes:
        raise typer.Exit(3)


@command(app, "run", "fcompile run", "fcompile run --end 2026-01-01 -s tag:daily+")
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
    app,
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
    app,
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
    app,
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
    app,
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


@command(
    app,
    "historical",
    "fcompile historical -f fraud_v1 --label churn_30d --spine spine.parquet -o train.parquet",
    "fcompile historical -f user_profile:age -f user_profile:city --spine spine.csv --sql",
)
def historical(
    session: Session,
    features: FeaturesOrNone = None,
    *,
    spine: Annotated[str, typer.Option("--spine", metavar="FILE|TABLE|SQL", help="The rows that ask.")],
    label: Labels = None,
    as_of: AsOf = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|TABLE",
            help="Parquet, CSV or a table.",
            envvar="FCOMPILE_HISTORICAL_OUTPUT",
            show_envvar=False,
        ),
    ] = None,
    full_feature_names: FullNames = False,
    timestamp_column: Annotated[
        str | None, typer.Option("--timestamp-column", metavar="NAME", help="[default: event_timestamp]")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Make a training set from a spine."""
    from fcompile.runtime.console.training_set import Asked, training_set

    asked = Asked(
        features=arguments.references(features or ()),
        labels=arguments.references(label or ()),
        as_of=arguments.instant(as_of, "--as-of"),
        full_feature_names=full_feature_names,
        timestamp_column=timestamp_column,
    )
    training_set(session, asked, spine, output, sql=sql, dry_run=dry_run)


@command(
    app,
    "online",
    "fcompile online -f fraud_v1 -e user_id=1 -e user_id=2",
    "fcompile online -f spend_ratio -e user_id=1,amount=30 --output json",
    "fcompile online -f spend_ratio -e @rows.csv -r amount=30",
)
def online(
    session: Session,
    features: Features,
    entity: Annotated[
        list[str] | None,
        typer.Option(
            "--entity", "-e", metavar="NAME=VALUE", help="One row: a=1,b=2 or JSON; @FILE: several."
        ),
    ] = None,
    request: Annotated[
        list[str] | None,
        typer.Option(
            "--request", "-r", metavar="NAME=VALUE", help="Data of every row that does not give it."
        ),
    ] = None,
    full_feature_names: FullNames = False,
    output: Output = "table",
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Judge ttl as of this time.")] = None,
) -> None:
    """Read features from the online store."""
    from fcompile.runtime.console.work import read

    moment = arguments.instant(at, "--at")
    given = entity or (), request or ()
    read(session, arguments.references(features), given, full_feature_names, output, moment)


@command(app, "test", "fcompile test", "fcompile test spend_is_known_late -s user_profile")
def test(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Tests; globs are read.")
    ] = None,
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Run the project's tests on an in-memory DuckDB."""
    from fcompile.runtime.console.tested import tested

    tested(session, names or (), select or (), exclude or (), state)


@command(app, "tune", "fcompile tune", "fcompile tune -s user_spend --check -t prod")
def tune(
    session: Session,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if tuning.yaml would change.")
    ] = False,
    select: Selects = None,
    exclude: Excludes = None,
) -> None:
    """Pin the fastest form of each view's windows."""
    from fcompile.runtime.console.tuned import tuned

    tuned(session, select or (), exclude or (), check)


@command(app, "ls", "fcompile ls", "fcompile ls -s +fraud_v1 --output names")
def ls(
    session: Session,
    output: Annotated[
        str, typer.Option("--output", metavar="table|json|names", help="How to print.")
    ] = "table",
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """List what the project defines."""
    from fcompile.runtime.console.inspect import listing

    text = listing(session.nodes(select or (), exclude or (), state), output)
    tables.write(tables.fitted(text) if output == "table" else text)


@command(app, "show", "fcompile show user_profile", "fcompile show fraud_v1 -d duckdb")
def show(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any object, or kind.name.")],
    dialect: Dialects = None,
) -> None:
    """Show a definition and the SQL it compiles to."""
    from fcompile.runtime.build import dialects_of
    from fcompile.runtime.console.inspect import shown

    nodes = session.node(name)
    dialects = dialects_of(dialect or (), session.project.target.warehouse.type)
    for heading, sql in shown(session.project, nodes, dialects):
        tables.write(heading)
        tables.write_sql(sql, session.settings.no_color)


@command(
    app,
    "why",
    "fcompile why user_spend:spend_1h 42 --at 2026-01-31T12:00:00Z",
    "fcompile why route_delay origin=JFK,carrier=UA --at 2026-01-31",
    "fcompile why spend_ratio 42 -r amount=30 --at 2026-01-31T12:00:00Z",
)
def why(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="VIEW[:FEATURE]|LABEL", help="What to explain.")],
    key: Annotated[str, typer.Argument(metavar="KEY", help="The value, or a=1,b=2.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="ISO 8601, UTC.")],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="TIME", help="When a label is asked for. [default: the warehouse's now]"
        ),
    ] = None,
    request: Annotated[
        list[str] | None,
        typer.Option("--request", "-r", metavar="NAME=VALUE", help="Request data of an on-demand view."),
    ] = None,
    output: Output = "table",
) -> None:
    """Show the source rows behind one value."""
    from fcompile.runtime.console.entity_rows import request_data
    from fcompile.runtime.console.explained import explained

    moment, instant = arguments.required_instant(at, "--at"), arguments.instant(as_of, "--as-of")
    explained(session, name, key, moment, instant, request_data(request or ()), output)


@command(
    app,
    "verify",
    "fcompile verify",
    "fcompile verify -s user_spend --sample 10000 --output json",
)
def verify(
    session: Session,
    sample: Annotated[
        int, typer.Option("--sample", metavar="N", min=1, help="Entities to compare of each view.")
    ] = 1_000,
    output: Output = "table",
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Compare what is served online with the warehouse."""
    from fcompile.runtime.console.verified import verified

    verified(session, session.views(select or (), exclude or (), state), sample, output)


@command(
    app,
    "erase",
    "fcompile erase user_profile 1001 --yes",
    "fcompile erase user_spend user_id=1001 user_id=1002 --yes",
    "fcompile erase route_delay origin=JFK,carrier=UA --yes",
)
def erase(
    session: Session,
    view: Annotated[str, typer.Argument(metavar="VIEW", help="A feature view.")],
    keys: Annotated[
        list[str], typer.Argument(metavar="KEY...", help="The value, or a=1,b=2; an entity each.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Erase entities from tables and online rows."""
    from fcompile.runtime.console.erased import erased

    erased(session, view, keys, yes)


@command(app, "rollback", "fcompile rollback user_profile", "fcompile rollback user_profile -t prod")
def rollback(
    session: Session, view: Annotated[str, typer.Argument(metavar="VIEW", help="A feature view.")]
) -> None:
    """Serve a view's previous generation again."""
    from fcompile.runtime.console.rolled_back import rolled_back

    rolled_back(session, view)


@command(app, "state", "fcompile state", "fcompile state -s user_spend --output json")
def state_(
    session: Session,
    output: Output = "table",
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Show watermarks, generations, runs and leases."""
    from fcompile.runtime.console.stated import stated

    stated(session, select or (), exclude or (), state, output)


@command(app, "teardown", "fcompile teardown --yes", "fcompile teardown -t staging --yes")
def teardown(
    session: Session,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Drop the target's tables, online rows and state."""
    from fcompile.runtime.teardown import teardown as take_back

    done = take_back(session.project, yes)
    session.log.say(f"Dropped {len(done.views)} feature views.", views=done.views)
    for name in done.left:
        session.log.say(f"`{name}` is no longer defined: its table in the warehouse is left.")


@command(app, "clean", "fcompile clean", "fcompile clean --warehouse -t prod")
def clean(
    session: Session,
    warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Instead drop tables that killed sessions left there.")
    ] = False,
) -> None:
    """Remove caches; state and stores stay."""
    from fcompile.runtime import teardown

    removed = (teardown.clean_warehouse if warehouse else teardown.clean)(session.project)
    session.log.say(
        f"Removed {', '.join(removed)}." if removed else "There was nothing to remove.", removed=removed
    )


@command(app, "debug", "fcompile debug", "fcompile debug --output json")
def debug(session: Session, output: Output = "table") -> None:
    """Try the target step by step, and say what works."""
    from fcompile.runtime.console.debugged import debugged

    debugged(session, output)


@command(app, "dialects", "fcompile dialects", "fcompile dialects postgres --output json")
def dialects(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[DIALECT]", help="All that is said of one.")] = None,
    output: Output = "table",
) -> None:
    """Show what each SQL dialect says and refuses."""
    from fcompile.runtime.console.dialects import write_dialects

    write_dialects(name, output)


@command(app, "schema", "fcompile schema", "fcompile schema > fcompile.schema.json")
def schema(session: Session) -> None:
    """Print the JSON Schema of the YAML files."""
    from fcompile.compiler.schema import json_schema

    tables.write_json(json_schema())


@command(app, "version", "fcompile version", "fcompile version -q")
def version(session: Session) -> None:
    """Print the version."""
    tables.write(__version__)


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        interruption.raise_interrupts()
        code = run_command(app, sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    interruption.leave_at_once()
    sys.exit(interruption.code_of_signal() or code)


if __name__ == "__main__":
    main()
