"""Training sets on DataFusion, against the slow reference: random projects, data and spines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given

from fcompile.compiler.refusals import refused
from fcompile.compiler.tuning import UNTUNED, Form, Tuning
from tests.differential.engine import definitions_of
from tests.differential.forms import forms, tuning_of
from tests.differential.settings import examples
from tests.engines.datafusion.cases import DataFusionEngine
from tests.engines.datafusion.dialect import DataFusion
from tests.oracle import aggregations
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def engine(datafusion: DataFusion) -> Iterator[DataFusionEngine]:
    """Projects are drawn of the aggregations that are said, as most of the others would be left out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OF_ANYTHING", "OF_NUMBERS"):
            every = getattr(aggregations, name)
            said = [f for f in every if f.partition("(")[0] not in datafusion.refused_aggregations]
            patch.setattr(aggregations, name, said)
        yield DataFusionEngine(datafusion)


def compare(engine: DataFusionEngine, case: Case, tuning: Tuning = UNTUNED) -> None:
    definitions = definitions_of(case)
    views, labels = definitions.feature_views, definitions.labels
    assume(not refused([*views.values(), *labels.values()], engine.dialect))
    columns, rows = engine.historical(case, tuning)
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)


@examples(dev=10, ci=30)
@given(case=cases(windowed=False))
def test_a_training_set_of_latest_values_is_what_the_reference_says(
    engine: DataFusionEngine, case: Case
) -> None:
    compare(engine, case)


@examples(dev=10, ci=30)
@given(case=cases(windowed=True), drawn=forms())
def test_windows_are_what_the_reference_says(
    engine: DataFusionEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))


@examples(dev=5, ci=8)
@given(case=cases(windowed=True, labelled=True), drawn=forms())
def test_labels_are_what_the_reference_says(
    engine: DataFusionEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))


@examples(dev=5, ci=8)
@given(case=cases(windowed=True, nested=True), drawn=forms())
def test_views_of_views_are_what_the_reference_says(
    engine: DataFusionEngine, case: Case, drawn: tuple[Form, ...]
) -> None:
    compare(engine, case, tuning_of(case, drawn))
