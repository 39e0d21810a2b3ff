"""How many random projects a run tries: FCOMPILE_HYPOTHESIS=ci tries thousands in all, the default a few hundred.

In CI the examples are derived from the test's own source, so that a failure there is the same failure here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

THOROUGH = os.environ.get("FCOMPILE_HYPOTHESIS", "dev") == "ci"


def examples(dev: int, ci: int, *, shrinks: bool = True) -> Callable[[Any], Any]:
    """Return the settings of a test that tries ``dev`` examples, or ``ci`` of them in CI.

    Without ``shrinks`` an example that fails is shown as it was drawn, which costs no further ones.
    """
    return settings(
        max_examples=ci if THOROUGH else dev,
        derandomize=THOROUGH,
        database=None,
        deadline=None,
        print_blob=True,
        phases=[phase for phase in Phase if shrinks or phase is not Phase.shrink],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
