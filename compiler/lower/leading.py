"""Knowledge time: which events can be the answer at all, where rows are known in another order than they happen."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.ir import Events
from fcompile.compiler.lower.events import raw_names, time_names, value_names
from fcompile.compiler.lower.names import EVENT, VISIBLE
from fcompile.compiler.lower.sql import column, equal, maximum, over, select, table
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


def leading_cte(name: str, events_name: str, events: Events, dialect: Dialect) -> Cte:
    """Return the events whose event time is the greatest of their key among those visible with them.

    What is left rises in event time with the instant from which it is visible, so that the join needs
    one inequality only. Events of one event time all stay: which of them counts is settled with the ties.
    """
    keys = [column(k.name) for k in events.keys]
    lead = over(maximum(column(EVENT)), keys, [exp.Ordered(this=column(VISIBLE), desc=False)])
    columns = [k.name for k in events.keys] + list(time_names(events.source))
    columns += [*value_names(events, dialect), *raw_names(events, dialect)]
    tree = select(
        [column(c) for c in columns],
        table(events_name),
        qualify=equal(column(EVENT), lead),
    )
    comment = (
        "Events that are the latest of their key when they become known. One that is known only after a "
        "later event never counts."
    )
    return Cte(name, comment, dialect.sql(tree))
