"""Commands that give values, and say where one comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from fcompile.runtime.console import arguments
from fcompile.runtime.console.options import (
    AsOf,
    DryRun,
    Features,
    FeaturesOrNone,
    FullNames,
    Labels,
    Output,
    command,
)
from fcompile.runtime.console.session import Session


@command(
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


@command(
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
