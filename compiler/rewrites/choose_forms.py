"""Windows without a pinned form get the default one for all windows made of the same rows, to share their tiles."""

from __future__ import annotations

from dataclasses import replace

from fcompile.compiler.ir import TrainingSet, WindowJoin
from fcompile.compiler.tuning import default_form


def choose_forms(plan: TrainingSet) -> TrainingSet:
    return replace(plan, windows=tuple(_chosen(each, plan.windows) for each in plan.windows))


def _chosen(join: WindowJoin, joins: tuple[WindowJoin, ...]) -> WindowJoin:
    if join.form is not None:
        return join
    alike = [other for other in joins if other.form is None and other.rows == join.rows]
    outputs = [output for other in alike for output in other.outputs]
    return replace(join, form=default_form((o.length for o in outputs), (o.function for o in outputs)))
