"""The command ``test``: which tests are meant, and how they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.definitions import TestCase
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError, listed, near
from fcompile.compiler.selectors import covering_tests, nothing_selected
from fcompile.runtime.console.recorded import Recorder, said
from fcompile.runtime.console.session import Session
from fcompile.runtime.run_results import NodeResult

if TYPE_CHECKING:
    from fcompile.runtime.testing import TestResult

_DIFFERS = "FC440"


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
    with Recorder(session, [f"test.{test.name}" for test in tests]) as recorder:
        with session.progress() as progress:
            summary = run_tests(session.project, tests, recorder.through(progress))
            progress.done()
        for result in summary.results:
            recorder.put(_recorded(result))
        if summary.problems:
            session.log.errors(FcompileError(*summary.problems, files=session.project.files))
        if summary.exit_code:
            raise typer.Exit(summary.exit_code)


def _recorded(result: TestResult) -> NodeResult:
    """A test that found another value than it expects fails; one that could not be run is an error."""
    message, codes = said(result.problems)
    status = "success" if not codes else "fail" if set(codes) <= {_DIFFERS} else "error"
    return NodeResult(f"test.{result.name}", status, result.seconds, message=message, codes=codes)


def _tests(
    session: Session,
    names: Sequence[str],
    selects: Sequence[str],
    excludes: Sequence[str],
    state: Path | None,
) -> tuple[TestCase, ...]:
    known = session.project.definitions.tests
    if not known and not names:
        return ()
    _refuse_unknown(names, known)
    nodes = covering_tests(session.graph, session.nodes(selects, excludes, state))
    chosen = [n.definition for n in nodes if isinstance(n.definition, TestCase)]
    if names:
        chosen = [test for test in chosen if any(fnmatchcase(test.name, name) for name in names)]
    if not chosen:
        raise nothing_selected([*selects, *names], excludes, "test")
    return tuple(chosen)


def _refuse_unknown(names: Sequence[str], known: Mapping[str, object]) -> None:
    missing = [name for name in names if not any(fnmatchcase(test, name) for test in known)]
    if missing:
        raise UsageError(*(_unknown(name, known) for name in missing))


def _unknown(name: str, known: Mapping[str, object]) -> Diagnostic:
    close = near(name, known, most=3) or sorted(known)
    hint = f"there is {listed(close)}" if close else "the project has no tests"
    return Diagnostic("FC284", f"there is no test `{name}`", hint=hint)
