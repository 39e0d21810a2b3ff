"""Doing again what failed for a passing reason, until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE = 10.0
"""Seconds in which a connection that is refused is tried again: a server that restarts, or has its last place taken."""
_FIRST, _LONGEST = 0.1, 2.0


def retried(
    action: Callable[[], T], transient: Callable[[Exception], bool], seconds: float | None = None
) -> T:
    """Return what ``action`` does; after a ``transient`` error it is done again, with growing pauses.

    The error that is left when ``seconds`` (``DEADLINE``) have passed is raised, and any other at once.
    """
    end = time.monotonic() + (DEADLINE if seconds is None else seconds)
    pause = _FIRST
    while True:
        try:
            return action()
        except Exception as error:
            if not transient(error) or time.monotonic() + pause > end:
                raise
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST)
