"""Every function, on edge values and in random trees, is the same in Python, row by row and in batches, and in SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fcompile.compiler.expressions.functions import TABLE
from tests.differential.settings import THOROUGH
from tests.expressions.agreement import disagreements, expected, has_constant_error
from tests.expressions.engines import ENGINES, Engine
from tests.expressions.shapes import forms
from tests.expressions.trees import Trees, table

SEEDS = range(20 if THOROUGH else 1)
TREES = 1_000 if THOROUGH else 500

TYPES, ROWS = table()


@pytest.fixture(params=ENGINES, ids=lambda kind: kind.__name__, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made: Engine = request.param(TYPES, ROWS)
    yield made
    made.close()


def test_every_function_can_be_evaluated_and_has_shapes() -> None:
    assert [name for name, entry in TABLE.items() if entry.evaluate is None] == []
    assert sorted({form.function for form in forms()}) == sorted(TABLE)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_trees_agree(engine: Engine, seed: int) -> None:
    trees = Trees(seed)
    drawn = [trees.typed() for _ in range(TREES)]
    cases = [expected(typed, TYPES, ROWS) for typed in drawn if not has_constant_error(typed, TYPES)]
    assert list(disagreements(engine, cases)) == []
