"""One point-in-time join and its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.ir import PointInTimeJoin
from fcompile.compiler.lower.names import EVENT, VISIBLE, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, equal
from fcompile.compiler.render import Cte
from fcompile.dialects.base import ASOF, PORTABLE, Dialect


@dataclass(frozen=True, slots=True)
class Joined:
    """One join and its names.

    Attributes:
        events: the CTE of all its events, where ties are looked up.
        leading: the CTE that is joined; the same, but where rows have a known time of their own.
        event, visible: the matched spine's columns for the picked event's times.
        keys: the numbered spine's columns, in the order of the events' keys.
        values: (view, feature) -> the matched spine's column.
        settled: are these values those of the winner, where several events share the picked instant?
    """

    join: PointInTimeJoin
    events: str
    leading: str
    event: str
    visible: str
    keys: tuple[str, ...]
    values: dict[tuple[str, str], str]
    settled: bool

    @property
    def label(self) -> str:
        return self.join.picks[0].label

    @property
    def views(self) -> list[str]:
        return list(dict.fromkeys(pick.view for pick in self.join.picks))

    def features(self, view: str) -> list[str]:
        """What is shown or read of ``view``."""
        return [feature for name, feature in self.values if name == view]

    def picked(self, alias: str, matched: str) -> list[Tree]:
        """``alias`` (events of this join) is of the key and event time that the row of ``matched`` picked."""
        keys = zip(self.keys, self.join.events.keys, strict=True)
        on = [equal(column(key.name, alias), column(mine, matched)) for mine, key in keys]
        return [*on, equal(column(EVENT, alias), column(self.event, matched))]


@dataclass(frozen=True, slots=True)
class Matching:
    """What one join adds to the matched spine ``s``.

    Attributes:
        ctes: what it reads, in order.
        joins: joins that keep each row of ``s`` exactly once.
        columns: the columns it gives, under the names of its ``Joined``.
    """

    ctes: tuple[Cte, ...]
    joins: tuple[exp.Join, ...]
    columns: tuple[Tree, ...]


def name_join(
    each: PointInTimeJoin, events: str, leading: str, asked: Asked, names: Names, dialect: Dialect
) -> Joined:
    label = each.picks[0].label
    settled = not joins_as_of(each, dialect)
    event = names.fresh(f"{label}{EVENT}")
    visible = event
    if each.events.source.available_at and not settled:
        visible = names.fresh(f"{label}{VISIBLE}")
    keys = tuple(
        asked.keys[spine_key, key.dtype]
        for spine_key, key in zip(each.spine_keys, each.events.keys, strict=True)
    )
    values: dict[tuple[str, str], str] = {}
    for pick in each.picks:
        for output in pick.outputs:
            if (pick.view, output.feature) not in values:
                values[pick.view, output.feature] = names.fresh(f"{pick.label}__{output.feature}")
    return Joined(each, events, leading, event, visible, keys, values, settled)


def strategy_of(each: PointInTimeJoin, dialect: Dialect) -> str:
    """How the join is made: as it is pinned where the dialect has that, else as the dialect does by itself."""
    chosen = each.pinned if each.pinned in dialect.joins else dialect.point_in_time
    needs_keys = chosen == ASOF and dialect.as_of_needs_keys
    return PORTABLE if chosen is None or (needs_keys and not each.events.keys) else chosen


def joins_as_of(each: PointInTimeJoin, dialect: Dialect) -> bool:
    """Is it the engine's own join to the latest row?"""
    return strategy_of(each, dialect) == ASOF


def tables_joined(joins: Sequence[PointInTimeJoin], dialect: Dialect) -> int:
    """How many tables a statement joins to the spine for ``joins``."""
    views = sum(len({pick.view for pick in each.picks}) for each in joins)
    return views + sum(not joins_as_of(each, dialect) for each in joins)
