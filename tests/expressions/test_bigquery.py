"""Every function and cast gives on BigQuery's reference implementation what it gives in Python."""

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
from tests.expressions.engine_bigquery import BigQuery
from tests.expressions.grids import grids

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("types", grids())
def test_functions_agree_on_edge_values(types: str) -> None:
    assert function_differences(types, BigQuery, "bigquery") == []


@pytest.mark.parametrize("source", cast_sources(), ids=str)
def test_casts_agree_on_edge_values(source: DType) -> None:
    assert cast_differences(source, BigQuery, "bigquery") == []


@pytest.mark.parametrize("seed", seeds(5))
def test_random_trees_agree(seed: int) -> None:
    assert tree_differences(seed, 150, BigQuery, "bigquery") == []
