"""The form of a window: which of several statements with one answer runs (SPEC 8).

A choice that depends on the data is pinned in ``tuning.yaml``; without it ``default_form`` holds, which is
right for any data and never quadratic on a hot key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

ROWS, TILES, MIXED = "rows", "tiles", "mixed"
FORMS = (ROWS, TILES, MIXED)
HOT_ROWS = 500
"""A key with more rows than this is hot: below it, joining its rows one by one is the faster way (measured)."""

HOT_ROWS_OF_DISTINCT = 3000
"""The same where only distinct values are counted: a row joined costs little, and hot keys are sorted (measured)."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Form:
    """How trailing windows are computed.

    Attributes:
        kind: ``rows``: each spine row is joined with the rows in its longest window. ``tiles``: with partial
            aggregates of ``span`` and ``tile``, and rows only at the edges. ``mixed``: tiles for the keys with
            more than ``hot`` rows, rows for the others.
        tile, span: the small and the large tile; the small one divides the large one.
        because: why it is pinned, for people; no part of the form.
    """

    kind: str
    tile: timedelta
    span: timedelta
    hot: int = HOT_ROWS
    because: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Join:
    """How a view's point-in-time join is made, where the dialect can: ``as_of``, ``portable`` or ``lateral``."""

    kind: str
    because: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Tuning:
    """What ``tuning.yaml`` pins: forms by feature view or label, point-in-time joins by feature view."""

    forms: Mapping[str, Form] = field(default_factory=lambda: MappingProxyType({}))
    joins: Mapping[str, Join] = field(default_factory=lambda: MappingProxyType({}))


UNTUNED = Tuning()


def default_form(lengths: Iterable[timedelta | None], functions: Iterable[str] = ()) -> Form:
    """Return ``mixed`` with tiles of 1h and 1d; of 1m and 1h where all ``lengths`` are shorter than a day.

    A key is hot above ``HOT_ROWS``, above ``HOT_ROWS_OF_DISTINCT`` where all ``functions`` are count_distinct.

    None is a lifetime. Tiles that are much shorter than the windows cost more than the rows they save (measured).

    >>> form = default_form([timedelta(hours=1), timedelta(days=7)])
    >>> form.kind, str(form.tile), str(form.span)
    ('mixed', '1:00:00', '1 day, 0:00:00')
    """
    long = any(length is None or length >= _DAY for length in lengths)
    hot = HOT_ROWS_OF_DISTINCT if set(functions) == {"count_distinct"} else HOT_ROWS
    return Form(MIXED, _HOUR, _DAY, hot) if long else Form(MIXED, _MINUTE, _HOUR, hot)
