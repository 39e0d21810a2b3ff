"""Eight writers and two readers at a time: the newest row of each key stands, and no reader sees one go back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.differential.settings import THOROUGH
from tests.online.stores import OPENERS
from tests.online.unbreakable.environment import ROOT, child_environment

# Over a million rows in CI, over all stores; calls of a cluster are by slot, and moto takes milliseconds a row.
IN_CI = dict.fromkeys(OPENERS, 300_000) | {"sqlite": 450_000, "valkey": 550_000, "cluster": 60_000}
ROWS = IN_CI if THOROUGH else dict.fromkeys(OPENERS, 20_000)
ROWS["dynamodb"] = 800


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.engines) for k in OPENERS])
def test_of_eight_writers_at_a_time_the_newest_rows_stand_and_no_key_goes_back(kind: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.online.unbreakable.writers",
            "--store",
            kind,
            "--rows",
            str(ROWS[kind]),
        ],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "is not installed" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
