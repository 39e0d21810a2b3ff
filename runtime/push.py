"""``push``: rows of a view's source as they happen, to the online store, the warehouse or both."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fcompile.compiler.definitions import FeatureView, ViewRows
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.expressions.nodes import raw_dialects
from fcompile.runtime.clock import from_micros, utc_now
from fcompile.runtime.events import Note, Report, silent
from fcompile.runtime.interval import Wish
from fcompile.runtime.loader import ttl_of
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import RunSummary, run_views, whole
from fcompile.runtime.project import Project
from fcompile.runtime.push_offline import append, check_appendable
from fcompile.runtime.push_online import latest, push_online
from fcompile.runtime.push_rows import PushedRows, not_known_yet, pushed_rows
from fcompile.runtime.run import at_work
from fcompile.runtime.state import ViewState, open_state
from fcompile.runtime.state.intervals import covered_until
from fcompile.runtime.warehouses.registry import open_warehouse

To = Literal["online", "offline", "both"]
WAYS: tuple[To, ...] = ("online", "offline", "both")
AHEAD = timedelta(minutes=1)
"""How much later than this machine's clock a row may be: clocks differ."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of pushed rows.

    Attributes:
        rows: that were given.
        appended: of these to the source's table.
        entities: that have values online because of them; the others' rows have no key or do not pass the filter.
        written: of the entities, those of which the store had nothing as new; to ``both``: the rows that were loaded.
    """

    view: str
    to: To
    rows: int
    appended: int = 0
    entities: int = 0
    written: int = 0


def push(
    project: Project,
    view: FeatureView,
    rows: object,
    to: To = "online",
    store: OnlineStore | None = None,
    report: Report = silent,
) -> Pushed:
    """Push ``rows``, which have the columns of the view's source; a time without a zone is UTC.

    ``online`` writes the latest values that a run would make of them, ``offline`` appends them to the source's
    table, and ``both`` appends them, then runs the view up to now. Nothing is done where a row is refused.

    Args:
        rows: a Parquet or CSV file, a pandas, polars or pyarrow table, or a list of rows by column name.
        store: the online store, if it is open already.

    Raises:
        UsageError: FC285 another ``to``, FC510 the view is not served online, FC538 the source is none to append to,
            FC539 what online values are made of is not in the rows.
        FcompileError: FC535 and FC536 the rows, FC402 and FC403 their columns and types, FC537 a row that is not
            known yet, FC454 a value that cannot be computed; FC540 the online store has rows of another definition.
        LockedError: FC501 a run works on the view (``both``, or nothing was ever loaded online).
    """
    _check(project, view, to)
    with pushed_rows(project, view, rows) as given:
        if to == "online":
            return _online(project, view, given, store)
        if not _not_of_rows_alone(project, view):
            # A value that cannot be computed would stand in the way of every run.
            deque(latest(given.local, given.view, datetime.max), maxlen=0)
        if to == "offline":
            with closing(open_warehouse(project)) as warehouse:
                return Pushed(view.name, to, given.count, append(warehouse, view, given))
        return _both(project, view, given, report)


def _check(project: Project, view: FeatureView, to: str) -> None:
    if to not in WAYS:
        hint = "it is online, offline or both"
        raise UsageError(Diagnostic("FC285", f"`{to}` is not where rows can be pushed to", hint=hint))
    if isinstance(view.source.relation, ViewRows):
        below = view.source.relation.view.name
        message = f"`{view.name}` has no rows of its own: its source is the view `{below}`"
        hint = f"push to `{below}` with --to both, then: fcompile run -s {view.name}"
        raise UsageError(Diagnostic("FC538", message, view.span, hint))
    if to != "online":
        check_appendable(view)
        return
    if not view.online:
        message = f"`{view.name}` is not served online"
        hint = "remove `online: false` from it, or push with --to offline"
        raise UsageError(Diagnostic("FC510", message, view.span, hint))
    if reason := _not_of_rows_alone(project, view):
        hint = "push with --to both: the warehouse makes them"
        raise UsageError(Diagnostic("FC539", f"`{view.name}`: {reason}", view.span, hint))


def _not_of_rows_alone(project: Project, view: FeatureView) -> str:
    """Return why the values online cannot be made of pushed rows alone; empty where they can."""
    if view.windowed:
        return "its windows are over rows of the past, which are in the warehouse"
    engine = project.target.warehouse.type
    raw = [f.name for f in view.features if engine != "duckdb" and raw_dialects(f.expr)]
    return f"`{raw[0]}` is SQL of {engine}'s own" if raw else ""


# -- online ---------------------------------------------------------------------------------------


def _online(project: Project, view: FeatureView, given: PushedRows, store: OnlineStore | None) -> Pushed:
    now = utc_now()
    if problems := not_known_yet(given, now, AHEAD):
        raise FcompileError(*problems)
    scope = (project.config.state, project.root, project.config.project, project.target_name)
    with closing(open_state(*scope)) as state, _opened(project, store) as online:
        as_of = now + 2 * AHEAD  # all rows are known by then, also strictly before
        served = push_online(given, online, state, as_of, project.root, ttl_of(view))
    return Pushed(view.name, "online", given.count, 0, served.entities, served.written)


@contextmanager
def _opened(project: Project, store: OnlineStore | None) -> Iterator[OnlineStore]:
    if store is not None:
        yield store
        return
    with closing(open_online(project.target.online, project.root, project.online_namespace)) as own:
        yield own


# -- both -----------------------------------------------------------------------------------------


def _both(project: Project, view: FeatureView, given: PushedRows, report: Report) -> Pushed:
    # The lease comes first: what is appended and then not loaded would be appended again by who tries again.
    with at_work(project, [view], Wish()) as (ports, lease):
        now = ports.warehouse.now()
        wish = _wish(view, ports.state.view(view.name), given.earliest(), now)
        appended = append(ports.warehouse, view, given)
        try:
            summary = whole(run_views(ports, lease, [view], wish, report))
        except BaseException:
            report(
                Note(f"the rows are in the warehouse; do not push again, but: fcompile run -s {view.name}")
            )
            raise
    return Pushed(view.name, "both", given.count, appended, 0, _loaded(summary))


def _loaded(summary: RunSummary) -> int:
    return sum(result.rows for result in summary.results)


def _wish(view: FeatureView, state: ViewState, earliest: datetime | None, now: datetime) -> Wish:
    """Return an incremental run that looks at all pushed rows, also at those known before its lookback."""
    covered = covered_until(state.intervals)
    if view.lookback is None or covered is None or earliest is None:
        return Wish()
    if earliest > from_micros(covered) - view.lookback:
        return Wish()
    return Wish(end=now, start=earliest)
