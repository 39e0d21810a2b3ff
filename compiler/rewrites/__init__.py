"""Passes ``TrainingSet -> TrainingSet``; ``PASSES`` is the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from fcompile.compiler.ir import TrainingSet
from fcompile.compiler.rewrites.choose_forms import choose_forms
from fcompile.compiler.rewrites.share_events import share_events
from fcompile.compiler.rewrites.share_joins import share_joins
from fcompile.compiler.rewrites.share_windows import share_windows

Pass = Callable[[TrainingSet], TrainingSet]

PASSES: tuple[Pass, ...] = (share_joins, share_events, share_windows, choose_forms)


def rewrite(plan: TrainingSet) -> TrainingSet:
    """Run every pass, in order."""
    return reduce(lambda current, step: step(current), PASSES, plan)
