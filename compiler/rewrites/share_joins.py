"""Views of one source, key, filter and exact-match rule share one point-in-time join.

Ties are settled view by view after the join, and ttl and default are tested on what it picked, so
neither keeps two views apart.
"""

from __future__ import annotations

from dataclasses import replace

from fcompile.compiler.ir import Events, PointInTimeJoin, TrainingSet


def share_joins(plan: TrainingSet) -> TrainingSet:
    groups: dict[object, PointInTimeJoin] = {}
    for join in plan.joins:
        events = join.events
        same = (events.source, events.keys, events.filter, join.spine_keys, join.strict, join.pinned)
        groups[same] = _merged(groups[same], join) if same in groups else join
    return replace(plan, joins=tuple(groups.values()))


def _merged(first: PointInTimeJoin, second: PointInTimeJoin) -> PointInTimeJoin:
    return replace(
        first,
        events=_with_values_of(first.events, second.events),
        picks=first.picks + second.picks,
    )


def _with_values_of(first: Events, second: Events) -> Events:
    """A view asked for under two aliases brings its values once."""
    values = tuple(dict.fromkeys(first.values + second.values))
    return replace(first, values=values, raw=tuple(dict.fromkeys(first.raw + second.raw)))
