"""One procedure over the selected views (SPEC 7), on whatever warehouse, state and store it is given.

For each view: choose the interval, note it with a new load sequence, write the warehouse's table in one
transaction, load what changed, and move the watermark last. A kill between any two steps is made good by the
next run, because each step can be done again: the table is old or new, the store takes only what is newer,
and what was noted tells the next run what the table may hold.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, FcompileError, LockedError, RefusedError, UnavailableError
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.materialize import MaterializeSql
from fcompile.runtime.clock import utc_now
from fcompile.runtime.events import Advanced, Finished, Note, Report, Started, silent
from fcompile.runtime.interval import Loaded, Step, Tables, Wish, as_of, begun, choose, ended, refusal
from fcompile.runtime.loader import BATCH_ROWS, load, plan_load
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.state import Heartbeat, Lease, RunRecord, State, ViewState
from fcompile.runtime.warehouses.base import Warehouse


@dataclass(frozen=True, slots=True)
class ViewResult:
    """How one view ended: OK, ERROR, or SKIP where it was not begun. ``rows`` as in ``RunRecord``.

    ``exit_code``: that of the error, if there was one.
    """

    view: str
    status: str
    rows: int
    seconds: float
    as_of: datetime | None
    diagnostics: tuple[Diagnostic, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The results in the order of the views."""

    results: tuple[ViewResult, ...]

    @property
    def exit_code(self) -> int:
        """0 where all went well, 75 where nothing but a store that is down was in the way, else 1."""
        codes = {result.exit_code for result in self.results}
        if codes <= {0, UnavailableError.exit_code}:
            return max(codes, default=0)
        return 1


def whole(summary: RunSummary) -> RunSummary:
    """Return ``summary`` where every view went well; raise what went wrong otherwise."""
    problems = [d for result in summary.results for d in result.diagnostics]
    if summary.exit_code == UnavailableError.exit_code:
        raise UnavailableError(*problems)
    if summary.exit_code:
        raise FcompileError(*problems)
    return summary


def no_failpoint(name: str) -> None:
    """Do nothing; tests put something that kills the process here."""


def no_check(view: FeatureView) -> FeatureView:
    """Leave it to the engine to say what is missing."""
    return view


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside that a run works on.

    Attributes:
        online: None loads nothing.
        check: the view with its source as the warehouse has it; raises FcompileError where that is not enough.
    """

    warehouse: Warehouse
    state: State
    online: OnlineStore | None
    compiled: Callable[[FeatureView], MaterializeSql]
    check: Callable[[FeatureView], FeatureView] = no_check
    failpoint: Callable[[str], None] = no_failpoint
    batch_rows: int = BATCH_ROWS


@contextmanager
def leased(state: State, views: Sequence[FeatureView]) -> Iterator[Lease]:
    """Hold all of the views, renewed in the background; raise LockedError (FC501) if one is taken."""
    lease = state.acquire([view.name for view in views])
    try:
        with closing(state.reopened()) as other, Heartbeat(lambda: other.renew(lease)):
            yield lease
    finally:
        state.release(lease)


def run_views(
    ports: Ports, lease: Lease, views: Sequence[FeatureView], wish: Wish, report: Report = silent
) -> RunSummary:
    """Run the views one by one under ``lease``; see ``materialize``."""
    end = as_of(wish, ports.warehouse.now())
    states = {view.name: ports.state.view(view.name) for view in views}
    refused = [r for view in views if (r := refusal(view, wish, end, states[view.name]))]
    if refused:
        raise RefusedError(*refused)
    report(Started("materialize", len(views)))
    results: list[ViewResult] = []
    for view in views:
        over = _over(results)
        results.append(_skipped(view, *over) if over else _timed(ports, lease, view, wish, end, report))
        report(_finished(results[-1]))
    return RunSummary(tuple(results))


def _over(results: Sequence[ViewResult]) -> tuple[str, str, int] | None:
    """Return why no further view is begun: a code, a reason, an exit code; None where there is no reason."""
    codes = {d.code for result in results for d in result.diagnostics}
    if "FC502" in codes:
        return "FC502", "the lease was lost", LockedError.exit_code
    if "FC521" in codes:
        # Each would wait out the deadline anew.
        return "FC521", "the online store is down", UnavailableError.exit_code
    return None


def _skipped(view: FeatureView, code: str, reason: str, exit_code: int) -> ViewResult:
    problem = Diagnostic(code, f"not begun: {reason}", hint="run again")
    return ViewResult(view.name, "SKIP", 0, 0.0, None, (problem,), exit_code)


def _finished(result: ViewResult) -> Finished:
    message = "; ".join(d.message for d in result.diagnostics)
    return Finished(result.view, result.status, result.rows, result.seconds, message)


def _timed(
    ports: Ports, lease: Lease, view: FeatureView, wish: Wish, end: datetime, report: Report
) -> ViewResult:
    started = time.monotonic()
    try:
        return _run_view(ports, lease, view, wish, end, report, started)
    except FcompileError as error:
        seconds = time.monotonic() - started
        result = ViewResult(view.name, "ERROR", 0, seconds, end, error.diagnostics, error.exit_code)
        ports.state.record(_record(result))
        return result


def _record(result: ViewResult) -> RunRecord:
    message = "; ".join(d.message for d in result.diagnostics)
    return RunRecord(
        result.view, result.status, result.rows, result.seconds, result.as_of, utc_now(), message
    )


def _run_view(
    ports: Ports,
    lease: Lease,
    view: FeatureView,
    wish: Wish,
    end: datetime,
    report: Report,
    started: float,
) -> ViewResult:
    sql = ports.compiled(ports.check(view))
    mark = fingerprint(sql)
    old = ports.state.view(view.name)
    step = choose(view, wish, end, old, mark, tables_of(ports.warehouse, sql))
    if step.reason:
        report(Note(f"`{view.name}` is rebuilt: {step.reason}"))
    ports.failpoint("chosen")
    sequence = ports.state.begin(lease, view.name, begun(step, old, mark))
    ports.failpoint("begun")
    _write_table(ports, lease, view, sql, step, sequence, old)
    ports.failpoint("materialized")
    rows, loaded = _load(ports, lease, view, sql, old, sequence, step.rebuild, report)
    ports.failpoint("loaded")
    result = ViewResult(view.name, "OK", rows, time.monotonic() - started, step.as_of)
    ports.state.commit(lease, view.name, old, ended(view, step, old, mark, loaded), _record(result))
    ports.failpoint("committed")
    return result


def _write_table(
    ports: Ports,
    lease: Lease,
    view: FeatureView,
    sql: MaterializeSql,
    step: Step,
    sequence: int,
    old: ViewState,
) -> None:
    # Without transactions an error leaves it open whether the table changed; then the note stays.
    rolled_back = ports.warehouse.transactional
    try:
        with ports.warehouse.transaction():
            _statements(ports, sql, step, sequence)
            ports.state.renew(lease)
            ports.failpoint("before commit")
            rolled_back = False
    except FcompileError:
        # So does an error of the commit itself.
        if rolled_back:
            _withdraw(ports.state, lease, view, old)
        raise
    try:
        ports.state.renew(lease)
    except LockedError:
        ports.state.suspect(view.name, step.as_of)
        raise


def _statements(ports: Ports, sql: MaterializeSql, step: Step, sequence: int) -> None:
    for statement in (*(sql.empty if step.rebuild else ()), *sql.create):
        ports.warehouse.execute(statement)
    ports.failpoint("created")
    values = {
        "as_of": step.as_of,
        "since": step.since,
        "previous": step.previous,
        "sequence": sequence,
        "newest": step.newest,
    }
    for each in sql.steps:
        # Staged tables read some of them too; only DuckDB asks for exactly those that a text names.
        named = each.parameters if ports.warehouse.dialect == "duckdb" else tuple(values)
        ports.warehouse.execute(each.text, {name: values[name] for name in named})
        ports.failpoint("stepped")
    ports.failpoint("merged")


def _withdraw(state: State, lease: Lease, view: FeatureView, old: ViewState) -> None:
    try:
        state.withdraw(lease, view.name, old.pending)
    except LockedError:
        return


def _load(
    ports: Ports,
    lease: Lease,
    view: FeatureView,
    sql: MaterializeSql,
    old: ViewState,
    sequence: int,
    rebuilt: bool,
    report: Report,
) -> tuple[int, Loaded]:
    """Return the rows sent, and what the state is to say the online store has."""
    if ports.online is None or not view.online:
        # The watermark is the table's. What the online store lacks, `loaded` tells the next run.
        # Of a table that was rebuilt its generation has nothing any more.
        loaded = Loaded(0, "", 0) if rebuilt else Loaded(old.loaded, old.store, old.generation)
        return _changed(ports.warehouse, sql, sequence - 1), loaded
    store = ports.online.identity()
    known, held = (old.generation, old.loaded) if old.store == store else (0, 0)
    plan = plan_load(ports.online, view, known, held, sequence, rebuilt)
    if plan.hidden:
        report(Note(_hidden(view)))

    def after_write(sent: int) -> None:
        report(Advanced(view.name, sent))
        ports.failpoint("batch")

    sent = load(
        ports.warehouse,
        ports.online,
        view,
        sql,
        plan,
        partial(ports.state.renew, lease),
        after_write,
        ports.failpoint,
        ports.batch_rows,
    )
    return sent, Loaded(sequence, store, plan.generation.number)


def _hidden(view: FeatureView) -> str:
    return (
        f"`{view.name}` was rolled back: readers stay with its older generation, which gets nothing of this run;"
        f" `fcompile rollback {view.name}` shows them this one again, --full-refresh loads and shows a new one"
    )


def _changed(warehouse: Warehouse, sql: MaterializeSql, since: int) -> int:
    select = sql.changed.rstrip().rstrip(";")
    counted = f"SELECT COUNT(*) FROM (\n{select}\n) AS changed"  # noqa: S608
    ((count,),) = warehouse.simple_rows(counted, {"loaded": since})
    return int(str(count))


def tables_of(warehouse: Warehouse, sql: MaterializeSql) -> Tables:
    """Tell which of the view's tables are there; its own counts as whole only with the columns it should have."""
    names = [*(name for name, _ in sql.columns), EVENT, CREATED, SEQUENCE]
    found = [_columns(warehouse, table) for table in (sql.table, *sql.others)]
    if found[0] == names and all(found):
        return Tables.ALL
    return Tables.SOME if any(found) else Tables.NONE


def _columns(warehouse: Warehouse, table: str) -> list[str]:
    """Return the table's columns; none where it is not there."""
    try:
        return [column.name for column in warehouse.describe(f"SELECT * FROM {table}")]  # noqa: S608
    except FcompileError:
        # Whatever else is wrong with the warehouse, the statements that follow will say better.
        return []


_LINE_COMMENT = re.compile(r"^[ \t]*--[^\n]*\n?", re.MULTILINE)


def fingerprint(sql: MaterializeSql) -> str:
    """Return what the table's content depends on: its statements and types, without their comments' words.

    Two definitions with one fingerprint write the same rows; a new release that writes other SQL rebuilds.
    """
    steps = (step.text for step in sql.steps)
    texts = (sql.table, *sql.create, *sql.empty, *steps, *(f"{n} {t}" for n, t in sql.columns))
    plain = "\0".join(_LINE_COMMENT.sub("", text) for text in texts)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
