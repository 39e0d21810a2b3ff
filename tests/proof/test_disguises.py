"""Leaks in disguise, each of which was once called PROVED, and what is honest though it looks like them."""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

import pytest

from fcompile.compiler.proof.certificate import Verdict
from tests.proof.project import definitions, proof
from tests.proof.warehouse import SOURCES, Times

ROW = "select user_id, made_at, loaded_at,"
NEXT = "lead(amount) over (order by loaded_at)"
NEWEST = "order by loaded_at desc limit 5"
KNOWN = Times(known="known")
MATCHED = "select o.user_id, o.made_at, {} as loaded_at, i.price as x from raw.orders o join raw.items i on i.item_id = o.item_id and i.loaded_at <= o.loaded_at + interval '1 month'"
VERSIONS = (
    "select e.user_id, e.made_at, e.loaded_at, p.score as x from raw.events e join (select *, {} as valid_to from raw.profiles) p "
    "on p.user_id = e.user_id and p.loaded_at <= e.loaded_at and p.made_at <= e.loaded_at and e.loaded_at < p.valid_to"
)
DAY = "select user_id, made_at, timestamp(date_add(date(loaded_at, '{}'), interval 1 day)) as known, amount as x from raw.events"
BY_CATEGORY = "case when category = '{}' then loaded_at else loaded_at + interval 1 day end"

LEAKS: dict[str, tuple[str, Times, str]] = {
    "lag by a sum": (f"{ROW} lag(amount, 1 - 3) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "lag by a cast": (f"{ROW} lag(amount, cast(-1 as int)) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "lag by a column": (f"{ROW} lag(amount, item_id) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "lag in an order of its own": (f"{ROW} lag(amount order by loaded_at desc) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "fill": (f"{ROW} fill(amount) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "age of one": (f"{ROW} age(made_at) as x from raw.events", Times(), "postgres"),
    "any of a list": (f"{ROW} (5 = any([{NEXT}]))::int as x from raw.events", Times(), "duckdb"),
    "the whole row": (f"{ROW} hash(q) as x from (select *, {NEXT} as y from raw.events) q", Times(), "duckdb"),
    "all columns": (f"{ROW} hash(q.*) as x from (select *, {NEXT} as y from raw.events) q", Times(), "duckdb"),
    "limit behind brackets": (f"({ROW} amount as x from raw.events) {NEWEST}", Times(), "postgres"),
    "limit behind brackets of FROM": (f"select * from (({ROW} amount as x from raw.events) {NEWEST}) as q", Times(), "duckdb"),
    "limit behind brackets of WITH": (f"with q as (({ROW} amount as x from raw.events) {NEWEST}) select * from q", Times(), "duckdb"),
    "mean of a file": (f"{ROW} avg(amount) over () as x from read_json('a.json')", Times(), "duckdb"),
    "mean of files": (f"{ROW} avg(amount) over () as x from read_parquet(['a', 'b'])", Times(), "duckdb"),
    "mean of what a function reads": (f"{ROW} avg(amount) over () as x from my_rows(3)", Times(), "postgres"),
    "mean of another database": (f"{ROW} avg(amount) over () as x from external_query('c', 'select 1')", Times(), "bigquery"),
    "windows before QUALIFY": ("select user_id, made_at, made_at + interval '1 hour' as known, count(*) over (partition by user_id, made_at) as x from raw.events qualify loaded_at <= made_at + interval '1 hour'", KNOWN, "duckdb"),
    "known with the row before": ("select user_id, made_at, max(loaded_at) over (partition by user_id order by loaded_at rows between unbounded preceding and current row exclude current row) as known, amount as x from raw.events", KNOWN, "duckdb"),
    "months of 28 days": (MATCHED.format("o.loaded_at + interval '28 days'"), Times(), "duckdb"),
    "another CASE of the same branches": (f"select user_id, made_at, {BY_CATEGORY.format('b')} as known, sum(amount) over (partition by user_id order by {BY_CATEGORY.format('a')}) as x from raw.events", KNOWN, "duckdb"),
    "an end that a late row brings": (VERSIONS.format("lead(made_at) over (partition by user_id order by made_at)"), Times(), "duckdb"),
    "an end made of the next value": (VERSIONS.format("case when lead(score) over (partition by user_id order by loaded_at) > 5 then timestamp '1990-01-01' else timestamp '2100-01-01' end"), Times(), "duckdb"),
    "a random end": (VERSIONS.format("loaded_at + random() * interval 1 day"), Times(), "duckdb"),
    "the whole row as a struct": (f"{ROW} to_json_string((select as struct q.*)) as x from (select *, {NEXT} as y from raw.events) q", Times(), "bigquery"),
    "a text that is the clock": (f"{ROW} amount as x from raw.events where made_at < 'now'", Times(), "postgres"),
    "known with the last of some": ("select user_id, made_at, max(loaded_at) filter (where category = 'a') over (partition by user_id order by loaded_at) as known, amount as x from raw.events", KNOWN, "duckdb"),
    "one time under two names in a union": (f"{ROW} amount as x from raw.events union all select user_id, made_at, made_at, total from raw.orders", Times(), "duckdb"),
    "the next row that is not null": (f"{ROW} lead(amount) ignore nulls over (order by loaded_at) as x from raw.events", Times(), "snowflake"),
    "known with some rows only": ("select user_id, made_at, greatest(made_at, case when category = 'a' then loaded_at end) as known, amount as x from raw.events", KNOWN, "duckdb"),
    "known with the last of a CASE": ("select user_id, made_at, max(case when category = 'a' then loaded_at end) over (partition by user_id order by loaded_at) as known, sum(amount) over (partition by user_id order by loaded_at) as x from raw.events", KNOWN, "duckdb"),
    "in the order of a CASE that is NULL in some rows": (f"{ROW} sum(amount) over (order by case when category = 'a' then loaded_at end) as x from raw.events", Times(), "duckdb"),
    "the second of two columns of a name": ("select user_id, made_at, made_at as known, amount as x from (select *, loaded_at as made_at from raw.events)", KNOWN, "duckdb"),
    "the first of two columns of a name": ("select user_id, made_at, loaded_at, x from (select made_at as loaded_at, * from (select user_id, made_at, loaded_at, amount as x from raw.events))", Times(), "duckdb"),
    "columns renamed by their place": ("select user_id, known as made_at, known, x from (select user_id, made_at, loaded_at as known, amount as x from raw.events) t(user_id, known, later)", KNOWN, "postgres"),
    "hours that an interval takes back": ("select e.user_id, e.made_at, e.loaded_at, i.price as x from raw.events e join raw.items i on i.loaded_at + interval '1 day -30:00' <= e.loaded_at", Times(), "postgres"),
    "between in either order": ("select user_id, made_at, made_at as known, amount as x from raw.events where loaded_at between symmetric made_at + interval '1 day' and made_at", KNOWN, "postgres"),
    "a sequence": (f"{ROW} s.nextval as x from raw.events", Times(), "snowflake"),
    "shuffled": (f"{ROW} list_shuffle([1, 2])[1] as x from raw.events", Times(), "duckdb"),
    "a variable of the session": (f"{ROW} getvariable('x') as x from raw.events", Times(), "duckdb"),
    "noon of today": (f"{ROW} amount as x from raw.events where made_at < timestamp 'today 12:00'", Times(), "postgres"),
}  # fmt: skip

HONEST: dict[str, tuple[str, Times, str]] = {
    "lag by two": (f"{ROW} lag(amount, 2, 0) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "lead by minus two": (f"{ROW} lead(amount, -2) over (order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "age of two": (f"{ROW} extract(day from age(loaded_at, made_at)) as x from raw.events", Times(), "postgres"),
    "the whole row": (f"{ROW} hash(q) as x from (select *, lag(amount) over (order by loaded_at) as y from raw.events) q", Times(), "duckdb"),
    "brackets": (f"({ROW} amount as x from raw.events) order by loaded_at", Times(), "postgres"),
    "a file": (f"{ROW} amount as x from read_json('a.json')", Times(), "duckdb"),
    "windows after WHERE": ("select user_id, made_at, made_at + interval '1 hour' as known, count(*) over (partition by user_id, made_at) as x from raw.events where loaded_at <= made_at + interval '1 hour'", KNOWN, "duckdb"),
    "months": (MATCHED.format("o.loaded_at + interval '1 month'"), Times(), "duckdb"),
    "the same CASE": (f"select user_id, made_at, {BY_CATEGORY.format('a')} as known, sum(amount) over (partition by user_id order by {BY_CATEGORY.format('a')}) as x from raw.events", KNOWN, "duckdb"),
    "an end by the next known time": (VERSIONS.format("coalesce(lead(loaded_at) over (partition by user_id order by loaded_at), timestamp '9999-01-01')"), Times(), "duckdb"),
    "days of UTC": (DAY.format("UTC"), KNOWN, "bigquery"),
    "an end by another name": (VERSIONS.replace("valid_to", "until").format("lead(loaded_at) over (partition by user_id order by loaded_at)"), Times(), "duckdb"),
    "some rows of a window": (f"{ROW} sum(amount) filter (where category = 'a') over (partition by user_id order by loaded_at) as x from raw.events", Times(), "duckdb"),
    "the one before that is not null": (f"{ROW} lag(amount) ignore nulls over (order by loaded_at) as x from raw.events", Times(), "snowflake"),
    "one time under two names in a union": (f"{ROW} amount as x from raw.events union all select user_id, loaded_at, loaded_at, total from raw.orders", Times(), "duckdb"),
    "the common column of USING": ("select user_id, e.made_at, greatest(e.loaded_at, p.loaded_at) as loaded_at, p.score as x from raw.events e join raw.profiles p using (user_id)", Times(), "duckdb"),
    "a calendar": ("select user_id, g.d as made_at, g.d as known, count(*) as x from raw.events e join generate_series(timestamp '2026-01-01', timestamp '2026-02-01', interval '1 day') as g(d) on e.loaded_at <= g.d group by 1, 2, 3", KNOWN, "postgres"),
    "known or never": ("select user_id, made_at, case when category = 'a' then loaded_at end as known, amount as x from raw.events", KNOWN, "duckdb"),
    "named by their place": ("select user_id, made_at, loaded_at, x from (select user_id, made_at, loaded_at, amount from raw.events) t(user_id, made_at, loaded_at, x)", Times(), "postgres"),
    "a day and two hours": ("select user_id, made_at, loaded_at + interval '1 day 2 hours' as loaded_at, amount as x from raw.events where loaded_at = made_at", Times(), "postgres"),
    "a known time that is chosen": ("select user_id, made_at, case when loaded_at is null then made_at else loaded_at end as known, amount as x from raw.visits", KNOWN, "duckdb"),
}  # fmt: skip

ASSUMED: dict[str, tuple[str, Times, str, str]] = {
    "whole seconds": ("select user_id, made_at, toDateTime(loaded_at) as known, amount as x from raw.events", KNOWN, "clickhouse", "`known` of `q` is not before"),
    "a day ago": ("select user_id, made_at, loaded_at + interval '1 day ago' as known, amount as x from raw.events", KNOWN, "postgres", "`known` of `q` is not before"),
    "columns of a table by their place": (f"{ROW} x from (select * from raw.events) t(user_id, made_at, loaded_at, x)", Times(), "duckdb", "not by their place"),
    "FINAL": (f"{ROW} amount as x from raw.events final", Times(), "clickhouse", "`FINAL` of `raw.events` drops no row"),
    "an unknown window function": (f"{ROW} my_window(amount) over (order by loaded_at) as x from raw.events", Times(), "duckdb", "`my_window` reads its frame"),
    "rounded to seconds": ("select user_id, made_at, loaded_at::timestamp(0) as loaded_at, amount as x from raw.events", Times(), "postgres", "`loaded_at` of `q` is not before"),
    "days of another zone": (DAY.format("America/New_York"), KNOWN, "bigquery", "`known` of `q` is not before"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_in_disguise_is_a_leak(name: str) -> None:
    sql, times, dialect = LEAKS[name]
    assert proof(definitions(sql, times), dialect).certificates["v:x"].verdict is Verdict.LEAK


@pytest.mark.parametrize("name", HONEST)
def test_what_looks_like_a_leak_and_is_none_is_proved(name: str) -> None:
    sql, times, dialect = HONEST[name]
    made = proof(definitions(sql, times), dialect)
    assert (made.certificates["v:x"].verdict, made.diagnostics) == (Verdict.PROVED, ())


@pytest.mark.parametrize("name", ASSUMED)
def test_what_cannot_be_told_is_assumed(name: str) -> None:
    sql, times, dialect, text = ASSUMED[name]
    made = proof(definitions(sql, times), dialect).certificates["v:x"]
    assert made.verdict is Verdict.ASSUMES
    assert any(text in each for each in made.assumptions), made.assumptions


def test_ends_of_validity_of_a_table_that_is_loaded_late_are_assumed_to_be_written_in_time() -> None:
    late = SOURCES.replace("valid_from, available_at: valid_from", "valid_from, available_at: loaded_at")
    sql = (
        "select e.user_id, e.made_at, e.loaded_at, t.tier as x from raw.events e join raw.tiers t "
        "on t.user_id = e.user_id and t.loaded_at <= e.loaded_at and e.loaded_at < t.valid_to"
    )
    made = proof(definitions(sql, Times(), sources=late)).certificates["v:x"]
    assert made.verdict is Verdict.ASSUMES
    assert made.assumptions == (
        "`valid_to` of `raw.tiers` is written by the time that it tells, though rows become known late",
    )
