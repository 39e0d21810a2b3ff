"""The rule by which statistics give the form of a view's windows. Pure.

A key is *hot* with more than ``hot`` rows: 500 of them within the longest window, by the ratio of the largest
key, but at most 2,500 in all.

1. No key has more than half of that: ``rows``. Keys may double before it is the wrong choice.
2. At least half of the keys are hot: ``tiles``.
3. Else: ``mixed``.

Tiles: the first of 1h in 1d, 10m in 1d, 1m in 1h, 1s in 1h in which a row of a hot key shares the small one with
at most 500 rows of its key, itself included. The windows' lengths do not matter: a tile longer than a window
costs no more than the rows in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.statistics import CROWDS, HOT_STEPS, Statistics
from fcompile.compiler.tuning import HOT_ROWS, MIXED, ROWS, TILES, Form, default_form

_SPANS = (timedelta(days=1), timedelta(days=1), timedelta(hours=1))
_SMALLEST = (timedelta(seconds=1), timedelta(hours=1))


def choose_form(found: Statistics, lengths: Sequence[timedelta | None]) -> Form:
    """Return the form for windows of ``lengths`` (shortest first, None is a lifetime), with its reason."""
    longest = lengths[-1]
    hot = _hot(found, longest)
    because = f"{why(found, lengths)}; {_numbers(found, longest)}"
    if _are_all_small(found, hot):
        return replace(default_form(lengths), kind=ROWS, because=because)
    tile, span = _tiles(found)
    if 2 * _hot_keys(found, hot) >= found.keys:
        return Form(TILES, tile, span, because=because)
    return Form(MIXED, tile, span, hot, because)


def why(found: Statistics, lengths: Sequence[timedelta | None]) -> str:
    """Return what decides the form, in a few words."""
    hot = _hot(found, lengths[-1])
    if _are_all_small(found, hot):
        return f"no key has more than {hot // 2:,} rows"
    return f"{_hot_keys(found, hot):,} of {found.keys:,} keys with more than {hot:,} rows"


def _are_all_small(found: Statistics, hot: int) -> bool:
    return 2 * found.largest <= hot


def _hot_keys(found: Statistics, hot: int) -> int:
    return found.hot[hot // HOT_ROWS - 1]


def _hot(found: Statistics, longest: timedelta | None) -> int:
    """A multiple of ``HOT_ROWS``: the statistics know how many keys have more rows than each."""
    within = found.within(longest)
    steps = found.largest // within if within else 1
    return HOT_ROWS * min(HOT_STEPS, max(1, steps))


def _tiles(found: Statistics) -> tuple[timedelta, timedelta]:
    pairs = zip(CROWDS, _SPANS, found.crowds, strict=True)
    return next(((tile, span) for tile, span, crowd in pairs if crowd <= HOT_ROWS), _SMALLEST)


def _numbers(found: Statistics, longest: timedelta | None) -> str:
    """Say how many rows there are, and how many of one key lie in the longest window."""
    rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
    keys = "1 key" if found.keys == 1 else f"{found.keys:,} keys"
    text = f"{rows}, {keys}, {found.largest:,} rows of the largest"
    if longest is not None and found.within(longest) < found.largest:
        text += f", at most {found.within(longest):,} of them in {format_duration(longest)}"
    return text
