"""``tests:`` of the definitions, run on a DuckDB in memory: given rows, a spine, and the features expected."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fcompile.compiler.compile import compile_historical
from fcompile.compiler.definitions import TestCase
from fcompile.compiler.dtypes import STRING, TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, FcompileError, did_you_mean
from fcompile.compiler.request import Request, resolve
from fcompile.runtime.events import Finished, Report, Started, silent
from fcompile.runtime.given import on_given_rows, register_given, table_of
from fcompile.runtime.spine import EVENT_TIMESTAMP, read_spine
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database
from fcompile.runtime.yaml_values import column_of

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

_RELATIVE = 1e-9


@dataclass(frozen=True, slots=True)
class TestResult:
    """One case: ``problems`` is empty where it passed."""

    __test__ = False  # pytest is not to collect it

    name: str
    problems: tuple[Diagnostic, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class TestSummary:
    """All cases in the order they ran."""

    __test__ = False

    results: tuple[TestResult, ...]

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        return tuple(problem for result in self.results for problem in result.problems)

    @property
    def failed(self) -> int:
        return sum(1 for result in self.results if result.problems)

    @property
    def passed(self) -> int:
        return len(self.results) - self.failed

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def run_tests(
    project: Project, tests: Iterable[TestCase | str] | None = None, report: Report = silent
) -> TestSummary:
    """Run ``tests`` (cases or their names; None is all of them, by name); the project's warehouse is not opened.

    A source without given rows is empty, a column that a given row leaves out is NULL. Of the
    result only the columns that a row of ``expect`` lists are compared: floats within 1e-9 of one
    another relatively, NaN with NaN, times as instants, all else exactly.
    """
    known = project.definitions.tests
    cases = [known[t] if isinstance(t, str) else t for t in (known if tests is None else tests)]
    report(Started("test", len(cases)))
    results = []
    for case in cases:
        started = time.monotonic()
        problems = tuple(_problems(project, case))
        result = TestResult(case.name, problems, time.monotonic() - started)
        status = "ERROR" if problems else "OK"
        report(Finished(case.name, status, len(case.spine), result.seconds))
        results.append(result)
    return TestSummary(tuple(results))


def _problems(project: Project, case: TestCase) -> list[Diagnostic]:
    try:
        with closing(open_database(MEMORY, project.root)) as warehouse:
            return list(_run(warehouse, project, case))
    except FcompileError as error:
        return [_placed(diagnostic, case) for diagnostic in error.diagnostics]


def _placed(diagnostic: Diagnostic, case: TestCase) -> Diagnostic:
    if diagnostic.span is not None:
        return diagnostic
    return replace(diagnostic, message=f"test `{case.name}`: {diagnostic.message}", span=case.span)


def _run(warehouse: DuckDBWarehouse, project: Project, case: TestCase) -> Iterator[Diagnostic]:
    request = _request(project, case)
    register_given(warehouse, request, dict(case.given))
    spine_rows = table_of(case.spine, _spine_types(request), "spine rows")
    moved = on_given_rows(request)
    spine = read_spine(warehouse, spine_rows, moved)
    result = warehouse.table(compile_historical(moved, spine, tuning=project.tuning).select)
    yield from _differences(case, request, result)


def _request(project: Project, case: TestCase) -> Request:
    """Resolve the features under short names, or under full names where the expected columns use those."""
    expected = {name for row in case.expect for name, _ in row}
    try:
        short = resolve(project.definitions, case.features, False)
    except FcompileError:
        return resolve(project.definitions, case.features, True)
    if expected <= {column.name for column in short.columns}:
        return short
    full = resolve(project.definitions, case.features, True)
    return full if expected <= {column.name for column in full.columns} else short


def _spine_types(request: Request) -> dict[str, DType]:
    data = {field.name: field.dtype for field in request.request_fields}
    keys = {s.spine_key(k.name): k.dtype for s in request.selected for k in s.view.join_keys}
    types = {**data, **keys}
    return {**types, EVENT_TIMESTAMP: types.get(EVENT_TIMESTAMP, TIMESTAMP)}


# -- comparison ---------------------------------------------------------------------------------


def _differences(case: TestCase, request: Request, result: pa.Table) -> Iterator[Diagnostic]:
    dtypes = {column.name: column.feature.dtype for column in request.columns}
    wrong: list[tuple[str, str, str, str]] = []
    for number, row in enumerate(case.expect):
        for name, value in row:
            if name not in dtypes:
                hint = did_you_mean(name, dtypes)
                yield Diagnostic(
                    "FC216", f"test `{case.name}` has no result column `{name}`", case.span, hint
                )
                continue
            try:
                expected = column_of([value], dtypes[name]).to_pylist()[0]
            except ValueError as error:
                yield Diagnostic("FC441", f"test `{case.name}`: expected `{name}`: {error}", case.span)
                continue
            actual = result.column(name)[number].as_py()
            if not _same(expected, actual, dtypes[name]):
                wrong.append((str(number + 1), name, _shown(expected), _shown(actual)))
    if wrong:
        message = "\n".join([f"test `{case.name}` failed", *_aligned(wrong)])
        yield Diagnostic("FC440", message, case.span)


def _same(expected: Any, actual: Any, dtype: DType) -> bool:
    if expected is None or actual is None:
        return expected is actual
    match dtype.kind:
        case "float32" | "float64":
            return _close(expected, actual)
        case "json":
            return bool(_json(expected) == _json(actual))
        case "list" | "vector":
            item = dtype.item or STRING
            return len(expected) == len(actual) and all(
                _same(e, a, item) for e, a in zip(expected, actual, strict=True)
            )
        case "struct":
            return all(_same(expected.get(name), actual.get(name), kind) for name, kind in dtype.fields)
    return bool(expected == actual)


def _close(expected: float, actual: float) -> bool:
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    return math.isclose(expected, actual, rel_tol=_RELATIVE)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _shown(value: Any) -> str:
    text = f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else str(value)
    text = "NULL" if value is None else text
    return text if len(text) <= 60 else text[:59] + "…"


def _aligned(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    cells = [("row", "column", "expected", "actual"), *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(4)]
    for row in cells:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
