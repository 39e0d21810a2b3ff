"""Random forms of windows: which of the statements with one answer runs, as ``tuning.yaml`` may pin it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st

from fcompile.compiler.tuning import FORMS, UNTUNED, Form, Tuning
from tests.oracle.case import Case

RUNGS = [timedelta(milliseconds=n) for n in (1, 1_000, 60_000, 3_600_000, 86_400_000)]


@st.composite
def forms(draw: st.DrawFn) -> tuple[Form, ...]:
    """Draw none (the default holds), one for all views, or two that take turns; a hot key has few rows."""
    return tuple(_form(draw) for _ in range(draw(st.sampled_from([1, 2, 0]))))


def _form(draw: st.DrawFn) -> Form:
    kind = draw(st.sampled_from([*FORMS[::-1], "tiles"]))
    small = draw(st.integers(0, len(RUNGS) - 2))
    large = draw(st.integers(small + 1, len(RUNGS) - 1))
    return Form(kind, RUNGS[small], RUNGS[large], hot=draw(st.sampled_from([2, 0, 1, 5, 500])))


def tuning_of(case: Case, drawn: Sequence[Form]) -> Tuning:
    if not drawn:
        return UNTUNED
    objects = [*case.project["feature_views"], *case.project.get("labels", [])]
    return Tuning({o["name"]: drawn[i % len(drawn)] for i, o in enumerate(objects)})
