"""The point-in-time join in words of every engine: one sort, and joins by equality only.

The instants that ask and those of events stand in one column, and the greatest event so far is a running maximum;
no row meets more than one other, however many rows a key has. The values are looked up afterwards, at the picked
instants alone, where among events of one instant the winner is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from fcompile.compiler.lower.events import visible_name
from fcompile.compiler.lower.names import EVENT, TIME, VISIBLE, Names
from fcompile.compiler.lower.point_in_time.joined import Joined, Matching
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    cast,
    column,
    derived,
    equal,
    is_not_null,
    join,
    maximum,
    named,
    over,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.ties import order_words, readable_columns, winners
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_ASKS = "__asks"
"""1 where a row asks and 0 where it is an event; the other way round where an event at that instant is too late."""


def portable_matching(each: Joined, asked: Asked, number: int, names: Names, dialect: Dialect) -> Matching:
    """Return CTEs of one row an instant that asks, and of one row a picked instant, joined by equality."""
    picked = names.fresh(f"picked_{each.label}")
    found = {view: names.fresh(f"found_{view}") for view in each.views}
    ctes = [_picked_cte(picked, each, asked, dialect)]
    ctes += [_found_cte(name, view, each, picked, dialect) for view, name in found.items()]
    alias = f"p{number}"
    aliases = {view: f"f{number}_{n}" for n, view in enumerate(found, 1)}
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on = [equal(column(mine, "s"), column(key.name, alias)) for mine, key in keys]
    on.append(equal(column(asked.time, "s"), column(TIME, alias)))
    same = [*_keys(each), *_times(each)]
    joins = [join("LEFT", table(picked, alias), on)]
    joins += [join("LEFT", table(found[v], a), same_keys(same, alias, a)) for v, a in aliases.items()]
    return Matching(tuple(ctes), tuple(joins), tuple(_columns(each, alias, aliases, dialect)))


def _keys(each: Joined) -> list[str]:
    return [key.name for key in each.join.events.keys]


def _times(each: Joined) -> list[str]:
    """The times that tell a picked instant: with rows that become known on their own, also when they did."""
    return [EVENT, VISIBLE] if each.join.events.source.available_at else [EVENT]


def _columns(each: Joined, alias: str, aliases: dict[str, str], dialect: Dialect) -> Iterator[Tree]:
    yield named(column(EVENT, alias), each.event)
    for (view, feature), name in each.values.items():
        yield named(column(readable_columns(each.join.events, view, dialect)[feature], aliases[view]), name)


def _picked_cte(name: str, each: Joined, asked: Asked, dialect: Dialect) -> Cte:
    keys, times = _keys(each), _times(each)
    instants = exp.Union(
        this=_asking(each, asked, dialect), expression=_happening(each, dialect), distinct=False
    )
    order = [
        exp.Ordered(this=column(TIME, "i"), desc=False),
        exp.Ordered(this=column(_ASKS, "i"), desc=False),
    ]
    latest = [
        named(_so_far(maximum(column(t, "i")), [column(k, "i") for k in keys], order), t) for t in times
    ]
    running = select(
        [*(column(n, "i") for n in (*keys, TIME, _ASKS)), *latest],
        derived(instants, "i"),
    )
    tree = select(
        [column(n, "r") for n in (*keys, TIME, *times)],
        derived(running, "r"),
        where=[equal(column(_ASKS, "r"), _asks(each)), is_not_null(column(EVENT, "r"))],
    )
    words = "strictly before" if each.join.strict else "at or before"
    comment = (
        f"The latest event of {', '.join(each.views)} visible {words} each instant that asks. "
        "A row a key and instant; none where there is no event."
    )
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def _asking(each: Joined, asked: Asked, dialect: Dialect) -> exp.Select:
    """The spine's keys and times, each once; a row with a NULL among them finds nothing."""
    mine = dict.fromkeys((*each.keys, asked.time))
    pairs = zip(each.keys, _keys(each), strict=True)
    columns = [named(column(k, "s"), key) for k, key in pairs]
    columns.append(named(column(asked.time, "s"), TIME))
    no_time = cast(exp.Null(), dialect.scalar("timestamp"))
    columns += [named(no_time, time) for time in _times(each)]
    columns.append(named(_asks(each), _ASKS))
    where = [is_not_null(column(n, "s")) for n in mine]
    return select(columns, table(asked.name, "s"), where=where, distinct=True)


def _happening(each: Joined, dialect: Dialect) -> exp.Select:
    columns: list[Tree] = [column(k, "e") for k in _keys(each)]
    columns.append(named(column(visible_name(each.join.events.source), "e"), TIME))
    columns += [column(time, "e") for time in _times(each)]
    happens = exp.Literal.number(1 if each.join.strict else 0)
    return select([*columns, named(happens, _ASKS)], table(each.leading, "e"))


def _asks(each: Joined) -> Tree:
    return exp.Literal.number(0 if each.join.strict else 1)


def _so_far(function: Tree, partition: list[Tree], order: list[exp.Ordered]) -> exp.Window:
    """The frame is rows from the partition's first to this one: of rows in one place any order does."""
    window = over(function, partition, order)
    spec = {"kind": "ROWS", "start": "UNBOUNDED", "start_side": "PRECEDING", "end": "CURRENT ROW"}
    window.set("spec", exp.WindowSpec(**spec))
    return window


def _found_cte(name: str, view: str, each: Joined, picked: str, dialect: Dialect) -> Cte:
    events = each.join.events
    tree = winners(view, each.features(view), events, each.events, picked, dialect)
    comment = (
        f"What {view} says at the picked instants; of several events the greatest by "
        f"({', '.join(order_words(events, view, dialect))}), NULLs first. A row an instant."
    )
    return Cte(name, comment, dialect.sql(tree))
