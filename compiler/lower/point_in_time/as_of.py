"""The engine's own join to the latest row before a time. Which of several rows at one instant it gives is open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from fcompile.compiler.lower.events import visible_name
from fcompile.compiler.lower.names import EVENT, VISIBLE
from fcompile.compiler.lower.point_in_time.joined import Joined, Matching
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, equal, named, table
from fcompile.compiler.lower.ties import readable_columns
from fcompile.dialects.base import Dialect


def as_of_matching(each: Joined, asked: Asked, number: int, dialect: Dialect) -> Matching:
    alias = f"e{number}"
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on = [equal(column(mine, "s"), column(key.name, alias)) for mine, key in keys]
    time, visible = column(asked.time, "s"), column(visible_name(each.join.events.source), alias)
    match = (exp.GT if each.join.strict else exp.GTE)(this=time, expression=visible)
    join = dialect.as_of_join(table(each.leading, alias), on, match)
    return Matching((), (join,), tuple(_columns(each, alias, dialect)))


def _columns(each: Joined, alias: str, dialect: Dialect) -> Iterator[Tree]:
    yield named(column(EVENT, alias), each.event)
    if each.visible != each.event:
        yield named(column(VISIBLE, alias), each.visible)
    for (view, feature), name in each.values.items():
        yield named(column(readable_columns(each.join.events, view, dialect)[feature], alias), name)
