"""The command ``fmt``: what was written, or would be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from fcompile.runtime.console.session import Session


def formatted(session: Session, files: Sequence[Path], check: bool) -> None:
    """Bring files into the one layout; with ``check`` write nothing, and leave with 3 where some would change."""
    from fcompile.runtime.formatting import plan_layout, write_layout

    layout = plan_layout(Path(session.settings.project), files)
    if not check:
        write_layout(layout)
    for name in layout.changed:
        session.log.say(f"~ {name}", event="file", path=name, kind="changed")
    count, total = len(layout.changed), len(layout.looked_at)
    of = f"{count} of {total} file{'' if total == 1 else 's'}"
    if not count:
        message = f"OK: {total} file{' is' if total == 1 else 's are'} as {'it' if total == 1 else 'they'} should be"
    elif check:
        message = f"{of} would change: run `fcompile fmt` and commit"
    else:
        message = f"OK: {of} changed"
    session.log.say(message, event="formatted", files=total, changed=count, written=bool(count) and not check)
    if check and count:
        raise typer.Exit(3)
