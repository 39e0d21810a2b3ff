"""FeatureStore: Feast's names on the project that ``init`` writes."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.runtime.init import init_project

AT = datetime(2026, 1, 15, 11)
SPINE = {"customer_id": [1, 9, 1], "event_timestamp": [AT, AT, datetime(2026, 1, 5, 11, 30)]}
EXPECTED = [180.0, None, 25.5]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeatureStore]:
    init_project(tmp_path / "shop")
    with FeatureStore(tmp_path / "shop") as opened:
        yield opened


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "pyarrow"])
def test_frames_go_in_and_come_out_in_their_order(store: FeatureStore, make: type) -> None:
    job = store.get_historical_features(make(SPINE), ["last_order:last_amount"])
    assert job.to_arrow().column_names == ["customer_id", "event_timestamp", "last_amount"]
    assert job.to_arrow()["last_amount"].to_pylist() == EXPECTED
    assert job.to_polars()["last_amount"].to_list() == EXPECTED
    assert job.to_df()["last_amount"].astype(object).where(lambda v: v.notna(), None).tolist() == EXPECTED


@pytest.mark.parametrize(("package", "method"), [("pandas", "to_df"), ("polars", "to_polars")])
def test_a_package_that_is_not_there_is_named_with_what_to_install(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch, package: str, method: str
) -> None:
    job = store.get_historical_features(pa.table(SPINE), "churn_v1")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=rf"FC422.*{package} is not installed") as raised:
        getattr(job, method)()
    assert f"fcompile[{package}]" in raised.value.diagnostics[0].hint


def test_a_path_and_sql_are_spines_too(store: FeatureStore) -> None:
    path = store.repo_path / "spine.csv"
    assert store.get_historical_features(path, "churn_v1").to_arrow().num_rows == 7
    sql = "SELECT 1 AS customer_id, TIMESTAMP '2026-01-15 11:00:00' AS event_timestamp"
    assert store.get_historical_features(sql, ["churn_v1"]).to_arrow()["last_amount"].to_pylist() == [180.0]


def test_full_names_and_another_timestamp_column(store: FeatureStore) -> None:
    frame = pd.DataFrame({"customer_id": [1], "at": [AT]})
    job = store.get_historical_features(
        frame, ["last_order:last_amount"], full_feature_names=True, timestamp_column="at"
    )
    assert job.to_df()["last_order__last_amount"].tolist() == [180.0]


WINDOWS = """
feature_views:
  - name: order_counts
    entities: [customer]
    source: orders
    ttl: 1h
    aggregations:
      - {name: orders, function: count, windows: [7d]}
      - {name: largest, function: max, column: amount, windows: [7d], default: -1.0}
      - {name: amounts, function: last_n(2), column: amount, windows: [lifetime]}
labels:
  - {name: next_orders, entities: [customer], source: orders, function: count, horizon: 7d, maturity: 1d}
"""


@pytest.fixture
def windows(store: FeatureStore) -> Iterator[FeatureStore]:
    (store.repo_path / "featuredefs" / "windows.yaml").write_text(WINDOWS)
    with FeatureStore(store.repo_path) as opened:
        yield opened


def test_labels_come_last_as_of_an_instant_and_are_looked_up_by_name(windows: FeatureStore) -> None:
    spine = pa.table(SPINE)
    mature = AT + timedelta(days=8)
    job = windows.get_historical_features(spine, ["order_counts"], labels="next_orders", as_of=mature)
    assert job.to_arrow().column_names[-1] == "next_orders"
    assert None not in job.to_arrow()["next_orders"].to_pylist()
    early = windows.get_historical_features(
        spine, labels=["next_orders"], as_of=mature - timedelta(microseconds=1)
    )
    assert early.to_arrow()["next_orders"].null_count == 2
    assert early.labelled == {"next_orders": 1}
    assert [label.name for label in windows.list_labels()] == ["next_orders"]
    assert windows.get_label("next_orders").horizon == timedelta(days=7)
    assert "labels: next_orders: int64" in windows._repr_html_()
    with pytest.raises(UsageError, match="did you mean `next_orders`"):
        windows.get_label("next_order")
    with pytest.raises(UsageError, match="no features are asked for"):
        windows.get_historical_features(spine)
    text: Any = "2026-01-01"
    with pytest.raises(UsageError, match="as_of: '2026-01-01' is no datetime"):
        windows.get_historical_features(spine, labels="next_orders", as_of=text)


def test_windows_online_equal_historical_and_have_no_ttl(windows: FeatureStore) -> None:
    windows.materialize_incremental(AT)
    rows = {"customer_id": [1, 9, 2]}
    response = windows.get_online_features("order_counts", rows, at=AT + timedelta(days=99))
    spine = pa.table({**rows, "event_timestamp": [AT] * 3})
    historical = windows.get_historical_features(spine, "order_counts").to_arrow().to_pydict()
    answer = response.to_dict()
    assert answer == {name: historical[name] for name in answer}
    assert (answer["orders_7d"][1], answer["largest_7d"][1], answer["amounts_lifetime"][1]) == (0, -1.0, None)
    assert response.statuses["orders_7d"] == ["PRESENT", "NOT_FOUND", "PRESENT"]
    assert isinstance(answer["amounts_lifetime"][0], list)
    with pytest.raises(UsageError, match="FC221"):
        windows.get_online_features("next_orders", rows)


def test_online_equals_historical_after_materializing(store: FeatureStore) -> None:
    store.materialize(datetime(2025, 1, 1), AT)
    response = store.get_online_features("churn_v1", [{"customer_id": 1}, {"customer_id": 9}], at=AT)
    assert response.to_dict()["last_amount"] == [180.0, None]
    assert response.statuses["last_amount"] == ["PRESENT", "NOT_FOUND"]
    spine = pd.DataFrame({"customer_id": [1, 9], "event_timestamp": [AT, AT]})
    historical = store.get_historical_features(spine, "churn_v1").to_arrow().to_pydict()
    for name, values in response.to_dict().items():
        assert historical[name] == values


def test_entity_rows_may_be_lists_by_join_key(store: FeatureStore) -> None:
    store.materialize_incremental(AT)
    by_row = store.get_online_features(["customer_profile:country"], [{"customer_id": 1}, {"customer_id": 2}])
    by_key = store.get_online_features(["customer_profile:country"], {"customer_id": [1, 2]})
    assert by_row.to_dict() == by_key.to_dict()
    with pytest.raises(UsageError, match="differ in length"):
        store.get_online_features(["customer_profile:country"], {"customer_id": [1, 2], "other": [1]})


@pytest.mark.parametrize("rows", [{"user_id": 1}, ["x"], "x", None, [1], 5], ids=repr)
def test_what_is_no_entity_row_is_said(rows: Any, store: FeatureStore) -> None:
    with pytest.raises(UsageError, match="these are no entity rows"):
        store.get_online_features(store.list_feature_views()[0].name, rows)


def test_a_time_that_is_no_datetime_is_said(store: FeatureStore) -> None:
    text: Any = "2026-01-01"
    with pytest.raises(UsageError, match="end_date: '2026-01-01' is no datetime"):
        store.materialize_incremental(text)
    with pytest.raises(UsageError, match="start_date"):
        store.materialize(text, datetime(2026, 1, 1))


def test_a_time_with_a_zone_is_converted_and_one_without_is_utc(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        store.materialize_incremental(AT.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=9))))
        same = [AT, AT.replace(tzinfo=UTC), AT.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-5)))]
        answers = [
            store.get_online_features("last_order", [{"customer_id": 1}], at=at).to_dict() for at in same
        ]
        assert answers[0]["last_amount"] == [180.0]
        assert answers[0] == answers[1] == answers[2]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_only_the_named_views_are_materialized(store: FeatureStore) -> None:
    summary = store.materialize_incremental(AT, feature_views=["last_order"])
    assert [result.view for result in summary.results] == ["last_order"]
    with pytest.raises(UsageError, match="did you mean `last_order`"):
        store.materialize_incremental(AT, feature_views=["last_ordr"])


def test_definitions_are_listed_by_name(store: FeatureStore) -> None:
    assert [e.name for e in store.list_entities()] == ["customer"]
    assert [s.name for s in store.list_data_sources()] == ["orders", "profiles"]
    assert [v.name for v in store.list_feature_views()] == [
        "customer_profile",
        "last_order",
        "recent_orders",
    ]
    assert [s.name for s in store.list_feature_services()] == ["churn_v1", "spend_v1"]
    assert store.get_feature_view("last_order").ttl == timedelta(days=30)
    assert store.get_entity("customer").join_keys[0].name == "customer_id"
    assert store.get_data_source("orders").available_at == "loaded_at"
    assert store.get_feature_service("churn_v1").name == "churn_v1"
    with pytest.raises(UsageError, match="did you mean `churn_v1`"):
        store.get_feature_service("churn_v2")


def test_notebooks_show_escaped_tables(store: FeatureStore) -> None:
    path = store.repo_path / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text().replace("Who the customer is.", "<script>alert(1)</script>"))
    shown = FeatureStore(store.repo_path)._repr_html_()
    assert "customer_profile" in shown
    assert "<script>" not in shown
    assert "180.0" in store.get_historical_features(pd.DataFrame(SPINE), "last_order")._repr_html_()


def test_persist_writes_files_and_says_how_many(store: FeatureStore, tmp_path: Path) -> None:
    summary = store.get_historical_features(pd.DataFrame(SPINE), "churn_v1").persist(tmp_path / "out.parquet")
    assert summary.rows == 3
    assert summary.matched == {"customer_profile": 2, "last_order": 2}


def test_closing_twice_and_reading_again_works(store: FeatureStore) -> None:
    store.materialize_incremental(AT)
    store.close()
    store.close()
    assert store.get_online_features("last_order", [{"customer_id": 1}]).rows == 1


def test_teardown_leaves_nothing_online(store: FeatureStore) -> None:
    store.materialize_incremental(AT)
    store.teardown()
    statuses = store.get_online_features("last_order", [{"customer_id": 1}]).statuses
    assert statuses["last_amount"] == ["NOT_FOUND"]


def test_a_failed_view_raises_what_went_wrong(store: FeatureStore) -> None:
    (store.repo_path / "data" / "orders.csv").unlink()
    with pytest.raises(FcompileError, match=r"orders\.csv"):
        store.materialize_incremental(AT)


def test_every_public_method_is_typed_and_documented() -> None:
    for name, method in inspect.getmembers(FeatureStore, inspect.isfunction):
        if name.startswith("_"):
            continue
        assert method.__doc__, name
        parameters = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
        assert all(p.annotation is not inspect.Parameter.empty for p in parameters), name
        assert inspect.signature(method).return_annotation is not inspect.Signature.empty, name
    assert get_type_hints(FeatureStore.close) == {"return": type(None)}


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, fcompile; print([m for m in ('duckdb', 'sqlglot', 'pyarrow') if m in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert ended.stdout.strip() == "[]"
