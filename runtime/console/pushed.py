"""What `fcompile push` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from fcompile.runtime.console.erased import view_named
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session

if TYPE_CHECKING:
    from fcompile.runtime.push import Pushed, To


def pushed(session: Session, name: str, file: Path, to: str) -> None:
    """Push the rows of ``file`` to the view's source."""
    from fcompile.runtime.push import WAYS, push

    one_of(to, WAYS, "--to")
    view = view_named(session, name)
    with session.progress() as progress:
        done = push(session.project, view, file, cast("To", to), report=progress)
    session.log.say(_sentence(done), event="pushed", **_counts(done))


def _sentence(done: Pushed) -> str:
    rows = _of(done.rows, "row", "rows")
    match done.to:
        case "offline":
            return f"Appended {rows} to the source of `{done.view}`; the next run takes them up."
        case "both":
            loaded = _of(done.written, "row", "rows")
            return f"Appended {rows} to the source of `{done.view}` and ran it: {loaded} loaded."
    older = done.entities - done.written
    return (
        f"Pushed {rows} to `{done.view}`: of {_of(done.entities, 'entity', 'entities')},"
        f" {done.written} written, {older} not newer than what stands."
    )


def _counts(done: Pushed) -> dict[str, object]:
    return {
        "view": done.view,
        "to": done.to,
        "rows": done.rows,
        "appended": done.appended,
        "entities": done.entities,
        "written": done.written,
    }


def _of(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
