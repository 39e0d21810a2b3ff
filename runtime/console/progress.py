"""Draws the events of long work on stderr: a live bar on a terminal, a line an item elsewhere, or JSON."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from fcompile.runtime.console.log import Log, is_terminal
from fcompile.runtime.events import Advanced, Event, Finished, Note, Started

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_SHADES = {"OK": "ok", "WARN": "warning", "ERROR": "error", "SKIP": "dim", "DONE": "dim"}
_COUNTED = ("materialize", "backfill", "test")


class Progress:
    """A ``Report`` for one command; a context manager, so that no bar is left on the screen."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._started = monotonic()
        self._work = ""
        self._total = 0
        self._counts: Counter[str] = Counter()
        self._rows: dict[str, int] = {}
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, event: Event) -> None:
        if self._log.is_json:
            self._record(event)
        match event:
            case Started(work, total):
                self._work, self._total = work, total
                self._open_bar()
            case Advanced(name, rows):
                self._rows[name] = rows
                self._redraw(name)
            case Finished():
                self._finished(event)
            case Note(message):
                self._line(message)

    @property
    def seconds(self) -> float:
        return monotonic() - self._started

    def stop(self) -> None:
        """Take the bar from the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def done(self) -> None:
        """Write the last line: how many items ended how, and the seconds in all."""
        self.stop()
        always = ("OK", "ERROR", "SKIP")
        shown = [s for s in ("OK", "WARN", "DONE", "ERROR", "SKIP") if s in always or self._counts[s]]
        seconds = self.seconds
        text = " ".join(f"{status}={self._counts[status]}" for status in shown)
        if self._log.is_json:
            counts = {status.lower(): self._counts[status] for status in shown}
            self._log.record("info", "done", seconds=round(seconds, 3), **counts)
        else:
            self._line(f"Done. {text} in {seconds:.1f}s")

    def _finished(self, event: Finished) -> None:
        self._counts[event.status] += 1
        self._rows[event.name] = event.rows
        if self._work in _COUNTED:
            number = f"{sum(self._counts.values())}/{self._total}".rjust(2 * len(str(self._total)) + 1)
            status = self._log.style(event.status.ljust(5), _SHADES.get(event.status, "dim"))
            rows = "" if self._work == "test" else f"  {event.rows:,} rows"
            clock = datetime.now().astimezone().strftime("%H:%M:%S")
            self._line(f"{clock}  {number} {status} {self._work} {event.name}{rows}  {event.seconds:.1f}s")
            if event.message:
                self._line("".join(f"          {line}\n" for line in event.message.splitlines()).rstrip())
        self._redraw(event.name)

    def _line(self, text: str) -> None:
        # With a bar, rich has taken stderr's place and puts lines above it.
        if not self._log.is_json:
            self._log.say(text)

    def _open_bar(self) -> None:
        settings = self._log.settings
        if settings.quiet or self._log.is_json or self._bar or not is_terminal(sys.stderr):
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            *((MofNCompleteColumn(),) if self._total else ()),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeElapsedColumn(),
        )
        console = Console(stderr=True, no_color=not self._log.colored, highlight=False)
        self._bar = Progress(*columns, console=console, transient=True, redirect_stdout=False)
        self._task = self._bar.add_task(self._work, total=self._total or None, rows=0)
        self._bar.start()

    def _redraw(self, name: str) -> None:
        if self._bar is None or self._task is None:
            return
        from rich.markup import escape

        self._bar.update(
            self._task,
            description=self._work if name == self._work else escape(f"{self._work} {name}"),
            completed=sum(self._counts.values()),
            rows=sum(self._rows.values()),
        )

    def _record(self, event: Event) -> None:
        match event:
            case Started(work, total):
                self._log.record("info", "started", work=work, total=total)
            case Advanced(name, rows):
                self._log.record("info", "advanced", name=name, rows=rows)
            case Finished(name, status, rows, seconds, message):
                level = "error" if status == "ERROR" else "info"
                self._log.record(
                    level,
                    "finished",
                    name=name,
                    status=status,
                    rows=rows,
                    seconds=round(seconds, 3),
                    message=message,
                )
            case Note(message):
                self._log.record("info", "note", message=message)
