"""Windows of one source and key are aggregated together, and read their rows from one place.

Views whose windows end at the same instant share one join: one look at the rows for all of them. Others (strict
ones, another ``every``, other columns of the spine) share the rows, and so the tiles made of them.
"""

from __future__ import annotations

from dataclasses import replace

from fcompile.compiler.expressions.nodes import Call, Expr
from fcompile.compiler.ir import Input, TrainingSet, WindowJoin, WindowRows


def share_windows(plan: TrainingSet) -> TrainingSet:
    joins = _one_filter(plan.windows)
    groups: dict[object, WindowJoin] = {}
    for each in joins:
        same = (_source(each.rows), each.spine_keys, each.strict, each.every, each.shift, each.form)
        groups[same] = _merged(groups[same], each) if same in groups else each
    return replace(plan, windows=_one_place(tuple(groups.values())))


def _source(rows: WindowRows) -> object:
    return rows.source, rows.keys, rows.filter, rows.settled


def _one_filter(joins: tuple[WindowJoin, ...]) -> tuple[WindowJoin, ...]:
    """Where views of one source and key filter differently, each filter becomes part of what is aggregated."""
    filters: dict[object, set[Expr | None]] = {}
    for each in joins:
        filters.setdefault((each.rows.source, each.rows.keys, each.rows.settled), set()).add(each.rows.filter)
    return tuple(
        _filtered_inputs(each)
        if each.rows.filter is not None
        and len(filters[each.rows.source, each.rows.keys, each.rows.settled]) > 1
        else each
        for each in joins
    )


def _filtered_inputs(each: WindowJoin) -> WindowJoin:
    changed = {old: replace(old, filter=_both(each.rows.filter, old.filter)) for old in each.rows.inputs}
    rows = replace(each.rows, filter=None, inputs=tuple(dict.fromkeys(changed.values())))
    outputs = tuple(replace(output, input=changed[output.input]) for output in each.outputs)
    return replace(each, rows=rows, outputs=outputs)


def _both(first: Expr | None, second: Expr | None) -> Expr | None:
    if first is None or second is None:
        return first or second
    return Call("and", (first, second))


def _merged(first: WindowJoin, second: WindowJoin) -> WindowJoin:
    inputs: tuple[Input, ...] = tuple(dict.fromkeys(first.rows.inputs + second.rows.inputs))
    return replace(
        first,
        rows=replace(first.rows, inputs=inputs),
        outputs=first.outputs + second.outputs,
        labels=first.labels + second.labels,
    )


def _one_place(joins: tuple[WindowJoin, ...]) -> tuple[WindowJoin, ...]:
    shared: dict[object, WindowRows] = {}
    for each in joins:
        known = shared.get(_source(each.rows), replace(each.rows, inputs=()))
        inputs = tuple(dict.fromkeys(known.inputs + each.rows.inputs))
        shared[_source(each.rows)] = replace(known, inputs=inputs)
    return tuple(replace(each, rows=shared[_source(each.rows)]) for each in joins)
