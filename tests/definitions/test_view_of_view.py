"""``source: {view: ...}``: what binds, in which order, and every mistake at its place."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.view_rows import MOST_HOPS
from fcompile.compiler.definitions import Definitions, ViewRows
from fcompile.compiler.dtypes import FLOAT64, INT64, TIMESTAMP
from fcompile.compiler.graph import graph
from fcompile.compiler.nested import base_of, views_below
from fcompile.compiler.selectors import of_kind

BASE = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: purchase, join_keys: {purchase_id: int64}}
sources:
  - name: purchases
    table: raw.purchases
    timestamp_field: at
    created_timestamp_field: loaded
    availability_lag: 15m
    columns: {purchase_id: int64, user_id: int64, amount: float64}
feature_views:
  - name: spend
    entities: [user]
    source: purchases
    aggregations: [{name: spend, function: sum, column: amount, windows: [1h, 7d]}]
    features: [{name: share, dtype: float64, expr: "spend_1h / nullif(spend_7d, 0)"}]
  - name: buys
    entities: [purchase]
    source: purchases
    features: [{name: user_id, dtype: int64}, {name: large, dtype: bool, expr: amount > 100}]
  - name: strict
    entities: [user]
    source: purchases
    allow_exact_matches: false
    features: [{name: amount, dtype: float64}]
"""


def outer(body: str, source: str = "{view: spend}", name: str = "outer", entity: str = "user") -> str:
    return f"  - {{name: {name}, entities: [{entity}], source: {source}, {body}}}\n"


def bound(*views: str) -> Definitions:
    result = bind({"a.yaml": BASE + "".join(views)})
    assert [d.render({}) for d in result.diagnostics] == []
    return result.definitions


def problems(*views: str) -> list[tuple[str, str]]:
    """Code and the text that it points at."""
    text = BASE + "".join(views)
    found = bind({"a.yaml": text}).diagnostics
    lines = text.splitlines()
    assert all(d.span is not None for d in found)
    return [(d.code, lines[d.span.line - 1][d.span.column - 1 :]) for d in found if d.span]


PEAK = "features: [{name: spend_1h, dtype: float64}]"


def test_the_rows_of_a_view_are_a_source_with_its_keys_features_and_times() -> None:
    view = bound(outer(PEAK)).feature_views["outer"]
    source = view.source
    assert isinstance(source.relation, ViewRows)
    assert source.columns == (
        ("user_id", INT64),
        *((name, FLOAT64) for name in ("spend_1h", "spend_7d", "share")),
        ("at", TIMESTAMP),
    )
    assert (source.timestamp_field, source.created_timestamp_field) == ("at", "loaded")
    assert source.availability_lag == timedelta(minutes=15)
    assert [each.name for each in views_below(source)] == ["spend"]
    assert base_of(source).name == "purchases"


def test_views_bind_in_the_order_in_which_they_read_one_another_however_they_are_written() -> None:
    texts = [outer(PEAK, "{view: b}", "a"), outer(PEAK, "{view: c}", "b"), outer(PEAK, name="c")]
    view = bound(*texts).feature_views["a"]
    assert [each.name for each in views_below(view.source)] == ["b", "c", "spend"]
    assert bound(*texts) == bound(*texts[::-1])


def test_a_feature_of_a_view_can_be_the_join_key_of_the_next() -> None:
    body = "aggregations: [{name: n, function: count, filter: large, windows: [7d]}]"
    assert bound(outer(body, "{view: buys}")).feature_views["outer"].join_keys[0].name == "user_id"


def test_a_view_of_a_view_hangs_below_that_view_and_its_source() -> None:
    nodes = graph(bound(outer(PEAK)))
    assert nodes.nodes["feature_view.outer"].parents == (
        "entity.user",
        "feature_view.spend",
        "source.purchases",
    )
    source = nodes.nodes["source.purchases"]
    assert "outer" in [node.name for node in of_kind(nodes, [source], "feature_view")]


@pytest.mark.parametrize(
    ("view", "code", "at"),
    [
        (outer(PEAK, "{view: spent}"), "FC205", "spent}"),
        (outer(PEAK, "{view: outer}"), "FC241", "outer}"),
        (outer("features: [{name: amount, dtype: float64}]", "{view: strict}"), "FC242", "strict}"),
        (outer(PEAK, entity="purchase"), "FC244", "[purchase]"),
        (outer(PEAK, "{view: spend, as_of: now}"), "FC116", "now}"),
        (outer("features: [{name: spend_2h, dtype: float64}]"), "FC312", "spend_2h,"),
        (outer("features: [{name: x, dtype: float64, column: amount}]"), "FC312", "amount}"),
        (outer("features: [{name: x, dtype: float64, expr: amount + 1}]"), "FC312", "amount + 1}"),
        (outer("features: [{name: x, dtype: float64, expr: loaded}]"), "FC312", "loaded}"),
        (outer("filter: amount > 1, " + PEAK), "FC312", "amount > 1,"),
        (
            outer("aggregations: [{name: x, function: sum, column: amount, windows: [1h]}]"),
            "FC312",
            "amount,",
        ),
        (outer("features: [{name: spend_1h, dtype: int64}]"), "FC359", "spend_1h,"),
    ],
)
def test_a_mistake_is_at_its_place(view: str, code: str, at: str) -> None:
    ((found, text),) = problems(view)
    assert found == code
    assert text.startswith(at)


def test_a_circle_is_one_error_with_its_path() -> None:
    views = [outer(PEAK, "{view: b}", "a"), outer(PEAK, "{view: a}", "b"), outer(PEAK, "{view: a}", "c")]
    (found,) = bind({"a.yaml": BASE + "".join(views)}).diagnostics
    assert (found.code, found.message) == ("FC241", "views read one another in a circle: a -> b -> a")


def test_a_view_of_a_broken_view_is_not_blamed() -> None:
    body = "features: [{name: spend_9h, dtype: float64}]"
    broken = outer(body, name="inner")
    assert [code for code, _ in problems(broken, outer(body, "{view: inner}"))] == ["FC312"]


def test_a_chain_of_views_has_an_end() -> None:
    names = ["spend", *(f"v{n}" for n in range(1, MOST_HOPS + 2))]
    views = [outer(PEAK, f"{{view: {inner}}}", name) for inner, name in pairwise(names)]
    assert len(views_below(bound(*views[:-1]).feature_views[names[-2]].source)) == MOST_HOPS
    assert [code for code, _ in problems(*views)] == ["FC243"]


# -- as of the time that asks


RATIO = (
    'features: [{name: ratio, dtype: float64, expr: "spend_1h / nullif(spend_7d, 0)"}, '
    "{name: share, dtype: float64}]"
)
QUERY = "{view: spend, as_of: query}"


def test_a_view_as_of_the_time_that_asks_is_computed_from_what_it_reads() -> None:
    definitions = bound(outer(RATIO, QUERY))
    assert "outer" not in definitions.feature_views
    view = definitions.on_demand_feature_views["outer"]
    assert view.as_of_query
    assert view.request == ()
    assert [each.name for each in view.inputs] == ["spend__spend_1h", "spend__spend_7d", "spend__share"]
    assert [each.name for each in view.features] == ["ratio", "share"]


def test_it_can_read_a_view_that_is_strictly_before() -> None:
    body = "features: [{name: amount, dtype: float64}]"
    assert "outer" in bound(outer(body, "{view: strict, as_of: query}")).on_demand_feature_views


@pytest.mark.parametrize(
    ("view", "code", "at"),
    [
        (outer("ttl: 7d, " + RATIO, QUERY), "FC245", "ttl"),
        (outer("filter: share > 1, " + RATIO, QUERY), "FC245", "filter"),
        (outer("every: 1h, " + RATIO, QUERY), "FC245", "every"),
        (outer("lookback: 1h, " + RATIO, QUERY), "FC245", "lookback"),
        (outer("online: false, " + RATIO, QUERY), "FC245", "online"),
        (
            outer("aggregations: [{name: n, function: count, windows: [1h]}], " + RATIO, QUERY),
            "FC245",
            "aggregations",
        ),
        (outer(RATIO, QUERY, entity="purchase"), "FC244", "[purchase]"),
        (outer(RATIO, "{view: spent, as_of: query}"), "FC205", "spent"),
        (outer("features: [{name: x, dtype: float64, expr: spend_2h}]", QUERY), "FC312", "spend_2h"),
        (outer("features: [{name: share, dtype: float64, default: 0}]", QUERY), "FC123", "0}"),
    ],
)
def test_a_mistake_of_a_view_as_of_the_time_that_asks_is_at_its_place(view: str, code: str, at: str) -> None:
    ((found, text),) = problems(view)
    assert found == code
    assert text.startswith(at)


def test_it_has_no_rows_for_another_view_to_read() -> None:
    rows = outer("features: [{name: ratio, dtype: float64}]", "{view: outer}", "third")
    assert [code for code, _ in problems(outer(RATIO, QUERY), rows)] == ["FC242"]
    again = outer("features: [{name: ratio, dtype: float64}]", "{view: outer, as_of: query}", "third")
    assert [code for code, _ in problems(outer(RATIO, QUERY), again)] == ["FC242"]


def test_it_may_not_be_named_like_another_view() -> None:
    assert [code for code, _ in problems(outer(RATIO, QUERY), outer(PEAK))] == ["FC202"]


def test_a_service_reads_both_forms() -> None:
    service = "feature_services:\n  - {name: svc, features: [outer, {peak: [spend_1h]}]}\n"
    assert (
        len(bound(outer(RATIO, QUERY), outer(PEAK, name="peak"), service).feature_services["svc"].members)
        == 2
    )


def test_a_view_as_of_the_query_is_called_a_feature_view() -> None:
    views = (
        outer("features: [{name: a, dtype: float64, expr: nope}]", QUERY),
        outer("features: [{name: b, dtype: float64, expr: b}]", QUERY, "circle"),
        outer("features: [{name: spend_1h, dtype: float64}]", QUERY, "good"),
        "feature_services: [{name: s, features: [{good: [nope]}]}]\nlabels: [{name: good, entities: [user],"
        " source: purchases, function: count, horizon: 1d}]\n",
    )
    found = bind({"a.yaml": BASE + "".join(views)}).diagnostics
    assert [d.code for d in found] == ["FC312", "FC223", "FC206", "FC202"]
    assert "on-demand" not in " ".join(d.message + d.hint for d in found)
    assert "request" not in " ".join(d.message + d.hint for d in found[:2])


def test_aggregations_as_of_the_query_are_one_mistake() -> None:
    body = "aggregations: [{name: n, function: count, windows: [1h]}]"
    assert [code for code, _ in problems(outer(body, QUERY))] == ["FC245"]


def test_an_empty_expression_as_of_the_query_is_none() -> None:
    assert [c for c, _ in problems(outer("features: [{name: a, dtype: float64, expr: ''}]", QUERY))] == [
        "FC301"
    ]
