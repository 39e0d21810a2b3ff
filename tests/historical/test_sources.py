"""Sources held against their definitions: every mismatch, at its place, with what to write instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fcompile.compiler.definitions import Feature, FeatureView, Label, Query, Table, Window
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.expressions.nodes import Call, Column, Literal
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.duckdb import open_database
from tests.historical.world import FILES, SPAN, File, World, feature, source, view


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def found(world: World, *views: FeatureView) -> list[Diagnostic]:
    with open_database("w.duckdb", world.root) as warehouse:
        try:
            check_sources(warehouse, views, FILES)
        except FcompileError as error:
            assert all(d.span == SPAN for d in error.diagnostics)
            return list(error.diagnostics)
    return []


def typed(world: World, column: str, dtype: str) -> list[Diagnostic]:
    """Check a source whose column `v` is the SQL ``column`` against a feature of ``dtype``."""
    sql = f"SELECT 1::BIGINT AS driver_id, TIMESTAMP '2026-01-01' AS ts, {column} AS v"
    return found(world, view(rows=source(relation=Query(sql)), features=[feature("v", dtype)]))


FITTING = [
    ("1::TINYINT", "int32"),
    ("1::BIGINT", "int32"),
    ("1::UBIGINT", "int64"),
    ("1", "float64"),
    ("1.0::FLOAT", "float64"),
    ("1.0::DOUBLE", "float32"),
    ("1.5::DECIMAL(5,2)", "decimal(10,2)"),
    ("'a'", "string"),
    ("'a'::ENUM('a', 'b,c')", "string"),
    ("uuid()", "string"),
    ("DATE '2026-01-01'", "timestamp"),
    ("TIMESTAMP_NS '2026-01-01'", "timestamp"),
    ("TIMESTAMPTZ '2026-01-01'", "timestamp"),
    ("'a'::BLOB", "bytes"),
    ("'{}'::JSON", "json"),
    ("'{}'", "json"),
    ("[1, 2]", "list<int64>"),
    ("[1.0, 2.0]::DOUBLE[2]", "vector<float32,2>"),
    ("[1.0]::FLOAT[]", "vector<float32,1>"),
    ("{'a': 1, 'b c': [TRUE]}", "struct<a:int64>"),
    ("NULL", "struct<a:int64>"),
]
UNFIT = [
    ("1.0::DOUBLE", "int64"),
    ("'1'", "int64"),
    ("1", "string"),
    ("1", "bool"),
    ("1.555::DECIMAL(5,3)", "decimal(10,2)"),
    ("1.5::DECIMAL(5,2)", "float64"),
    ("'2026-01-01'", "timestamp"),
    ("TIMESTAMP '2026-01-01'", "date"),
    ("['a']", "list<int64>"),
    ("[1.0]::FLOAT[1]", "vector<float32,2>"),
    ("{'b': 1}", "struct<a:int64>"),
]


@pytest.mark.parametrize(("column", "dtype"), FITTING)
def test_a_column_of_a_fitting_type_is_taken(column: str, dtype: str, world: World) -> None:
    assert typed(world, column, dtype) == []


@pytest.mark.parametrize(("column", "dtype"), UNFIT)
def test_a_column_of_another_type_is_said_with_both_types(column: str, dtype: str, world: World) -> None:
    (problem,) = typed(world, column, dtype)
    assert problem.code == "FC403"
    assert f"as {parse_dtype(dtype)}, but it is" in problem.message


def test_a_missing_table_or_file_is_said_with_a_near_one(world: World) -> None:
    world.drivers("(1, '2026-01-01', 1)")
    lost = view(rows=source("a", Table(("raw", "ss"))))
    wrong_schema = view(rows=source("b", Table(("rw", "s"))))
    no_file = view(rows=source("c", File("data/*.parquet")))
    problems = found(world, lost, wrong_schema, no_file)
    assert [(p.code, p.hint) for p in problems] == [
        ("FC401", "did you mean `raw.s`?"),
        ("FC401", "did you mean `raw.s`?"),
        ("FC401", "the path is relative to fcompile.yaml"),
    ]


def test_every_missing_column_is_said_with_a_near_one(world: World) -> None:
    world.drivers("(1, '2026-01-01', 1)")
    rows = source(timestamp_field="tss", available_at="loaded", columns=(("w", parse_dtype("int64")),))
    problems = found(world, view(keys=[("diver_id", "int64")], rows=rows, features=[feature("vv")]))
    assert [p.code for p in problems] == ["FC402"] * 5
    hints = {p.hint for p in problems}
    assert {"did you mean `ts`?", "did you mean `driver_id`?", "did you mean `v`?"} <= hints


def test_text_is_a_time_only_where_the_contract_says_so(world: World) -> None:
    query = Query("SELECT 1::BIGINT AS driver_id, '2026-01-01T00:00:00+02:00' AS ts, 1.0::DOUBLE AS v")
    (problem,) = found(world, view(rows=source(relation=query)))
    assert (problem.code, problem.hint) == ("FC403", "if it holds ISO text, say so: columns: {ts: string}")
    declared = source(relation=query, columns=(("ts", parse_dtype("string")),))
    assert found(world, view(rows=declared)) == []


def test_expressions_are_typed_again_with_the_real_columns(world: World) -> None:
    world.drivers("(1, '2026-01-01', 1)")
    typo = Call("add", (Column("vv"), Literal(1, parse_dtype("int64"))))
    problems = found(world, view(features=[feature("x", expr=typo)]))
    assert len(problems) == 1
    assert "vv" in problems[0].message
    assert "`v`" in problems[0].hint


def test_a_csv_is_read_as_declared(world: World) -> None:
    (world.root / "s.csv").write_text("driver_id,ts,v\n007,2026-01-01,1\n")
    rows = source(relation=File("s.csv"))
    assert found(world, view(keys=[("driver_id", "string")], rows=rows, features=[feature("v")])) == []
    (world.root / "s.csv").write_text("driver_id,ts,v\n007,2026-01-01,1\n1,x,2\n")
    problems = found(world, view(keys=[("driver_id", "string")], rows=rows))
    assert problems == [] or problems[0].code == "FC418"


def test_a_query_that_cannot_run_is_said_in_the_engines_words(world: World) -> None:
    (problem,) = found(world, view(rows=source(relation=Query("SELECT nope FROM (SELECT 1 AS a)"))))
    assert problem.code == "FC402"
    assert "nope" in problem.message


def test_no_row_is_read(world: World) -> None:
    rows = source(relation=Query("SELECT error('read')::BIGINT AS driver_id, now() AS ts, 1.0::DOUBLE AS v"))
    assert found(world, view(rows=rows, ttl=timedelta(days=1))) == []


def count_of(column: str, function: str = "count_distinct", keep: Call | None = None) -> Feature:
    return replace(
        feature("n_1h", "int64", Column(column)), window=Window(function, (), timedelta(hours=1), None, keep)
    )


def test_windows_are_held_to_their_columns_and_filters_once_for_each_aggregation(world: World) -> None:
    world.drivers("(1, '2026-01-01', 1)")
    typo = Call("gt", (Column("vv"), Literal(1, parse_dtype("int64"))))
    text = replace(feature("s_1h"), window=Window("sum", (), timedelta(hours=1), parse_dtype("string")))
    several = [replace(count_of("w"), name=f"n_{hours}h") for hours in (1, 2, 3)]
    problems = found(
        world, view(features=[*several, count_of("v", "count", typo), replace(text, expr=Column("v"))])
    )
    assert [(p.code, p.message.partition(" reads ")[0]) for p in problems] == [
        ("FC312", "the filter of feature `fv:n_1h`: there is no column `vv`"),
        ("FC402", "feature `fv:n_1h`"),
        ("FC403", "feature `fv:s_1h`"),
    ]


def test_a_column_without_a_declared_type_must_be_one_that_the_function_takes(world: World) -> None:
    sql = "SELECT 1::BIGINT AS driver_id, TIMESTAMP '2026-01-01' AS ts, [1] AS v"
    rows = source(relation=Query(sql))
    (problem,) = found(world, view(rows=rows, features=[count_of("v")]))
    assert (problem.code, "count_distinct takes no INTEGER[]" in problem.message) == ("FC360", True)
    assert found(world, view(rows=rows, features=[count_of("v", "count")])) == []


def test_labels_are_held_to_their_sources_too(world: World) -> None:
    world.drivers("(1, '2026-01-01', 1)")
    made = count_of("vv", "count", Call("gt", (Column("w"), Literal(1, parse_dtype("int64")))))
    label = Label(
        "y", view(keys=[("diver_id", "int64")]).entities, source(), replace(made, name="y"), span=SPAN
    )
    with open_database("w.duckdb", world.root) as warehouse, pytest.raises(FcompileError) as raised:
        check_sources(warehouse, [], FILES, labels=[label])
    said = [(d.code, d.message) for d in raised.value.diagnostics]
    assert said == [
        ("FC312", "the filter of label `y`: there is no column `w`"),
        ("FC402", "label `y` (its join key) reads `diver_id`, which source `s` does not have"),
        ("FC402", "label `y` reads `vv`, which source `s` does not have"),
    ]
