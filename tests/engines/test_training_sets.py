"""Training sets on every engine against the slow reference: the same random projects, data, spines and requests.

DuckDB stands for engines without lists: it makes windows from rows and joins in the portable form here, which costs
little. ``tests/differential`` has it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.tuning import Form
from fcompile.dialects.base import Dialect
from fcompile.dialects.registry import DIALECTS
from tests.differential.forms import forms
from tests.differential.settings import examples
from tests.engines.bigquery_cases import BigQueryEngine
from tests.engines.case_engine import CaseEngine, hold_to_reference, runs
from tests.engines.clickhouse_cases import ClickHouseEngine
from tests.engines.plain_duckdb import PlainDuckDB, PlainEngine
from tests.engines.postgres_cases import PostgresEngine
from tests.engines.spark_cases import SparkEngine
from tests.oracle.case import Case
from tests.oracle.computed import computed_cases
from tests.oracle.projects import cases
from tests.oracle.sample import drawn

ENGINES: Mapping[str, tuple[Callable[[Dialect], CaseEngine], Dialect]] = {
    "duckdb": (PlainEngine, PlainDuckDB()),
    "postgres": (PostgresEngine, DIALECTS["postgres"]),
    "clickhouse": (ClickHouseEngine, DIALECTS["clickhouse"]),
    "bigquery": (BigQueryEngine, DIALECTS["bigquery"]),
    "spark": (SparkEngine, DIALECTS["spark"]),
}
OF_LATEST, OF_WINDOWS = cases(windowed=False), cases(windowed=True)

PROPERTIES: Mapping[str, st.SearchStrategy[Case]] = {
    "latest values": OF_LATEST,
    "latest values of many rows": cases(rows=60, spine_rows=40, windowed=False),
    "groups of joins": OF_LATEST,
    "windows": OF_WINDOWS,
    "windows of many rows": cases(rows=60, spine_rows=20, windowed=True),
    "labels": cases(windowed=True, labelled=True),
    "views of views": cases(windowed=True, nested=True),
    "computed features": computed_cases(),
}
# Examples of each property in CI, by what one costs: 0.1 s of CPU on DuckDB, most of it Python's, four on Spark.
# Elsewhere a tenth.
EXAMPLES: Mapping[str, tuple[int, ...]] = {
    "duckdb": (80, 30, 30, 100, 30, 60, 60, 60),
    "postgres": (80, 20, 20, 80, 20, 40, 40, 40),
    "clickhouse": (60, 15, 15, 60, 15, 30, 30, 30),
    "bigquery": (20, 6, 6, 16, 4, 10, 10, 10),
    "spark": (5, 2, 2, 5, 2, 3, 3, 3),
}
DEAR = ("bigquery", "spark")
"""Where a project costs so much that Hypothesis makes no smaller ones of it; rows are taken away all the same."""


@cache
def engine_of(name: str, most_joins: int | None = None) -> CaseEngine:
    """Return the engine, started when it is first asked for; ``most_joins`` are fewer than it can do."""
    make, dialect = ENGINES[name]
    if most_joins is not None:
        dialect = type("Grouped", (type(dialect),), {"most_joins": most_joins})()
    return make(dialect)


def hold(name: str, what: str, engine: CaseEngine | None = None) -> None:
    """Hold the engine to the reference in as many cases as the table has for it."""
    count = EXAMPLES[name][list(PROPERTIES).index(what)]

    @examples(dev=max(2, count // 10), ci=count, shrinks=name not in DEAR)
    @given(case=PROPERTIES[what], drawn=forms())
    def each(case: Case, drawn: tuple[Form, ...]) -> None:
        hold_to_reference(engine or engine_of(name), case, drawn)

    each()


every_engine = pytest.mark.parametrize(
    "name", [n if n == "duckdb" else pytest.param(n, marks=pytest.mark.engines) for n in ENGINES]
)


@every_engine
def test_latest_values_are_what_the_reference_says(name: str) -> None:
    hold(name, "latest values")


@every_engine
def test_latest_values_of_many_rows_are_what_the_reference_says(name: str) -> None:
    hold(name, "latest values of many rows")


@every_engine
def test_views_joined_in_groups_are_what_the_reference_says(name: str) -> None:
    hold(name, "groups of joins", engine_of(name, most_joins=2))


@every_engine
def test_windows_are_what_the_reference_says(name: str) -> None:
    hold(name, "windows")


@every_engine
def test_windows_of_many_rows_are_what_the_reference_says(name: str) -> None:
    hold(name, "windows of many rows")


@every_engine
def test_labels_are_what_the_reference_says(name: str) -> None:
    hold(name, "labels")


@every_engine
def test_views_of_views_are_what_the_reference_says(name: str) -> None:
    hold(name, "views of views")


@every_engine
def test_computed_features_are_what_the_reference_says(name: str) -> None:
    hold(name, "computed features")


@pytest.fixture(scope="module")
def sample() -> list[Case]:
    return [case for each in PROPERTIES.values() for case in drawn(each, 12)]


@pytest.mark.parametrize("name", ENGINES)
def test_hardly_a_case_is_left_out_for_what_an_engine_refuses(name: str, sample: list[Case]) -> None:
    left = [case for case in sample if not runs(case, ENGINES[name][1])]
    assert len(left) <= len(sample) // 5
