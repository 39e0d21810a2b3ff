"""Loaders killed at random instants and at each named step: no row lost, stale, doubled or mixed, no watermark ahead.

Each store has a process of its own, which forks the loaders: ``python -m tests.online.unbreakable.kills`` is that
process, for as many kills as wanted.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.differential.settings import THOROUGH
from tests.online.stores import OPENERS
from tests.online.unbreakable.environment import ROOT, child_environment

KILLS = dict.fromkeys(OPENERS, 1_000 if THOROUGH else 25)
# A cluster's kills take longest, and are those of its nodes. moto serves from a thread of the process that forks
# the loaders, and does not stand that.
KILLS |= {"postgres": 500, "cluster": 200} if THOROUGH else {}
del KILLS["dynamodb"]
SEED = 6
MOST_SECONDS = 900


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.engines) for k in KILLS])
def test_killed_at_random_instants_nothing_is_lost_stale_or_doubled(kind: str) -> None:
    words = [
        "--store",
        kind,
        "--kills",
        str(KILLS[kind]),
        "--seed",
        str(SEED),
        "--keys",
        "160",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.online.unbreakable.kills", *words],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    if "is not installed" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
