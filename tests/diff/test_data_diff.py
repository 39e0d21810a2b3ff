"""``diff --data``: old and new SQL on one sampled spine, feature by feature."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.model import FeatureDelta
from fcompile.runtime.project import load_project
from fcompile.runtime.review.data_diff import data_diff
from tests.proof.shop_of_leaks import ENTITY, WHOLE, Folder

PROJECT = "project: shop\ntargets:\n  dev:\n    warehouse: {type: duckdb, path: dev.duckdb}\n"
TABLES = """
CREATE SCHEMA raw;
CREATE TABLE raw.events AS
SELECT i AS event_id, i % 7 AS user_id, TIMESTAMP '2026-01-01' + to_minutes(17 * i) AS ts,
    TIMESTAMP '2026-01-01' + to_minutes(17 * i + 30) AS loaded_at,
    CASE WHEN i % 10 = 0 THEN NULL ELSE CAST(i AS DOUBLE) END AS amount
FROM range(300) AS r(i);
"""
BEFORE = """
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: events, table: raw.events, timestamp_field: ts, available_at: loaded_at}
feature_views:
  - name: latest
    entities: [user]
    source: events
    ttl: 2h
    features:
      - {name: amount, dtype: float64}
      - {name: event_id, dtype: int64}
  - name: spend
    entities: [user]
    source: events
    aggregations: [{name: total, function: sum, column: amount, windows: [3h], dtype: float64}]
on_demand_feature_views:
  - name: share
    request: {price: float64}
    features_from: [latest:amount, spend:total_3h]
    features: [{name: part, dtype: float64, expr: "price * amount / nullif(total_3h, 0.0)"}]
"""
TESTS = """
tests:
  - name: given
    features: [latest:amount]
    given:
      events:
        - {user_id: 1, ts: 2026-01-01T00:00:00Z, loaded_at: 2026-01-01T00:30:00Z, amount: 2.0, event_id: 1}
        - {user_id: 1, ts: 2026-01-01T05:00:00Z, loaded_at: 2026-01-01T05:30:00Z, amount: 4.0, event_id: 2}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:40:00Z}]
    expect: [{amount: 2.0}]
"""


class Shop(Folder):
    """A project of which the definitions are edited."""

    said: Sequence[str] = ()

    def deltas(
        self, *edits: tuple[str, str], before: str = BEFORE, sample: int = 500
    ) -> dict[str, FeatureDelta]:
        after = before
        for old, new in edits:
            assert old in after
            after = after.replace(old, new)
        self.write(after)
        project = load_project(self.root)
        old_definitions = bound(before)
        said: list[str] = []
        changes = compare(old_definitions, project.definitions)
        found = data_diff(project, old_definitions, changes, sample, say=said.append)
        self.said = said
        assert [delta.feature for delta in found] == sorted(delta.feature for delta in found)
        return {delta.feature: delta for delta in found}


def bound(text: str) -> Definitions:
    found = bind({"featuredefs/all.yaml": text})
    assert not found.diagnostics
    return found.definitions


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path, PROJECT)
    made.sql(TABLES)
    return made


def test_a_changed_expression_shows_its_share_of_cells_and_the_largest_difference(shop: Shop) -> None:
    edit = ("{name: amount, dtype: float64}", '{name: amount, dtype: float64, expr: "amount + 10.0"}')
    found = shop.deltas(edit)
    delta = found["latest:amount"]
    assert delta.rows == 500
    assert 0 < delta.changed < delta.rows
    assert delta.changed == delta.rows - delta.nulls_before
    assert delta.nulls_before == delta.nulls_after
    assert delta.largest == 10.0


def test_only_views_that_changed_or_are_made_of_them_are_compared(shop: Shop) -> None:
    found = shop.deltas(
        ("windows: [3h], dtype: float64", "windows: [3h], dtype: float64, filter: amount > 20.0")
    )
    assert sorted(found) == ["share:part", "spend:total_3h"]
    assert found["spend:total_3h"].changed > 0
    assert found["share:part"].changed > 0


def test_a_shorter_ttl_gives_more_nulls(shop: Shop) -> None:
    delta = shop.deltas(("ttl: 2h", "ttl: 1h"))["latest:event_id"]
    assert delta.nulls_after > delta.nulls_before
    assert delta.changed == delta.nulls_after - delta.nulls_before
    assert delta.largest is None


def test_a_known_time_that_is_dropped_shows(shop: Shop) -> None:
    found = shop.deltas((", available_at: loaded_at", ""))
    assert found["latest:event_id"].changed > 0
    assert found["latest:event_id"].nulls_after < found["latest:event_id"].nulls_before


def test_strictly_before_instead_of_at_shows(shop: Shop) -> None:
    found = shop.deltas(("    ttl: 2h", "    ttl: 2h\n    allow_exact_matches: false"))
    assert found["latest:event_id"].changed > 0


def test_what_is_only_written_otherwise_changes_no_cell(shop: Shop) -> None:
    edit = ("{name: event_id, dtype: int64}", "{name: event_id, dtype: int64, expr: event_id + 0}")
    delta = shop.deltas(edit)["latest:event_id"]
    assert (delta.changed, delta.largest) == (0, None)


def test_floats_of_sums_may_be_apart_in_their_last_digits_and_others_may_not(shop: Shop) -> None:
    apart = "amount * 1.0000000000001"
    query = "query: SELECT * EXCLUDE (amount), amount AS amount FROM raw.events"
    before = BEFORE.replace("table: raw.events", f'"{query}"'.replace('"query: ', 'query: "'))
    summed = shop.deltas(("amount AS amount", f"{apart} AS amount"), before=before)["spend:total_3h"]
    assert (summed.changed, summed.largest) == (0, None)
    shop.sql(f"CREATE TABLE raw.apart AS SELECT * REPLACE ({apart} AS amount) FROM raw.events")
    windows = BEFORE.replace(
        "aggregations: [{",
        "aggregations: [{name: most, function: max, column: amount, windows: [3h], dtype: float64}, {",
    )
    found = shop.deltas(("raw.events", "raw.apart"), before=windows)
    assert (found["spend:total_3h"].changed, found["spend:most_3h"].changed > 0) == (0, True)
    latest = ("{name: amount, dtype: float64}", f'{{name: amount, dtype: float64, expr: "{apart}"}}')
    assert shop.deltas(latest)["latest:amount"].changed > 0


def test_nan_is_nan_and_minus_zero_is_zero(shop: Shop) -> None:
    shop.sql("UPDATE raw.events SET amount = CASE WHEN event_id % 2 = 0 THEN 'nan' ELSE '-0.0' END")
    edit = ("{name: amount, dtype: float64}", '{name: amount, dtype: float64, expr: "abs(amount)"}')
    delta = shop.deltas(edit)["latest:amount"]
    assert (delta.changed, delta.largest) == (0, None)
    assert delta.nulls_before < delta.rows


def test_infinity_and_a_number_differ_by_no_number(shop: Shop) -> None:
    shop.sql("UPDATE raw.events SET amount = 'inf'")
    edit = (
        "{name: amount, dtype: float64}",
        '{name: amount, dtype: float64, expr: "case when event_id > 0 then 1.0 end"}',
    )
    delta = shop.deltas(edit)["latest:amount"]
    assert delta.changed > 0
    assert delta.largest is None


def test_a_wider_type_holds_the_same_values_and_text_of_them_too(shop: Shop) -> None:
    before = BEFORE.replace("{name: event_id, dtype: int64}", "{name: event_id, dtype: int32}")
    wider = shop.deltas(("dtype: int32", "dtype: int64"), before=before)
    assert wider["latest:event_id"].changed == 0
    text = shop.deltas(
        ("{name: event_id, dtype: int64}", "{name: event_id, dtype: string, expr: cast(event_id as string)}")
    )
    assert text["latest:event_id"].changed == 0
    assert text["latest:event_id"].largest is None


def test_a_renamed_feature_is_compared_with_what_it_was(shop: Shop) -> None:
    found = shop.deltas(
        ("{name: event_id, dtype: int64}", "{name: last_event, dtype: int64, column: event_id}")
    )
    assert found["latest:last_event"].changed == 0
    assert "latest:event_id" not in found


def test_a_renamed_view_is_compared_with_what_it_was(shop: Shop) -> None:
    found = shop.deltas(("name: latest", "name: newest"), ("latest:amount", "newest:amount"))
    assert found["newest:amount"].rows == 500
    assert found["newest:amount"].changed == 0


def test_features_of_one_side_are_left_out(shop: Shop) -> None:
    found = shop.deltas(
        (
            "      - {name: event_id, dtype: int64}\n",
            "      - {name: minutes, dtype: int64, expr: event_id * 17}\n",
        )
    )
    assert sorted(found) == ["latest:amount", "share:part"]


def test_another_query_shows(shop: Shop) -> None:
    before = BEFORE.replace("table: raw.events", "query: SELECT * FROM raw.events WHERE event_id > 3")
    found = shop.deltas(("event_id > 3", "event_id > 200"), before=before)
    assert found["latest:event_id"].changed > 0
    assert found["latest:event_id"].nulls_after > found["latest:event_id"].nulls_before


def test_views_of_every_kind_are_compared(shop: Shop) -> None:
    """Without keys, of another view's rows, of lists, on demand of several views."""
    before = ENTITY + WHOLE
    found = shop.deltas(
        ("available_at: loaded_at}", "availability_lag: 1h}"), ("last_n(3)", "last_n(4)"), before=before
    )
    changed = {name for name, delta in found.items() if delta.changed}
    assert {delta.rows for delta in found.values()} == {500}
    assert {"latest:amount", "totals:n_lifetime", "twice:big_1d", "ratio:share", "spend:ids_1d"} <= changed
    assert {"spend:total_1d", "ratio:rest"} <= set(found) - changed
    assert shop.said == [
        "No values of `tagged` were compared: no values of list<string> are drawn for its request data `tags`"
    ]


def test_of_another_warehouse_only_rows_that_tests_give_are_compared(shop: Shop) -> None:
    (shop.root / "fcompile.yaml").write_text(
        PROJECT.replace("type: duckdb, path: dev.duckdb", 'type: postgres, dsn: "host=nowhere"')
    )
    assert shop.deltas(("ttl: 2h", "ttl: 1h"), before=BEFORE + TESTS)["latest:amount"].changed > 0
    assert shop.said[0] == (
        "Only rows that tests give of `latest` were compared: "
        "target `dev` is postgres, and values are compared in DuckDB"
    )


def test_without_a_database_the_rows_of_tests_are_the_data(tmp_path: Path) -> None:
    shop = Shop(tmp_path, PROJECT)
    edit = ("{name: amount, dtype: float64}", '{name: amount, dtype: float64, expr: "amount + 10.0"}')
    found = shop.deltas(edit, before=BEFORE + TESTS)
    assert found["latest:amount"].largest == 10.0
    assert 0 < found["latest:amount"].rows <= 500
    assert not (tmp_path / "dev.duckdb").exists()
    assert [sentence.partition(":")[0] for sentence in shop.said] == [
        "Only rows that tests give of `latest` were compared",
        "Only rows that tests give of `share` were compared",
    ]


def test_without_any_data_it_is_said_and_nothing_is_compared(tmp_path: Path) -> None:
    shop = Shop(tmp_path, PROJECT)
    assert shop.deltas(("ttl: 2h", "ttl: 1h")) == {}
    assert shop.said[0].startswith(
        "No values of `latest` were compared: source `events` reads the table raw.events"
    )


def test_a_source_of_another_name_reads_the_same_given_rows(tmp_path: Path) -> None:
    shop = Shop(tmp_path, PROJECT)
    found = shop.deltas(
        ("name: events, table: raw.events", "name: happenings, table: raw.happenings"),
        ("source: events", "source: happenings"),
        ("      events:", "      happenings:"),
        before=BEFORE + TESTS,
    )
    assert (
        found["latest:amount"].changed,
        found["latest:amount"].nulls_after < found["latest:amount"].rows,
    ) == (0, True)


def test_the_same_data_gives_the_same_sample(shop: Shop) -> None:
    edit = ("ttl: 2h", "ttl: 1h")
    assert shop.deltas(edit, sample=60) == shop.deltas(edit, sample=60)
    assert {delta.rows for delta in shop.deltas(edit, sample=60).values()} == {60}
