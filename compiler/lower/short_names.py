"""Result columns under names that the engine keeps whole; what was asked is written by the last SELECT alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fcompile.compiler.ir import Computation, PointInTimeJoin, TrainingSet, WindowJoin
from fcompile.compiler.lower.names import kept_apart
from fcompile.dialects.base import Dialect


def with_short_names(plan: TrainingSet, dialect: Dialect) -> tuple[TrainingSet, Mapping[str, str]]:
    """Return the plan with names within ``longest_name``, and for each of its ``columns`` the name that was asked.

    The plan is the same where no name is too long. Two long names that the engine would cut to one stay two.
    """
    made = list(dict.fromkeys((*_made(plan), *plan.columns)))
    spine = [each.name for each in plan.spine.columns]
    short = dict(zip(made, kept_apart(made, dialect.longest_name, spine), strict=True))
    asked = {short[name]: name for name in plan.columns}
    return (plan if all(name == mine for name, mine in short.items()) else _renamed(plan, short)), asked


def _made(plan: TrainingSet) -> Iterator[str]:
    """Every column that a join or a computation gives."""
    for pick in (pick for each in plan.joins for pick in each.picks):
        yield from (output.name for output in pick.outputs)
        if pick.matched is not None:
            yield pick.matched
    yield from (output.name for each in plan.windows for output in each.outputs)
    yield from (each.name for stage in plan.computed for each in stage)


def _renamed(plan: TrainingSet, short: Mapping[str, str]) -> TrainingSet:
    return replace(
        plan,
        joins=tuple(_join(each, short) for each in plan.joins),
        columns=tuple(short[name] for name in plan.columns),
        windows=tuple(_window(each, short) for each in plan.windows),
        computed=tuple(tuple(_computation(each, short) for each in stage) for stage in plan.computed),
    )


def _join(each: PointInTimeJoin, short: Mapping[str, str]) -> PointInTimeJoin:
    picks = (
        replace(
            pick,
            outputs=tuple(replace(output, name=short[output.name]) for output in pick.outputs),
            matched=None if pick.matched is None else short[pick.matched],
        )
        for pick in each.picks
    )
    return replace(each, picks=tuple(picks))


def _window(each: WindowJoin, short: Mapping[str, str]) -> WindowJoin:
    return replace(each, outputs=tuple(replace(output, name=short[output.name]) for output in each.outputs))


def _computation(each: Computation, short: Mapping[str, str]) -> Computation:
    return replace(
        each,
        name=short[each.name],
        reads=tuple((name, short[column]) for name, column in each.reads),
        when=None if each.when is None else short[each.when],
    )
