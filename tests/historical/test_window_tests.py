"""``tests:`` of windows: given rows with and without a contract, filters, counts of nothing, lists."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.project import load_project
from fcompile.runtime.testing import TestSummary, run_tests

PURCHASES = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources:
  - name: purchases
    table: raw.purchases
    timestamp_field: purchased_at
    created_timestamp_field: loaded_at
    available_at: loaded_at
    columns: {purchase_id: int64, amount: float64}
feature_views:
  - name: user_spend
    entities: [user]
    source: purchases
    aggregations:
      - {name: spend, function: sum, column: amount, windows: [1h, 7d, lifetime], dtype: float64}
      - {name: buys, function: count, windows: [1h, 7d], filter: "amount > 0"}
"""
EVERY = "    every: 1h\n"
CASE = """\
tests:
  - name: spend_counts_only_what_was_known
    features: [user_spend:spend_1h]
    given: {purchases: [{user_id: 1, purchased_at: 2026-01-01T00:00:00Z, loaded_at: 2026-01-01T00:30:00Z, amount: 5.0}]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:10:00Z}, {user_id: 1, event_timestamp: 2026-01-01T00:40:00Z}]
    expect: [{spend_1h: null}, {spend_1h: 5.0}]
"""

UNTYPED = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: s, table: raw.s, timestamp_field: at}]
feature_views:
  - name: v
    entities: [user]
    source: s
    filter: "kind = 'a'"
    aggregations:
      - {name: n, function: count, column: x, windows: [1h]}
      - {name: skus, function: count_distinct, column: sku, windows: [1h], filter: "price > 1.5"}
      - {name: about, function: approx_count_distinct, column: sku, windows: [1h]}
      - {name: last_skus, function: last_n(2), column: sku, windows: [1h], dtype: list<string>}
      - {name: most, function: max, column: price, windows: [1h], dtype: "decimal(10,2)", default: 0}
tests:
  - name: t
    features: [v]
    given:
      s:
        - {user_id: 1, at: 2026-01-01T00:00:00Z, kind: a, x: 1, sku: one, price: 1.0}
        - {user_id: 1, at: 2026-01-01T00:10:00Z, kind: a, sku: two, price: 2.25}
        - {user_id: 1, at: 2026-01-01T00:20:00Z, kind: b, x: 1, sku: three, price: 9.0}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:30:00Z}, {user_id: 2, event_timestamp: 2026-01-01T00:30:00Z}]
    expect:
      - {n_1h: 1, skus_1h: 1, about_1h: 2, last_skus_1h: [two, one], most_1h: 2.25}
      - {n_1h: 0, skus_1h: 0, about_1h: 0, last_skus_1h: null, most_1h: 0}
  - name: nothing_given
    features: [v]
    given: {}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:30:00Z}]
    expect: [{n_1h: 0, skus_1h: 0, about_1h: 0, last_skus_1h: null, most_1h: 0}]
"""


def ran(root: Path, definitions: str) -> TestSummary:
    (root / "fcompile.yaml").write_text("project: p\n")
    (root / "featuredefs").mkdir()
    (root / "featuredefs" / "a.yaml").write_text(definitions)
    return run_tests(load_project(root))


def test_the_contract_s_test_of_what_was_known_passes(tmp_path: Path) -> None:
    assert ran(tmp_path, PURCHASES + CASE).problems == ()


def test_with_every_a_window_moves_only_at_its_multiples(tmp_path: Path) -> None:
    (problem,) = ran(tmp_path, PURCHASES + EVERY + CASE).problems
    assert problem.message.splitlines()[-1].split() == ["2", "spend_1h", "5.0", "NULL"]


def test_columns_of_unknown_type_are_what_their_rows_say(tmp_path: Path) -> None:
    assert ran(tmp_path, UNTYPED).problems == ()


def test_lists_of_times_equal_those_expected(tmp_path: Path) -> None:
    text = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: s, table: raw.s, timestamp_field: at}]
feature_views:
  - name: v
    entities: [user]
    source: s
    aggregations: [{name: seen, function: last_n(2), column: at, windows: [1h]}]
tests:
  - name: t
    features: [v]
    given: {s: [{user_id: 1, at: 2026-01-01T00:00:00Z}, {user_id: 1, at: 2026-01-01T00:10:00Z}]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:30:00Z}]
    expect: [{seen_1h: [2026-01-01T00:10:00Z, 2026-01-01T00:00:00Z]}]
"""
    assert ran(tmp_path, text).problems == ()
    (tmp_path / "wrong").mkdir()
    (problem,) = ran(tmp_path / "wrong", text.replace("00:10:00Z, 2026", "00:20:00Z, 2026")).problems
    assert "[2026-01-01 00:20:00, 2026-01-01 00:00:00]  [2026-01-01 00:10:00" in problem.message


@pytest.mark.parametrize("form", ["rows", "tiles", "mixed, hot: 1", "tiles, tile: 1m, span: 1h"])
def test_a_tile_without_a_list_keeps_what_stands_beside_it(form: str, tmp_path: Path) -> None:
    (tmp_path / "tuning.yaml").write_text(f"version: 1\nwindows:\n  v: {{form: {form}}}\n")
    summary = ran(
        tmp_path,
        """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: s, table: raw.s, timestamp_field: at, columns: {x: int64, y: string}}]
feature_views:
  - name: v
    entities: [user]
    source: s
    aggregations:
      - {name: x, function: last, column: x, windows: [1h, 1d]}
      - {name: ys, function: last_n(2), column: y, windows: [1h, 1d]}
tests:
  - name: t
    features: [v]
    given: {s: [{user_id: 1, at: 2026-01-01T10:00:00Z, x: 1, y: a}, {user_id: 1, at: 2026-01-01T11:30:00Z, x: 2}]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T12:20:00Z}, {user_id: 1, event_timestamp: 2026-01-02T09:00:00Z}]
    expect: [{x_1h: 2, x_1d: 2, ys_1h: null, ys_1d: [a]}, {x_1h: null, x_1d: 2, ys_1h: null, ys_1d: [a]}]
""",
    )
    assert summary.problems == ()


@pytest.mark.parametrize("reference", ["churn", "v:churn"])
def test_a_test_of_a_label_is_refused_before_anything_runs(reference: str, tmp_path: Path) -> None:
    label = "labels:\n  - {name: churn, entities: [user], source: s, function: count, horizon: 1d}\n"
    with pytest.raises(Exception, match=r"FC221|FC206"):
        ran(tmp_path, label + UNTYPED.replace("features: [v]", f"features: [{reference}]"))


def test_means_and_float_sums_read_any_number_where_no_contract_says_more(tmp_path: Path) -> None:
    (tmp_path / "fcompile.yaml").write_text("project: p\n")
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "featuredefs" / "a.yaml").write_text(
        """
entities: [{name: user, join_keys: {k: int64}}]
sources:
  - {name: sales, query: "SELECT 1 AS k, TIMESTAMP '2024-01-01' AS ts, 1.25::DECIMAL(12,2) AS price, 'x' AS word",
     timestamp_field: ts}
feature_views:
  - name: spend
    entities: [user]
    source: sales
    aggregations:
      - {name: mean, function: avg, column: price, windows: [1d]}
      - {name: sum, function: sum, column: price, windows: [1d], dtype: float64}
  - name: wrong
    entities: [user]
    source: sales
    aggregations: [{name: mean_word, function: avg, column: word, windows: [1d]}]
"""
    )
    store = FeatureStore(tmp_path)
    spine = pa.table({"k": [1], "event_timestamp": [datetime(2024, 1, 1, 12)]})
    found = store.get_historical_features(spine, ["spend"]).to_arrow().to_pylist()
    assert (found[0]["mean_1d"], found[0]["sum_1d"]) == (1.25, 1.25)
    with pytest.raises(FcompileError) as raised:
        store.get_historical_features(spine, ["wrong"]).to_arrow()
    assert [d.code for d in raised.value.diagnostics] == ["FC360"]
