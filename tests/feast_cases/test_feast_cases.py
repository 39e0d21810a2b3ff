"""The field's point-in-time cases, each on the compiled SQL and through the Python API on files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile import FeatureStore
from tests.differential.engine import Engine
from tests.differential.project_dir import ProjectDir
from tests.feast_cases.cases import CASES, FeastCase
from tests.oracle.same import assert_same
from tests.oracle.tables import from_arrow, to_arrow


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_compiled_sql_gives_the_right_answer(engine: Engine, case: FeastCase) -> None:
    columns, rows = engine.historical(case.case)
    assert_same(case.case, answer_of(case), columns, rows)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_python_api_gives_the_right_answer(case: FeastCase, tmp_path: Path) -> None:
    asked = case.case
    project = ProjectDir(tmp_path / "p", asked, dict.fromkeys(asked.tables, "parquet"))
    spine = to_arrow(asked.spine, asked.spine_types)
    job = FeatureStore(project.root).get_historical_features(
        entity_df=spine,
        features=list(asked.features),
        full_feature_names=asked.full_feature_names,
        timestamp_column=asked.timestamp_column,
    )
    table = job.to_arrow()
    columns, rows = from_arrow(table)
    assert columns[: len(spine.column_names)] == spine.column_names
    assert_same(asked, answer_of(case), columns, rows)
    if not case.expected:
        assert columns == [*spine.column_names, "v"], "an empty spine gives all columns"


def answer_of(case: FeastCase) -> list[dict[str, object]]:
    return [{**row, **features} for row, features in zip(case.case.spine, case.expected, strict=True)]
