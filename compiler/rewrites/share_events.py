"""Joins over the same rows read them from one place, even where they join on other spine columns."""

from __future__ import annotations

from dataclasses import replace

from fcompile.compiler.ir import Events, TrainingSet


def share_events(plan: TrainingSet) -> TrainingSet:
    shared: dict[object, Events] = {}
    for join in plan.joins:
        rows = _rows(join.events)
        known = shared.get(rows, replace(join.events, values=(), raw=()))
        values = tuple(dict.fromkeys(known.values + join.events.values))
        raw = tuple(dict.fromkeys(known.raw + join.events.raw))
        shared[rows] = replace(known, values=values, raw=raw)
    joins = tuple(replace(join, events=shared[_rows(join.events)]) for join in plan.joins)
    return replace(plan, joins=joins)


def _rows(events: Events) -> object:
    return events.source, events.keys, events.filter
