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
from tests.online.unbreakable.broken import BROKEN
from tests.online.unbreakable.environment import ROOT, child_environment

KILLS = dict.fromkeys(OPENERS, 1_000 if THOROUGH else 25)
# A cluster is Redis, whose kills are many already; moto takes half a second a run.
KILLS |= {"cluster": 200, "dynamodb": 500} if THOROUGH else {}
KEYS = dict.fromkeys(OPENERS, 160)
# A server in Python takes milliseconds a row.
KEYS |= {"dynamodb": 12}
SEED = 6
MOST_SECONDS = 1_800


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.engines) for k in KILLS])
def test_killed_at_random_instants_nothing_is_lost_stale_or_doubled(kind: str) -> None:
    done = campaign("--store", kind, "--kills", str(KILLS[kind]), "--keys", str(KEYS[kind]))
    if "is not installed" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("promise", BROKEN)
def test_a_store_that_breaks_a_promise_is_noticed(promise: str) -> None:
    done = campaign("--store", "sqlite", "--kills", "100", "--keys", "40", "--broken", promise)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"sqlite, seed {SEED}, after ")


def campaign(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.online.unbreakable.kills", "--seed", str(SEED), *words],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
