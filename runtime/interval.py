"""What a run has to do with one view: as of when, since when, or all anew. Pure decisions over state.

Times are naive UTC datetimes of known time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.runtime.clock import MICROSECOND, from_micros, show, to_micros
from fcompile.runtime.state import REBUILD, Pending, ViewState
from fcompile.runtime.state.intervals import covered_until


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command asks for: ``run``, ``materialize`` (with ``start``) or ``materialize-incremental``.

    Attributes:
        end: the as-of instant; None is the warehouse's now.
        start: look at entities with a row known at or after it; both ends belong to the interval.
    """

    end: datetime | None = None
    start: datetime | None = None
    full_refresh: bool = False
    warehouse_only: bool = False


class Tables(Enum):
    """What the warehouse has of a view's tables: its own, and those of its tiles."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Step:
    """Parameters of the statements.

    ``since`` None is all entities; ``reason``: why it rebuilds unasked. ``previous``: what the table's values are
    as of, None where that is not certain.
    """

    as_of: datetime
    since: datetime | None
    newest: bool
    rebuild: bool
    reason: str = ""
    previous: datetime | None = None


def as_of(wish: Wish, now: datetime) -> datetime:
    """Return the end of the interval; raise UsageError (FC503, FC505, FC513) if there is no such interval."""
    end = now if wish.end is None else wish.end
    if end > now:
        message = f"the end {show(end)} lies in the future: the warehouse's clock says {show(now)}"
        raise UsageError(Diagnostic("FC503", message, hint="leave the end out to run up to now"))
    if wish.start is not None and end < wish.start:
        message = f"the end {show(end)} is before the start {show(wish.start)}"
        raise UsageError(Diagnostic("FC505", message, hint="swap them"))
    if wish.start is not None and wish.full_refresh:
        message = "a full refresh covers everything and takes no start"
        raise UsageError(Diagnostic("FC513", message, hint="leave out the start"))
    return end


def refusal(view: FeatureView, wish: Wish, end: datetime, state: ViewState) -> Diagnostic | None:
    """Return why the view must not be run as of ``end`` (FC504), or None."""
    if state.watermark is None or end >= state.watermark or wish.start is not None or wish.full_refresh:
        return None
    done = show(state.watermark)
    message = f"`{view.name}` is materialized up to {done} already, which is after the end {show(end)}"
    return Diagnostic("FC504", message, hint=f"to rebuild it as of then: --full-refresh --end {show(end)}")


def choose(
    view: FeatureView, wish: Wish, end: datetime, state: ViewState, fingerprint: str, tables: Tables
) -> Step:
    """Return what to do."""
    if wish.full_refresh:
        return Step(end, None, newest=True, rebuild=True)
    if reason := _must_rebuild(state, fingerprint, tables):
        # A backfill must not take the table back from where the watermark says it is.
        latest = max(end, state.watermark or end) if wish.start is not None else end
        return Step(latest, None, newest=True, rebuild=True, reason=reason)
    held = _table_holds(state)
    if wish.start is None and held is not None and held > end:
        reason = f"an earlier run up to {show(held)} did not end"
        return Step(end, None, newest=True, rebuild=True, reason=reason)
    since = _since(view, wish, state)
    if view.windowed:
        # Windows of an older instant are of no use to anyone: a backfill brings late rows into the newest ones.
        previous = state.watermark if state.pending is None else None
        return Step(max(end, held or end), since, newest=True, rebuild=False, previous=previous)
    return Step(end, since, newest=held is None or end >= held, rebuild=False)


def _must_rebuild(state: ViewState, fingerprint: str, tables: Tables) -> str:
    written_by = {state.fingerprint} - {None}
    if state.pending is not None:
        written_by.add(state.pending.fingerprint)
    if not written_by:
        return "" if tables is Tables.NONE else "its table is there, but the state does not know it"
    if REBUILD in written_by:
        return "an earlier rebuild did not end"
    if written_by != {fingerprint}:
        return "its definition changed"
    if tables is Tables.SOME or (tables is Tables.NONE and state.fingerprint is not None):
        return "a table of it is missing or has other columns"
    return ""


def _table_holds(state: ViewState) -> datetime | None:
    """Return the latest instant whose values the table may hold; None if it never ran."""
    pending = state.pending.as_of if state.pending else None
    return max((t for t in (state.watermark, pending) if t is not None), default=None)


def _since(view: FeatureView, wish: Wish, state: ViewState) -> datetime | None:
    # Rows may turn up late, known before the watermark: without a lookback all history is read again.
    if view.lookback is None and (view.windowed or wish.start is None):
        return None
    # The watermark alone would not do: an interval that `materialize` left out before it is a hole.
    covered = covered_until(state.intervals)
    if wish.start is None:
        return None if covered is None else from_micros(covered) - (view.lookback or timedelta(0))
    if not view.windowed:
        return wish.start - MICROSECOND
    # Tiles have the rows that some run looked at, and windows may begin long before the start: no hole is left.
    return None if covered is None else min(from_micros(covered), wish.start - MICROSECOND)


def begun(step: Step, state: ViewState, fingerprint: str) -> Pending:
    """Return what to note before the warehouse is touched, so that a kill leaves nothing to guess."""
    held = state.pending.as_of if state.pending else step.as_of
    return Pending(max(held, step.as_of), REBUILD if step.rebuild else fingerprint)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the online store has: the table's rows up to ``sequence``, in that generation of that store."""

    sequence: int
    store: str
    generation: int


def ended(view: FeatureView, step: Step, state: ViewState, fingerprint: str, loaded: Loaded) -> ViewState:
    """Return the view's state after the step is done."""
    new = ViewState(
        watermark=step.as_of,
        loaded=loaded.sequence,
        store=loaded.store,
        generation=loaded.generation,
        fingerprint=fingerprint,
        intervals=((None, seen_until(view, step.as_of)),),
    )
    if step.rebuild:
        return new
    since = None if step.since is None else to_micros(step.since)
    return replace(
        new,
        watermark=max(state.watermark or step.as_of, step.as_of),
        pending=state.pending if state.pending and state.pending.as_of > step.as_of else None,
        intervals=(*state.intervals, (since, seen_until(view, step.as_of))),
    )


def seen_until(view: FeatureView, as_of: datetime) -> int:
    """Return the last instant of which a run as of ``as_of`` sees what was known, in microseconds.

    What is known after the last multiple of ``every``, or at the very end in a strict view, is news to the
    next run.
    """
    end = to_micros(as_of)
    if view.every is not None:
        period = view.every // MICROSECOND
        end = end // period * period
    return end if view.allow_exact_matches else end - 1
