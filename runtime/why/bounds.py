"""Where windows begin and end: instants with open and closed ends, as SPEC 4 has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fcompile.runtime.clock import from_micros, show

_EPOCH = from_micros(0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The windows of one question. Times are naive UTC.

    Attributes:
        at: the time asked for.
        end: where the windows end: ``at`` rounded down to a multiple of ``every``; of a label the horizon's end.
        known_by: rows that became known later do not count: ``end``, of a label the as-of instant.
        strict: windows are [begin, end) and rows must be known before ``known_by``; else (begin, end].
        every: what ``at`` was rounded to; None is exact.
        forward: of a label, whose window begins at ``at``.
    """

    at: datetime
    end: datetime
    known_by: datetime
    strict: bool = False
    every: timedelta | None = None
    forward: bool = False

    def begin(self, length: timedelta | None) -> datetime | None:
        """Return where the window of ``length`` begins; None for a lifetime."""
        if self.forward:
            return self.at
        return None if length is None else moved(self.end, -length)

    def interval(self, length: timedelta | None) -> str:
        """Return it as mathematics writes it: "(2026-01-01T09:00:00Z, 2026-01-01T10:00:00Z]"."""
        begin = self.begin(length)
        low = "(-infinity" if begin is None else f"{'[' if self.strict else '('}{show(begin)}"
        return f"{low}, {show(self.end)}{')' if self.strict else ']'}"

    def left(self, event: datetime, length: timedelta) -> tuple[datetime, bool]:
        """Return when what happened at ``event`` leaves a trailing window, and whether it is still in it then."""
        last = moved(event, length)
        if self.every is None:
            return last, self.strict
        after = floored(last, self.every)
        if self.strict or after < last:
            after = moved(after, self.every)
        return after, False


def trailing(at: datetime, strict: bool, every: timedelta | None) -> Bounds:
    end = at if every is None else floored(at, every)
    return Bounds(at, end, end, strict, every)


def forward(at: datetime, horizon: timedelta, as_of: datetime) -> Bounds:
    return Bounds(at, moved(at, horizon), as_of, forward=True)


def floored(time: datetime, every: timedelta) -> datetime:
    """Return the last multiple of ``every`` since 1970 that is not after ``time``, also before 1970.

    >>> floored(datetime(1969, 12, 31, 23, 59), timedelta(hours=1))
    datetime.datetime(1969, 12, 31, 23, 0)
    """
    return moved(time, -((time - _EPOCH) % every))


def moved(time: datetime, by: timedelta) -> datetime:
    """Return ``time + by``; beyond the years 1 to 9999 their first or last instant."""
    try:
        return time + by
    except OverflowError:
        return datetime.max if by > timedelta(0) else datetime.min
