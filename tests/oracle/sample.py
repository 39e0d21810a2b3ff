"""A fixed sample of random projects, and what the reference answers them."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.case import Case
from tests.oracle.reference import reference
from tests.oracle.same import comparable


def drawn(cases: st.SearchStrategy[Case], size: int) -> list[Case]:
    """Return ``size`` cases, the same ones every time."""
    found: list[Case] = []

    @settings(
        max_examples=size,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def answers(case: Case) -> list[list[tuple[str, Any]]]:
    return [[comparable(v) for v in row.values()] for row in reference(case)]
