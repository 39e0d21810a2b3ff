"""Which rows of a window its function takes, as SQL: the newest, the oldest, the most frequent values, ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NEWEST = "e DESC, c DESC NULLS LAST, {v} DESC NULLS LAST"
OLDEST = "e, c NULLS FIRST, {v} NULLS FIRST"


@dataclass(frozen=True, slots=True)
class Ranking:
    """How rows inside are ranked: 1 is taken first, and so many as the function's argument, or 1.

    Attributes:
        by: ORDER BY of the rank, over ``{v}`` the value, ``{seen}`` the place of the value's last occurrence
            (1 is the newest) and ``{times}`` its occurrences.
        values: values are ranked, and not rows.
        repeats: every occurrence of a value that is taken counts, and not only its last.
        all: everything is taken.
    """

    by: str = NEWEST
    values: bool = False
    repeats: bool = False
    all: bool = False


RANKINGS: Mapping[str, Ranking] = {
    "first": Ranking(OLDEST),
    "last": Ranking(NEWEST),
    "last_n": Ranking(NEWEST),
    "min": Ranking("{v}, " + NEWEST),
    "max": Ranking("{v} DESC NULLS LAST, " + NEWEST),
    "last_distinct_n": Ranking("{seen}", values=True),
    "top_k": Ranking("{times} DESC, {seen}", values=True, repeats=True),
    "count_distinct": Ranking("{seen}", values=True, all=True),
    "approx_count_distinct": Ranking("{seen}", values=True, all=True),
}
"""Functions that are not here take every row inside."""
