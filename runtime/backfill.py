"""``backfill``: fill what the ledger of intervals lacks, chunk by chunk of known time.

Each chunk is a run of its own (``materialize`` of its interval) under its own lease, so that other runs go on in
between, and what a chunk has filled is in the ledger before the next one begins: killed anywhere, the same command
goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, FcompileError, LockedError, UnavailableError
from fcompile.runtime.clock import MICROSECOND, from_micros, show, to_micros
from fcompile.runtime.events import Advanced, Event, Finished, Note, Report, Started, silent
from fcompile.runtime.interval import Tables, Wish, as_of, seen_until
from fcompile.runtime.procedure import RunSummary, fingerprint, tables_of
from fcompile.runtime.project import Project
from fcompile.runtime.run import compiled, materialize
from fcompile.runtime.sources import check_sources
from fcompile.runtime.state import State, ViewState, open_state
from fcompile.runtime.state.intervals import first_gap
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse

CHUNK = timedelta(days=1)
PATIENCE_SECONDS = 600.0
"""How long a chunk waits for another run of its view to end."""
_LOOK_SECONDS = 1.0

RunChunk = Callable[[FeatureView, Wish, Report], RunSummary]
ReadState = Callable[[str], ViewState]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of one chunk; both ends belong to it.

    ``status``: OK, ERROR, SKIP where an earlier chunk of the view failed, DONE where the ledger had it already.
    """

    view: str
    start: datetime
    end: datetime
    status: str
    rows: int = 0
    seconds: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Backfilled:
    """Chunks view by view, the oldest first."""

    chunks: tuple[Chunk, ...]

    @property
    def exit_code(self) -> int:
        """0; 75 where nothing but a store that is down was in the way, 5 another run; else 1."""
        codes = {chunk.exit_code for chunk in self.chunks} - {0}
        return codes.pop() if len(codes) == 1 else int(bool(codes))


@dataclass(slots=True)
class Ledgers:
    """What is filled of each view as it is defined now.

    Attributes:
        fingerprints: of the definitions; a view that is not there has none: nothing of it is known to be filled.
        lacking: views without all of their tables, whatever the ledger says.
    """

    read: ReadState
    fingerprints: Mapping[str, str]
    lacking: set[str] = field(default_factory=set)

    def missing_from(self, view: FeatureView, start: datetime, end: datetime) -> datetime | None:
        """Return the first instant of the chunk that no run has looked at; None where nothing is missing."""
        state = self.read(view.name)
        written = (
            {state.fingerprint} if state.pending is None else {state.fingerprint, state.pending.fingerprint}
        )
        if view.name in self.lacking or written != {self.fingerprints.get(view.name)}:
            return start
        gap = first_gap(state.intervals, to_micros(start) - 1, seen_until(view, end))
        return None if gap is None else from_micros(gap) + MICROSECOND


def backfill(
    project: Project,
    views: Sequence[FeatureView],
    start: datetime,
    end: datetime,
    chunk: timedelta = CHUNK,
    report: Report = silent,
) -> Backfilled:
    """Bring into the views what became known from ``start`` to ``end`` (naive UTC, both included).

    A view that fails does not stop the others. Raises before anything is changed:
        UsageError: FC503 the end is in the future, FC505 before the start.
    """
    scope = (project.config.state, project.root, project.config.project, project.target_name)

    def run(view: FeatureView, wish: Wish, said: Report) -> RunSummary:
        return materialize(project, [view], end=wish.end, start=wish.start, report=said)

    with closing(open_state(*scope)) as state:
        with closing(open_warehouse(project, read_only=True)) as warehouse:
            as_of(Wish(end, start), warehouse.now())
            ledgers = _ledgers(project, warehouse, views, state)
        return backfill_views(views, start, end, chunk, ledgers, run, report)


def _ledgers(project: Project, warehouse: Warehouse, views: Sequence[FeatureView], state: State) -> Ledgers:
    marks: dict[str, str] = {}
    lacking = set()
    for view in views:
        try:
            sql = compiled(project, check_sources(warehouse, [view], project.files).view(view))
        except FcompileError:
            continue  # its first chunk says what is wrong
        marks[view.name] = fingerprint(sql)
        if tables_of(warehouse, sql) is not Tables.ALL:
            lacking.add(view.name)
    return Ledgers(state.view, marks, lacking)


def backfill_views(
    views: Sequence[FeatureView],
    start: datetime,
    end: datetime,
    chunk: timedelta,
    ledgers: Ledgers,
    run: RunChunk,
    report: Report = silent,
    patience: float = PATIENCE_SECONDS,
) -> Backfilled:
    """Run each chunk that is missing; see ``backfill``. ``run`` raises LockedError where the view is taken."""
    planned = [(view, *each) for view in views for each in chunks_of(view, start, end, chunk)]
    report(Started("backfill", len(planned)))
    done: list[Chunk] = []
    for view, first, last in planned:
        result = _filled(view, first, last, done, ledgers, run, report, patience)
        done.append(result)
        name = f"{view.name} {show(first)} to {show(last)}"
        message = "; ".join(d.message for d in result.diagnostics)
        report(Finished(name, result.status, result.rows, result.seconds, message))
    return Backfilled(tuple(done))


def chunks_of(
    view: FeatureView, start: datetime, end: datetime, chunk: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the chunks' ends, the oldest first; one chunk of all where each would read all history again."""
    if start == end or (view.windowed and view.lookback is None):
        yield start, end
        return
    while start < end:
        yield start, min(start + chunk, end)
        start += chunk


def _filled(
    view: FeatureView,
    start: datetime,
    end: datetime,
    before: Sequence[Chunk],
    ledgers: Ledgers,
    run: RunChunk,
    report: Report,
    patience: float,
) -> Chunk:
    if stop := _stopped(view, before):
        return Chunk(view.name, start, end, "SKIP", diagnostics=(stop,), exit_code=0)
    began = time.monotonic()
    try:
        missing = ledgers.missing_from(view, start, end)
        if missing is None:
            return Chunk(view.name, start, end, "DONE")
        (result,) = _patiently(view, Wish(end, missing), run, report, patience).results
    except FcompileError as error:
        seconds = time.monotonic() - began
        return Chunk(view.name, start, end, "ERROR", 0, seconds, error.diagnostics, error.exit_code)
    ledgers.lacking.discard(view.name)
    said = result.diagnostics, result.exit_code
    return Chunk(view.name, start, end, result.status, result.rows, result.seconds, *said)


def _stopped(view: FeatureView, before: Sequence[Chunk]) -> Diagnostic | None:
    """Return why the chunk is not begun."""
    failed = [c for c in before if c.status == "ERROR"]
    if any(c.exit_code == UnavailableError.exit_code for c in failed):
        return Diagnostic("FC542", "not begun: a store is down", hint="the same command goes on from here")
    if any(c.view == view.name for c in failed):
        return Diagnostic(
            "FC542",
            f"not begun: a chunk of `{view.name}` before it failed",
            hint="the same command goes on there",
        )
    return None


def _patiently(view: FeatureView, wish: Wish, run: RunChunk, report: Report, patience: float) -> RunSummary:
    """Run the chunk, or wait until the run that has the view ends."""
    until = time.monotonic() + patience
    said = False
    while True:
        try:
            return run(view, wish, _inner(report))
        except LockedError as error:
            if error.diagnostics[0].code != "FC501" or time.monotonic() >= until:
                raise
            if not said:
                report(Note(f"{error.diagnostics[0].message}: waiting for it"))
                said = True
            time.sleep(min(_LOOK_SECONDS, max(until - time.monotonic(), 0)))


def _inner(report: Report) -> Report:
    """Return what a chunk's run reports to: what it begins and ends is the chunk's own matter."""

    def said(event: Event) -> None:
        if isinstance(event, Advanced | Note):
            report(event)

    return said
