"""Keeps what a command does to each object, and leaves it in ``.fcompile/run_results.json`` however it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.console.session import Session
from fcompile.runtime.events import Event, Finished, Report
from fcompile.runtime.interruption import code_of_signal
from fcompile.runtime.run_results import NodeResult, RunResults, write_results

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

STATUS = {"OK": "success", "WARN": "success", "DONE": "success", "ERROR": "error", "SKIP": "skipped"}


class Recorder:
    """A context manager: ``asked`` are the ids worked on, of which each is skipped until something is put."""

    def __init__(self, session: Session, asked: Iterable[str]) -> None:
        self._session = session
        self._begun = datetime.now(UTC)
        self._started = monotonic()
        self._results = {node_id: NodeResult(node_id, "skipped") for node_id in asked}

    def __enter__(self) -> Recorder:
        return self

    def put(self, result: NodeResult) -> None:
        self._results[result.id] = result

    def through(self, report: Report) -> Report:
        """Return a report that notes what ends, so that it is known of a command that is interrupted."""

        def both(event: Event) -> None:
            if isinstance(event, Finished):
                self._note(event)
            report(event)

        return both

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, FcompileError):
            self._stopped(error.diagnostics)
        opened = self._session.opened
        results = RunResults(
            self._session.command,
            plain_arguments(self._session.arguments),
            opened.target.name if opened.target is not None else "",
            self._begun,
            monotonic() - self._started,
            exit_code(error),
            list(self._results.values()),
        )
        write_results(opened.root, results)

    def _note(self, event: Finished) -> None:
        for node_id in self._results:
            if node_id.partition(".")[2] == event.name:
                status, rows = STATUS[event.status], event.rows
                self._results[node_id] = NodeResult(node_id, status, event.seconds, rows, None, event.message)

    def _stopped(self, problems: Sequence[Diagnostic]) -> None:
        """What had not begun was stopped by ``problems``."""
        message, codes = said(problems)
        for node_id, result in self._results.items():
            if result.status == "skipped" and not result.message:
                self._results[node_id] = replace(result, message=message, codes=codes)


def said(problems: Sequence[Diagnostic]) -> tuple[str, tuple[str, ...]]:
    """Return the message and the codes of diagnostics."""
    return "; ".join(each.message for each in problems), tuple(each.code for each in problems)


def sql_of(project: Project, name: str) -> tuple[str, ...]:
    """Return where ``build`` writes what materializes a view, relative to the project."""
    dialect = project.target.warehouse.type
    return (f"{project.config.sql}/{dialect}/feature_views/{name}/materialize.sql",)


def exit_code(error: BaseException | None) -> int:
    """Return the code that the command ends with where it is left by ``error``."""
    match error:
        case None:
            return 0
        case typer.Exit():
            return int(error.exit_code)
        case FcompileError():
            return error.exit_code
        case KeyboardInterrupt():
            return code_of_signal() or 130
    return 70


def plain_arguments(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return what was said on the command line, without what was not."""
    given = {name: value for name, value in arguments.items() if value not in (None, False, (), [])}
    return {name: _plain(value) for name, value in sorted(given.items())}


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) or not isinstance(value, str | int | float) else value
