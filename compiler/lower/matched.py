"""The matched spine: each row with the event that each point-in-time join picks, by one ASOF join after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.ir import PointInTimeJoin, TrainingSet
from fcompile.compiler.lower.events import visible_name
from fcompile.compiler.lower.names import EVENT, VISIBLE, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, equal, join, named, select, table
from fcompile.compiler.lower.ties import readable_columns
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class Joined:
    """One join and its names.

    Attributes:
        events: the CTE of all its events, where ties are looked up.
        leading: the CTE that is joined; the same, but where rows have a known time of their own.
        event, visible: the matched spine's columns for the picked event's times.
        keys: the numbered spine's columns, in the order of the events' keys.
        values: (view, feature) -> the matched spine's column.
    """

    join: PointInTimeJoin
    events: str
    leading: str
    event: str
    visible: str
    keys: tuple[str, ...]
    values: dict[tuple[str, str], str]

    def picked(self, alias: str, matched: str) -> list[Tree]:
        """``alias`` (events of this join) is of the key and event time that the row of ``matched`` picked."""
        keys = zip(self.keys, self.join.events.keys, strict=True)
        on = [equal(column(key.name, alias), column(mine, matched)) for mine, key in keys]
        return [*on, equal(column(EVENT, alias), column(self.event, matched))]


def name_join(each: PointInTimeJoin, events: str, leading: str, asked: Asked, names: Names) -> Joined:
    label = each.picks[0].label
    event = names.fresh(f"{label}{EVENT}")
    visible = event
    if each.events.source.available_at:
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
    return Joined(each, events, leading, event, visible, keys, values)


def matched_cte(
    name: str, plan: TrainingSet, asked: Asked, joined: Sequence[Joined], dialect: Dialect
) -> Cte:
    spine_columns = [c.name for c in plan.spine.columns]
    kept = dict.fromkeys((asked.row, *spine_columns, asked.time, *asked.keys.values()))
    columns: list[Tree] = [column(c, "s") for c in kept]
    joins: list[exp.Join] = []
    for number, each in enumerate(joined, 1):
        alias = f"e{number}"
        columns += _picked_columns(each, alias)
        joins.append(join("ASOF LEFT", table(each.leading, alias), _asof(each, asked, alias)))
    comment = (
        "Each spine row with the latest event visible at its time, for each join; "
        + "; ".join(_rule(each.join) for each in joined)
        + "."
    )
    tree = select(columns, table(asked.name, "s"), joins=joins)
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def _picked_columns(each: Joined, alias: str) -> Iterator[Tree]:
    yield named(column(EVENT, alias), each.event)
    if each.visible != each.event:
        yield named(column(VISIBLE, alias), each.visible)
    for (view, feature), name in each.values.items():
        yield named(column(readable_columns(each.join.events, view)[feature], alias), name)


def _asof(each: Joined, asked: Asked, alias: str) -> list[Tree]:
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on: list[Tree] = [equal(column(mine, "s"), column(key.name, alias)) for mine, key in keys]
    time, visible = column(asked.time, "s"), column(visible_name(each.join.events.source), alias)
    compare = exp.GT if each.join.strict else exp.GTE
    return [*on, compare(this=time, expression=visible)]


def _rule(each: PointInTimeJoin) -> str:
    views = ", ".join(pick.label for pick in each.picks)
    return f"{views}: {'strictly before' if each.strict else 'at or before'} the row's time"
