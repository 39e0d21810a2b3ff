"""Queries that see no future, as feature teams write them: each gives user_id, its times, and a feature `x`."""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

from dataclasses import dataclass

from tests.proof.warehouse import Times


@dataclass(frozen=True)
class Honest:
    """``columns`` are features beside ``x``."""

    name: str
    sql: str
    times: Times = Times()
    columns: tuple[str, ...] = ("x",)


SHAPES: tuple[Honest, ...] = (
    Honest("plain", "select user_id, made_at, loaded_at, amount as x from raw.events"),
    Honest("filtered", "select user_id, made_at, loaded_at, amount * 2 as x from raw.events where amount > 10 and category = 'a'"),
    Honest("undeclared", "select user_id, made_at, loaded_at, amount as x from raw.visits"),
    Honest("chain", "with a as (select * from raw.events where amount > 5), b as (select user_id, made_at, loaded_at, sqrt(amount) as x from a) select * from b"),
    Honest("both known", "select o.user_id, o.made_at, greatest(o.loaded_at, i.loaded_at) as loaded_at, o.total * i.price as x from raw.orders o join raw.items i using (item_id)"),
    Honest("match known by then", "select o.user_id, o.made_at, o.loaded_at, i.price as x from raw.orders o left join raw.items i on i.item_id = o.item_id and i.loaded_at <= o.loaded_at"),
    Honest("latest match", "select e.user_id, e.made_at, e.loaded_at, p.score as x from raw.events e asof left join raw.profiles p on e.user_id = p.user_id and e.loaded_at >= p.loaded_at"),
    Honest("one before", "select user_id, made_at, loaded_at, lag(amount) over (partition by user_id order by loaded_at, id) as x from raw.events"),
    Honest("running sum", "select user_id, made_at, loaded_at, sum(amount) over (partition by user_id order by loaded_at range between interval 7 days preceding and current row) as x from raw.events"),
    Honest("both tables", "select user_id, made_at, loaded_at, amount as x from raw.events union all select user_id, made_at, loaded_at, total as x from raw.orders"),
    Honest("sum so far", "select e.user_id, e.made_at, e.loaded_at, (select sum(o.total) from raw.orders o where o.user_id = e.user_id and o.loaded_at <= e.loaded_at) as x from raw.events e"),
    Honest("hours", "select user_id, date_trunc('hour', loaded_at) as made_at, date_trunc('hour', loaded_at) + interval '1 hour' as loaded_at, sum(amount) as x from raw.events group by all"),
)  # fmt: skip
"""What is mutated: all have the times `made_at` and `loaded_at`."""

LAG = Times(known=None, lag="1h")
DAY = Times(known=None, lag="1d")

MORE: tuple[Honest, ...] = (
    Honest("renamed", "select user_id, made_at as happened, loaded_at as known, amount as x from raw.events", Times("happened", "known")),
    Honest("star", "select *, amount / 2 as x from raw.events", columns=("x", "amount", "category", "item_id")),
    Honest("excluded", "select * exclude (category), amount + 1 as x from raw.events", columns=("x", "amount")),
    Honest("cast", "select user_id, made_at::timestamp as made_at, cast(loaded_at as timestamp) as loaded_at, amount as x from raw.events"),
    Honest("in UTC", "select user_id, made_at, loaded_at at time zone 'UTC' at time zone 'UTC' as loaded_at, amount as x from raw.events"),
    Honest("batch run an hour later", "select user_id, made_at, loaded_at + interval '1 hour' as loaded_at, amount as x from raw.events"),
    Honest("known at the end of the day", "select user_id, made_at, date_trunc('day', loaded_at) + interval '1 day' as loaded_at, amount as x from raw.events"),
    Honest("known at the end of the month", "select user_id, made_at, date_trunc('month', loaded_at) + interval '1 month' as loaded_at, amount as x from raw.events"),
    Honest("declared lag", "select user_id, made_at, pages as x from raw.clicks", LAG),
    Honest("more lag than declared", "select user_id, made_at, pages as x from raw.clicks", DAY),
    Honest("lag as a column", "select user_id, made_at, made_at + interval '1 hour' as known, pages as x from raw.clicks", Times(known="known")),
    Honest("clicks of an hour", "select user_id, date_trunc('hour', made_at) as made_at, sum(pages) as x from raw.clicks group by 1, 2", Times(known=None, lag="2h")),
    Honest("clicks of a day", "select user_id, date_trunc('day', made_at) as made_at, sum(pages) as x, count(*) as n from raw.clicks group by user_id, date_trunc('day', made_at)", Times(known=None, lag="25h"), ("x", "n")),
    Honest("clicks of a day, known an hour after it", "select user_id, date_trunc('day', made_at) as made_at, date_trunc('day', made_at) + interval '25 hours' as known, max(pages) as x from raw.clicks group by user_id, date_trunc('day', made_at)", Times(known="known")),
    Honest("quarters of an hour", "select user_id, time_bucket(interval '15 minutes', loaded_at) as made_at, time_bucket(interval '15 minutes', loaded_at) + interval '15 minutes' as known, count(*) as x from raw.events group by 1, 2, 3", Times(known="known")),
    Honest("days by load", "select user_id, loaded_at::date as day, loaded_at::date + interval '1 day' as known, avg(amount) as x, min(amount) as low, max(amount) as high from raw.events group by user_id, loaded_at::date", Times("day", "known"), ("x", "low", "high")),
    Honest("months by load", "select user_id, date_trunc('month', loaded_at) as month, date_trunc('month', loaded_at) + interval '1 month' as known, sum(amount) as x from raw.events group by user_id, date_trunc('month', loaded_at)", Times("month", "known")),
    Honest("groups of one load", "select user_id, loaded_at as made_at, loaded_at, sum(amount) as x, count(*) filter (where category = 'a') as n from raw.events group by user_id, loaded_at", columns=("x", "n")),
    Honest("groups with a condition", "select user_id, loaded_at as made_at, loaded_at, sum(amount) as x from raw.events group by user_id, loaded_at having sum(amount) > 10"),
    Honest("groups of groups", "with h as (select user_id, category, date_trunc('hour', loaded_at) as hour, sum(amount) as s from raw.events group by all) select user_id, date_trunc('day', hour) as made_at, date_trunc('day', hour) + interval '1 day' as known, max(s) as x from h group by all", Times(known="known")),
    Honest("distinct loads", "select distinct user_id, loaded_at as made_at, loaded_at, category as x from raw.events"),
    Honest("union of different rows", "select user_id, made_at, loaded_at, amount as x from raw.events union select user_id, made_at, loaded_at, total from raw.orders"),
    Honest("join of both, subqueries", "select a.user_id, a.made_at, greatest(a.loaded_at, b.loaded_at) as loaded_at, b.score as x from (select * from raw.events where amount > 3) a join (select user_id, made_at, loaded_at, score from raw.profiles) b on a.user_id = b.user_id and b.made_at <= a.made_at"),
    Honest("join by load", "select o.user_id, o.made_at, o.loaded_at, i.price as x from raw.orders o join raw.items i on i.item_id = o.item_id and i.loaded_at <= o.loaded_at"),
    Honest("join by an hour before", "select o.user_id, o.made_at, o.loaded_at, count(*) as x from raw.orders o join raw.events e on e.user_id = o.user_id and e.loaded_at < o.loaded_at - interval '1 hour' group by o.user_id, o.made_at, o.loaded_at"),
    Honest("self-join so far", "select a.user_id, a.made_at, a.loaded_at, sum(b.amount) as x, count(b.id) as n from raw.events a left join raw.events b on b.user_id = a.user_id and b.loaded_at <= a.loaded_at group by a.id, a.user_id, a.made_at, a.loaded_at", columns=("x", "n")),
    Honest("self-join of the days before", "select a.user_id, a.made_at, a.loaded_at, avg(b.amount) as x from raw.events a join raw.events b on b.user_id = a.user_id and b.loaded_at between a.loaded_at - interval '3 days' and a.loaded_at group by a.id, a.user_id, a.made_at, a.loaded_at"),
    Honest("three tables", "select o.user_id, o.made_at, greatest(o.loaded_at, i.loaded_at, p.loaded_at) as loaded_at, o.total * i.price + p.score as x from raw.orders o join raw.items i on i.item_id = o.item_id join raw.profiles p on p.user_id = o.user_id"),
    Honest("latest price by a lateral join", "select o.user_id, o.made_at, o.loaded_at, p.price as x from raw.orders o left join lateral (select price from raw.items i where i.item_id = o.item_id and i.loaded_at <= o.loaded_at order by i.made_at desc, i.loaded_at desc, i.price desc limit 1) p on true"),
    Honest("latest score by a subquery", "select e.user_id, e.made_at, e.loaded_at, (select p.score from raw.profiles p where p.user_id = e.user_id and p.loaded_at <= e.loaded_at order by p.loaded_at desc, p.score limit 1) as x from raw.events e"),
    Honest("seen before", "select e.user_id, e.made_at, e.loaded_at, exists (select 1 from raw.orders o where o.user_id = e.user_id and o.loaded_at < e.loaded_at)::int as x from raw.events e"),
    Honest("only those seen before", "select e.user_id, e.made_at, e.loaded_at, e.amount as x from raw.events e where exists (select 1 from raw.orders o where o.user_id = e.user_id and o.loaded_at < e.loaded_at)"),
    Honest("first orders", "select o.user_id, o.made_at, o.loaded_at, o.total as x from raw.orders o where not exists (select 1 from raw.orders b where b.user_id = o.user_id and b.loaded_at < o.loaded_at)"),
    Honest("semi-join by load", "select o.user_id, o.made_at, o.loaded_at, o.total as x from raw.orders o semi join raw.items i on i.item_id = o.item_id and i.loaded_at <= o.loaded_at"),
    Honest("anti-join by load", "select o.user_id, o.made_at, o.loaded_at, o.total as x from raw.orders o anti join raw.items i on i.item_id = o.item_id and i.loaded_at <= o.loaded_at"),
    Honest("first of each user", "select user_id, made_at, loaded_at, amount as x from raw.events qualify row_number() over (partition by user_id order by loaded_at, id) = 1"),
    Honest("first by a subquery", "select user_id, made_at, loaded_at, x from (select user_id, made_at, loaded_at, amount as x, row_number() over (partition by user_id order by loaded_at, id) as n from raw.events) where n <= 3"),
    Honest("distinct on, first", "select distinct on (user_id) user_id, made_at, loaded_at, amount as x from raw.events order by user_id, loaded_at, id"),
    Honest("how many before", "select user_id, made_at, loaded_at, row_number() over (partition by user_id order by loaded_at, id) as x, rank() over (partition by user_id order by loaded_at) as r, dense_rank() over (partition by user_id order by loaded_at) as d from raw.events", columns=("x", "r", "d")),
    Honest("since the one before", "select user_id, made_at, loaded_at, date_diff('minute', lag(loaded_at) over (partition by user_id order by loaded_at, id), loaded_at) as x from raw.events"),
    Honest("moving mean", "select user_id, made_at, loaded_at, avg(amount) over (partition by user_id order by loaded_at, id rows between 5 preceding and 1 preceding) as x, stddev_samp(amount) over w as s from raw.events window w as (partition by user_id order by loaded_at, id rows between unbounded preceding and current row)", columns=("x", "s")),
    Honest("descending and following is the past", "select user_id, made_at, loaded_at, sum(amount) over (partition by user_id order by loaded_at desc, id desc rows between current row and unbounded following) as x, lead(amount) over (partition by user_id order by loaded_at desc, id desc) as y from raw.events", columns=("x", "y")),
    Honest("above the mean so far", "select user_id, made_at, loaded_at, amount - avg(amount) over (order by loaded_at) as x from raw.events"),
    Honest("first value", "select user_id, made_at, loaded_at, first_value(amount) over (partition by user_id order by loaded_at, id) as x, last_value(amount) over (partition by user_id order by loaded_at, id) as y from raw.events", columns=("x", "y")),
    Honest("window on a join", "select o.user_id, o.made_at, greatest(o.loaded_at, i.loaded_at) as loaded_at, sum(i.price) over (partition by o.user_id order by greatest(o.loaded_at, i.loaded_at)) as x from raw.orders o join raw.items i on i.item_id = o.item_id"),
    Honest("within a whole hour", "select user_id, made_at, date_trunc('hour', loaded_at) + interval '1 hour' as known, amount / sum(amount) over (partition by user_id, date_trunc('hour', loaded_at)) as x from raw.events", Times(known="known")),
    Honest("validity as of the row", "select e.user_id, e.made_at, e.loaded_at, t.tier as x from raw.events e join raw.tiers t on t.user_id = e.user_id and t.valid_from <= e.loaded_at and (e.loaded_at < t.valid_to or t.valid_to is null)"),
    Honest("validity with a far end", "select e.user_id, e.made_at, e.loaded_at, t.tier as x from raw.events e join raw.tiers t on t.user_id = e.user_id and t.valid_from <= e.loaded_at and e.loaded_at < coalesce(t.valid_to, timestamp '9999-12-31')"),
    Honest("calendar of days", "select d.day as made_at, e.user_id, sum(e.amount) as x from (select unnest(generate_series(timestamp '2026-01-02', timestamp '2026-01-20', interval 1 day)) as day) d join raw.events e on e.loaded_at <= d.day group by d.day, e.user_id", Times("made_at", "made_at")),
    Honest("case", "select user_id, made_at, loaded_at, case when amount > 50 then 'high' when amount > 10 then 'low' else category end as x, if(amount > 5, 1, 0) as y, coalesce(category, 'none') as z from raw.events", columns=("x", "y", "z")),
    Honest("equal rows of both", "select user_id, made_at, loaded_at, item_id as x from raw.events intersect select user_id, made_at, loaded_at, item_id from raw.orders"),
    Honest("rows of one only", "select user_id, made_at, loaded_at, item_id as x from raw.events except select user_id, made_at, loaded_at, item_id from raw.orders"),
    Honest("texts and hashes", "select user_id, made_at, loaded_at, lower(category) || '!' as x, hash(category) % 7 as h, length(category) as n from raw.events", columns=("x", "h", "n")),
    Honest("times of the row", "select user_id, made_at, loaded_at, extract(hour from made_at) as x, date_diff('minute', made_at, loaded_at) as late, dayofweek(made_at) as d from raw.events", columns=("x", "late", "d")),
    Honest("intersection of the past", "select user_id, made_at, loaded_at, amount as x from raw.events where item_id in (select i.item_id from raw.items i where i.loaded_at <= events.loaded_at)"),
    Honest("filter by another's past", "select e.user_id, e.made_at, e.loaded_at, e.amount as x from raw.events e where e.amount > (select avg(b.amount) from raw.events b where b.loaded_at <= e.loaded_at)"),
    Honest("buckets joined at their end", "with h as (select item_id, date_trunc('hour', loaded_at) + interval '1 hour' as known, count(*) as n from raw.events group by all) select o.user_id, o.made_at, o.loaded_at, sum(h.n) as x from raw.orders o left join h on h.item_id = o.item_id and h.known <= o.loaded_at group by o.id, o.user_id, o.made_at, o.loaded_at"),
    Honest("asof on a union", "with p as (select user_id, loaded_at, score from raw.profiles union all select user_id, loaded_at, total from raw.orders) select e.user_id, e.made_at, e.loaded_at, p.score as x from raw.events e asof left join p on p.user_id = e.user_id and p.loaded_at <= e.loaded_at"),
    Honest("values list", "select e.user_id, e.made_at, e.loaded_at, v.w * e.amount as x from raw.events e join (values ('a', 1), ('b', 2)) v(c, w) on v.c = e.category"),
    Honest("known later of two", "select user_id, made_at, greatest(made_at, loaded_at) as known, amount as x from raw.events", Times(known="known")),
)  # fmt: skip
