"""``exposures:``: who reads features outside the project."""

from __future__ import annotations

import pytest

from fcompile.compiler.bind import Bound, bind
from fcompile.compiler.definitions import Exposure
from fcompile.compiler.graph import graph
from fcompile.compiler.selectors import Context, of_kind, select

PROJECT = """
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: purchases, table: raw.purchases, timestamp_field: at}]
feature_views:
  - {name: spend, entities: [user], source: purchases, features: [{name: amount, dtype: float64}]}
  - {name: other, entities: [user], source: purchases, features: [{name: n, dtype: int64}]}
on_demand_feature_views:
  - {name: ratio, features_from: [spend], features: [{name: r, dtype: float64, expr: amount / 2.0}]}
feature_services: [{name: fraud_v1, features: [spend]}]
labels: [{name: churn, entities: [user], source: purchases, function: count, horizon: 1d}]
"""


def exposed(written: str) -> Bound:
    return bind({"a.yaml": PROJECT, "b.yaml": f"exposures:\n  - {{name: board, {written}}}\n"})


def codes(written: str) -> list[str]:
    return [each.code for each in exposed(written).diagnostics]


def test_an_exposure_reads_services_views_and_features() -> None:
    bound = exposed("type: model, url: 'https://x.org', owner: me, reads: [fraud_v1, ratio, 'other:n']")
    assert bound.diagnostics == ()
    exposure = bound.definitions.exposures["board"]
    assert exposure == Exposure("board", "model", ("fraud_v1", "ratio", "other:n"))
    assert (exposure.url, exposure.meta.owner) == ("https://x.org", "me")
    node = graph(bound.definitions).nodes["exposure.board"]
    assert node.parents == ("feature_service.fraud_v1", "feature_view.other", "on_demand_view.ratio")


@pytest.mark.parametrize("kind", ["model", "dashboard", "application", "notebook", "analysis", "other"])
def test_an_exposure_is_one_of_six_things(kind: str) -> None:
    assert codes(f"type: {kind}, reads: [spend]") == []


def test_another_thing_is_refused_with_the_ones_there_are() -> None:
    (problem,) = exposed("type: dashbord, reads: [spend]").diagnostics
    assert "dashboard" in problem.hint + problem.message


def test_an_unknown_key_is_reported_whatever_the_type() -> None:
    assert codes("type: dashboard, reads: [spend], urll: 'https://x.org'") == ["FC103"]


@pytest.mark.parametrize(
    ("reads", "code"),
    [
        ("fraud_v2", "FC246"),
        ("'spned:amount'", "FC246"),
        ("'fraud_v1:amount'", "FC246"),
        ("'spend:amuont'", "FC206"),
        ("'spend:'", "FC213"),
        ("churn", "FC221"),
        ("spend, other, spend", "FC247"),
    ],
)
def test_what_there_is_not_is_refused(reads: str, code: str) -> None:
    assert codes(f"type: model, reads: [{reads}]") == [code]


def test_the_near_name_is_told() -> None:
    (problem,) = exposed("type: model, reads: [fraud_v2]").diagnostics
    assert (problem.hint, problem.span and problem.span.column) == ("did you mean `fraud_v1`?", 40)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "x.org", "https://a b", "https://x.org/<b>", "ftp://x.org", ""]
)
def test_a_url_that_no_page_should_link_to_is_refused(url: str) -> None:
    assert codes(f"type: model, url: '{url}', reads: [spend]") == ["FC248"]


def test_exposures_of_a_broken_view_are_not_blamed() -> None:
    broken = PROJECT.replace("name: n, dtype: int64", "name: n, dtype: int65")
    bound = bind(
        {"a.yaml": broken, "b.yaml": "exposures: [{name: b, type: model, reads: [other, 'other:n']}]"}
    )
    assert [each.code for each in bound.diagnostics] == ["FC351"]
    assert not bound.definitions.exposures


def test_selectors_know_exposures() -> None:
    nodes = graph(exposed("type: model, reads: [fraud_v1]").definitions)

    def selected(*texts: str) -> list[str]:
        return [node.id for node in select(Context(nodes), texts)]

    assert (
        selected("exposure:board")
        == selected("kind:exposure")
        == selected("kind:exposures")
        == ["exposure.board"]
    )
    assert "source.purchases" in selected("+exposure:b*")
    assert "exposure.board" in selected("source:purchases+")
    views = of_kind(nodes, select(Context(nodes), ["exposure:board"]), "feature_view")
    assert [view.name for view in views] == ["spend"]
