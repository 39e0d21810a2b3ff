"""What is asked of the engine of another dialect: the grid of every function, all casts, and random trees.

What the dialect refuses is left out; everything else must be as in Python.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.infer import Columns, Typed, infer
from fcompile.compiler.expressions.kinds import kind_of
from fcompile.compiler.expressions.nodes import Cast, Column, Expr, walk
from fcompile.compiler.refusals import reason
from fcompile.dialects.registry import DIALECTS
from tests.differential.settings import THOROUGH
from tests.expressions.agreement import Expected, differences, expected, has_constant_error
from tests.expressions.edges import edges
from tests.expressions.engines import Engine
from tests.expressions.grids import calls, grid, grids
from tests.expressions.shapes import column_types
from tests.expressions.trees import Trees, table

_TARGETS = "bool int32 int64 float32 float64 decimal(5,1) decimal(38,0) string bytes date timestamp"
TARGETS = tuple(map(parse_dtype, _TARGETS.split()))
"""What a value of every type is cast to, where there is such a cast."""


def seeds(ci: int) -> range:
    """Of random trees: one, ``ci`` of them in CI, or as many as FCOMPILE_TREES says, for a change of an engine's words.

    In CI the trees of an engine cost about a minute of CPU.
    """
    return range(int(os.environ.get("FCOMPILE_TREES", ci if THOROUGH else 1)))


def leaves_out(typed: Typed, dialect: str) -> bool:
    """Whether the dialect refuses any part of it, or the type of one."""
    words, refused = words_of(dialect), DIALECTS[dialect].refused_types
    parts = list(walk(typed.expr))
    return any(reason(p, words) for p in parts) or any(k in refused for p in parts for k in _kinds(p))


def _kinds(part: Expr) -> Iterable[str]:
    dtype = kind_of(part)
    while dtype is not None:
        yield dtype.kind
        dtype = dtype.item


def function_differences(types: str, engine: type[Engine], dialect: str, errors: int = 3) -> list[str]:
    """What differs for all functions of arguments of these types (a key of ``grids()``) over their edge values."""
    columns, rows = grid(grids()[types][0])
    asked = [t for t in calls(grids()[types], columns) if not leaves_out(t, dialect)]
    cases = [expected(typed, columns, rows) for typed in asked]
    return differences(cases, errors, (engine,)) if cases else []


def cast_differences(source: DType, engine: type[Engine], dialect: str) -> list[str]:
    """What differs for ``cast`` and ``try_cast`` of one type's edge values to every other."""
    columns, rows = {"c": source}, [(value,) for value in edges(source)]
    made = (
        infer(Cast(Column("c"), target, safe=safe), Columns(columns, closed=True))
        for target in TARGETS
        for safe in (False, True)
    )
    asked = [t for t in made if not t.problems and not leaves_out(t, dialect)]
    cases = [expected(typed, columns, rows) for typed in asked]
    return differences(cases, len(rows), (engine,)) if cases else []


@cache
def _drawn(seed: int, count: int) -> tuple[Expected, ...]:
    types, rows = table()
    trees = Trees(seed)
    drawn = [trees.typed() for _ in range(count)]
    return tuple(expected(typed, types, rows) for typed in drawn if not has_constant_error(typed, types))


def tree_differences(seed: int, count: int, engine: type[Engine], dialect: str) -> list[str]:
    """What differs for random trees over rows of edge values."""
    cases = [case for case in _drawn(seed, count) if not leaves_out(case.typed, dialect)]
    return differences(cases, 1, (engine,))


def cast_sources() -> tuple[DType, ...]:
    """The types that are cast."""
    return column_types()
