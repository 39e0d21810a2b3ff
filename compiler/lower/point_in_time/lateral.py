"""The point-in-time join as one look-up a spine row: quick for few rows and an index on (keys, event time)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from fcompile.compiler.lower.events import visible_name
from fcompile.compiler.lower.names import EVENT
from fcompile.compiler.lower.point_in_time.joined import Joined, Matching
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, equal, greatest_first, identifier, named, select, table
from fcompile.compiler.lower.ties import readable_columns, tie_order
from fcompile.dialects.base import Dialect


def lateral_matching(each: Joined, asked: Asked, number: int, dialect: Dialect) -> Matching:
    """Return a look-up for each view; it gives the winner, or no row."""
    aliases = {view: f"l{number}_{n}" for n, view in enumerate(each.views, 1)}
    joins = tuple(_join(view, alias, each, asked, dialect) for view, alias in aliases.items())
    return Matching((), joins, tuple(_columns(each, aliases, dialect)))


def _join(view: str, alias: str, each: Joined, asked: Asked, dialect: Dialect) -> exp.Join:
    events = each.join.events
    names = readable_columns(events, view, dialect)
    keys = zip(each.keys, events.keys, strict=True)
    same: list[Tree] = [equal(column(key.name, "e"), column(mine, "s")) for mine, key in keys]
    known, time = column(visible_name(events.source), "e"), column(asked.time, "s")
    same.append((exp.LT if each.join.strict else exp.LTE)(this=known, expression=time))
    tree = select(
        [column(n, "e") for n in dict.fromkeys((EVENT, *(names[f] for f in each.features(view))))],
        table(each.events, "e"),
        where=same,
    )
    order = [column(EVENT, "e"), *tie_order(events, view, "e", dialect)]
    tree.set("order", exp.Order(expressions=[greatest_first(key) for key in order]))
    tree.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    found = exp.Lateral(this=exp.Subquery(this=tree), alias=exp.TableAlias(this=identifier(alias)))
    return exp.Join(this=found, side="LEFT", on=exp.true())


def _columns(each: Joined, aliases: dict[str, str], dialect: Dialect) -> Iterator[Tree]:
    first = next(iter(aliases.values()))
    yield named(column(EVENT, first), each.event)
    for (view, feature), name in each.values.items():
        yield named(column(readable_columns(each.join.events, view, dialect)[feature], aliases[view]), name)
