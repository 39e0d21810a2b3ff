"""Labels in training sets: columns after the features, as of an instant that is bound, never read off a clock twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from fcompile.compiler.definitions import Definitions, Label, Query, Source, Table, Window
from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64
from fcompile.compiler.errors import FcompileError, RefusedError, UsageError
from fcompile.compiler.expressions.nodes import Literal
from fcompile.compiler.request import Request, resolve_with_labels
from tests.historical.world import File, World, ask, feature, source, view

DAY = datetime(2026, 1, 1)
HOUR = timedelta(hours=1)
NOTHING = Request((), ())
SPINE = pa.table(
    {
        "driver_id": pa.array([1, 1, None, 1], pa.int64()),
        "event_timestamp": pa.array([DAY, DAY + HOUR, DAY, None], pa.timestamp("us")),
    }
)


def label(
    name: str = "y", function: str = "sum", rows: Source | None = None, maturity: timedelta = HOUR
) -> Label:
    counts = function == "count"
    window = Window(function, (), timedelta(hours=2), None if counts else FLOAT64)
    plain = feature("v", "int64" if counts else "float64", Literal(True, BOOL) if counts else None)
    made = replace(plain, name=name, window=window)
    return Label(name, view().entities, rows or source(), made, maturity, span=made.span)


Y, BUYS = label(), label("buys", "count")
VIEW = view(features=[feature("v")])


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.drivers("(1, '2026-01-01', 1), (1, '2026-01-01 01:00', 2), (1, '2026-01-01 03:00', 4)")
    return world


def values(world: World, as_of: datetime, request: Request = NOTHING, **options: Any) -> list[list[Any]]:
    table = world.job(SPINE, request, labels=[Y, BUYS], as_of=as_of, **options).to_arrow()
    return [table["y"].to_pylist(), table["buys"].to_pylist()]


def test_label_columns_stand_after_the_features_in_the_order_asked_for(world: World) -> None:
    table = world.job(SPINE, ask(VIEW), labels=[BUYS, Y]).to_arrow()
    assert table.column_names == ["driver_id", "event_timestamp", "v", "buys", "y"]
    assert table["v"].to_pylist() == [1.0, 2.0, None, None]
    assert table["y"].to_pylist() == [2.0, 4.0, None, None]
    assert table["buys"].to_pylist() == [1, 1, 0, None]
    assert (table.schema.field("y").type, table.schema.field("buys").type) == (pa.float64(), pa.int64())


def test_a_label_is_there_once_its_horizon_and_maturity_have_passed(world: World) -> None:
    assert values(world, DAY + 3 * HOUR) == [[2.0, None, None, None], [1, None, 0, None]]
    early = DAY + 3 * HOUR - timedelta(microseconds=1)
    assert values(world, early) == [[None] * 4, [None] * 4]
    assert values(world, DAY + 4 * HOUR) == [[2.0, 4.0, None, None], [1, 1, 0, None]]


def test_only_rows_known_by_then_count(world: World) -> None:
    world.sql("ALTER TABLE raw.s ADD COLUMN known TIMESTAMP", "UPDATE raw.s SET known = ts + INTERVAL 1 DAY")
    late = label(rows=source(available_at="known"))
    before, after = DAY + 20 * HOUR, DAY + 25 * HOUR
    assert world.job(SPINE, NOTHING, labels=[late], as_of=before).to_arrow()["y"].to_pylist() == [None] * 4
    table = world.job(SPINE, NOTHING, labels=[late], as_of=after).to_arrow()
    assert table["y"].to_pylist() == [2.0, None, None, None]


def test_every_kind_of_result_has_the_same_labels(world: World) -> None:
    def job() -> Any:
        return world.job(SPINE, ask(VIEW), labels=[Y], as_of=DAY + 3 * HOUR)

    expected = [2.0, None, None, None]
    assert [v for batch in job().to_batches() for v in batch.column("y").to_pylist()] == expected
    assert job().to_polars()["y"].to_list() == expected
    for target in ("o.parquet", "o.csv"):
        summary = job().persist(world.root / target)
        assert (summary.rows, summary.matched, summary.labelled) == (4, {"fv": 2}, {"y": 1})
        assert world.rows(f"SELECT y::DOUBLE FROM '{target}'") == [(v,) for v in expected]
    assert job().persist("train.set").labelled == {"y": 1}
    assert world.rows("SELECT y FROM train.set") == [(v,) for v in expected]
    assert "2.0" in job()._repr_html_()


def test_sql_names_the_parameter_and_runs_with_it(world: World) -> None:
    text = world.job("SELECT 1::BIGINT AS driver_id, TIMESTAMP '2026-01-01' AS event_timestamp", labels=[Y])
    sql = text.to_sql()
    assert "$as_of" in sql
    with duckdb.connect(str(world.root / "w.duckdb")) as connection:
        row = connection.execute(sql, {"as_of": DAY + 3 * HOUR}).fetchall()[0]
    assert row[-1] == 2.0
    assert "$as_of" not in world.job(SPINE).to_sql()


def test_without_an_as_of_time_it_is_now_and_one_for_all_results_of_a_job(world: World) -> None:
    job = world.job(SPINE, NOTHING, labels=[Y])
    assert job.as_of is None
    job.to_arrow()
    first = job.as_of
    assert first is not None
    job.persist(world.root / "o.parquet")
    assert job.as_of == first
    zoned = world.job(SPINE, NOTHING, labels=[Y], as_of=DAY.replace(tzinfo=UTC) + 3 * HOUR)
    assert zoned.labelled == {"y": 1}


def test_an_as_of_time_in_the_future_or_for_no_label_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match=r"FC503.*future"):
        world.job(SPINE, NOTHING, labels=[Y], as_of=datetime(2999, 1, 1)).to_arrow()
    with pytest.raises(UsageError, match=r"FC285.*only for labels"):
        world.job(SPINE, as_of=DAY)


def test_matched_counts_views_and_labelled_counts_labels(world: World) -> None:
    job = world.job(SPINE, ask(VIEW), labels=[BUYS, Y], as_of=DAY + 3 * HOUR)
    assert job.matched == {"fv": 2}
    assert job.labelled == {"buys": 2, "y": 1}
    assert world.job(SPINE.slice(0, 0), NOTHING, labels=[Y]).labelled == {"y": 0}


def test_windows_match_where_a_row_lies_in_one_of_those_asked_for(world: World) -> None:
    window = Window("count", (), timedelta(minutes=30), None)
    count = replace(feature("n", "int64", Literal(True, BOOL)), window=window)
    late = pa.table({"driver_id": [1, 1], "event_timestamp": [DAY, DAY + timedelta(days=9)]})
    job = world.job(late, ask(view(features=[count])))
    assert job.to_arrow()["n"].to_pylist() == [1, 0]
    assert job.matched == {"fv": 1}
    ever = replace(count, window=replace(window, length=None))
    assert world.job(late, ask(view(features=[ever]))).matched == {"fv": 2}


def refused(world: World, spine: object, *labels: Label) -> list[tuple[str, str]]:
    with pytest.raises(FcompileError) as raised:
        world.job(spine, ask(VIEW), labels=labels).to_arrow()
    return [(d.code, d.message) for d in raised.value.diagnostics]


def test_the_spine_must_fit_the_labels_too(world: World) -> None:
    spine = "SELECT 1 AS drver_id, TIMESTAMP '2026-01-01' AS event_timestamp, 1 AS Y"
    assert refused(world, spine, Y) == [
        ("FC411", "the spine has no column `driver_id`, a join key of `fv`"),
        ("FC411", "the spine has no column `driver_id`, a join key of `y`"),
        ("FC413", "the spine's column `Y` is named like the requested label `y`"),
    ]
    text = "SELECT 'x' AS driver_id, TIMESTAMP '2026-01-01' AS event_timestamp"
    with pytest.raises(FcompileError, match="the join key of `y` is int64"):
        world.job(text, NOTHING, labels=[Y]).to_arrow()


def test_a_spine_in_csv_is_read_with_the_labels_keys(world: World) -> None:
    (world.root / "spine.csv").write_text("driver_id,event_timestamp\n1,2026-01-01T00:00:00Z\n")
    job = world.job(world.root / "spine.csv", NOTHING, labels=[Y], as_of=DAY + 3 * HOUR)
    assert job.to_arrow()["y"].to_pylist() == [2.0]


def test_a_source_that_only_a_label_reads_is_checked_and_is_not_overwritten(world: World) -> None:
    lost = label(rows=source("t", Table(("raw", "gone"))))
    assert [code for code, _ in refused(world, SPINE, lost)] == ["FC401"]
    with pytest.raises(RefusedError, match="source `s`"):
        world.job(SPINE, NOTHING, labels=[Y]).persist("raw.s")


NANOSECONDS = "SELECT driver_id, ts::TIMESTAMP_NS AS ts, v FROM raw.s"


@pytest.mark.parametrize("kind", ["csv", "query", "nanoseconds", "nanoseconds in a query"])
def test_labels_and_windows_read_every_kind_of_source(kind: str, world: World) -> None:
    world.sql(
        f"COPY raw.s TO '{world.root / 's.csv'}' (HEADER)",
        f"COPY ({NANOSECONDS}) TO '{world.root / 's.parquet'}'",
    )
    relation: Any = {
        "csv": File("s.csv"),
        "query": Query("SELECT * FROM raw.s"),
        "nanoseconds": File("s.parquet"),
        "nanoseconds in a query": Query(NANOSECONDS),
    }[kind]
    rows = source("s", relation)
    window = Window("sum", (), timedelta(hours=2), FLOAT64)
    spend = replace(feature("v"), name="spend_2h", window=window)
    request = ask(view(rows=rows, features=[spend], every=HOUR))
    job = world.job(SPINE, request, labels=[label(rows=rows)], as_of=DAY + 4 * HOUR)
    assert job.to_arrow()["spend_2h"].to_pylist() == [1.0, 3.0, None, None]
    assert job.to_arrow()["y"].to_pylist() == [2.0, 4.0, None, None]
    assert job.matched == {"fv": 2}


DEFINITIONS = Definitions(
    feature_views=MappingProxyType({"fv": VIEW}), labels=MappingProxyType({"y": Y, "v": label("v")})
)


@pytest.mark.parametrize(
    ("features", "labels", "code", "said"),
    [
        ([], ["yy"], "FC284", "there is no label `yy`"),
        (["fv"], ["fv:v"], "FC284", "there is no label `fv:v`"),
        (["fv"], ["y", "y"], "FC214", "label `y` is asked for twice"),
        (["fv"], ["v"], "FC214", "`fv:v` and label `v` both give a column `v`"),
        (["y"], ["y"], "FC221", "`y` is a label"),
        ([], [], "FC213", "no features are asked for"),
    ],
)
def test_labels_that_cannot_be_asked_for_are_said(
    features: list[str], labels: list[str], code: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        resolve_with_labels(DEFINITIONS, features, labels=labels)
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.message[: len(said)]) == (code, said)
    assert problem.hint


def test_problems_of_features_and_labels_come_together_and_full_names_set_columns_apart() -> None:
    with pytest.raises(UsageError) as raised:
        resolve_with_labels(DEFINITIONS, ["fw"], labels=["z"])
    assert [d.code for d in raised.value.diagnostics] == ["FC215", "FC284"]
    request, labels = resolve_with_labels(DEFINITIONS, ["fv"], True, ["v", "y"])
    assert ([c.name for c in request.columns], [each.name for each in labels]) == (["fv__v"], ["v", "y"])


def test_int_counts_are_no_floats(world: World) -> None:
    assert BUYS.feature.dtype == INT64
    assert world.job(SPINE, NOTHING, labels=[BUYS]).to_df()["buys"].dtype == "Int64"
