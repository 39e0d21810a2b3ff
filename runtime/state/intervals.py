"""Which instants of known time a view's table has looked at.

An interval is ``(start, end]`` of known time in microseconds; ``start`` None is the beginning of time.

>>> coalesce([(None, 10), (5, 20), (30, 40)])
((None, 20), (30, 40))
>>> covered_until(((None, 20), (30, 40)))
20
"""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[int | None, int]
MOST = 1_000


def coalesce(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same instants in order, with adjacent and overlapping intervals made one.

    At most ``MOST`` remain: of more, the oldest are forgotten, which costs a later run time but never a row.
    """
    merged: list[Interval] = []
    for start, end in sorted(intervals, key=_start):
        if merged and _touches(merged[-1], start):
            last_start, last_end = merged[-1]
            merged[-1] = (last_start, max(last_end, end))
        else:
            merged.append((start, end))
    first = merged[:1] if merged and merged[0][0] is None else []
    rest = merged[len(first) :]
    return (*first, *rest[-(MOST - len(first)) :])


def covered_until(intervals: Iterable[Interval]) -> int | None:
    """Return the instant up to which all time since its beginning is covered; None if none is."""
    return next((end for start, end in intervals if start is None), None)


def first_gap(intervals: Iterable[Interval], start: int, end: int) -> int | None:
    """Return the last instant before the first that is missing of ``(start, end]``; None where nothing is.

    >>> first_gap(((None, 20), (30, 40)), 10, 35), first_gap(((None, 20),), 10, 20)
    (20, None)
    """
    for begins, ends in coalesce(intervals):
        if (begins is None or begins <= start) and ends > start:
            start = ends
    return start if start < end else None


def _start(interval: Interval) -> tuple[bool, int, int]:
    start, end = interval
    return (start is not None, start or 0, end)


def _touches(last: Interval, start: int | None) -> bool:
    return start is None or start <= last[1]
