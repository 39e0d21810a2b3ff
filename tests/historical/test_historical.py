"""Training sets from every kind of spine to every kind of output."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.dataset as pd_dataset
import pyarrow.parquet as pq
import pytest

from fcompile.compiler.definitions import Table
from fcompile.compiler.errors import FcompileError, RefusedError, UsageError
from fcompile.runtime.events import Event, Finished, Note
from tests.historical.world import File, World, ask, feature, source, view

JAN = datetime(2026, 1, 1)
SPINE = pa.table(
    {
        "label": [1, 0, 1, 0],
        "driver_id": pa.array([2, None, 1, 9], pa.int64()),
        "event_timestamp": pa.array([JAN.replace(hour=h) for h in (3, 3, 1, 3)], pa.timestamp("us")),
    }
)
ANSWER = [20.0, None, 10.0, None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.drivers("(1, '2026-01-01', 10), (1, '2026-01-01 02:00', 11), (2, '2026-01-01 01:00', 20)")
    return world


def as_parquet(world: World) -> object:
    pq.write_table(SPINE, world.root / "spine.parquet")
    return world.root / "spine.parquet"


def as_csv(world: World) -> object:
    pc.write_csv(SPINE, world.root / "spine.csv")
    return str(world.root / "spine.csv")


def as_gzip(world: World) -> object:
    (world.root / "spine.csv.gz").write_bytes(gzip.compress(Path(str(as_csv(world))).read_bytes()))
    return str(world.root / "spine.csv.gz")


def as_glob(world: World) -> object:
    pq.write_table(SPINE.slice(0, 2), world.root / "part1.parquet")
    pq.write_table(SPINE.slice(2, 2), world.root / "part2.parquet")
    return str(world.root / "part*.parquet")


def as_table(world: World) -> object:
    world.sql(f"CREATE TABLE \"My Spine\" AS SELECT * FROM '{as_parquet(world)}'")
    return '"My Spine"'


def as_sql(world: World) -> object:
    return f"-- mine\nWITH a AS (SELECT * FROM '{as_parquet(world)}') SELECT * FROM a -- end"


def as_reader(world: World) -> object:
    return pa.RecordBatchReader.from_batches(SPINE.schema, SPINE.to_batches(max_chunksize=2))


SPINES: dict[str, Callable[[World], object]] = {
    "a parquet file": as_parquet,
    "a csv file": as_csv,
    "a gzipped csv file": as_gzip,
    "a glob": as_glob,
    "a table": as_table,
    "sql": as_sql,
    "an arrow table": lambda _: SPINE,
    "an arrow stream": as_reader,
    "an arrow dataset": lambda _: pd_dataset.dataset(SPINE),
    "pandas": lambda _: SPINE.to_pandas().set_index("label", drop=False),
    "polars": lambda _: pl.from_arrow(SPINE),
    "lazy polars": lambda _: pl.from_arrow(SPINE).lazy(),  # type: ignore[union-attr]
}


@pytest.mark.parametrize("kind", SPINES)
def test_every_kind_of_spine_gives_the_same_rows_in_the_same_order(kind: str, world: World) -> None:
    job = world.job(SPINES[kind](world))
    table = job.to_arrow()
    assert table.column_names == ["label", "driver_id", "event_timestamp", "v"]
    assert table.column("v").to_pylist() == ANSWER
    assert table.column("label").to_pylist() == [1, 0, 1, 0]
    assert job.matched == {"fv": 2}


def test_the_same_answer_as_frames_batches_and_sql(world: World) -> None:
    job = world.job(as_parquet(world))
    assert job.to_df()["v"].isna().tolist() == [False, True, False, True]
    assert str(job.to_df()["driver_id"].dtype) == "Int64"
    assert job.to_polars()["v"].to_list() == ANSWER
    assert [v for b in job.to_batches() for v in b.column("v").to_pylist()] == ANSWER
    assert "fv" in job.to_sql()
    with duckdb.connect(str(world.root / "w.duckdb")) as connection:
        assert [row[3] for row in connection.execute(job.to_sql()).fetchall()] == ANSWER


@pytest.mark.parametrize("name", ["o.parquet", "o.csv", "o.csv.gz", "it's, ünïcode.parquet"])
def test_a_file_gets_the_rows_in_order_and_nothing_else_is_left(name: str, world: World) -> None:
    out = world.root / "out"
    out.mkdir()
    (out / name).write_text("old")
    summary = world.job(SPINE).persist(out / name)
    assert (summary.rows, summary.matched) == (4, {"fv": 2})
    escaped = str(out / name).replace("'", "''")
    assert world.rows(f"SELECT v FROM '{escaped}'") == [(v,) for v in ANSWER]
    assert [p.name for p in out.iterdir()] == [name]


def test_a_table_is_replaced_and_may_have_been_the_spine(world: World) -> None:
    assert world.job(SPINE).persist("train.first").rows == 4
    assert world.rows("SELECT v FROM train.first") == [(v,) for v in ANSWER]
    again = world.job("SELECT label, driver_id, event_timestamp FROM train.first").persist("train.first")
    assert (again.rows, again.matched) == (4, {"fv": 2})
    assert world.rows("SELECT count(*), count(v) FROM train.first") == [(4, 2)]


def test_row_order_holds_over_threads_in_memory_in_files_and_in_tables(world: World) -> None:
    world.sql(
        "CREATE OR REPLACE TABLE raw.s AS SELECT i % 1000 AS driver_id, TIMESTAMP '2026-01-01' AS ts, "
        "(i % 1000)::DOUBLE AS v FROM range(5000) AS r(i)",
        "CREATE TABLE spine AS SELECT i AS n, hash(i) % 1100 AS driver_id, "
        "TIMESTAMP '2026-01-02' AS event_timestamp FROM range(300000) AS r(i)",
    )
    world.sql(
        "ALTER TABLE spine ALTER driver_id TYPE BIGINT", "COPY spine TO 's.parquet'" if False else "SELECT 1"
    )
    wrong = "count(*) FILTER (n <> row) FROM (SELECT *, row_number() OVER () - 1 AS row FROM"
    job = world.job("spine")
    table = job.to_arrow()
    assert table.column("n").to_pylist() == list(range(300_000))
    expected = [float(k) if k < 1000 else None for k in table.column("driver_id").to_pylist()]
    assert table.column("v").to_pylist() == expected
    matched = {"fv": sum(v is not None for v in expected)}
    assert job.matched == matched
    for target in (str(world.root / "o.parquet"), "kept", str(world.root / "o.csv")):
        summary = world.job(table.drop_columns(["v"])).persist(target)
        assert (summary.rows, summary.matched) == (300_000, matched)
        text = f"'{target}'" if "." in target else target
        assert world.rows(f"SELECT {wrong} {text})") == [(0,)]


def test_an_empty_spine_gives_all_columns_with_their_types(world: World) -> None:
    both = ask(view(features=[feature("v"), feature("n", "int32", default=3)], rows=source("s")))
    world.sql("ALTER TABLE raw.s ADD COLUMN n INTEGER")
    job = world.job(SPINE.slice(0, 0), both)
    assert [str(t) for t in job.to_arrow().schema.types] == [
        "int64",
        "int64",
        "timestamp[us]",
        "double",
        "int32",
    ]
    assert job.matched == {"fv": 0}
    assert job.persist(world.root / "e.parquet").rows == 0
    assert pq.read_schema(world.root / "e.parquet").names == [*SPINE.column_names, "v", "n"]


def test_spine_columns_pass_through_whatever_their_names(world: World) -> None:
    names = ["Order", "entity_timestamp", "select", "__row", "a b", 'q"t', "__event", "__matched_1"]
    spine = SPINE
    for number, name in enumerate(names):
        spine = spine.append_column(name, pa.array([number] * 4))
    table = world.job(spine).to_arrow()
    assert table.column_names == [*SPINE.column_names, *names, "v"]
    assert table.column("__matched_1").to_pylist() == [7] * 4
    assert world.job(spine).persist(world.root / "o.parquet").matched == {"fv": 2}


def test_times_come_in_any_form_and_mean_the_same_instant(world: World) -> None:
    at = {
        "zone": pa.array([datetime(2026, 1, 1, 2)], pa.timestamp("us", tz="Asia/Tokyo")),
        "nanoseconds": pa.array([JAN.replace(hour=2)], pa.timestamp("ns")),
        "seconds": pa.array([JAN.replace(hour=2)], pa.timestamp("s")),
        "text": pa.array(["2026-01-01T02:00:00Z"]),
        "offset": pa.array(["2026-01-01 04:00:00+02:00"]),
        "naive text": pa.array(["2026-01-01T02:00:00"]),
        "date": pa.array([JAN.date()]),
        "date text": pa.array(["2026-01-01"]),
    }
    expected = {"date": 10.0, "date text": 10.0}
    for kind, times in at.items():
        spine = pa.table({"driver_id": [1], "event_timestamp": times})
        table = world.job(spine).to_arrow()
        assert table.column("v").to_pylist() == [expected.get(kind, 11.0)], kind
        assert table.column("event_timestamp").to_pylist() == times.to_pylist(), kind


def test_nanoseconds_are_cut_not_rounded(world: World) -> None:
    one_below = pa.array([1767232799_999_999_999], pa.int64()).cast(pa.timestamp("ns"))
    for times in (one_below, one_below.cast(pa.timestamp("ns", tz="UTC"))):
        spine = pa.table({"driver_id": [1], "event_timestamp": times})
        table = world.job(spine).to_arrow()
        assert table.column("v").to_pylist() == [10.0]
        assert table.column("event_timestamp").cast(pa.int64()).to_pylist() == [1767232799_999_999_999]


@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.timestamp("ns", tz="UTC")], ids=str)
@pytest.mark.parametrize("second", [1_767_225_600, -600_000_000], ids=["2026", "1950"])
def test_source_times_in_nanoseconds_are_never_seen_early(
    second: int, kind: pa.DataType, world: World
) -> None:
    times = pa.array([second * 10**9 + n for n in (0, 1, 999, 1000)], pa.int64()).cast(kind)
    pq.write_table(
        pa.table({"driver_id": [1] * 4, "ts": times, "v": [0.0, 1.0, 2.0, 3.0]}), world.root / "n.parquet"
    )
    late = source("late", File("n.parquet"), available_at="ts", created_timestamp_field="ts")
    for rows in (source(relation=File("n.parquet")), late):
        at = pa.array([second * 10**6 + n for n in (-1, 0, 1)], pa.int64()).cast(pa.timestamp("us"))
        spine = pa.table({"driver_id": [1] * 3, "event_timestamp": at})
        table = world.job(spine, ask(view(rows=rows))).to_arrow()
        assert table.column("v").to_pylist() == [None, 0.0, 3.0]


def test_data_frames_keep_every_digit_of_integers_beside_a_null(world: World) -> None:
    big = 2**53 + 1
    world.sql(
        "CREATE TABLE nested AS SELECT unnest([1, 2]) AS driver_id, TIMESTAMP '2026-01-01' AS ts, "
        f"unnest([{big}, NULL]) AS n, [{big}, NULL] AS l, unnest([{{'a': {big}}}, {{'a': NULL}}]) AS s"
    )
    features = [feature("n", "int64"), feature("l", "list<int64>"), feature("s", "struct<a:int64>")]
    nested = view(rows=source(relation=Table(("nested",))), features=features)
    frame = world.job(SPINE, ask(nested)).to_df()
    one = frame[frame["driver_id"] == 1].iloc[0]
    assert str(frame["n"].dtype) == "Int64"
    assert (one["n"], list(one["l"]), one["s"]) == (big, [big, None], {"a": big})


def test_an_empty_data_frame_has_no_types_to_refuse(world: World) -> None:
    frame = pd.DataFrame({"driver_id": [], "event_timestamp": [], "amount": []})
    table = world.job(frame).to_arrow()
    assert table.column_names == ["driver_id", "event_timestamp", "amount", "v"]
    assert table.num_rows == 0


def test_keys_of_near_types_are_found(world: World) -> None:
    for keys in (
        pa.array([1], pa.int8()),
        pa.array([1], pa.uint64()),
        pa.array([1.0]),
        pa.array([1], pa.decimal128(20, 0)),
    ):
        spine = pa.table({"driver_id": keys, "event_timestamp": [JAN]})
        assert world.job(spine).to_arrow().column("v").to_pylist() == [10.0], keys.type
    floats = pa.array([1.0, 1.5, None, float("nan"), float("inf"), 1e300])
    spine = pa.table({"driver_id": floats, "event_timestamp": [JAN] * 6})
    assert world.job(spine).to_arrow().column("v").to_pylist() == [10.0, None, None, None, None, None]
    frame = pd.DataFrame({"driver_id": [1, None], "event_timestamp": [JAN, JAN]})
    assert world.job(frame).to_arrow().column("v").to_pylist() == [10.0, None]


def test_the_only_time_column_is_used_and_said(world: World) -> None:
    said: list[Event] = []
    spine = SPINE.rename_columns(["label", "driver_id", "at"])
    assert world.job(spine, report=said.append).to_arrow().column("v").to_pylist() == ANSWER
    assert [e for e in said if isinstance(e, Note)] == [
        Note("the spine's times are read from `at`, its only column of a time's type")
    ]
    two = spine.append_column("seen", spine.column("at"))
    assert world.job(two, timestamp_column="at").to_arrow().column("v").to_pylist() == ANSWER
    with pytest.raises(FcompileError, match="`at`, `seen`"):
        world.job(two).to_arrow()


def codes(job: Any) -> list[tuple[str, str]]:
    with pytest.raises(FcompileError) as caught:
        job.to_arrow()
    return [(d.code, d.message) for d in caught.value.diagnostics]


def test_every_problem_of_a_spine_is_said_at_once(world: World) -> None:
    other = view("other", keys=[("customer_id", "string"), ("driver_id", "int64")])
    world.sql("ALTER TABLE raw.s ADD COLUMN customer_id VARCHAR")
    spine = pa.table({"diver_id": [1], "customer_id": [1], "V": [1.0], "event_timestmp": ["x"]})
    found = codes(world.job(spine, ask(view(), other, full_names=True)))
    assert [c for c, _ in found] == ["FC411", "FC411", "FC412", "FC415"]
    collide = pa.table({"driver_id": ["a"], "V": [1.0], "event_timestamp": [5]})
    assert [c for c, _ in codes(world.job(collide))] == ["FC413", "FC415", "FC416"]


def test_a_time_that_does_not_parse_is_named_with_its_row(world: World) -> None:
    spine = pa.table({"driver_id": [1, 1, 1], "event_timestamp": ["2026-01-01", None, "2026-02-30"]})
    assert codes(world.job(spine)) == [
        ("FC416", "row 3 of the spine: `event_timestamp` holds '2026-02-30', which is no time")
    ]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("driver_id,event_timestamp\n1,2026-01-01\n2\n", "FC418", "Line: 3"),
        ("driver_id,event_timestamp\n1,2026-01-01\n2,2026-01-01,7\n", "FC418", "Line: 3"),
        ("driver_id,event_timestamp\n1,2026-01-01\nx,2026-01-01\n", "FC418", "Line: 3"),
        ("driver_id,event_timestamp\n1,2026-01-01\n2,nonsense\n", "FC416", "row 2"),
        ("driver_id,driver_id,event_timestamp\n1,1,2026-01-01\n", "FC414", "driver_id"),
        ("", "FC4", ""),
    ],
)
def test_a_broken_csv_is_refused_with_its_line_and_nothing_is_written(
    text: str, code: str, words: str, world: World
) -> None:
    (world.root / "spine.csv").write_text(text)
    with pytest.raises(FcompileError) as caught:
        world.job(world.root / "spine.csv").persist(world.root / "o.parquet")
    assert caught.value.diagnostics[0].code.startswith(code), caught.value
    assert words in str(caught.value)
    assert not list(world.root.glob("*o.parquet*"))


def test_csv_keys_are_read_as_declared(world: World) -> None:
    world.sql(
        "CREATE OR REPLACE TABLE raw.s AS SELECT '007' AS driver_id, TIMESTAMP '2026-01-01' AS ts, 7.0::DOUBLE AS v"
    )
    (world.root / "spine.csv").write_text("driver_id,event_timestamp\n007,2026-01-01\n")
    table = world.job(world.root / "spine.csv", ask(view(keys=[("driver_id", "string")]))).to_arrow()
    assert table.to_pylist()[0]["driver_id"] == "007"
    assert table.column("v").to_pylist() == [7.0]


@pytest.mark.parametrize(
    ("spine", "code"),
    [
        ("no.parquet", "FC410"),
        ("no_such_table", "FC410"),
        ("SELECT 1; SELECT 2", "FC417"),
        ("DELETE FROM raw.s", "FC410"),
        ("WITH a AS (SELECT 1) INSERT INTO raw.s SELECT * FROM a", "FC417"),
        ("SELECT nope FROM raw.s", "FC402"),
        ("SELECT 1 AS driver_id, 2 AS driver_id, now() AS event_timestamp", "FC414"),
        ({"driver_id": [1]}, "FC419"),
        (pd.DataFrame([[1, 2]], columns=["driver_id", "driver_id"]), "FC414"),
        (pd.DataFrame({"driver_id": [1, "x"]}), "FC419"),
    ],
)
def test_what_is_no_spine_is_refused(spine: object, code: str, world: World) -> None:
    assert [c for c, _ in codes(world.job(spine))] == [code]
    assert world.rows("SELECT count(*) FROM raw.s") == [(3,)]


def test_an_output_that_cannot_be_written_is_refused_before_the_work(world: World) -> None:
    (world.root / "folder.parquet").mkdir()
    (world.root / "file").write_text("")
    for name in ("none/o.parquet", "folder.parquet", "file/o.csv"):
        with pytest.raises(FcompileError) as caught:
            world.job("not even a table").persist(world.root / name)
        assert caught.value.diagnostics[0].code == "FC420"
    for name in ("o.xlsx", "a.b.c.d", "x y", ""):
        with pytest.raises(UsageError, match="FC420"):
            world.job(SPINE).persist(name)


def test_a_failure_leaves_the_old_file_and_the_old_table(world: World) -> None:
    (world.root / "o.csv").write_text("old")
    world.sql(
        "CREATE TABLE kept AS SELECT 1 AS x",
        "CREATE OR REPLACE TABLE raw.s AS "
        "SELECT 1::BIGINT AS driver_id, TIMESTAMP '2026-01-01' AS ts, 3000000000 AS v",
    )
    request = ask(view(features=[feature("v", "int32")]))
    for target in (world.root / "o.csv", "kept"):
        with pytest.raises(FcompileError, match="3000000000"):
            world.job(SPINE, request).persist(target)
    assert (world.root / "o.csv").read_text() == "old"
    assert world.rows("SELECT x FROM kept") == [(1,)]
    assert sorted(p.name for p in world.root.iterdir() if "tmp" in p.name) == []


def test_a_source_is_not_overwritten(world: World) -> None:
    with pytest.raises(RefusedError, match=r"FC421.*source `s`"):
        world.job(SPINE).persist("raw.S")
    with pytest.raises(RefusedError):
        world.job(SPINE, ask(view(rows=source(relation=File("s.parquet"))))).persist(world.root / "s.parquet")


def test_killed_while_writing_only_a_file_of_another_name_is_left(world: World) -> None:
    (world.root / "o.csv").write_text("old")
    script = """
import sys
from pathlib import Path
from tests.historical.world import World
sql = "SELECT i AS driver_id, TIMESTAMP '2026-01-01' AS event_timestamp FROM range(20000000) AS r(i)"
World(Path(sys.argv[1])).job(sql).persist(Path(sys.argv[1]) / "o.csv")
"""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}"}
    with subprocess.Popen([sys.executable, "-c", script, str(world.root)], env=environment) as process:
        deadline = time.monotonic() + 30
        while not list(world.root.glob(".o.csv.*.tmp")) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert (world.root / "o.csv").read_text() == "old"
    assert world.job(SPINE).persist(world.root / "o.csv").rows == 4


def test_the_preview_joins_twenty_rows_and_escapes(world: World) -> None:
    html = world.job(
        "SELECT i AS driver_id, TIMESTAMP '2026-01-02' AS event_timestamp, '<script>' AS label "
        "FROM range(1, 50) AS r(i)"
    )._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<tr>") == 21
    assert "double" in html
    done = world.job(SPINE)
    done.to_arrow()
    assert "4 rows, of 4" in done._repr_html_()


def test_work_is_reported(world: World) -> None:
    said: list[Event] = []
    world.job(SPINE, report=said.append).persist("t")
    assert [(e.name, e.status, e.rows) for e in said if isinstance(e, Finished)] == [("t", "OK", 4)]
