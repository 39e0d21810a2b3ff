"""Windows on engines that keep no lists, against the reference: random projects, data, spines and forms."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given

from fcompile.compiler.tuning import Form
from fcompile.dialects.postgres import Postgres
from tests.differential.forms import forms, tuning_of
from tests.differential.settings import examples
from tests.engines.plain_duckdb import PlainDuckDB, PlainEngine
from tests.engines.postgres_cases import PostgresEngine
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same
from tests.oracle.smaller import smaller

Engine = PlainEngine | PostgresEngine


@pytest.fixture(scope="module", params=["plain", pytest.param("postgres", marks=pytest.mark.engines)])
def engine(request: pytest.FixtureRequest) -> Engine:
    return PlainEngine(PlainDuckDB()) if request.param == "plain" else PostgresEngine(Postgres())


def hold_to_reference(engine: Engine, case: Case, drawn: tuple[Form, ...]) -> None:
    """Compare; where they differ, say so for as few rows as show it."""

    def fails(fewer: Case) -> bool:
        try:
            compare(engine, fewer, drawn)
        except AssertionError:
            return True
        return False

    if fails(case):
        compare(engine, smaller(case, fails), drawn)


def compare(engine: Engine, case: Case, drawn: tuple[Form, ...]) -> None:
    columns, rows = engine.historical(case, tuning_of(case, drawn))
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)


@examples(dev=30, ci=300)
@given(case=cases(windowed=True), drawn=forms())
def test_windows_of_rows_are_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=200)
@given(case=cases(rows=60, spine_rows=20, windowed=True), drawn=forms())
def test_windows_of_many_rows_are_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=200)
@given(case=cases(windowed=True, labelled=True), drawn=forms())
def test_labels_of_rows_are_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=200)
@given(case=cases(windowed=True, nested=True), drawn=forms())
def test_windows_of_windows_are_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


def test_zeros_of_either_sign_are_one_value_without_a_contract_too(engine: Engine) -> None:
    at = datetime(2026, 1, 1)
    rows = [{"id": 1, "at": at, "x": x} for x in (0.0, -0.0, 1.0)]
    case = Case(
        project={
            "entities": [{"name": "e", "join_keys": {"id": "int64"}}],
            "sources": [{"name": "s", "table": "raw.s", "timestamp_field": "at"}],
            "feature_views": [
                {
                    "name": "v",
                    "entities": ["e"],
                    "source": "s",
                    "aggregations": [
                        {"name": "n", "function": "approx_count_distinct", "column": "x", "windows": ["1h"]}
                    ],
                }
            ],
        },
        types={"s": {"id": "int64", "at": "timestamp", "x": "float64"}},
        tables={"s": rows},
        spine_types={"id": "int64", "event_timestamp": "timestamp"},
        spine=[{"id": 1, "event_timestamp": at}],
        features=["v"],
    )
    assert engine.historical(case)[1] == [(1, at, 2)]
