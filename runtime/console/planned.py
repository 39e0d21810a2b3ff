"""What ``--dry-run`` prints: SQL, with what the engine expects of it as comments."""

from __future__ import annotations

from collections.abc import Iterable

from fcompile.compiler.render import header
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write_sql
from fcompile.runtime.dry_run import Planned, PlannedWork


def write_planned(session: Session, work: Iterable[PlannedWork]) -> None:
    for each in work:
        statements = "".join(map(_statement, each.statements))
        text = f"{header(f'{each.topic}: {each.words}')}{statements}\n"
        write_sql(text, session.settings.no_color)
    session.log.say("Nothing was run.", event="planned")


def _statement(planned: Planned) -> str:
    lines = [line.rstrip() for line in planned.estimate.splitlines() if line.strip()]
    estimate = "".join(f"--   {line}\n" for line in lines)
    return f"{planned.text};\n" + (f"-- The engine expects:\n{estimate}" if estimate else "")
