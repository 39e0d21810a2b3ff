"""Law 1: a training set has exactly the spine's rows, in number and multiplicity, whatever the data holds."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.same import comparable


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@examples(dev=40, ci=400)
@given(case=cases())
def test_a_training_set_has_exactly_the_rows_of_the_spine(engine: Engine, case: Case) -> None:
    _, rows = engine.historical(case)
    width = len(case.spine_types)
    asked = [tuple(comparable(v) for v in row.values()) for row in case.spine]
    answered = [tuple(comparable(v) for v in row[:width]) for row in rows]
    assert Counter(answered) == Counter(asked), f"{case}"
    assert answered == asked, f"the order changed\n{case}"


@examples(dev=15, ci=100)
@given(case=cases())
def test_spine_columns_keep_their_names_order_and_types(engine: Engine, case: Case) -> None:
    answer = engine.historical_table(case)
    spine = engine.connection.sql("SELECT * FROM spine").to_arrow_table()
    assert answer.schema.names[: len(spine.schema)] == spine.schema.names
    assert [f.type for f in answer.schema][: len(spine.schema)] == [f.type for f in spine.schema]


@examples(dev=15, ci=100)
@given(case=cases(rows=10))
def test_every_source_row_many_times_over_adds_no_row(engine: Engine, case: Case) -> None:
    many = {name: [row for row in rows for _ in range(3)] for name, rows in case.tables.items()}
    once, thrice = engine.historical(case), engine.historical(case.with_tables(many))
    assert len(thrice[1]) == len(case.spine)
    assert [[comparable(v) for v in r] for r in once[1]] == [[comparable(v) for v in r] for r in thrice[1]], (
        f"{case}"
    )


@examples(dev=15, ci=100)
@given(case=cases(spine_rows=6))
def test_a_row_asked_twice_is_answered_twice_and_alike(engine: Engine, case: Case) -> None:
    twice = [row for row in case.spine for _ in range(2)]
    _, once = engine.historical(case)
    _, answers = engine.historical(case.with_spine(twice))
    assert len(answers) == 2 * len(case.spine)
    doubled = [row for row in once for _ in range(2)]
    assert [[comparable(v) for v in r] for r in answers] == [[comparable(v) for v in r] for r in doubled], (
        f"{case}"
    )
