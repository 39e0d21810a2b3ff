"""How many random projects a run tries: FCOMPILE_HYPOTHESIS=ci tries thousands, the default about a hundred.

In CI the examples are derived from the test's own source, so that a failure there is the same failure here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("FCOMPILE_HYPOTHESIS", "dev") == "ci"


def examples(dev: int, ci: int) -> Callable[[Any], Any]:
    """Return the settings of a test that tries ``dev`` examples, or ``ci`` of them in CI."""
    return settings(
        max_examples=ci if THOROUGH else dev,
        derandomize=THOROUGH,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
