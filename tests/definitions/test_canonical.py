"""What defines an object, written out: binding it again gives equal definitions, whatever the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.canonical import written
from fcompile.compiler.definitions import Definitions, Feature, Meta
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.graph import graph
from fcompile.compiler.rebound import rebound
from tests.differential.settings import examples
from tests.oracle.case import Case, to_yaml
from tests.oracle.projects import cases

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/feature.yaml"))

HARD = (Path(__file__).parent / "hard.yaml").read_text()


def bound(files: Mapping[str, str]) -> Definitions:
    made = bind(files)
    assert [each.message for each in made.diagnostics] == []
    return made.definitions


def all_written(definitions: Definitions) -> dict[str, dict[str, object]]:
    return {node.id: written(node.definition) for node in graph(definitions).nodes.values()}


def comes_back(definitions: Definitions) -> None:
    """Through JSON: what is written is plain."""
    texts = all_written(definitions)
    again = rebound(json.loads(json.dumps(texts)))
    assert [each.message for each in again.diagnostics] == []
    assert again.definitions == definitions
    for node_id, node in graph(definitions).nodes.items():
        assert graph(again.definitions).nodes[node_id].meta == node.meta
    assert all_written(again.definitions) == texts


def test_the_example_project_comes_back() -> None:
    comes_back(bound({str(file): file.read_text() for file in (ROOT / "featuredefs").glob("*.yaml")}))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.parent.name)
def test_golden_projects_come_back(file: Path) -> None:
    comes_back(bound({"feature.yaml": file.read_text()}))


def test_a_project_of_hard_cases_comes_back() -> None:
    comes_back(bound({"hard.yaml": HARD}))


@examples(150, 300)
@given(cases(rows=1, spine_rows=1, labelled=True, nested=False) | cases(rows=1, spine_rows=1, nested=True))
def test_random_projects_come_back(case: Case) -> None:
    comes_back(bound({"all.yaml": to_yaml(case.project)}))


def test_what_is_written_is_canonical_and_as_short_as_it_can_be() -> None:
    texts = all_written(bound({"hard.yaml": HARD}))
    view = texts["feature_view.chained"]
    assert list(view) == ["name", "entities", "source", "ttl", "filter", "features"]
    assert view["ttl"] == "1h" and view["filter"] == "a = 1 and b is not null"
    features = {each["name"]: each for each in view["features"]}  # type: ignore[attr-defined]
    assert features["older"] == {"name": "older", "dtype": "int64", "expr": "years + age"}
    assert features["own"]["expr"] == {"default": "concat(w, 'x')", "duckdb": "w || 'x' -- joined"}
    assert texts["feature_view.wide"]["aggregations"][:1] == [  # type: ignore[index]
        {"name": "a", "function": "sum", "column": "amount", "windows": ["60m", "1h", "lifetime"]}
    ]
    assert texts["feature_service.all"]["features"] == [
        "chained",
        {"wide": ["b_1h"]},
        {"view": "view", "features": ["q"]},
        {"view": "chained", "alias": "c2", "features": ["age"]},
        "second",
    ]
    assert texts["source.rows"]["availability_lag"] == "90m"
    assert texts["on_demand_view.asked"]["source"] == {"view": "wide", "as_of": "query"}


def test_the_way_a_definition_is_laid_out_does_not_show() -> None:
    tidy = "sources: [{name: s, table: t, timestamp_field: at, availability_lag: 1h, tags: {a: '1', b: '2'}}]"
    loose = (
        "sources:\n  # a comment\n  - tags: {b: '2', a: '1'}\n    availability_lag: 60m\n    description: ''\n"
        "    columns: {}\n    timestamp_field: 'at'\n    table: t\n    name: s\n"
    )
    assert all_written(bound({"a.yaml": tidy})) == all_written(bound({"b.yaml": loose}))


def test_definitions_made_without_yaml_are_printed() -> None:
    definitions = bound({"hard.yaml": HARD})
    view = definitions.feature_views["view"]
    made = Feature("made", view.features[0].dtype, parse("p*(q+1)"), meta=Meta("Made."))
    changed = replace(view, features=(*view.features, made), ttl=timedelta(seconds=90), filter=parse("p=1"))
    assert written(changed) == {
        "name": "view",
        "entities": ["place"],
        "source": "open",
        "ttl": "90s",
        "filter": "p = 1",
        "features": [
            {"name": "p", "dtype": "int64"},
            {"name": "q", "dtype": "int64"},
            {"name": "made", "dtype": "int64", "expr": "p * (q + 1)", "description": "Made."},
        ],
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
@examples(100, 250)
def test_a_manifest_may_hold_anything_and_is_answered_with_diagnostics(value: object) -> None:
    objects: dict[str, Mapping[str, object]] = {
        "entity.a": {"name": value},
        "nothing.b": {},
        "c": {"source": value},
    }
    found = rebound({**objects, "feature_view.d": value if isinstance(value, dict) else {}})
    assert found.diagnostics
    assert all(
        each.span is None or each.span.file.startswith("sql/manifest.json#") for each in found.diagnostics
    )


def test_a_manifest_nested_too_deep_is_refused_not_followed() -> None:
    deep: dict[str, object] = {}
    for _ in range(200):
        deep = {"a": deep}
    (problem,) = rebound({"entity.a": deep}).diagnostics
    assert "64 levels" in problem.message and problem.span is not None
    assert problem.span.file == "sql/manifest.json#entity.a"
