"""Spark's own as-of join, pinned for every view, finds what the reference says."""

from __future__ import annotations

import pytest
from hypothesis import given

from fcompile.compiler.tuning import Join, Tuning
from fcompile.dialects.base import ASOF
from fcompile.dialects.registry import DIALECTS
from tests.differential.engine import definitions_of
from tests.differential.settings import examples
from tests.engines.case_engine import runs
from tests.engines.spark_cases import SparkEngine
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same


@pytest.mark.engines
@examples(dev=2, ci=4, shrinks=False)
@given(case=cases(windowed=False).filter(lambda case: runs(case, DIALECTS["spark"])))
def test_a_pinned_as_of_join_is_what_the_reference_says(case: Case) -> None:
    views = definitions_of(case).feature_views.values()
    engine = SparkEngine(DIALECTS["spark"])
    columns, rows = engine.historical(case, Tuning(joins={view.name: Join(ASOF) for view in views}))
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)
