"""Law 1: a training set has exactly the spine's rows, in number and multiplicity, whatever the data holds."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import reference
from tests.oracle.same import alike, comparable


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def thrice_over(case: Case) -> Case:
    return case.with_tables({name: [r for r in rows for _ in range(3)] for name, rows in case.tables.items()})


@examples(dev=40, ci=200)
@given(case=cases(labelled=True))
def test_a_training_set_has_exactly_the_rows_of_the_spine(engine: Engine, case: Case) -> None:
    _, rows = engine.historical(case)
    width = len(case.spine_types)
    asked = [tuple(comparable(v) for v in row.values()) for row in case.spine]
    answered = [tuple(comparable(v) for v in row[:width]) for row in rows]
    assert Counter(answered) == Counter(asked), f"{case}"
    assert answered == asked, f"the order changed\n{case}"


@examples(dev=15, ci=50)
@given(case=cases())
def test_spine_columns_keep_their_names_order_and_types(engine: Engine, case: Case) -> None:
    answer = engine.historical_table(case)
    spine = engine.connection.sql("SELECT * FROM spine").to_arrow_table()
    assert answer.schema.names[: len(spine.schema)] == spine.schema.names
    assert [f.type for f in answer.schema][: len(spine.schema)] == [f.type for f in spine.schema]


@examples(dev=15, ci=50)
@given(case=cases(rows=10, labelled=True))
def test_every_source_row_many_times_over_adds_no_row(engine: Engine, case: Case) -> None:
    _, rows = engine.historical(thrice_over(case))
    width = len(case.spine_types)
    asked = [[comparable(v) for v in row.values()] for row in case.spine]
    assert [[comparable(v) for v in row[:width]] for row in rows] == asked, f"{case}"


@examples(dev=15, ci=50)
@given(case=cases(rows=10, windowed=False))
def test_every_source_row_many_times_over_changes_no_latest_value(engine: Engine, case: Case) -> None:
    once, thrice = engine.historical(case), engine.historical(thrice_over(case))
    assert [[comparable(v) for v in r] for r in once[1]] == [[comparable(v) for v in r] for r in thrice[1]], (
        f"{case}"
    )


@examples(dev=15, ci=50)
@given(case=cases(spine_rows=6))
def test_a_row_asked_twice_is_answered_twice_and_alike(engine: Engine, case: Case) -> None:
    twice = [row for row in case.spine for _ in range(2)]
    _, once = engine.historical(case)
    _, answers = engine.historical(case.with_spine(twice))
    assert len(answers) == 2 * len(case.spine)
    expected = [list(row.values()) for row in reference(case)]
    for want, answer, first, second in zip(expected, once, answers[::2], answers[1::2], strict=True):
        assert alike(want, answer, first) and alike(want, answer, second), f"{case}"
