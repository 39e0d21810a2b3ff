"""The point-in-time join in the words of every engine, against the slow reference: ties, boundaries at 1 us, rows
known later than they happen, ttl, strict comparison, NULL keys, views without keys, several views."""

from __future__ import annotations

from typing import ClassVar, Protocol

import pytest
from hypothesis import given

from fcompile.dialects.base import PORTABLE, STAGED
from fcompile.dialects.duckdb import DuckDB
from tests.differential.engine import Answer
from tests.differential.settings import examples
from tests.engines.plain_duckdb import PlainEngine
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same
from tests.oracle.smaller import smaller


class Portable(DuckDB):
    """Without its own join to the latest row."""

    point_in_time: ClassVar[str] = PORTABLE


class Staged(Portable):
    """Also without CTEs that keep rows."""

    inline_cte: ClassVar[str | None] = None
    keep_cte: ClassVar[str | None] = STAGED


class KeysNeeded(DuckDB):
    """With its own join only where there is a key, as ClickHouse."""

    as_of_needs_keys: ClassVar[bool] = True


class Grouped(Portable):
    """A statement joins two tables at most: nearly every request is made in groups."""

    most_joins: ClassVar[int] = 2


class GroupedAsOf(DuckDB):
    most_joins: ClassVar[int] = 1


class GroupedAndStaged(Staged):
    most_joins: ClassVar[int] = 3


DIALECTS = (Portable, Staged, KeysNeeded, Grouped, GroupedAsOf, GroupedAndStaged)


def hold_to_reference(answer: Answer, case: Case) -> None:
    columns, rows = answer
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)


@pytest.fixture(scope="module", params=DIALECTS, ids=lambda dialect: dialect.__name__)
def engine(request: pytest.FixtureRequest) -> PlainEngine:
    return PlainEngine(request.param())


@examples(dev=30, ci=200)
@given(case=cases(windowed=False))
def test_a_training_set_of_latest_values_is_what_the_reference_says(engine: PlainEngine, case: Case) -> None:
    compare(engine, case)


@examples(dev=10, ci=100)
@given(case=cases(rows=60, spine_rows=40, windowed=False))
def test_a_training_set_of_more_rows_is_what_the_reference_says(engine: PlainEngine, case: Case) -> None:
    compare(engine, case)


@examples(dev=10, ci=100)
@given(case=cases(windowed=True, labelled=True))
def test_latest_values_stand_beside_windows_and_labels(engine: PlainEngine, case: Case) -> None:
    compare(engine, case)


class Answers(Protocol):
    def historical(self, case: Case) -> Answer: ...


def compare(engine: Answers, case: Case) -> None:
    """Compare; where they differ, say so for as few rows as show it."""

    def fails(fewer: Case) -> bool:
        try:
            hold_to_reference(engine.historical(fewer), fewer)
        except AssertionError:
            return True
        return False

    if fails(case):
        fewer = smaller(case, fails)
        hold_to_reference(engine.historical(fewer), fewer)
