"""How many columns a training set's statement has at most, against what the engine takes."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.ir import TrainingSet
from fcompile.dialects.base import Dialect


def refuse_too_wide(plan: TrainingSet, dialect: Dialect) -> None:
    """Raise ``UsageError`` (FC394) where the statement, with what counts its matches, has too many columns."""
    widest = _widest(plan)
    if dialect.most_columns is None or widest <= dialect.most_columns:
        return
    message = (
        f"{dialect.name} has at most {dialect.most_columns:,} columns in a result, and this request needs {widest:,}: "
        f"{len(plan.columns):,} values, and the spine's columns and marks beside them"
    )
    raise UsageError(
        Diagnostic("FC394", message, hint="ask for the features in several requests with the same spine")
    )


def _widest(plan: TrainingSet) -> int:
    """The spine's columns and its row's number, a flag for each view, and the values: shown or computed from."""
    flags = sum(len(each.picks) for each in plan.joins) + sum(len(each.labels) for each in plan.windows)
    joined = sum(len(pick.outputs) for each in plan.joins for pick in each.picks)
    joined += sum(len(each.outputs) for each in plan.windows)
    values = max(len(plan.columns), joined) if plan.computed else len(plan.columns)
    return 1 + len(plan.spine.columns) + values + flags
