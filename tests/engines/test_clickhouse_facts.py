"""What ClickHouse itself does, on which the lowering rests: a fact a test, and that our SQL keeps clear of the trap."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from fcompile.dialects.clickhouse import ClickHouse
from tests.engines.servers import clickhouse

pytestmark = pytest.mark.engines

SETTINGS = ClickHouse.statement_suffix


@pytest.fixture(scope="module")
def client() -> Client:
    made = clickhouse()
    made.command("CREATE TABLE one (k Int64, v Nullable(Float64), s String) ENGINE = Memory")
    made.command("INSERT INTO one VALUES (1, 1.5, 'a'), (2, NULL, 'b'), (3, nan, 'c')")
    return made


def value(client: Client, text: str) -> Any:
    return client.query(text).result_rows[0][0]


def test_no_match_of_a_join_is_null_with_our_settings_alone(client: Client) -> None:
    text = (
        "SELECT r.s FROM one AS l LEFT JOIN (SELECT * FROM one WHERE k = 1) AS r ON l.k = r.k WHERE l.k = 2"
    )
    assert value(client, text) == ""
    assert value(client, f"{text} {SETTINGS}") is None


def test_an_as_of_join_without_match_is_null_with_our_settings_alone(client: Client) -> None:
    text = "SELECT r.s FROM one AS l ASOF LEFT JOIN one AS r ON l.k = r.k AND l.v > r.v WHERE l.k = 1"
    assert value(client, text) == ""
    assert value(client, f"{text} {SETTINGS}") is None


def test_an_as_of_join_has_one_inequality(client: Client) -> None:
    with pytest.raises(DatabaseError, match="multiple inequality"):
        client.query("SELECT 1 FROM one AS l ASOF JOIN one AS r ON l.k = r.k AND l.v > r.v AND l.k > r.k")


def test_aggregates_over_no_rows_are_null_with_our_settings_alone(client: Client) -> None:
    text = "SELECT SUM(k), AVG(k), COUNT(k) FROM one WHERE k > 9"
    total, mean, count = client.query(text).result_rows[0]
    assert (total, mean != mean, count) == (0, True, 0)
    assert client.query(f"{text} {SETTINGS}").result_rows == [(None, None, 0)]


def test_an_alias_does_not_stand_for_the_column_of_its_name_with_our_settings(client: Client) -> None:
    text = "SELECT COALESCE(v, 7) AS v FROM one WHERE v IS NULL"
    assert client.query(text).result_rows == []
    assert client.query(f"{text} {SETTINGS}").result_rows == [(7,)]


def test_int64_wraps_around(client: Client) -> None:
    assert value(client, "SELECT toInt64(9223372036854775807) + toInt64(1)") == -(2**63)
    assert (
        value(client, "SELECT SUM(x) FROM (SELECT toInt64(9223372036854775807) AS x FROM numbers(2))") == -2
    )


def test_nan_equals_nothing_and_is_left_out_of_extremes(client: Client) -> None:
    assert value(client, "SELECT nan = nan") == 0
    assert value(client, "SELECT MAX(v) FROM one") == 1.5
    assert [row[0] for row in client.query("SELECT k FROM one ORDER BY v DESC NULLS LAST").result_rows] == [
        1,
        3,
        2,
    ]


def test_a_cast_to_a_nullable_type_hides_what_it_cannot_read(client: Client) -> None:
    assert value(client, "SELECT CAST(materialize('x') AS Nullable(Int64))") is None
    assert value(client, "SELECT toDate32OrNull('2023-02-29')") == date(2023, 3, 1)
    assert str(value(client, "SELECT CAST(toDecimal64('2.55', 2) AS Decimal(10, 1))")) == "2.5"


def test_date_trunc_rounds_times_before_1970_up(client: Client) -> None:
    text = "SELECT {}(CAST('1969-12-31 23:59:59.5' AS DateTime64(6, 'UTC')))"
    assert value(client, text.format("toStartOfHour")) == datetime(1970, 1, 1)


def test_timestamps_reach_from_year_1_to_9999(client: Client) -> None:
    first, last = "0001-01-01 00:00:00.000001", "9999-12-31 23:59:59.999999"
    for text in (first, last):
        assert value(client, f"SELECT toString(CAST('{text}' AS DateTime64(6, 'UTC')))") == text


def test_a_list_is_null_only_as_a_variant(client: Client) -> None:
    with pytest.raises(DatabaseError, match="cannot be inside Nullable"):
        client.query("SELECT CAST(NULL AS Nullable(Array(Int64)))")
    assert value(client, "SELECT CAST(NULL AS Variant(Array(Nullable(Int64))))") is None


def test_coalesce_computes_what_it_does_not_need(client: Client) -> None:
    failing = "throwIf(materialize(1))"
    with pytest.raises(DatabaseError):
        client.query(f"SELECT COALESCE(materialize(toNullable(1)), {failing})")
    assert value(client, f"SELECT CASE WHEN materialize(1) THEN 1 ELSE {failing} END") == 1


def test_a_window_over_a_range_of_time_is_refused(client: Client) -> None:
    text = "SELECT SUM(k) OVER (ORDER BY toDateTime64(k, 6) RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW)"
    with pytest.raises(DatabaseError):
        client.query(f"{text} FROM one")
