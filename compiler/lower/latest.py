"""Materialization: each entity's latest event as of one instant, merged into the view's table.

The form is max-then-join: the latest event time a key by one hash aggregation at the speed of a
scan, then only the rows at those instants are looked at again (docs/how-to/benchmarks.md).
"""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.ir import Events, Latest, scans
from fcompile.compiler.lower.events import events_cte, relation_words, visible_name
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    equal,
    is_not_null,
    is_null,
    join,
    maximum,
    named,
    row_of,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.ties import order_words, winner
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.render import Cte, Statement
from fcompile.dialects.base import Dialect


def lower_latest(plan: Latest, target: exp.Table, dialect: Dialect) -> Statement:
    """Return the rows that ``target`` holds after the run. Grain: an entity that ever had a value.

    Parameters: as_of (compute as of this instant), since (only keys with a row known after it; NULL = all),
    sequence (the number of this load), newest (at equal (event, created), does the new row win?).
    """
    readers, name = (plan.events,), f"events_{plan.view.name}"
    taken = [name, "newest", "latest", *relation_words(plan.events.source.relation)]
    names = Names(taken, dialect.longest_name)
    scan_names, scanned = scan_ctes(scans(readers), readers, names, dialect)
    ctes = (
        *scanned,
        events_cte(plan.events, name, scan_names[plan.events.source], dialect),
        _newest_cte(plan, name, dialect),
        _latest_cte(plan, name, dialect),
    )
    body = exp.Union(
        this=_taken(plan, target, dialect), expression=_kept(plan, target, dialect), distinct=False
    )
    return Statement(ctes, dialect.sql(body))


def _keys(events: Events) -> list[str]:
    return [key.name for key in events.keys]


def _known_by(plan: Latest, table_name: str | None, dialect: Dialect) -> Tree:
    visible = column(visible_name(plan.events.source), table_name)
    compare = exp.LT if plan.strict else exp.LTE
    return compare(this=visible, expression=time_parameter("as_of", dialect))


def _newest_cte(plan: Latest, events: str, dialect: Dialect) -> Cte:
    keys = [column(k) for k in _keys(plan.events)]
    last_known = maximum(column(visible_name(plan.events.source)))
    touched = exp.GT(this=last_known, expression=time_parameter("since", dialect))
    having = exp.Coalesce(this=touched, expressions=[exp.true()])
    tree = select(
        [*keys, named(maximum(column(EVENT)), EVENT)],
        table(events),
        where=[_known_by(plan, None, dialect)],
        group_by=keys,
        having=exp.And(this=having, expression=is_not_null(maximum(column(EVENT)))),
    )
    as_of, since = (dialect.sql(dialect.parameter(name)) for name in ("as_of", "since"))
    comment = (
        f"The latest event time known as of {as_of}. A row an entity with news since {since} (NULL = all)."
    )
    return Cte("newest", comment, dialect.sql(tree))


def _latest_cte(plan: Latest, events: str, dialect: Dialect) -> Cte:
    keys = _keys(plan.events)
    tree = select(
        [column(c, "e") for c in _content(plan)],
        table(events, "e"),
        joins=[join("", table("newest", "n"), same_keys([*keys, EVENT], "e", "n"))],
        where=[_known_by(plan, "e", dialect)],
        qualify=winner(plan.events, plan.view.name, "e", dialect),
    )
    if CREATED not in _content(plan):
        tree.append("expressions", named(cast(exp.Null(), dialect.scalar("timestamp")), CREATED))
    order = ", ".join(order_words(plan.events, plan.view.name, dialect))
    comment = f"The row at that time; ties go to the greatest by ({order}), NULLs first. A row an entity."
    return Cte("latest", comment, dialect.sql(tree), dialect.keep_cte or "")


def _content(plan: Latest) -> list[str]:
    """Keys, features and times; ``__created`` only where the source has one."""
    created = [CREATED] if plan.events.source.created_timestamp_field else []
    return [*_keys(plan.events), *(v.feature for v in plan.events.values), EVENT, *created]


def _all_columns(plan: Latest) -> list[str]:
    return [*_keys(plan.events), *(v.feature for v in plan.events.values), EVENT, CREATED]


def _comparable(plan: Latest, alias: str, dialect: Dialect) -> Tree:
    """A row's keys, features and times as one value."""
    kinds = {key.name: key.dtype.kind for key in plan.events.keys}
    kinds |= {value.feature: value.dtype.kind for value in plan.events.values}
    kinds |= {EVENT: "timestamp", CREATED: "timestamp"}
    return row_of(dialect.comparable(column(name, alias), kinds[name]) for name in _all_columns(plan))


def _taken(plan: Latest, target: exp.Table, dialect: Dialect) -> exp.Select:
    """The new rows, but for those that the table already has a newer one of."""
    columns = _all_columns(plan)
    same = exp.NullSafeEQ(this=_comparable(plan, "l", dialect), expression=_comparable(plan, "t", dialect))
    sequence = exp.Case(
        ifs=[exp.If(this=same, true=column(SEQUENCE, "t"))],
        default=cast(dialect.parameter("sequence"), dialect.scalar("int64")),
    )
    return select(
        [*(column(c, "l") for c in columns), named(sequence, SEQUENCE)],
        table("latest", "l"),
        joins=[join("LEFT", aliased(target.copy(), "t"), same_keys(_keys(plan.events), "l", "t"))],
        where=[
            exp.Or(this=is_null(column(EVENT, "t")), expression=exp.Not(this=exp.Paren(this=_newer(dialect))))
        ],
    )


def _kept(plan: Latest, target: exp.Table, dialect: Dialect) -> exp.Select:
    """The table's rows that no new row replaces."""
    columns = [*_all_columns(plan), SEQUENCE]
    return select(
        [column(c, "t") for c in columns],
        aliased(target.copy(), "t"),
        joins=[join("LEFT", table("latest", "l"), same_keys(_keys(plan.events), "t", "l"))],
        where=[exp.Or(this=is_null(column(EVENT, "l")), expression=exp.Paren(this=_newer(dialect)))],
    )


def _newer(dialect: Dialect) -> Tree:
    """Is the table's row newer than the latest one, by (event time, created NULLs first)?"""
    event_t, event_l = column(EVENT, "t"), column(EVENT, "l")
    created_t, created_l = column(CREATED, "t"), column(CREATED, "l")
    # Without the COALESCE a NULL created would make it neither newer nor not, and the row would be lost.
    later = exp.Coalesce(this=exp.GT(this=created_t, expression=created_l), expressions=[exp.false()])
    by_created = exp.Or(
        this=later,
        expression=exp.And(this=is_null(created_l), expression=is_not_null(created_t)),
    )
    same_created = exp.NullSafeEQ(this=created_t, expression=created_l)
    backfill = exp.Not(this=cast(dialect.parameter("newest"), dialect.scalar("bool")))
    at_same_event = exp.Or(
        this=by_created, expression=exp.Paren(this=exp.And(this=same_created, expression=backfill))
    )
    return exp.Or(
        this=exp.GT(this=event_t, expression=event_l),
        expression=exp.And(this=equal(event_t, event_l), expression=exp.Paren(this=at_same_event)),
    )
