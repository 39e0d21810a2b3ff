"""What `fcompile debug` prints: a line a step as it ends, then the verdict."""

from __future__ import annotations

import typer

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.console import tables
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.debug import FAIL, Tried, tried

_WIDTH = len("online store")


def debugged(session: Session, output: str) -> None:
    """Try the target; leave with 1 where a step failed."""
    one_of(output, ("table", "json"))
    steps: list[Tried] = []
    for step in tried(session.project):
        steps.append(step)
        if output != "json":
            tables.write(f"{step.verdict:<4}  {step.step:<{_WIDTH}}  {step.said}")
            tables.finish()
    if output == "json":
        tables.write_json([{"step": s.step, "verdict": s.verdict, "said": s.said} for s in steps])
    failed = [step for step in steps if step.verdict == FAIL]
    problems = [problem for step in failed for problem in step.diagnostics]
    if problems:
        session.log.errors(FcompileError(*problems, files=session.project.files))
        raise typer.Exit(1)
    session.log.say(f"Target `{session.project.target_name}` works.", event="debugged")
