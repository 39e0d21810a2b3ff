"""`tests:` of definitions: what passes, what fails and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from fcompile.compiler.definitions import Definitions, FeatureView, Row, TestCase
from fcompile.compiler.dtypes import parse_dtype
from fcompile.runtime.events import Event, Finished
from fcompile.runtime.testing import TestSummary, run_tests
from tests.historical.world import SPAN, File, World, feature, source, view

ALL = view(
    rows=source("s", File("never_read.parquet"), available_at="known"),
    features=[
        feature("f", "float64"),
        feature("i", "int32", default=0),
        feature("t", "timestamp"),
        feature("d", "decimal(10,2)"),
        feature("j", "json"),
        feature("l", "list<int64>"),
        feature("s", "struct<a:int64,b:string>"),
        feature("x", "vector<float32,2>"),
        feature("day", "date"),
        feature("b", "bool"),
        feature("raw", "bytes"),
    ],
)
ROW: dict[str, Any] = {
    "driver_id": 1,
    "ts": "2026-01-01T00:00:00Z",
    "known": "2026-01-01T02:00:00+01:00",
    "f": 0.1,
    "i": 5,
    "t": "2026-01-01T01:00:00+01:00",
    "d": 1.5,
    "j": {"a": [1]},
    "l": [1, None],
    "s": {"a": 1},
    "x": [1.0, 0.5],
    "day": "2026-01-01",
    "b": True,
    "raw": "xyz",
}
ASK = {"driver_id": 1, "event_timestamp": "2026-01-01T01:00:00Z"}


def rows(items: list[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(tuple(item.items()) for item in items)


def case(given: list[dict[str, Any]], spine: list[dict[str, Any]], expect: list[dict[str, Any]]) -> TestCase:
    return TestCase("c", ("fv",), (("s", rows(given)),), rows(spine), rows(expect), span=SPAN)


def run(root: Path, item: TestCase, fv: FeatureView = ALL, report: Any = lambda event: None) -> TestSummary:
    definitions = Definitions(
        sources=MappingProxyType({"s": fv.source}),
        feature_views=MappingProxyType({fv.name: fv}),
        tests=MappingProxyType({item.name: item}),
    )
    return run_tests(World(root, definitions).project, report=report)


def test_values_of_every_dtype_are_compared(tmp_path: Path) -> None:
    expected = {k: v for k, v in ROW.items() if k not in ("driver_id", "ts", "known")}
    summary = run(tmp_path, case([ROW], [ASK], [expected]))
    assert summary.problems == ()
    assert (summary.passed, summary.exit_code) == (1, 0)
    assert not (tmp_path / "w.duckdb").exists()


def test_a_row_counts_only_when_it_is_known(tmp_path: Path) -> None:
    early = {**ASK, "event_timestamp": "2026-01-01T00:30:00Z"}
    assert run(tmp_path, case([ROW], [early, ASK], [{"i": 0, "f": None}, {"i": 5}])).exit_code == 0


def test_missing_columns_are_null_and_missing_sources_empty(tmp_path: Path) -> None:
    bare = {k: ROW[k] for k in ("driver_id", "ts", "known")}
    assert run(tmp_path, case([bare], [ASK], [{"f": None, "i": None}])).problems == ()
    nothing = replace(case([], [ASK], [{"f": None, "i": 0}]), given=())
    assert run(tmp_path, nothing).problems == ()


def test_a_failure_shows_rows_expected_and_actual_at_the_tests_place(tmp_path: Path) -> None:
    said: list[Event] = []
    summary = run(
        tmp_path, case([ROW], [ASK, ASK], [{"f": 0.1}, {"f": 0.2, "i": None, "b": True}]), report=said.append
    )
    (problem,) = summary.problems
    assert problem.code == "FC440"
    assert problem.span == SPAN
    assert problem.message.splitlines() == [
        "test `c` failed",
        "  row  column  expected  actual",
        "  2    f       0.2       0.1",
        "  2    i       NULL      5",
    ]
    assert summary.exit_code == 1
    assert [e.status for e in said if isinstance(e, Finished)] == ["ERROR"]


@pytest.mark.parametrize(
    ("given", "actual", "same"),
    [
        (float("nan"), float("nan"), True),
        (1e-12, 1.0000000001e-12, True),
        (1.0, 1.00000001, False),
        (float("inf"), float("inf"), True),
        (0.0, None, False),
    ],
)
def test_floats_agree_within_1e_9(given: float, actual: float | None, same: bool, tmp_path: Path) -> None:
    summary = run(tmp_path, case([{**ROW, "f": given}], [ASK], [{"f": actual}]))
    assert (summary.problems == ()) is same


def test_values_that_fit_no_dtype_are_said_once_each(tmp_path: Path) -> None:
    broken = {**ROW, "i": "five", "t": "yesterday", "f": True}
    problems = run(tmp_path, case([broken], [ASK], [{"f": None}])).problems
    assert [p.code for p in problems] == ["FC441"] * 3
    assert all(p.span == SPAN for p in problems)
    expected = run(tmp_path, case([ROW], [ASK], [{"i": "five"}])).problems
    assert [p.code for p in expected] == ["FC441"]


def test_declared_text_times_are_parsed(tmp_path: Path) -> None:
    declared = source("s", File("f.parquet"), columns=(("ts", parse_dtype("string")),))
    fv = view(rows=declared, features=[feature("i", "int32")])
    given = {"driver_id": 1, "ts": "2026-01-01T02:00:00+02:00", "i": 7}
    spine = [{"driver_id": 1, "event_timestamp": "2026-01-01"}]
    assert run(tmp_path, case([given], spine, [{"i": 7}]), fv).problems == ()


def test_full_names_are_understood(tmp_path: Path) -> None:
    assert run(tmp_path, case([ROW], [ASK], [{"fv__i": 5}])).problems == ()
