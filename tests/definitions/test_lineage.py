"""Column lineage: from tables over queries, views of views and on-demand views to services and exposures."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.lineage import Lineage, lineage
from fcompile.compiler.lineage_of_query import traced

PROJECT = (Path(__file__).parent / "lineage.yaml").read_text()


@pytest.fixture(scope="module")
def found() -> Lineage:
    bound = bind({"a.yaml": PROJECT})
    assert [each.message for each in bound.diagnostics] == []
    return lineage(bound.definitions, "duckdb")


def made_of(found: Lineage, column: str) -> list[str]:
    return list(found.columns[column])


def test_features_are_made_of_columns_of_their_source(found: Lineage) -> None:
    assert made_of(found, "feature_view.latest.amount") == ["source.purchases.amount"]
    assert made_of(found, "feature_view.latest.large") == [
        "source.purchases.amount",
        "source.purchases.currency",
    ]
    assert made_of(found, "feature_view.latest.largest") == [
        "source.purchases.amount",
        "source.purchases.currency",
        "source.purchases.vip",
    ]


def test_windows_are_made_of_what_they_aggregate_and_filter(found: Lineage) -> None:
    assert made_of(found, "feature_view.spend.sum_7d") == ["source.joined.euros", "source.joined.one"]
    assert made_of(found, "feature_view.spend.n_7d") == []
    assert made_of(found, "feature_view.spend.mean") == [
        "feature_view.spend.n_7d",
        "feature_view.spend.sum_7d",
    ]
    assert made_of(found, "label.later.later") == ["source.purchases.amount"]


def test_keys_times_and_filters_decide_the_rows(found: Lineage) -> None:
    names = ["at", "known", "made", "status", "user_id"]
    assert found.rows["feature_view.latest"] == tuple(f"source.purchases.{name}" for name in names)
    assert found.rows["feature_view.above"] == ("source.joined.at", "source.joined.user_id")
    assert "source.purchases.status" in found.upstream(["feature_view.latest.amount"])
    assert "feature_view.latest.large" in found.downstream(["source.purchases.status"])


def test_views_of_views_are_made_of_features(found: Lineage) -> None:
    assert made_of(found, "feature_view.above.hot") == ["feature_view.spend.mean"]
    assert made_of(found, "on_demand_view.now.m2") == ["feature_view.spend.mean"]


def test_on_demand_features_are_made_of_features_requests_and_one_another(found: Lineage) -> None:
    assert made_of(found, "on_demand_view.ratio.r") == ["feature_view.spend.sum_7d", "request.asked"]
    assert made_of(found, "on_demand_view.twice.r2") == [
        "feature_view.spend.sum_7d",
        "on_demand_view.ratio.r",
        "request.asked",
    ]


def test_services_have_the_columns_of_their_result(found: Lineage) -> None:
    assert found.of["feature_service.fraud"] == tuple(
        f"feature_service.fraud.{name}" for name in ("sum_1h", "mean", "r2", "amount")
    )
    assert made_of(found, "feature_service.fraud.r2") == ["on_demand_view.twice.r2"]
    assert made_of(found, "feature_service.both.other__amount") == ["feature_view.latest.amount"]


def test_exposures_read_columns_of_services_and_features(found: Lineage) -> None:
    assert made_of(found, "exposure.board") == [
        *(f"feature_service.fraud.{name}" for name in ("amount", "mean", "r2", "sum_1h")),
        "feature_view.latest.large",
        "on_demand_view.now.m2",
    ]
    assert "exposure.board" in found.downstream(["table.raw.rates.rate"])
    assert "table.raw.rates.rate" in found.upstream(["exposure.board"])


def test_sources_are_made_of_columns_of_tables(found: Lineage) -> None:
    assert made_of(found, "source.purchases.amount") == ["table.raw.purchases.amount"]
    assert made_of(found, "source.joined.euros") == ["table.raw.p.amount", "table.raw.rates.rate"]
    assert made_of(found, "source.joined.one") == []


def test_what_a_change_of_a_column_reaches(found: Lineage) -> None:
    below = found.downstream(["source.joined.euros"])
    assert "feature_service.fraud.mean" in below and "feature_view.above.hot" in below
    assert not [column for column in below if ".latest." in column or column.endswith("n_7d")]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select amount from raw.p", {"amount": ("raw.p.amount",)}),
        ("select * from raw.p", {"*": ("raw.p.*",)}),
        ("with c as (select u, sum(a) as s from p group by 1) select s * 2 as d from c", {"d": ("p.a",)}),
        ("select a from x union all select b from y", {"a": ("x.a", "y.b")}),
        ("select count(*) as n from x", {"n": ()}),
        ("select rate + amount as z, x.a from x, y", {"a": ("x.a",)}),
        ("select * from a join b using (i)", {}),
        ("select a from read_csv('x.csv')", {}),
        ("select * from read_parquet('x')", {}),
        ("values (1)", {}),
        ("not sql at all (", {}),
    ],
)
def test_queries_are_traced_as_far_as_can_be_told(sql: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert traced(sql, "duckdb") == expected


def test_columns_passed_on_by_a_star_are_those_of_the_table() -> None:
    columns = "columns: {Amount: float64, at: timestamp}"
    text = f"sources: [{{name: s, query: select * from raw.p, timestamp_field: at, {columns}}}]"
    found = lineage(bind({"a.yaml": text}).definitions, "duckdb")
    assert found.columns["source.s.Amount"] == ("table.raw.p.amount",)
