"""One meaning, nine spellings: buckets, lengths, windows and clocks as each dialect writes them."""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

import pytest

from fcompile.compiler.proof.certificate import Verdict
from tests.proof.project import definitions, proof
from tests.proof.warehouse import Times

HOURS = {
    "duckdb": ("date_trunc('hour', loaded_at)", "{} + interval '1 hour'", "time_bucket(interval '1 hour', loaded_at)"),
    "postgres": ("date_trunc('hour', loaded_at)", "{} + interval '1 hour'", "date_bin('1 hour', loaded_at, timestamp '2000-01-01')"),
    "snowflake": ("date_trunc(hour, loaded_at)", "dateadd(hour, 1, {})", "time_slice(loaded_at, 1, 'HOUR')"),
    "bigquery": ("timestamp_trunc(loaded_at, hour)", "timestamp_add({}, interval 1 hour)", "datetime_trunc(loaded_at, hour)"),
    "spark": ("date_trunc('HOUR', loaded_at)", "{} + interval 1 hour", "date_trunc('hour', loaded_at)"),
    "databricks": ("date_trunc('HOUR', loaded_at)", "dateadd(hour, 1, {})", "date_trunc('hour', loaded_at)"),
    "clickhouse": ("toStartOfHour(loaded_at)", "addHours({}, 1)", "toStartOfInterval(loaded_at, interval 1 hour)"),
    "redshift": ("date_trunc('hour', loaded_at)", "dateadd(hour, 1, {})", "date_trunc('hour', loaded_at)"),
    "trino": ("date_trunc('hour', loaded_at)", "date_add('hour', 1, {})", "date_trunc('hour', loaded_at)"),
}  # fmt: skip
"""A bucket of an hour, an hour later, and the bucket in another way."""

DAYS = {
    "duckdb": ("loaded_at::date", "loaded_at::date + 1"),
    "postgres": ("loaded_at::date", "loaded_at::date + 1"),
    "snowflake": ("to_date(loaded_at)", "dateadd(day, 1, to_date(loaded_at))"),
    "bigquery": ("date(loaded_at)", "timestamp(date_add(date(loaded_at), interval 1 day))"),
    "spark": ("to_date(loaded_at)", "date_add(to_date(loaded_at), 1)"),
    "databricks": ("cast(loaded_at as date)", "dateadd(day, 1, cast(loaded_at as date))"),
    "clickhouse": ("toDate(loaded_at)", "toDate(loaded_at) + interval 1 day"),
    "redshift": ("trunc(loaded_at)", "dateadd(day, 1, trunc(loaded_at))"),
    "trino": ("date(loaded_at)", "date_add('day', 1, date(loaded_at))"),
}

CLOCKS = {
    "duckdb": ("now()", "today()", "current_date", "random()", "uuid()"),
    "postgres": ("now()", "clock_timestamp()", "current_timestamp", "'now'::timestamp", "gen_random_uuid()"),
    "snowflake": ("current_timestamp()", "sysdate()", "getdate()", "uuid_string()", "random()"),
    "bigquery": ("current_timestamp()", "current_date()", "rand()", "generate_uuid()"),
    "spark": (
        "current_timestamp()",
        "now()",
        "rand()",
        "uuid()",
        "monotonically_increasing_id()",
        "unix_timestamp()",
    ),
    "databricks": ("current_timestamp()", "now()", "rand()"),
    "clickhouse": ("now()", "now64()", "today()", "yesterday()", "rand()", "generateUUIDv4()", "rand32()"),
    "redshift": ("getdate()", "sysdate", "current_date", "random()"),
    "trino": ("now()", "current_timestamp", "localtimestamp", "random()", "uuid()"),
}

NEWEST = {
    "duckdb": "qualify row_number() over (partition by user_id order by loaded_at desc) = 1",
    "postgres": "order by loaded_at desc limit 5",
    "snowflake": "qualify row_number() over (partition by user_id order by loaded_at desc) = 1",
    "bigquery": "where true qualify rank() over (partition by user_id order by loaded_at desc) = 1",
    "spark": "order by loaded_at desc limit 5",
    "databricks": "qualify row_number() over (partition by user_id order by loaded_at desc) = 1",
    "clickhouse": "order by loaded_at desc limit 1 by user_id",
    "redshift": "qualify row_number() over (partition by user_id order by loaded_at desc) = 1",
    "trino": "order by loaded_at desc fetch first 5 rows only",
}

KNOWN = Times(known="known_at")


def verdict(sql: str, dialect: str, times: Times = KNOWN) -> tuple[str, set[str]]:
    made = proof(definitions(sql, times), dialect)
    return made.certificates["v:x"].verdict, {each.code for each in made.diagnostics}


@pytest.mark.parametrize("dialect", HOURS)
def test_hours_are_known_when_they_end(dialect: str) -> None:
    first, later, second = HOURS[dialect]
    for start in (first, second):
        sql = f"select user_id, {start} as made_at, {{}} as known_at, count(*) as x from raw.events group by user_id, {start}"
        assert verdict(sql.format(later.format(start)), dialect) == (Verdict.PROVED, set()), sql
        assert verdict(sql.format(start), dialect) == (Verdict.LEAK, {"FC252"}), sql


@pytest.mark.parametrize("dialect", DAYS)
def test_days_are_known_when_they_end(dialect: str) -> None:
    start, end = DAYS[dialect]
    sql = f"select user_id, {start} as made_at, {{}} as known_at, count(*) as x from raw.events group by user_id, {start}"
    assert verdict(sql.format(end), dialect) == (Verdict.PROVED, set()), sql
    assert verdict(sql.format(start), dialect) == (Verdict.LEAK, {"FC252"}), sql


@pytest.mark.parametrize("dialect", CLOCKS)
def test_clocks_and_random_numbers_leak(dialect: str) -> None:
    for clock in CLOCKS[dialect]:
        sql = f"select user_id, made_at, loaded_at as known_at, {clock} as x from raw.events"
        assert verdict(sql, dialect) == (Verdict.LEAK, {"FC253"}), sql


@pytest.mark.parametrize("dialect", NEWEST)
def test_picking_the_newest_rows_leaks(dialect: str) -> None:
    sql = f"select user_id, made_at, loaded_at, amount as x from raw.events {NEWEST[dialect]}"
    assert verdict(sql, dialect, Times()) == (Verdict.LEAK, {"FC250"}), sql


@pytest.mark.parametrize("dialect", HOURS)
def test_windows_look_back_in_every_dialect(dialect: str) -> None:
    window = "over (partition by user_id order by loaded_at rows between unbounded preceding and current row)"
    sql = "select user_id, made_at, loaded_at, {} as x from raw.events"
    assert verdict(sql.format(f"sum(amount) {window}"), dialect, Times()) == (Verdict.PROVED, set())
    ahead = window.replace("unbounded preceding and current row", "current row and unbounded following")
    assert verdict(sql.format(f"sum(amount) {ahead}"), dialect, Times()) == (Verdict.LEAK, {"FC250"})
    everyone = "avg(amount) over (partition by user_id)"
    assert verdict(sql.format(everyone), dialect, Times()) == (Verdict.LEAK, {"FC251"})


AS_OF = {
    "duckdb": "asof left join raw.items i on e.item_id = i.item_id and e.loaded_at >= i.loaded_at",
    "snowflake": "asof join raw.items i match_condition (e.loaded_at >= i.loaded_at) on e.item_id = i.item_id",
    "clickhouse": "asof left join raw.items i on e.item_id = i.item_id and e.loaded_at >= i.loaded_at",
}


@pytest.mark.parametrize("dialect", AS_OF)
def test_asof_joins_look_back(dialect: str) -> None:
    sql = f"select e.user_id, e.made_at, e.loaded_at, i.price as x from raw.events e {AS_OF[dialect]}"
    assert verdict(sql, dialect, Times()) == (Verdict.PROVED, set())
    assert verdict(sql.replace(">=", "<="), dialect, Times()) == (Verdict.LEAK, {"FC250"})


def test_weeks_that_begin_on_other_days_are_other_weeks() -> None:
    sql = (
        "select user_id, timestamp_trunc(loaded_at, week(monday)) as made_at, "
        "timestamp_add(timestamp_trunc(loaded_at, {}), interval 7 day) as known_at, count(*) as x "
        "from raw.events group by user_id, 2, 3"
    )
    assert verdict(sql.format("week(monday)"), "bigquery") == (Verdict.PROVED, set())
    shifted = sql.replace("user_id, 2, 3", "user_id, timestamp_trunc(loaded_at, week(monday))")
    assert verdict(shifted.format("isoweek"), "bigquery")[0] != Verdict.PROVED


def test_buckets_of_another_time_zone_are_not_taken_for_ours() -> None:
    sql = (
        "select user_id, made_at, timestamp_add(timestamp_trunc(loaded_at, day, 'America/New_York'), interval 1 day) "
        "as known_at, amount as x from raw.events"
    )
    assert verdict(sql, "bigquery")[0] == Verdict.ASSUMES
