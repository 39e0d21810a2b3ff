"""Settling ties: which of several rows of one key and event time counts.

The point-in-time join finds the right *instant* for every spine row from times alone, which is the
fast join. Which of several equal rows it gives is not defined (DuckDB's "AS OF joins" page, and seen),
so among rows of that key and event time the greatest by (created, features) is taken afterwards.
Nearly all instants have one row: only those with several are looked at again and sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.ir import RAW, Events
from fcompile.compiler.lower.events import raw_names, time_names, value_names, values_of_raw
from fcompile.compiler.lower.names import CREATED, EVENT, VISIBLE
from fcompile.compiler.lower.sql import (
    Tree,
    column,
    derived,
    equal,
    greatest_first,
    identifier,
    join,
    least_first,
    maximum,
    named,
    over,
    same_keys,
    select,
    table,
)
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_RANK = "__rank"


def columns_of_view(events: Events, view: str, dialect: Dialect) -> dict[str, str]:
    """The features of ``view`` and the columns they have in ``events``, in declared order."""
    pairs = zip(events.values, value_names(events, dialect), strict=True)
    return {value.feature: name for value, name in pairs if value.view == view}


def readable_columns(events: Events, view: str, dialect: Dialect) -> dict[str, str]:
    """``columns_of_view``, and what comes along as the source has it."""
    raw = zip(events.raw, raw_names(events, dialect), strict=True)
    return columns_of_view(events, view, dialect) | {f"{RAW}{name}": mine for name, mine in raw}


def tied_cte(
    name: str, events: Events, events_name: str, matched: exp.Table, on: list[Tree], dialect: Dialect
) -> Cte:
    """Return the (key, event time) pairs that some spine row picked and that several events share."""
    grain = [column(n, "e") for n in (*(k.name for k in events.keys), EVENT)]
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    tree = select(
        grain,
        table(events_name, "e"),
        joins=[join("SEMI", matched, on)],
        group_by=grain,
        having=several,
    )
    comment = "Ties: picked instants at which a key has several events. A row a key and event time."
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def settled_cte(
    name: str, view: str, features: list[str], events: Events, events_name: str, tied: str, dialect: Dialect
) -> Cte:
    """Return the winner of each tie, with the columns of ``features``. A row a tied instant."""
    tree = winners(view, features, events, events_name, tied, dialect)
    comment = (
        f"Ties of {view}, settled: the greatest by ({', '.join(order_words(events, view, dialect))}), NULLs first. "
        "A row a tied instant."
    )
    return Cte(name, comment, dialect.sql(tree))


def winners(
    view: str, features: list[str], events: Events, events_name: str, instants: str, dialect: Dialect
) -> exp.Select:
    """Return the winners at ``instants``, a CTE of keys and event times, with the columns of ``features``.

    A row a key and event time; where rows become known on their own, also for each instant at which one did.
    """
    found = _Found.of(events, events_name, instants, dialect)
    if events.source.available_at:
        return _winners_as_they_become_known(view, features, events, found, dialect)
    return _winners(view, features, events, found, dialect)


def order_words(events: Events, view: str, dialect: Dialect) -> list[str]:
    created = [events.source.created_timestamp_field] if events.source.created_timestamp_field else []
    return [*created, *columns_of_view(events, view, dialect)]


def tie_order(events: Events, view: str, alias: str | None, dialect: Dialect) -> list[Tree]:
    """What sorts rows by the total order below the event time, least first."""
    created = [CREATED] if events.source.created_timestamp_field else []
    kinds = {value.feature: value.dtype.kind for value in events.values if value.view == view}
    keys: list[Tree] = [column(name, alias) for name in created]
    for feature, name in columns_of_view(events, view, dialect).items():
        keys += dialect.sort_keys(column(name, alias), kinds[feature])
    return keys


def winner(events: Events, view: str, alias: str | None, dialect: Dialect) -> Tree:
    """``ROW_NUMBER() = 1``: the row is the greatest of its key and event time."""
    grain = [column(n, alias) for n in (*(k.name for k in events.keys), EVENT)]
    order = [greatest_first(key) for key in tie_order(events, view, alias, dialect)]
    return equal(over(exp.RowNumber(), grain, order), exp.Literal.number(1))


@dataclass(frozen=True, slots=True)
class _Found:
    """What SELECT reads the events of ties from, as ``e``."""

    source: exp.Table | exp.Subquery
    joins: tuple[exp.Join, ...] = ()

    @classmethod
    def of(cls, events: Events, events_name: str, tied: str, dialect: Dialect) -> _Found:
        """Events that share an instant; where the source's columns come along, features are made only for these."""
        grain = [*(k.name for k in events.keys), EVENT]
        semi = join("SEMI", table(tied, "d"), same_keys(grain, "e", "d"))
        values = values_of_raw(events, "t", dialect) if events.raw else None
        if values is None:
            return cls(table(events_name, "e"), (semi,))
        own = [*grain, *(n for n in time_names(events.source) if n != EVENT), *raw_names(events, dialect)]
        rows = select([column(n, "e") for n in own], table(events_name, "e"), joins=[semi])
        return cls(derived(select([*(column(n, "t") for n in own), *values], derived(rows, "t")), "e"))


def _winners(view: str, features: list[str], events: Events, found: _Found, dialect: Dialect) -> exp.Select:
    keys = [k.name for k in events.keys]
    columns = readable_columns(events, view, dialect)
    return select(
        [column(n, "e") for n in (*keys, EVENT, *(columns[f] for f in features))],
        found.source,
        joins=found.joins,
        qualify=winner(events, view, "e", dialect),
    )


def _winners_as_they_become_known(
    view: str, features: list[str], events: Events, found: _Found, dialect: Dialect
) -> exp.Select:
    """A tie can change hands when a later row of the same event time becomes known.

    So every event of a tie gets its place in the total order, and each instant at which one of them
    became visible gets the greatest of those visible by then.
    """
    grain = [*(k.name for k in events.keys), EVENT]
    columns = readable_columns(events, view, dialect)
    order = [least_first(key) for key in tie_order(events, view, "e", dialect)]
    rank = over(exp.RowNumber(), [column(n, "e") for n in grain], order)
    values = [columns[f] for f in features]
    ranked = select(
        [*(column(n, "e") for n in (*grain, VISIBLE, *values)), named(rank, _RANK)],
        found.source,
        joins=found.joins,
    )
    best = over(
        maximum(column(_RANK)), [column(n) for n in grain], [exp.Ordered(this=column(VISIBLE), desc=False)]
    )
    standing = select(
        [*(column(n) for n in (*grain, VISIBLE)), named(best, _RANK)], table("ranked"), distinct=True
    )
    tree = select(
        [*(column(n, "s") for n in (*grain, VISIBLE)), *(column(n, "r") for n in values)],
        derived(standing, "s"),
        joins=[join("", table("ranked", "r"), same_keys([*grain, _RANK], "s", "r"))],
    )
    tree.set(
        "with_",
        exp.With(expressions=[exp.CTE(this=ranked, alias=exp.TableAlias(this=identifier("ranked")))]),
    )
    return tree
