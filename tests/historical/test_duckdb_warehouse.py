"""The DuckDB adapter: paths, time, streams, and the engine's errors in our words."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.compiler.schema.project import PostgresWarehouse
from fcompile.runtime.warehouses.base import Column
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, connect, open_database
from fcompile.runtime.warehouses.paths import with_absolute_paths

NASTY_ROOTS = ["plain", "with space", "with,comma", "with[brackets]", "with'quote", "wïth*star"]


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    return open_database(MEMORY, tmp_path)


def put(root: Path, name: str, value: str) -> None:
    path = root / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"w,n\n{value},1\n")


@pytest.mark.parametrize("name", NASTY_ROOTS)
def test_relative_paths_are_under_the_root_wherever_the_caller_stands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, elsewhere = tmp_path / name, tmp_path / "elsewhere"
    put(root, "a.csv", "root")
    put(root, "b.csv", "root")
    put(elsewhere, "a.csv", "elsewhere")
    monkeypatch.chdir(elsewhere)
    opened = open_database(".fcompile/dev.duckdb", root)
    for relation in ("read_csv('data/a.csv')", "'data/a.csv'", "read_csv(['data/a.csv'], header = true)"):
        assert opened.rows(f"SELECT w FROM {relation}") == [("root",)]
    assert opened.rows("SELECT count(*) FROM read_csv('data/*.csv')") == [(2,)]
    assert (root / ".fcompile" / "dev.duckdb").is_file()


def test_only_what_names_a_file_is_resolved() -> None:
    root = Path("/r")
    for sql in (
        "SELECT 'read_csv' AS x WHERE a IS DISTINCT FROM 'b.csv' AND y = 'data/a.csv'",
        "SELECT * FROM read_csv('/abs.csv', types = {'a': 'INT'}) -- read_csv('c.csv')",
        "SELECT * FROM read_parquet('s3://b/a.parquet')",
        "SELECT list_value('a', 'b'), extract(year FROM '2026-01-01')",
        "COPY (SELECT 1) TO 'out.csv'",
    ):
        assert with_absolute_paths(sql, root) == sql
    many = with_absolute_paths(
        "FROM READ_PARQUET(['a.parquet', 'it''s.parquet'], union_by_name = true)", root
    )
    assert many == "FROM READ_PARQUET(['/r/a.parquet', '/r/it''s.parquet'], union_by_name = true)"


def test_times_come_as_naive_utc_in_microseconds_whatever_the_engine_holds(
    warehouse: DuckDBWarehouse,
) -> None:
    sql = """SELECT TIMESTAMPTZ '2026-01-01 00:00:00+02' AS a, TIMESTAMP '2026-01-01 00:00:00.000001' AS b,
                    TIMESTAMP_NS '2026-01-01 00:00:00.000001999' AS c, DATE '2026-01-01' AS a"""
    ((tz, us, ns, day),) = warehouse.rows(sql)
    assert tz == datetime(2025, 12, 31, 22)
    assert us == ns == datetime(2026, 1, 1, microsecond=1)
    assert str(day) == "2026-01-01"
    assert abs(warehouse.now() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)


def test_bound_times_are_instants(warehouse: DuckDBWarehouse) -> None:
    aware = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert warehouse.rows(
        "SELECT $t = TIMESTAMP '2026-01-01' AS x, $n IS NULL AS y", {"t": aware, "n": None}
    ) == [(True, True)]


def test_a_stream_holds_one_batch_and_keeps_order(warehouse: DuckDBWarehouse) -> None:
    seen = 0
    for batch in warehouse.batches("SELECT i FROM range($n) AS r(i)", {"n": 1_000_000}):
        assert batch.num_rows <= 122_880
        assert batch.column(0)[0].as_py() == seen
        seen += batch.num_rows
    assert seen == 1_000_000
    next(warehouse.batches("SELECT i FROM range(1000000) AS r(i)"))
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_an_arrow_table_is_readable_by_name(warehouse: DuckDBWarehouse) -> None:
    warehouse.register("spine", pa.table({"a": [1, 2]}))
    assert warehouse.rows('SELECT sum(a)::BIGINT FROM "spine"') == [(3,)]
    assert warehouse.describe('SELECT a, now() AS t FROM "spine"') == [
        Column("a", "BIGINT", "BIGINT"),
        Column("t", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE"),
    ]


def test_a_transaction_rolls_back_when_the_block_raises(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute("CREATE TABLE t AS SELECT 1 AS x")
    with pytest.raises(FcompileError), warehouse.transaction():
        warehouse.execute("INSERT INTO t VALUES (2)")
        warehouse.execute("SELECT error('stop')")
    with warehouse.transaction():
        warehouse.execute("INSERT INTO t VALUES (3)")
    assert warehouse.rows("SELECT x FROM t ORDER BY x") == [(1,), (3,)]


def test_python_variables_are_not_tables(warehouse: DuckDBWarehouse) -> None:
    secret = pa.table({"a": [1]})  # noqa: F841
    with pytest.raises(FcompileError, match="secret"):
        warehouse.rows("SELECT * FROM secret")


@pytest.mark.parametrize(
    ("sql", "code", "words"),
    [
        ("SELECT * FROM nope", "FC401", "nope"),
        ("SELECT * FROM read_parquet('no/*.parquet')", "FC401", "no/*.parquet"),
        ("SELECT agee FROM (SELECT 1 AS age)", "FC402", "agee"),
        ("SELECT CAST(x AS INT) FROM (SELECT 'abc' AS x)", "FC454", "'abc'"),
        ("SELECT CAST(3000000000 AS INT)", "FC454", "3000000000"),
        ("SELECT error('boom')", "FC459", "boom"),
        ("SELEC 1", "FC459", "SELEC"),
    ],
)
def test_engine_errors_are_one_line_in_the_engines_words(
    sql: str, code: str, words: str, warehouse: DuckDBWarehouse
) -> None:
    with pytest.raises(FcompileError) as caught:
        warehouse.rows(sql)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert words in diagnostic.message
    assert "\n" not in diagnostic.message


def test_an_error_in_the_middle_of_a_stream_is_explained(warehouse: DuckDBWarehouse) -> None:
    sql = (
        "SELECT CASE WHEN i = 900000 THEN error('boom') ELSE i::VARCHAR END AS x FROM range(1000000) AS r(i)"
    )
    with pytest.raises(FcompileError, match="boom"):
        list(warehouse.batches(sql))


def test_too_little_memory_says_so(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute("SET memory_limit = '10MB'")
    warehouse.execute("SET max_temp_directory_size = '1MB'")
    with pytest.raises(FcompileError) as caught:
        warehouse.rows("SELECT count(DISTINCT i::VARCHAR) FROM range(3000000) AS r(i)")
    assert caught.value.diagnostics[0].code == "FC452"


def test_an_interrupt_is_explained(warehouse: DuckDBWarehouse) -> None:
    timer = threading.Timer(0.2, warehouse.connection.interrupt)
    timer.start()
    with pytest.raises(FcompileError) as caught:
        warehouse.rows("SELECT count(*) FROM range(1000000000) AS a(i), range(1000) AS b(j) WHERE i + j > 5")
    assert caught.value.diagnostics[0].code == "FC453"


def test_a_file_held_by_another_process_is_named(tmp_path: Path) -> None:
    holder = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    )
    path = tmp_path / "w.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline()
        for read_only in (False, True):
            with pytest.raises(FcompileError, match=f"another process holds {path}") as caught:
                open_database("w.duckdb", tmp_path, read_only)
            assert caught.value.exit_code == 1
            assert caught.value.diagnostics[0].code == "FC450"
        process.communicate()


def test_a_file_that_is_no_database_or_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("hello " * 10_000)
    (tmp_path / "file").write_text("")
    for path in ("text.duckdb", "file/w.duckdb"):
        with pytest.raises(FcompileError) as caught:
            open_database(path, tmp_path)
        assert caught.value.diagnostics[0].code == "FC451", caught.value


def test_reading_only_makes_no_file_and_shares_a_connection_of_this_process(tmp_path: Path) -> None:
    assert open_database("w.duckdb", tmp_path, read_only=True).rows("SELECT 1") == [(1,)]
    assert not (tmp_path / "w.duckdb").exists()
    writer = open_database("w.duckdb", tmp_path)
    writer.execute("CREATE TABLE t AS SELECT 7 AS x")
    assert open_database("w.duckdb", tmp_path, read_only=True).rows("SELECT x FROM t") == [(7,)]


def test_big_sorts_spill_under_the_projects_own_folder(tmp_path: Path) -> None:
    opened = open_database(MEMORY, tmp_path)
    ((folder,),) = opened.rows("SELECT current_setting('temp_directory')")
    assert folder == str(tmp_path / ".fcompile" / "tmp")


def test_a_target_of_another_warehouse_is_not_there_yet(tmp_path: Path) -> None:
    project: Any = SimpleNamespace(
        root=tmp_path,
        target_name="prod",
        target=SimpleNamespace(warehouse=PostgresWarehouse(type="postgres")),
    )
    with pytest.raises(UsageError, match="FC910"):
        connect(project)


def test_settings_of_another_connection_to_the_file_do_not_change_answers(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as other:
        for setting in (
            "default_null_order = 'NULLS_FIRST'",
            "default_order = 'DESC'",
            "default_collation = 'NOCASE'",
            "ieee_floating_point_ops = false",
            "integer_division = true",
            "disable_timestamptz_casts = true",
            "error_on_division_by_zero = false",
            "preserve_insertion_order = false",
        ):
            other.execute(f"SET GLOBAL {setting}")
        with open_database("w.duckdb", tmp_path) as warehouse:
            assert warehouse.rows("SELECT x FROM (VALUES (NULL), (2), (1)) AS v(x) ORDER BY x") == [
                (1,),
                (2,),
                (None,),
            ]
            assert warehouse.rows("SELECT 'a' = 'A', 1 / 2, sqrt(-1.0) IS NULL") == [(False, 0.5, False)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("1,true\n2\n", "is no regular CSV: a row has too few or too many values"),
        ("1,true\n2,maybe\n", "Line: 3; Original Line: 2,maybe"),
    ],
)
def test_a_broken_csv_is_named_with_what_is_wrong(
    rows: str, said: str, warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    (tmp_path / "b.csv").write_text("a,b\n" + rows)
    options = "header = true, delim = ',', skip = 0, sample_size = -1, types = {'b': 'BOOLEAN'}"
    with pytest.raises(FcompileError) as caught:
        warehouse.rows(f"SELECT * FROM read_csv('b.csv', {options})")
    (problem,) = caught.value.diagnostics
    assert problem.code == "FC418"
    assert str(tmp_path / "b.csv") in problem.message
    assert said in problem.message
    assert "sniff" not in problem.message and "fixes" not in problem.message
