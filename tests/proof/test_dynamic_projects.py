"""No false alarm on honest tables and queries, and the leaks of the proof's corpus are found."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.definitions import FeatureView, OnDemandView
from fcompile.runtime.dynamic.check import dynamic_check
from fcompile.runtime.project import load_project
from tests.differential.project_dir import ProjectDir
from tests.differential.settings import THOROUGH, examples
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.proof import warehouse
from tests.proof.honest import SHAPES, Honest
from tests.proof.mutations import OPERATORS, Operator
from tests.proof.project import definitions
from tests.proof.shop_of_leaks import PROJECT


@examples(dev=6, ci=30)
@given(case=cases(rows=12, spine_rows=1), data=st.data())
def test_generated_projects_with_ties_late_rows_and_nulls_raise_no_alarm(
    case: Case, data: st.DataObject
) -> None:
    kept = {name: data.draw(st.sampled_from(["table", "query", "parquet"])) for name in case.tables}
    with tempfile.TemporaryDirectory() as root:
        ProjectDir(Path(root) / "project", case, kept)
        project = load_project(Path(root) / "project")
        known = project.definitions
        views: list[FeatureView | OnDemandView] = [*known.feature_views.values()]
        views += known.on_demand_feature_views.values()
        found = dynamic_check(project, views, 6)
        assert [each for each in found.features if each.changed] == [], f"{case}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    (root / "featuredefs").mkdir()
    (root / "fcompile.yaml").write_text(PROJECT)
    with duckdb.connect(str(root / "dev.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
        for statement in warehouse._tables(random.Random(0)):
            connection.execute(statement.replace("base.", "raw."))
    return root


@pytest.mark.parametrize("honest", SHAPES, ids=lambda each: each.name)
def test_honest_queries_raise_no_alarm(shop: Path, honest: Honest) -> None:
    (shop / "featuredefs" / "all.yaml").write_text(definitions(honest.sql, honest.times, honest.columns))
    project = load_project(shop)
    found = dynamic_check(project, list(project.definitions.feature_views.values()), 18)
    assert [(each.changed, each.filled > 0) for each in found.features] == [(0, True)]


SOME = OPERATORS if THOROUGH else OPERATORS[::10]
NOT_SEEN = {"except what was ordered later", "a match by event time"}
"""On these tables their leaks lie at other instants than the sampled ones."""
DTYPES = {
    "DOUBLE": "float64",
    "HUGEINT": "float64",
    "BIGINT": "int64",
    "INTEGER": "int32",
    "TIMESTAMP": "timestamp",
}


@pytest.mark.parametrize("operator", SOME, ids=lambda each: each.name)
def test_queries_made_to_leak_are_found(shop: Path, operator: Operator) -> None:
    sql = next(made for shape in SHAPES if (made := operator.change(shape.sql)) is not None)
    with duckdb.connect(str(shop / "dev.duckdb"), read_only=True) as connection:
        types = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {sql}").fetchall()}
    text = definitions(sql, warehouse.Times()).replace("dtype: float64", f"dtype: {DTYPES[types['x']]}")
    (shop / "featuredefs" / "all.yaml").write_text(text)
    project = load_project(shop)
    (found,) = dynamic_check(project, list(project.definitions.feature_views.values())).features
    assert (found.changed > 0) == (operator.name not in NOT_SEEN)
