"""The compiled SQL against the slow reference, over random projects, data, spines and requests."""

from __future__ import annotations

import pytest
from hypothesis import given

from fcompile.compiler.tuning import Form
from tests.differential.engine import Engine
from tests.differential.forms import forms, tuning_of
from tests.differential.settings import examples
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same
from tests.oracle.smaller import smaller


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def hold_to_reference(engine: Engine, case: Case, drawn: tuple[Form, ...] = ()) -> None:
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


# Several tests rather than one, so that pytest-xdist shares the work; each has examples of its own. All but
# the first ask for windows, beside latest values of other views.


@examples(dev=20, ci=100)
@given(case=cases(windowed=False))
def test_a_training_set_of_latest_values_is_what_the_reference_says(engine: Engine, case: Case) -> None:
    hold_to_reference(engine, case)


@examples(dev=40, ci=200)
@given(case=cases(windowed=True), drawn=forms())
def test_a_training_set_is_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=125)
@given(case=cases(rows=60, spine_rows=40, windowed=True), drawn=forms())
def test_a_training_set_of_more_rows_is_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=125)
@given(case=cases(rows=12, spine_rows=30, windowed=True), drawn=forms())
def test_a_training_set_with_many_questions_of_few_rows_is_right(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=15, ci=125)
@given(case=cases(rows=30, spine_rows=6, windowed=True), drawn=forms())
def test_a_training_set_with_few_questions_of_many_rows_is_right(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)


@examples(dev=20, ci=125)
@given(case=cases(windowed=True, labelled=True), drawn=forms())
def test_a_training_set_with_labels_is_what_the_reference_says(
    engine: Engine, case: Case, drawn: tuple[Form, ...]
) -> None:
    hold_to_reference(engine, case, drawn)
