"""Training sets on a real ClickHouse, against the slow reference: random projects, data and spines."""

from __future__ import annotations

import pytest
from hypothesis import given

from fcompile.compiler.tuning import UNTUNED, Form, Tuning
from fcompile.dialects.clickhouse import ClickHouse
from tests.differential.forms import forms, tuning_of
from tests.differential.settings import examples
from tests.engines.clickhouse_cases import ClickHouseEngine, read_like
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def engine() -> ClickHouseEngine:
    return ClickHouseEngine(ClickHouse())


def compare(engine: ClickHouseEngine, case: Case, tuning: Tuning = UNTUNED) -> None:
    columns, rows = engine.historical(case, tuning)
    expected = reference(case)
    assert columns == columns_of(case)
    assert_same(case, expected, columns, read_like(expected, rows))


@examples(dev=20, ci=100)
@given(case=cases(windowed=False))
def test_a_training_set_of_latest_values_is_what_the_reference_says(
    engine: ClickHouseEngine, case: Case
) -> None:
    compare(engine, case)


@examples(dev=10, ci=40)
@given(case=cases(rows=60, spine_rows=40, windowed=False))
def test_a_training_set_of_more_rows_is_what_the_reference_says(engine: ClickHouseEngine, case: Case) -> None:
    compare(engine, case)


@examples(dev=15, ci=60)
@given(case=cases(windowed=True), drawn=forms())
def test_windows_are_what_the_reference_says(
    engine: ClickHouseEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))


@examples(dev=5, ci=20)
@given(case=cases(rows=60, spine_rows=20, windowed=True), drawn=forms())
def test_windows_of_many_rows_are_what_the_reference_says(
    engine: ClickHouseEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))


@examples(dev=5, ci=20)
@given(case=cases(windowed=True, labelled=True), drawn=forms())
def test_labels_are_what_the_reference_says(
    engine: ClickHouseEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))


@examples(dev=5, ci=20)
@given(case=cases(windowed=True, nested=True), drawn=forms())
def test_views_of_views_are_what_the_reference_says(
    engine: ClickHouseEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))
