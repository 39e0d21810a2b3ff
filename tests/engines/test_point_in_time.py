"""The forms of the point-in-time join that engines ask for, on DuckDB against the slow reference.

Ties, boundaries at 1 us, rows known later than they happen, ttl, strict comparison, NULL keys, views without keys,
several views.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given

from fcompile.dialects.base import PORTABLE, STAGED
from fcompile.dialects.duckdb import DuckDB
from tests.differential.settings import examples
from tests.engines.case_engine import hold_to_reference
from tests.engines.plain_duckdb import PlainEngine
from tests.oracle.case import Case
from tests.oracle.projects import cases


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


@pytest.fixture(scope="module", params=DIALECTS, ids=lambda dialect: dialect.__name__)
def engine(request: pytest.FixtureRequest) -> PlainEngine:
    return PlainEngine(request.param())


@examples(dev=30, ci=60)
@given(case=cases(windowed=False))
def test_a_training_set_of_latest_values_is_what_the_reference_says(engine: PlainEngine, case: Case) -> None:
    hold_to_reference(engine, case)


@examples(dev=10, ci=30)
@given(case=cases(rows=60, spine_rows=40, windowed=False))
def test_a_training_set_of_more_rows_is_what_the_reference_says(engine: PlainEngine, case: Case) -> None:
    hold_to_reference(engine, case)


@examples(dev=10, ci=30)
@given(case=cases(windowed=True, labelled=True))
def test_latest_values_stand_beside_windows_and_labels(engine: PlainEngine, case: Case) -> None:
    hold_to_reference(engine, case)
