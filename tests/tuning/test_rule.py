"""The rule on the statistics of small data, as DuckDB gives them."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import dialect_named
from fcompile.compiler.statistics import Statistics, statistics_of, statistics_text
from fcompile.compiler.tuning import MIXED, ROWS, TILES, Form, default_form
from fcompile.compiler.tuning_file import lengths_of
from fcompile.compiler.tuning_rule import choose_form, why
from tests.tuning.conftest import DEFINITIONS, skewed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANY = (
    "SELECT 1 AS user_id, TIMESTAMP '2024-01-01' AS bought_at, bought_at AS known, 1.0 AS amount, 'a' AS item"
)


def statistics(
    rows: str, lengths: tuple[timedelta, ...] = (), entities: str = "[user]", name: str = "spend"
) -> Statistics:
    files = {
        "a.yaml": DEFINITIONS.replace("entities: [user]\n    source", f"entities: {entities}\n    source")
    }
    view = bind(files).definitions.feature_views[name]
    text = statistics_text(view.source, [view], lengths, dialect_named("duckdb"))
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE buys AS {rows}")
        found = connection.execute(text).fetchone()
    assert found is not None
    return statistics_of(found, lengths)


def form(rows: str, *lengths: timedelta | None) -> Form:
    return choose_form(statistics(rows, tuple(x for x in lengths if x)), lengths)


def test_rows_that_no_window_can_see_do_not_count() -> None:
    rows = f"""{ANY} UNION ALL SELECT NULL, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01', 1.0, 'a'
        UNION ALL SELECT 2, NULL, TIMESTAMP '2024-01-01', 1.0, 'a'
        UNION ALL SELECT 3, TIMESTAMP '2024-01-01', NULL, 1.0, 'a'"""
    found = statistics(rows)
    assert (found.rows, found.keys, found.largest) == (1, 1, 1)


@pytest.mark.parametrize("entities", ["[user]", "[]"])
def test_no_rows_are_no_keys(entities: str) -> None:
    found = statistics(f"{ANY} LIMIT 0", (HOUR,), entities)
    assert found == Statistics(stretches=((HOUR, 0),))
    assert choose_form(found, (HOUR,)).kind == ROWS


def test_without_a_join_key_all_rows_are_one_keys() -> None:
    found = statistics(skewed(700, 100), (), "[]")
    assert (found.rows, found.keys, found.largest) == (1000, 1, 1000)


def test_stretches_and_crowds_are_of_hot_keys() -> None:
    second = "TIMESTAMP '2024-01-01' + to_seconds(i)"
    found = statistics(
        f"SELECT 1 AS user_id, {second} AS bought_at, bought_at AS known, 'a' AS item FROM range(7200) AS t(i)",
        (timedelta(minutes=30), 3 * DAY),
    )
    assert found.crowds == (3600, 600, 60)
    assert found.stretches == ((timedelta(minutes=30), 1800), (3 * DAY, 7200))
    assert [found.within(x) for x in (timedelta(minutes=30), 3 * DAY, None)] == [3600, 7200, 7200]
    assert found.hot == (1, 1, 1, 1, 1)


def test_small_keys_are_joined_row_by_row() -> None:
    assert form(skewed(200, 50), HOUR, None).kind == ROWS


def test_hot_keys_among_small_ones_are_mixed() -> None:
    chosen = form(skewed(2_000, 400), HOUR, None)
    assert (chosen.kind, chosen.tile, chosen.span, chosen.hot) == (MIXED, HOUR, DAY, 500)


def test_a_key_that_nears_the_mark_is_mixed_already() -> None:
    assert form(skewed(300, 50), None).kind == MIXED


def test_hot_keys_alone_are_tiles() -> None:
    assert form(skewed(2_000, 1), None).kind == TILES


def test_a_short_window_holds_few_of_a_keys_rows() -> None:
    assert form(skewed(1_200, 50), HOUR).kind == ROWS
    assert form(skewed(1_200, 50), 10 * DAY).kind == MIXED


def test_dense_keys_have_smaller_tiles() -> None:
    rows = "SELECT 1 AS user_id, TIMESTAMP '2024-01-01' + to_milliseconds(i * {}) AS bought_at, bought_at AS known"
    rows += " FROM range(20000) AS t(i)"
    widths = [form(rows.format(apart), 30 * DAY) for apart in (10_000, 2_000, 500, 50, 5)]
    assert [str(f.tile) for f in widths] == ["1:00:00", "0:10:00", "0:01:00", "0:00:01", "0:00:01"]
    assert [f.span for f in widths] == [DAY, DAY, HOUR, HOUR, HOUR]


def test_the_reason_holds_the_numbers() -> None:
    found = statistics(skewed(2_000, 400), (DAY,))
    assert why(found, (DAY,)) == "1 of 401 keys with more than 1,500 rows"
    assert "3,200 rows, 401 keys, 2,000 rows of the largest" in choose_form(found, (DAY,)).because


def test_the_form_depends_on_nothing_but_statistics_and_lengths() -> None:
    view = bind({"a.yaml": DEFINITIONS}).definitions.feature_views["spend"]
    found = statistics(skewed(2_000, 400), ())
    assert choose_form(found, lengths_of(view)) == choose_form(found, lengths_of(view))


def test_distinct_values_alone_are_joined_up_to_larger_keys() -> None:
    assert default_form([HOUR], ["count_distinct", "count_distinct"]).hot == 3000
    assert default_form([HOUR], ["count_distinct", "sum"]).hot == 500
    assert default_form([HOUR]).hot == 500
