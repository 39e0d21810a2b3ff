"""A project moves from DuckDB to another warehouse by its target, and everything that it answers stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.project import load_project
from fcompile.runtime.teardown import clean_warehouse
from fcompile.runtime.warehouses import clickhouse as adapter
from fcompile.runtime.warehouses.base import scratch_name
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why import why, why_label, why_windows
from tests.engines.servers import clickhouse, postgres_connection, postgres_database
from tests.warehouses.shop import DAY, spine, write_project

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def uri() -> str:
    return postgres_database()


@pytest.fixture(scope="module", params=["postgres", "clickhouse"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "clickhouse":
            # The engine within this process, behind the same client; no server of it is to be had here.
            # It ends with its last client.
            kept = clickhouse()
            database = kept.command("SELECT currentDatabase()")
            patch.setattr(adapter, "open_client", lambda _: in_process(str(database)))
            yield write_project(folder, "{type: clickhouse}")
            kept.close()
        else:
            uri = request.getfixturevalue("uri")
            yield write_project(folder, f'{{type: postgres, dsn: "{uri}"}}')


def in_process(database: str) -> Client:
    client = clickhouse(**adapter.SESSION)
    client.command(f"USE {database}")
    return client


def both(root: Path) -> Iterator[FeatureStore]:
    for target in ("here", "there"):
        with FeatureStore(root, target) as store:
            yield store


def same(here: pa.Table, there: pa.Table) -> None:
    """Names, types, order and values; floats within what SPEC 4 grants sums."""
    assert here.schema.names == there.schema.names
    assert [str(f.type) for f in here.schema] == [str(f.type) for f in there.schema]
    assert here.num_rows == there.num_rows
    for name in here.schema.names:
        left, right = here.column(name).to_pylist(), there.column(name).to_pylist()
        if pa.types.is_floating(here.schema.field(name).type):
            assert [v is None for v in left] == [v is None for v in right], name
            assert [v for v in left if v is not None] == pytest.approx([v for v in right if v is not None]), (
                name
            )
        else:
            assert left == right, name


SPINES = [spine(), spine().to_pandas(), "spine", "SELECT * FROM spine WHERE user_id > 1 ORDER BY price"]


@pytest.mark.parametrize("given", SPINES, ids=["arrow", "pandas", "table", "select"])
def test_a_training_set_is_the_same(root: Path, given: Any) -> None:
    here, there = (s.get_historical_features(given, ["all"], labels=["comes_back"]) for s in both(root))
    same(here.to_arrow(), there.to_arrow())
    assert here.matched == there.matched
    assert here.labelled == there.labelled


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz"])
def test_a_file_as_spine_and_as_result_is_the_same(root: Path, tmp_path: Path, ending: str) -> None:
    pq.write_table(spine(), tmp_path / "spine.parquet")
    csv.write_csv(spine(), tmp_path / "spine.csv")
    given = tmp_path / ("spine.parquet" if ending == "parquet" else "spine.csv")
    found = []
    for store in both(root):
        target = tmp_path / f"{store.target}.{ending}"
        summary = store.get_historical_features(given, ["all"]).persist(target)
        assert summary.rows == 40
        found.append((summary.matched, target))
    assert found[0][0] == found[1][0]
    if ending == "parquet":
        same(pq.read_table(found[0][1]), pq.read_table(found[1][1]))
    else:
        same(csv.read_csv(found[0][1]), csv.read_csv(found[1][1]))


def test_a_table_is_written_in_the_warehouse(root: Path) -> None:
    for given in (spine(), "spine"):
        jobs = [store.get_historical_features(given, ["all"]) for store in both(root)]
        here, there = (job.persist("results.training") for job in jobs)
        assert (here.rows, here.matched) == (there.rows, there.matched)
    tables = [
        s.get_historical_features("results.training", ["profile:age"], full_feature_names=True)
        for s in both(root)
    ]
    left, right = (t.to_arrow().sort_by([("price", "ascending")]) for t in tables)
    same(left, right)


def test_no_table_of_a_session_is_left_in_postgres(uri: str) -> None:
    with postgres_connection(uri) as connection:
        left = connection.execute("SELECT relname FROM pg_class WHERE relname LIKE '%fcompile%'").fetchall()
    assert left == []


def test_what_is_materialized_is_read_the_same(root: Path) -> None:
    online_answers_agree(root)


def online_answers_agree(root: Path) -> None:
    answers = []
    for store in both(root):
        for end in (DAY + timedelta(days=1), DAY + timedelta(days=3)):
            store.materialize_incremental(end)
        rows = [{"user_id": n} for n in range(6)]
        answers.append(store.get_online_features(["all"], rows).to_dict())
        store.materialize(datetime(2026, 1, 1), DAY + timedelta(days=4))
        answers.append(store.get_online_features(["all"], rows).to_dict())
    assert answers[0] == answers[2]
    assert answers[1] == answers[3]


def test_a_source_that_is_not_as_declared_is_said_in_the_engines_words(root: Path) -> None:
    with closing(open_warehouse(load_project(root, "there"))) as warehouse:
        warehouse.replace(("kept",), "SELECT * FROM profiles")
        warehouse.replace(
            ("profiles",), "SELECT user_id, updated_at, created_at, city AS age, city FROM profiles"
        )
        said = next(c.said for c in warehouse.describe("SELECT * FROM profiles") if c.name == "age")
        try:
            with FeatureStore(root, "there") as store, pytest.raises(FcompileError) as error:
                store.get_historical_features("spine", ["profile"]).to_arrow()
        finally:
            warehouse.replace(("profiles",), "SELECT * FROM kept")
    assert f"reads `age` as int32, but it is {said}" in str(error.value)


def test_why_says_the_same_of_the_rows_of_a_key(root: Path) -> None:
    told: list[dict[str, object]] = []
    for project in (load_project(root, target) for target in ("here", "there")):
        at, key = DAY + timedelta(hours=40), {"user_id": 1}
        views = project.definitions.feature_views
        told.append(why(project, views["profile"], key, at).to_dict())
        told.append(why_windows(project, views["spend"], key, at).to_dict())
        label = project.definitions.labels["comes_back"]
        told.append(why_label(project, label, key, at, DAY + timedelta(days=9)).to_dict())
    assert told[:3] == told[3:]
    assert all(report["rows"] for report in told)


def test_tables_that_sessions_left_are_dropped_a_day_later_and_nothing_else(root: Path) -> None:
    project = load_project(root, "there")
    old = "__fcompile_tmp_20200101000000_0123456789ab"
    staged = "__fcompile_stage_001_20200101000000_0123456789ab"
    with closing(open_warehouse(project)) as warehouse:
        for parts in (("raw", old), (staged,), ("__fcompile_tmp_of_mine",), (scratch_name(),)):
            warehouse.replace(parts, "SELECT 1 AS a")
        before = warehouse.tables()
    assert clean_warehouse(project) == (staged, f"raw.{old}")
    assert clean_warehouse(project) == ()
    with closing(open_warehouse(project)) as warehouse:
        assert warehouse.tables() == [name for name in before if name not in (staged, f"raw.{old}")]
        for name in warehouse.tables():
            if "fcompile_tmp" in name:
                warehouse.drop((name,))
