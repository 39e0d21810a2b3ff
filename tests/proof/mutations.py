"""Ways in which a query comes to see the future: each makes a leak of an honest query with user_id, made_at, loaded_at, x.

The table is the list: a name, the codes that may name the leak, and what is made of the honest query. `{q}` is that
query, in brackets.
"""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.proof.honest import SHAPES, Honest


@dataclass(frozen=True)
class Operator:
    name: str
    codes: tuple[str, ...]
    change: Callable[[str], str | None]


@dataclass(frozen=True)
class Mutant:
    operator: Operator
    shape: Honest
    sql: str

    @property
    def name(self) -> str:
        return f"{self.operator.name}, {self.shape.name}"


def _around(template: str) -> Callable[[str], str]:
    return lambda sql: template.replace("{q}", f"({sql})")


def _feature(expression: str) -> Callable[[str], str]:
    """The feature is computed of all rows of the honest query."""
    return _around(f"select user_id, made_at, loaded_at, {expression} as x from {{q}} as q")


def _rows(rest: str) -> Callable[[str], str]:
    """Rows are picked among those of the honest query."""
    return _around(f"select user_id, made_at, loaded_at, x from {{q}} as q {rest}")


def _known(expression: str) -> Callable[[str], str]:
    """The known time is said to be another one."""
    return _around(f"select user_id, made_at, {expression} as loaded_at, x from {{q}} as q")


def _edit(pattern: str, by: str) -> Callable[[str], str | None]:
    """The honest query itself is edited; None where there is nothing to edit."""

    def change(sql: str) -> str | None:
        made = re.sub(pattern, by, sql)
        return None if made == sql else made

    return change


_AHEAD, _ALL, _BUCKET, _LOST = ("FC250",), ("FC251",), ("FC252", "FC254"), ("FC254", "FC252", "FC250")
_WINDOW = "over (partition by user_id order by loaded_at"

OPERATORS: tuple[Operator, ...] = (
    Operator("the next row", _AHEAD, _feature(f"lead(x) {_WINDOW})")),
    Operator("the row after next", _AHEAD, _feature(f"lead(x, 2) {_WINDOW})")),
    Operator("lag by a negative number", _AHEAD, _feature(f"lag(x, -1) {_WINDOW})")),
    Operator("the row before, newest first", _AHEAD, _feature(f"lag(x) {_WINDOW} desc)")),
    Operator("rows following", _AHEAD, _feature(f"count(x) {_WINDOW} rows between current row and 2 following)")),
    Operator("a week following", _AHEAD, _feature(f"count(x) {_WINDOW} range between current row and interval 7 days following)")),
    Operator("the rest of the partition", _AHEAD, _feature(f"max(x) {_WINDOW} rows between 1 following and unbounded following)")),
    Operator("the whole ordered partition", _ALL, _feature(f"count(x) {_WINDOW} rows between unbounded preceding and unbounded following)")),
    Operator("last value of the partition", _ALL, _feature(f"last_value(loaded_at) {_WINDOW} rows between unbounded preceding and unbounded following)")),
    Operator("first value, newest first", _AHEAD, _feature(f"first_value(loaded_at) {_WINDOW} desc)")),
    Operator("descending rank", _AHEAD, _feature(f"rank() {_WINDOW} desc)")),
    Operator("descending row number", _AHEAD, _feature(f"row_number() {_WINDOW} desc)")),
    Operator("sum, newest first", _AHEAD, _feature(f"count(x) {_WINDOW} desc)")),
    Operator("count of the partition", _ALL, _feature("count(x) over (partition by user_id)")),
    Operator("global count", _ALL, _feature("count(x) over ()")),
    Operator("share of all", _ALL, _feature("x / nullif(sum(x) over (), 0)")),
    Operator("z-score", _ALL, _feature("(x - avg(x) over ()) / nullif(stddev_samp(x) over (), 0)")),
    Operator("quantile", _ALL, _feature(f"ntile(4) {_WINDOW})")),
    Operator("percent rank", _ALL, _feature("percent_rank() over (order by loaded_at)")),
    Operator("cumulative distribution", _ALL, _feature("cume_dist() over (order by loaded_at)")),
    Operator("unordered row number", _ALL, _feature("row_number() over (partition by user_id)")),
    Operator("mean joined back", _ALL, _around("select q.user_id, made_at, loaded_at, x - m as x from {q} as q cross join (select avg(x) as m from {q} as w) as s")),
    Operator("mean of the key joined back", ("FC254", "FC251"), _around("select q.user_id, made_at, loaded_at, n as x from {q} as q join (select user_id, count(*) as n from {q} as w group by user_id) as s on s.user_id = q.user_id")),
    Operator("maximum by a subquery", _ALL, _feature("x - (select max(e.amount) from raw.events e)")),
    Operator("count by a correlated subquery", _AHEAD, _feature("(select count(*) from raw.events e where e.user_id = q.user_id)")),
    Operator("count of what comes after", _AHEAD, _feature("(select count(*) from raw.events e where e.user_id = q.user_id and e.loaded_at > q.loaded_at)")),
    Operator("the last one by a correlated subquery", _AHEAD, _feature("(select e.amount from raw.events e where e.user_id = q.user_id order by e.loaded_at desc, e.id limit 1)")),
    Operator("whether there is a later one", _AHEAD, _feature("exists (select 1 from raw.events e where e.user_id = q.user_id and e.loaded_at > q.loaded_at)::int")),
    Operator("rows with no later one", _AHEAD, _rows("where not exists (select 1 from raw.events e where e.user_id = q.user_id and e.loaded_at > q.loaded_at)")),
    Operator("rows of keys seen elsewhere", ("FC250", "FC251"), _rows("where user_id in (select e.user_id from raw.events e where e.amount > 90)")),
    Operator("rows of the maximum", ("FC250", "FC251", "FC254"), _rows("where (user_id, loaded_at) in (select user_id, max(loaded_at) from raw.events group by user_id)")),
    Operator("rows above the mean", _ALL, _rows("where x >= (select avg(amount) from raw.events)")),
    Operator("the newest of each key", _AHEAD, _rows("qualify row_number() over (partition by user_id order by loaded_at desc) = 1")),
    Operator("the newest by a subquery", _AHEAD, _around("select user_id, made_at, loaded_at, x from (select *, row_number() over (partition by user_id order by loaded_at desc) as rn from {q} as w) as q where rn = 1")),
    Operator("distinct on, newest", _AHEAD, _around("select distinct on (user_id) user_id, made_at, loaded_at, x from {q} as q order by user_id, loaded_at desc")),
    Operator("the newest three", _AHEAD, _rows("order by loaded_at desc limit 3")),
    Operator("without the newest", _AHEAD, _rows("order by loaded_at desc offset 5")),
    Operator("except what was ordered later", _AHEAD, _around("select user_id, made_at, loaded_at, x from {q} as q where user_id not in (select user_id from raw.orders where total > 85)")),
    Operator("keys without later ones, by an outer join", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, q.x from {q} as q left join raw.orders o on o.user_id = q.user_id and o.loaded_at > q.loaded_at where o.user_id is null")),
    Operator("a later match, by an outer join", ("FC254", "FC250"), _around("select q.user_id, q.made_at, q.loaded_at, o.total as x from {q} as q left join raw.orders o on o.user_id = q.user_id and o.loaded_at > q.loaded_at")),
    Operator("any match", ("FC254",), _around("select q.user_id, q.made_at, q.loaded_at, o.total as x from {q} as q join raw.orders o on o.user_id = q.user_id")),
    Operator("a match by event time", ("FC254", "FC250"), _around("select q.user_id, q.made_at, q.loaded_at, o.total as x from {q} as q join raw.orders o on o.user_id = q.user_id and o.made_at <= q.made_at")),
    Operator("the next match", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, o.total as x from {q} as q asof join raw.orders o on o.user_id = q.user_id and q.loaded_at <= o.loaded_at")),
    Operator("the latest match by event time", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, o.total as x from {q} as q asof left join raw.orders o on o.user_id = q.user_id and q.loaded_at >= o.made_at")),
    Operator("anti-join", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, q.x from {q} as q anti join raw.orders o on o.user_id = q.user_id and o.loaded_at > q.loaded_at")),
    Operator("semi-join", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, q.x from {q} as q semi join raw.orders o on o.user_id = q.user_id and o.loaded_at > q.loaded_at")),
    Operator("the current version of a dimension", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, t.tier as x from {q} as q join raw.tiers t on t.user_id = q.user_id and t.valid_from <= q.loaded_at and t.valid_to is null")),
    Operator("the current flag of a dimension", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, t.tier as x from {q} as q join raw.tiers t on t.user_id = q.user_id and t.valid_from <= q.loaded_at and t.is_current")),
    Operator("how long a version was valid", _AHEAD, _around("select q.user_id, q.made_at, q.loaded_at, date_diff('minute', t.valid_from, t.valid_to) as x from {q} as q join raw.tiers t on t.user_id = q.user_id and t.valid_from <= q.loaded_at")),
    Operator("known a day earlier", _LOST, _known("loaded_at - interval '1 day'")),
    Operator("known at the start of the day", ("FC252",), _known("date_trunc('day', loaded_at)")),
    Operator("known at the start of the hour", ("FC252",), _known("date_trunc('hour', loaded_at)")),
    Operator("known at the date of the month", ("FC252",), _known("date_trunc('month', loaded_at) + interval '10 days'")),
    Operator("known long ago", _LOST, _known("timestamp '2000-01-01'")),
    Operator("known when the first of the key was", _LOST, _known("min(loaded_at) over (partition by user_id)")),
    Operator("known when the one before was", _LOST, _known(f"lag(loaded_at) {_WINDOW})")),
    Operator("known at the earlier of two", _LOST, _known("least(loaded_at, made_at)")),
    Operator("days, known when they begin", _BUCKET, _around("select user_id, date_trunc('day', loaded_at) as made_at, date_trunc('day', loaded_at) as loaded_at, count(*) as x from {q} as q group by 1, 2, 3")),
    Operator("days, known at noon", _BUCKET, _around("select user_id, date_trunc('day', loaded_at) as made_at, date_trunc('day', loaded_at) + interval '12 hours' as loaded_at, count(*) as x from {q} as q group by 1, 2, 3")),
    Operator("months, known after 28 days", _BUCKET, _around("select user_id, date_trunc('month', loaded_at) as made_at, date_trunc('month', loaded_at) + interval '18 days' as loaded_at, count(*) as x from {q} as q group by 1, 2, 3")),
    Operator("groups, known with the first", _LOST, _around("select user_id, min(made_at) as made_at, min(loaded_at) as loaded_at, count(*) as x from {q} as q group by user_id")),
    Operator("equal rows, known with any", _LOST, _around("select distinct on (user_id, x) user_id, made_at, loaded_at, (select count(*) from {q} as w where w.user_id = q.user_id) as x from {q} as q order by user_id, x, loaded_at desc")),
    Operator("the other table's known time is left out", _LOST, _edit(r"greatest\((\w+\.\w+), \w+\.\w+\)", r"\1")),
    Operator("the condition on known times is left out", ("FC250", "FC251", "FC254"), _edit(r" and \w\.loaded_at <= \w\.loaded_at", "")),
    Operator("the condition on known times is turned", ("FC250", "FC251", "FC254"), _edit(r"(\w\.loaded_at) (<=|>=) (\w\.loaded_at)", r"\3 \2 \1")),
    Operator("ordered by event time", _AHEAD, _edit(r"order by loaded_at", "order by made_at")),
    Operator("known when it happened", _LOST, _edit(r"(?<=made_at, )(\w\.)?loaded_at(?=, (amount|total))", r"\1made_at as loaded_at")),
    Operator("hours, known when they begin", _BUCKET, _edit(r" \+ interval '1 hour'", "")),
    Operator("hours, known after half of them", _BUCKET, _edit(r" \+ interval '1 hour'", " + interval '30 minutes'")),
)  # fmt: skip


def mutants() -> Iterator[Mutant]:
    for operator in OPERATORS:
        for shape in SHAPES:
            made = operator.change(shape.sql)
            if made is not None:
                yield Mutant(operator, shape, made)


CLOCKS = (
    "epoch_us(now()) - epoch_us(loaded_at)",
    "random()",
    "case when random() < 0.5 then 1 else 0 end",
    "datediff('microsecond', made_at, get_current_timestamp()::timestamp)",
    "hash(uuid())",
)
"""Expressions that differ from run to run."""
