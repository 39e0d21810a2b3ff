"""FC250 to FC255: ways in which a feature sees the future, found by `check` without running anything."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
    "FC250": Code(
        "A query reads rows to come",
        "$ fcompile check   # with query: SELECT user_id, at, LEAD(amount) OVER (PARTITION BY user_id ORDER BY at) ...",
        "Look back only: LAG, ascending order, frames that end at CURRENT ROW, joins to rows known by then. To take "
        "the latest row, leave that to the view: it does so at each instant. `valid_to` and the like are written "
        "when the next row comes.",
    ),
    "FC251": Code(
        "A query puts a statistic of all rows into each",
        "$ fcompile check   # with query: SELECT user_id, at, amount - AVG(amount) OVER () AS above_mean ...",
        "Let the statistic be of rows up to the known time: a window that is ordered by it, a correlated subquery with "
        "`inner.known_at <= outer.known_at`, or `aggregations` of a view.",
    ),
    "FC252": Code(
        "A query takes the start of a bucket for the time at which its rows are known",
        "$ fcompile check   # with query: SELECT user_id, date_trunc('hour', at) AS hour, count(*) AS n ... GROUP BY "
        "1, 2",
        "A bucket is known when it ends: add its width, as `availability_lag: 1h`, or as `available_at` of a column "
        "`date_trunc('hour', at) + interval '1 hour'`.",
    ),
    "FC253": Code(
        "A query reads the clock or a random number",
        "$ fcompile check   # with query: SELECT user_id, at, date_diff('day', born, now()) AS age ...",
        "Use the row's own times; for what depends on the time that asks, an on-demand view with that time as request "
        "data.",
    ),
    "FC254": Code(
        "A query loses the known time of a table",
        "$ fcompile check   # with query: SELECT o.user_id, o.at, o.loaded_at, c.tier FROM orders o JOIN tiers c USING "
        "(user_id)",
        "Let the known time that the query gives be the latest of all that a row is made of: `greatest(o.loaded_at, "
        "c.loaded_at)`, or `max(loaded_at)` of a group; or join only rows that were known by then.",
    ),
    "FC255": Code(
        "`static` names what the source does not read",
        "sources:\n  - {name: purchases, table: raw.purchases, timestamp_field: at, static: [raw.tiers]}\n",
        "`static` lists tables, as they are named in the source's `query:`, that never change.",
    ),
}
