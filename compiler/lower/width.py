"""How many columns a training set's statement has at most, against what the engine takes."""

from __future__ import annotations

from collections.abc import Iterator

from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.ir import Computation, TrainingSet
from fcompile.dialects.base import Dialect


def fits(plan: TrainingSet, dialect: Dialect) -> bool:
    """Has every SELECT of the statement, with what counts its matches, no more columns than the engine takes?"""
    return dialect.most_columns is None or widest(plan) <= dialect.most_columns


def refuse_too_wide(plan: TrainingSet, dialect: Dialect) -> None:
    """Raise ``UsageError`` (FC394) where the statement has too many columns."""
    if fits(plan, dialect):
        return
    message = (
        f"{dialect.name} has at most {dialect.most_columns:,} columns in a result, and what the first column of this "
        f"request is made of needs {widest(plan):,} beside the spine's"
    )
    raise UsageError(Diagnostic("FC394", message, hint="give the spine fewer columns"))


def widest(plan: TrainingSet) -> int:
    """The spine's columns with its row's number, time and keys, a flag for each view, and the values."""
    flags = sum(len(each.picks) for each in plan.joins) + sum(len(each.labels) for each in plan.windows)
    keys = {key for each in plan.joins for key in each.spine_keys}
    keys |= {key for each in plan.windows for key in each.spine_keys}
    return 2 + len(plan.spine.columns) + len(keys) + flags + max(_values(plan))


def _values(plan: TrainingSet) -> Iterator[int]:
    """How many values there are after the joins and after each stage of what is computed."""
    yield len(plan.columns)
    there = {output.name for each in plan.joins for pick in each.picks for output in pick.outputs}
    there |= {pick.matched for each in plan.joins for pick in each.picks if pick.matched is not None}
    there |= {output.name for each in plan.windows for output in each.outputs}
    data = {(name, dtype) for stage in plan.computed for each in stage for _, name, dtype in each.request}
    yield len(there) + len(data)
    for number, stage in enumerate(plan.computed[:-1], 1):
        read = {name for later in plan.computed[number:] for each in later for name in _reads(each)}
        there = {name for name in there if name in read or name in plan.columns}
        there |= {each.name for each in stage}
        yield len(there) + len(data)


def _reads(each: Computation) -> tuple[str, ...]:
    names = tuple(name for _, name in each.reads)
    return names if each.when is None else (*names, each.when)
