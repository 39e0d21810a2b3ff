"""Commands for who looks after what is there."""

from __future__ import annotations

from typing import Annotated

import typer

from fcompile.runtime.console.options import (
    Excludes,
    Output,
    Selects,
    State,
    command,
)
from fcompile.runtime.console.session import Session


@command(
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


@command("rollback", "fcompile rollback user_profile", "fcompile rollback user_profile -t prod")
def rollback(
    session: Session, view: Annotated[str, typer.Argument(metavar="VIEW", help="A feature view.")]
) -> None:
    """Serve a view's previous generation again."""
    from fcompile.runtime.console.rolled_back import rolled_back

    rolled_back(session, view)


@command("state", "fcompile state", "fcompile state -s user_spend --output json")
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


@command("teardown", "fcompile teardown --yes", "fcompile teardown -t staging --yes")
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


@command("clean", "fcompile clean", "fcompile clean --warehouse -t prod")
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


@command("debug", "fcompile debug", "fcompile debug --output json")
def debug(session: Session, output: Output = "table") -> None:
    """Try the target step by step, and say what works."""
    from fcompile.runtime.console.debugged import debugged

    debugged(session, output)
