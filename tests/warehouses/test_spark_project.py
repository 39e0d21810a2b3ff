"""A project moves from DuckDB to Spark by its target, and everything that it answers stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.project import load_project
from fcompile.runtime.sources import check_sources
from fcompile.runtime.teardown import clean_warehouse
from fcompile.runtime.warehouses.base import scratch_name
from fcompile.runtime.warehouses.registry import open_warehouse
from tests.warehouses.shop import spine, write_project
from tests.warehouses.sparks import empty_spark
from tests.warehouses.test_two_targets import both, online_answers_agree, same

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    empty_spark()
    yield write_project(tmp_path_factory.mktemp("spark"), '{type: spark, url: "local[2]"}')
    empty_spark()


@pytest.mark.parametrize(
    "given",
    [spine().to_pandas(), "SELECT * FROM spine WHERE user_id > 1 ORDER BY price"],
    ids=["pandas", "select"],
)
def test_a_training_set_is_the_same(root: Path, given: Any) -> None:
    here, there = (s.get_historical_features(given, ["all"], labels=["comes_back"]) for s in both(root))
    same(here.to_arrow(), there.to_arrow())
    assert here.matched == there.matched
    assert here.labelled == there.labelled


def test_a_file_as_spine_and_as_result_is_the_same(root: Path, tmp_path: Path) -> None:
    pq.write_table(spine(), tmp_path / "spine.parquet")
    found = []
    for store in both(root):
        target = tmp_path / f"{store.target}.parquet"
        summary = store.get_historical_features(tmp_path / "spine.parquet", ["all"]).persist(target)
        assert summary.rows == 40
        found.append((summary.matched, pq.read_table(target)))
    assert found[0][0] == found[1][0]
    same(found[0][1], found[1][1])


def test_a_table_is_written_in_the_warehouse_and_none_of_a_session_is_left(root: Path) -> None:
    jobs = [store.get_historical_features("spine", ["all"]) for store in both(root)]
    here, there = (job.persist("results.training") for job in jobs)
    assert (here.rows, here.matched) == (there.rows, there.matched)
    tables = []
    for target in ("here", "there"):
        with closing(open_warehouse(load_project(root, target))) as warehouse:
            rows = warehouse.rows("SELECT * FROM results.training")
            tables.append(sorted(rows, key=repr))
            assert [name for name in warehouse.tables() if "__fcompile" in name] == []
    assert tables[0] == tables[1]


def test_what_is_materialized_is_read_the_same(root: Path) -> None:
    online_answers_agree(root)


def test_a_source_that_is_not_as_declared_is_said_in_the_engines_words(root: Path) -> None:
    with closing(open_warehouse(load_project(root, "there"))) as warehouse:
        warehouse.replace(("kept",), "SELECT * FROM profiles")
        warehouse.replace(
            ("profiles",), "SELECT user_id, updated_at, created_at, city AS age, city FROM profiles"
        )
        try:
            with FeatureStore(root, "there") as store, pytest.raises(FcompileError) as error:
                store.get_historical_features("spine", ["profile"]).to_arrow()
            # As `check --connect` does, which looks at contracts too.
            project = load_project(root, "there")
            views = project.definitions.feature_views.values()
            with pytest.raises(FcompileError) as drift:
                check_sources(warehouse, views, project.files, project.definitions.sources.values())
        finally:
            warehouse.replace(("profiles",), "SELECT * FROM kept")
    assert "reads `age` as int32, but it is string" in str(error.value)
    assert {d.code for d in drift.value.diagnostics} == {"FC403"}
    assert "`age`" in str(drift.value)


def test_a_pinned_as_of_join_is_the_engines_own_and_finds_the_same(root: Path) -> None:
    (root / "tuning.yaml").write_text("version: 1\njoins:\n  profile: {join: as_of}\n")
    try:
        here, there = (s.get_historical_features(spine(), ["profile"]) for s in both(root))
        same(here.to_arrow(), there.to_arrow())
        with FeatureStore(root, "there") as store:
            assert "LEFT ASOF JOIN" in store.get_historical_features(spine(), ["profile"]).to_sql()
    finally:
        (root / "tuning.yaml").unlink()


def test_tables_that_sessions_left_are_dropped_a_day_later_and_nothing_else(root: Path) -> None:
    project = load_project(root, "there")
    old = "__fcompile_tmp_20200101000000_0123456789ab"
    with closing(open_warehouse(project)) as warehouse:
        for parts in (("raw", old), ("__fcompile_tmp_of_mine",), (scratch_name(),)):
            warehouse.replace(parts, "SELECT 1 AS a")
    assert clean_warehouse(project) == (f"raw.{old}",)
    with closing(open_warehouse(project)) as warehouse:
        left = [name for name in warehouse.tables() if "fcompile_tmp" in name]
        assert len(left) == 2
        for name in left:
            warehouse.drop((name,))
