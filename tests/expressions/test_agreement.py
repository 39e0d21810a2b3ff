"""Every function, on edge values and in random trees, is the same in Python, row by row and in batches, and in SQL."""

from __future__ import annotations

import pytest

from fcompile.compiler.expressions.functions import TABLE
from tests.expressions.agreed_engines import seeds
from tests.expressions.agreement import differences, expected, has_constant_error
from tests.expressions.grids import calls, grid, grids
from tests.expressions.shapes import forms
from tests.expressions.trees import Trees, table

SEEDS = seeds(16)
TREES = 500


def test_every_function_can_be_evaluated_and_has_shapes() -> None:
    assert [name for name, entry in TABLE.items() if entry.evaluate is None] == []
    assert sorted({form.function for form in forms()}) == sorted(TABLE)


@pytest.mark.parametrize("types", grids())
def test_functions_agree_on_edge_values(types: str) -> None:
    given = grids()[types]
    columns, rows = grid(given[0])
    assert differences([expected(t, columns, rows) for t in calls(given, columns)], errors=20) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_random_trees_agree(seed: int) -> None:
    types, rows = table()
    trees = Trees(seed)
    drawn = [trees.typed() for _ in range(TREES)]
    cases = [expected(typed, types, rows) for typed in drawn if not has_constant_error(typed, types)]
    assert len(cases) > 0.95 * TREES
    assert differences(cases) == []
