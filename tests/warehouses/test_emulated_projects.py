"""A project on emulators of BigQuery and Snowflake, through their own clients, beside the same on DuckDB.

That is smoke for what the commands ask of the clients: both emulators rest on DuckDB, so that they agree proves nothing
of what the warehouses mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from fcompile.runtime.project import load_project
from fcompile.runtime.warehouses import snowflake
from fcompile.runtime.warehouses.registry import open_warehouse
from tests.engines.bigquery_emulator import bigquery
from tests.engines.fakesnow_emulator import options
from tests.warehouses.shop import DAY, put_tables, spine, write_project
from tests.warehouses.test_two_targets import both, same

pytestmark = pytest.mark.engines

# That of BigQuery cannot collect a list in order, so that no window has one here.
_LISTS = """\
sources:
  - {name: tagged, table: tagged, timestamp_field: at, columns: {tags: list<string>}}
feature_views:
  - name: tags
    entities: [user]
    source: tagged
    ttl: 3650d
    features:
      - {name: tags, dtype: list<string>}
feature_services:
  - {name: lists, features: [tags]}
"""
_TAGGED = pa.table(
    {
        "user_id": pa.array([1, 2, 3], pa.int64()),
        "at": pa.array([DAY, DAY, DAY], pa.timestamp("us")),
        "tags": pa.array([["a", "b"], None, ["c"]], pa.list_(pa.string())),
    }
)


@pytest.fixture(scope="module", params=["bigquery", "snowflake"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp(request.param)
    there = "{type: snowflake, account: a, user: u, password: p, database: d}"
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "bigquery":
            rest, _ = bigquery()
            there = f'{{type: bigquery, project: shop, location: US, schema: features, endpoint: "{rest}"}}'
        else:
            # A target names no host: Snowflake's are of the account.
            given = options()
            patch.setattr(snowflake, "connection_options", lambda _: given)
        yield write_project(folder, there)


def test_a_training_set_is_the_same(root: Path) -> None:
    here, there = (s.get_historical_features(spine(), ["all"], labels=["comes_back"]) for s in both(root))
    same(here.to_arrow(), there.to_arrow())
    assert (here.matched, here.labelled) == (there.matched, there.labelled)


def test_a_list_is_null_without_a_match_in_a_training_set_and_online(root: Path) -> None:
    if root.name.startswith("snowflake"):
        pytest.skip("fakesnow calls an ARRAY a VARIANT")
    (root / "featuredefs" / "lists.yaml").write_text(_LISTS)
    for target in ("here", "there"):
        put_tables(root, target, {("tagged",): _TAGGED})
    here, there = (s.get_historical_features(spine(), ["lists"]).to_arrow() for s in both(root))
    assert here.to_pylist() == there.to_pylist()
    assert {None if tags is None else tuple(tags) for tags in there.column("tags").to_pylist()} == {
        None,
        ("a", "b"),
        ("c",),
    }
    answers = []
    for store in both(root):
        store.materialize(datetime(2026, 1, 1), DAY + timedelta(days=1), ["tags"])
        answers.append(store.get_online_features(["lists"], [{"user_id": n} for n in (1, 2, 9)]).to_dict())
    assert answers[0] == answers[1]
    assert answers[1]["tags"] == [["a", "b"], None, None]


def test_a_table_is_written_in_the_warehouse_and_none_of_a_session_is_left(root: Path) -> None:
    jobs = [store.get_historical_features("spine", ["all"]) for store in both(root)]
    here, there = (job.persist("results.training") for job in jobs)
    assert (here.rows, here.matched) == (there.rows, there.matched)
    tables = []
    for target in ("here", "there"):
        with closing(open_warehouse(load_project(root, target))) as warehouse:
            tables.append(sorted(warehouse.rows("SELECT * FROM results.training"), key=repr))
            assert [name for name in warehouse.tables() if "__fcompile" in name] == []
    assert len(tables[0]) == len(tables[1]) == 40


def test_what_is_materialized_is_read_the_same(root: Path) -> None:
    answers = []
    for store in both(root):
        for end in (DAY + timedelta(days=1), DAY + timedelta(days=3)):
            store.materialize_incremental(end)
        rows = [{"user_id": n} for n in range(6)]
        answers.append(store.get_online_features(["all"], rows).to_dict())
    assert answers[0] == answers[1]
