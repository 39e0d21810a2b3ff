"""A run in a process of its own, that kills itself at a failpoint or is killed from outside."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

# A child forked from here has the heavy imports behind it, and no open database.
import duckdb
import pyarrow as pa

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.expressions.nodes import Column
from fcompile.runtime.interval import Wish
from tests.run.world import AMOUNT, NOTE, SPEND, WINDOWS, World

PRELOADED = (duckdb.__name__, pa.__name__)
BATCH = 20

VIEWS: dict[str, FeatureView] = {
    "as it was": SPEND,
    "changed": replace(SPEND, features=(NOTE, replace(AMOUNT, expr=Column("user_id"), dtype=AMOUNT.dtype))),
    "windows": WINDOWS,
    "windows with a lookback": replace(WINDOWS, lookback=timedelta(hours=3)),
    "windows changed": replace(WINDOWS, features=WINDOWS.features[1:]),
}


def kill_at(name: str, time: int) -> Callable[[str], None]:
    """Kill the process when it comes to failpoint ``name`` for the ``time``-th time."""
    seen: Counter[str] = Counter()

    def failpoint(reached: str) -> None:
        seen[reached] += 1
        if reached == name and seen[reached] == time:
            os.kill(os.getpid(), signal.SIGKILL)

    return failpoint


def run(root: Path, wish: Wish, view: str, name: str = "", time: int = 1) -> None:
    World(root).run(wish, VIEWS[view], failpoint=kill_at(name, time), batch_rows=BATCH)
