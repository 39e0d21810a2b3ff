"""Spark gives what the evaluator gives, for every function and cast on edge values and for random trees."""

from __future__ import annotations

import pytest

from fcompile.compiler.dtypes import DType
from tests.expressions.agreed_engines import (
    cast_differences,
    cast_sources,
    function_differences,
    seeds,
    tree_differences,
)
from tests.expressions.engine_spark import Spark
from tests.expressions.grids import grids

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("types", grids())
def test_functions_agree_on_edge_values(types: str) -> None:
    assert function_differences(types, Spark, "spark") == []


@pytest.mark.parametrize("source", cast_sources(), ids=str)
def test_casts_agree_on_edge_values(source: DType) -> None:
    assert cast_differences(source, Spark, "spark") == []


@pytest.mark.parametrize("seed", seeds(1))
def test_random_trees_agree(seed: int) -> None:
    assert tree_differences(seed + 1, 150, Spark, "spark") == []
