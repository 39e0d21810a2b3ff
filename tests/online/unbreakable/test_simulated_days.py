"""A thousand days of late, double, future and disordered rows, and of killed runs, end as the reference says."""

from __future__ import annotations

import subprocess
import sys

from tests.differential.settings import THOROUGH
from tests.online.unbreakable.environment import ROOT, child_environment

DAYS = 1_000 if THOROUGH else 30


def test_after_all_those_days_every_value_online_is_that_of_the_reference() -> None:
    # A process of its own: it forks those that are killed.
    done = subprocess.run(
        [sys.executable, "-m", "tests.online.unbreakable.days", "--days", str(DAYS)],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
