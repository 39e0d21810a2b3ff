"""``fcompile lineage``: what columns are made of and what is made of them, in three forms."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

EXPOSED = "exposures: [{name: board, type: dashboard, reads: [churn_v1]}]\n"


def test_a_feature_is_followed_up_to_the_source_and_down_to_the_exposure(run: Run, shop: Path) -> None:
    (shop / "featuredefs" / "exposures.yaml").write_text(EXPOSED)
    ended = run("lineage", "customer_profile:is_adult")
    assert ended.code == 0
    lines = [line.split() for line in ended.out.splitlines()[2:]]
    view, service = "feature_view.customer_profile", "feature_service.churn_v1"
    assert ["source.profiles.age", f"{view}.is_adult", "value"] in lines
    assert ["source.profiles.customer_id", view, "rows"] in lines
    assert [f"{view}.is_adult", f"{service}.is_adult", "value"] in lines
    assert lines[-1] == [f"{service}.is_adult", "exposure.board", "value"]
    assert not [line for line in lines if "country" in line[1]]


def test_json_lists_columns_and_edges(run: Run, shop: Path) -> None:
    content = json.loads(run("lineage", "churn_v1", "--output", "json").out)
    assert "feature_service.churn_v1.is_adult" in content["columns"]
    assert "source.profiles.age" in content["upstream"]
    assert content["downstream"] == []
    made = {"from": "source.profiles.age", "to": "feature_view.customer_profile.is_adult", "as": "value"}
    assert made in content["edges"]


def test_mermaid_has_a_box_for_each_object_and_no_text_of_users_is_a_node(run: Run, shop: Path) -> None:
    path = shop / "featuredefs" / "odd.yaml"
    path.write_text(
        "sources: [{name: odd, table: x, timestamp_field: at}]\n"
        "feature_views: [{name: v, entities: [], source: odd, features: "
        "[{name: f, dtype: int64, column: 'a\"] --> n0; click \"<b>'}]}]\n"
    )
    text = run("lineage", "v", "--output", "mermaid").out
    assert text.startswith("flowchart LR\n") and 'subgraph g0["table.x"]' in text
    assert '"] --> n0' not in text and "<b>" not in text
    assert text.count("subgraph") == text.count("  end\n") == 3


def test_a_column_that_there_is_not_is_refused_with_those_there_are(run: Run, shop: Path) -> None:
    ended = run("lineage", "customer_profile:is_adlut")
    assert (ended.code, ended.out) == (2, "")
    assert "error[FC249]" in ended.err and "did you mean `is_adult`?" in ended.err
    assert "error[FC249]" in run("lineage", "customer").err
    assert "error[FC284]" in run("lineage", "custmer_profile").err
