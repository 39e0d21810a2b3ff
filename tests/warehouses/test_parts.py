"""Results of more columns than an engine takes: made in parts, they are what one SELECT would give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import RefusedError, UsageError
from fcompile.dialects.postgres import Postgres
from fcompile.runtime.warehouses.base import Parameters, Stream
from fcompile.runtime.warehouses.postgres import PostgresWarehouse, open_server
from tests.engines.servers import postgres_database
from tests.warehouses.shop import spine, write_project

pytestmark = pytest.mark.engines

MORE = """
on_demand_feature_views:
  - name: shares
    request: {price: float64}
    features_from: ["spend:total_1d", "spend:total_7d", "profile:age"]
    features:
      - {name: of_a_week, dtype: float64, expr: "total_1d / nullif(total_7d, 0)"}
      - {name: of_price, dtype: float64, expr: "total_7d / nullif(price, 0) + cast(age as float64)"}
"""
ASKED = ["all", "shares"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts")
    uri = postgres_database()
    write_project(folder, f'{{type: postgres, dsn: "{uri}"}}')
    (folder / "featuredefs" / "more.yaml").write_text(MORE)
    (folder / "uri").write_text(uri)
    return folder


@pytest.fixture(params=[14, 17])
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Postgres, "most_columns", request.param)


def both(root: Path) -> Iterator[FeatureStore]:
    for target in ("here", "there"):
        with FeatureStore(root, target) as store:
            yield store


@pytest.mark.parametrize(
    "given",
    [
        spine(),
        "spine",
        "SELECT * FROM spine WHERE user_id > 1 ORDER BY price",
        "SELECT * FROM spine WHERE user_id > 99",
    ],
    ids=["arrow", "table", "select", "empty"],
)
def test_a_training_set_in_parts_is_the_same(root: Path, narrow: None, given: Any) -> None:
    here, there = (s.get_historical_features(given, ASKED, labels=["comes_back"]) for s in both(root))
    assert there.to_sql().count("-- Part ") > 1
    assert there.to_arrow().schema == here.to_arrow().schema
    assert there.to_arrow().to_pylist() == here.to_arrow().to_pylist()
    assert there.matched == here.matched
    assert there.labelled == here.labelled


def test_a_file_is_written_in_parts_and_a_table_is_refused(root: Path, narrow: None, tmp_path: Path) -> None:
    here, there = (store.get_historical_features("spine", ASKED) for store in both(root))
    summaries = [job.persist(tmp_path / f"{n}.parquet") for n, job in enumerate((here, there))]
    assert summaries[0].matched == summaries[1].matched
    assert (
        pq.read_table(tmp_path / "0.parquet").schema.names
        == pq.read_table(tmp_path / "1.parquet").schema.names
    )
    with pytest.raises(UsageError) as refused:
        there.persist("results.wide")
    assert [problem.code for problem in refused.value.diagnostics] == ["FC394"]


def test_a_dry_run_names_every_part_and_nothing_is_left(root: Path, narrow: None) -> None:
    *_, there = (store.get_historical_features("spine", ASKED) for store in both(root))
    texts = [each.text for each in there.dry_run().statements]
    assert texts[0].startswith("CREATE TEMPORARY TABLE")
    assert sum(text.startswith("WITH") for text in texts) > 1
    for batch in there.to_batches():
        assert batch.num_rows
        break
    with closing(open_server({"dsn": (root / "uri").read_text()})) as session:
        assert not [name for name in session.tables() if "fcompile" in name]


def test_all_parts_see_the_data_of_one_instant(
    root: Path, narrow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first SELECT another session changes what the last one reads."""
    *_, store = both(root)
    expected = store.get_historical_features("spine", ASKED).to_arrow()
    stream = PostgresWarehouse.stream
    changes = iter(["UPDATE profiles SET age = age + 1000"])

    def changing(self: PostgresWarehouse, sql: str, parameters: Parameters | None = None) -> Stream:
        found = stream(self, sql, parameters)
        batches = list(found.batches)
        with closing(open_server({"dsn": (root / "uri").read_text()})) as other:
            for change in changes:
                other.execute(change)
        return Stream(found.schema, (batch for batch in batches))

    with monkeypatch.context() as patch:
        patch.setattr(PostgresWarehouse, "stream", changing)
        found = store.get_historical_features("spine", ASKED).to_arrow()
    with closing(open_server({"dsn": (root / "uri").read_text()})) as other:
        other.execute("UPDATE profiles SET age = age - 1000")
    assert found == expected


def test_a_source_is_not_overwritten_under_the_name_of_its_schema(root: Path) -> None:
    """`profiles` lies where the session looks for names without a schema: in `public`, as PostgreSQL says."""
    with FeatureStore(root, "there") as store:
        job = store.get_historical_features("spine", ["profile:age"])
        for name in ("public.profiles", "PROFILES", "raw.purchases"):
            asked = job if "urch" not in name else store.get_historical_features("spine", ["spend:buys_1d"])
            with pytest.raises(RefusedError, match="FC421"):
                asked.persist(name)
        assert job.persist("raw.profiles").rows == spine().num_rows


LONG = "the_profile_of_a_user_as_it_was_at_that_instant_in_our_data"


def test_a_table_whose_columns_would_be_one_is_refused(root: Path) -> None:
    (root / "featuredefs" / "long.yaml").write_text(
        f"feature_views: [{{name: {LONG}, entities: [user], source: profiles, features: ["
        "{name: age, dtype: int32}, {name: age_too, dtype: int32, column: age}]}]"
    )
    with FeatureStore(root, "there") as store:
        one = store.get_historical_features("spine", [f"{LONG}:age"], full_feature_names=True)
        assert one.persist("results.long").rows == spine().num_rows
        both = store.get_historical_features("spine", [LONG], full_feature_names=True)
        assert both.to_arrow().schema.names[-2:] == [f"{LONG}__age", f"{LONG}__age_too"]
        with pytest.raises(UsageError) as refused:
            both.persist("results.long")
    (problem,) = refused.value.diagnostics
    assert problem.code == "FC395"
    assert "63 bytes" in problem.message
