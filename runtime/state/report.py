"""What the state knows of each view, beside what the online store has of it: for people. Times are naive UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fcompile.runtime.clock import from_micros
from fcompile.runtime.online.base import Generations
from fcompile.runtime.state.intervals import Interval, covered_until
from fcompile.runtime.state.lease import Owner
from fcompile.runtime.state.records import Erasure, RunRecord, ViewState
from fcompile.runtime.state.store import State


@dataclass(frozen=True, slots=True)
class ViewReport:
    """One view in one target.

    Attributes:
        defined: False: the state knows it, and the definitions no longer do.
        covered: all known time up to it has been looked at; None without such a time.
        holes: intervals after that, open at the start, that no run has looked at, each with a later one that was.
        online: generations in the online store; None where it was not asked.
        lost: the state is about another online store than this one; the next run loads all of it anew.
        last: the last run; None before the first.
        holder: the process that works on it.
    """

    view: str
    defined: bool
    state: ViewState
    covered: datetime | None
    holes: tuple[tuple[datetime | None, datetime], ...]
    online: Generations | None
    lost: bool
    last: RunRecord | None
    erasures: tuple[Erasure, ...]
    holder: Owner | None


def view_reports(
    state: State, names: Sequence[str], defined: Sequence[str], online: Mapping[str, Generations], store: str
) -> tuple[ViewReport, ...]:
    """Return a report for each of ``names``. ``online``: by view, of the store whose identity is ``store``."""
    holders = state.holders()
    return tuple(
        _report(state, name, name in defined, online.get(name), store, holders.get(name)) for name in names
    )


def _report(
    state: State, name: str, defined: bool, online: Generations | None, store: str, holder: Owner | None
) -> ViewReport:
    known = state.view(name)
    covered = covered_until(known.intervals)
    return ViewReport(
        view=name,
        defined=defined,
        state=known,
        covered=None if covered is None else from_micros(covered),
        holes=holes_of(known.intervals),
        online=online,
        lost=bool(known.store) and online is not None and known.store != store,
        last=next(iter(state.results(name)), None),
        erasures=state.erasures(name),
        holder=holder,
    )


def holes_of(intervals: Sequence[Interval]) -> tuple[tuple[datetime | None, datetime], ...]:
    """Return what lies between coalesced intervals, and before the first where that begins somewhere.

    >>> holes_of(((None, 0), (1_000_000, 2_000_000)))
    ((datetime.datetime(1970, 1, 1, 0, 0), datetime.datetime(1970, 1, 1, 0, 0, 1)),)
    """
    ends: list[int | None] = [None, *(end for _, end in intervals)]
    gaps = [(end, start) for end, (start, _) in zip(ends, intervals, strict=False) if start is not None]
    return tuple((None if end is None else from_micros(end), from_micros(start)) for end, start in gaps)
