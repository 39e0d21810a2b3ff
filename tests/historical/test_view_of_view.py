"""Views of views against the slow reference, over random projects, data, spines and requests."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.lower import view_rows
from fcompile.compiler.tuning import MIXED, TILES, Form
from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.differential.test_training_sets import hold_to_reference
from tests.laws.test_no_future import assert_the_future_is_not_seen, had_happened, was_known
from tests.oracle.case import Case
from tests.oracle.projects import cases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TILED = (
    Form(TILES, HOUR, DAY, hot=1),
    Form(TILES, timedelta(minutes=1), HOUR),
    Form(MIXED, HOUR, DAY, hot=1),
    Form(MIXED, timedelta(minutes=1), HOUR, hot=2),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@examples(dev=40, ci=125)
@given(case=cases(nested=True))
def test_views_of_views_are_what_the_reference_says(engine: Engine, case: Case) -> None:
    hold_to_reference(engine, case)


@examples(dev=20, ci=60)
@given(case=cases(nested=True, rows=12, spine_rows=6))
def test_rows_that_were_not_known_change_no_value(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, was_known)


@examples(dev=10, ci=50)
@given(case=cases(nested=True, rows=12, spine_rows=6))
def test_rows_that_had_not_happened_change_no_value(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, had_happened)


@examples(dev=20, ci=90)
@given(case=cases(nested=True, windowed=True), form=st.sampled_from(TILED))
def test_rows_of_hot_keys_get_the_same_windows(engine: Engine, case: Case, form: Form) -> None:
    """As if there were more than 500 of them: their windows are made of tiles."""
    with patch.object(view_rows, "default_form", lambda lengths: form):
        hold_to_reference(engine, case)
