"""Functions of vectors: what is stated, and the same bits on DuckDB and in Python over many vectors."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from fcompile.compiler.expressions.infer import infer
from fcompile.compiler.expressions.parser import parse
from tests.expressions.agreed import agreed, single
from tests.expressions.running import columns, sql

NAN, INF = math.nan, math.inf
FLOATS = "list<float64>"
PAIR = "vector<float32,2>"

CASES: list[tuple[str, tuple[str, Any], tuple[str, Any], Any]] = [
    ("dot(x, y)", (PAIR, [1.0, 2.0]), (PAIR, [3.0, 4.0]), 11.0),
    ("dot(x, y)", (PAIR, [single(0.1), 0.0]), (FLOATS, [1.0, 1.0]), single(0.1)),
    ("dot(x, y)", (FLOATS, [1.0]), (FLOATS, [1.0, 2.0]), None),
    ("dot(x, y)", (FLOATS, [1.0, None]), (FLOATS, [1.0, 0.0]), None),
    ("dot(x, y)", (FLOATS, []), (FLOATS, []), 0.0),
    ("dot(x, y)", (FLOATS, None), (FLOATS, []), None),
    ("dot(x, y)", (FLOATS, []), (FLOATS, None), None),
    ("dot(x, y)", (PAIR, None), (PAIR, [1.0, 2.0]), None),
    ("dot(x, y)", (FLOATS, [1e308, 1e308]), (FLOATS, [10.0, -10.0]), NAN),
    ("dot(x, y)", ("list<float32>", [single(1e38)]), ("list<float32>", [10.0]), single(1e38) * 10),
    ("cosine_similarity(x, y)", (PAIR, [1.0, 0.0]), (PAIR, [0.0, 1.0]), 0.0),
    ("cosine_similarity(x, y)", (PAIR, [2.0, 0.0]), (PAIR, [-3.0, 0.0]), -1.0),
    ("cosine_similarity(x, y)", (PAIR, [0.0, 0.0]), (PAIR, [1.0, 0.0]), None),
    ("cosine_similarity(x, y)", (FLOATS, [1e-200]), (FLOATS, [1e-200]), None),
    ("cosine_similarity(x, y)", (FLOATS, [INF]), (FLOATS, [1.0]), NAN),
    ("cosine_similarity(x, y)", (FLOATS, []), (FLOATS, []), None),
    ("cosine_similarity(x, y)", (FLOATS, [None]), (FLOATS, [1.0]), None),
    ("cosine_similarity(x, y)", (FLOATS, [1.0]), (FLOATS, [1.0, 1.0]), None),
    ("l2_distance(x, y)", (PAIR, [0.0, 0.0]), (PAIR, [3.0, 4.0]), 5.0),
    ("l2_distance(x, y)", (FLOATS, []), (FLOATS, []), 0.0),
    ("l2_distance(x, y)", (FLOATS, []), (FLOATS, None), None),
    ("l2_distance(x, y)", (FLOATS, [INF]), (FLOATS, [INF]), NAN),
    ("l2_distance(x, y)", (FLOATS, [1.0]), (FLOATS, [1.0, 2.0]), None),
    ("l2_distance(x, y)", (PAIR, [1.0, None]), (PAIR, [1.0, 2.0]), None),
]


@pytest.mark.parametrize(("text", "x", "y", "expected"), CASES, ids=[f"{c[0]} {c[1:3]}" for c in CASES])
def test_a_function_of_vectors_means_what_the_reference_says(
    text: str, x: tuple[str, Any], y: tuple[str, Any], expected: Any
) -> None:
    (found,) = agreed(text, {"x": (x[0], [x[1]]), "y": (y[0], [y[1]])})
    assert found == expected or (math.isnan(expected) and math.isnan(found))


@pytest.mark.parametrize("function", ["dot", "cosine_similarity", "l2_distance"])
def test_vectors_give_the_same_bits_in_sql_and_python(function: str) -> None:
    random = Random(8)

    def number() -> float | None:
        if random.random() < 0.02:
            return random.choice([None, NAN, INF, 1e200, -0.0])
        return random.gauss(0, 10.0 ** random.randrange(-3, 4))

    rows = [tuple([number() for _ in range(n)] for _ in "xy") for n in range(40) for _ in range(5)]
    lists = {name: (FLOATS, [row[i] for row in rows]) for i, name in enumerate("xy")}
    agreed(f"{function}(x, y)", lists)
    vectors = [[single(random.uniform(-1, 1)) for _ in range(128)] for _ in range(100)]
    wide = {"x": ("vector<float32,128>", vectors), "y": ("vector<float32,128>", vectors[::-1])}
    assert None not in agreed(f"{function}(x, y)", wide)


def test_a_mistake_with_a_vector_is_told_with_what_to_write() -> None:
    known = columns(v=PAIR, w="vector<float32,3>", x=FLOATS, i="list<int64>", s="string")
    for text, code in {
        "dot(v, w)": "FC307",
        "dot(v, i)": "FC306",
        "l2_distance(s, v)": "FC306",
        "cosine_similarity(v, x)": None,
    }.items():
        assert [p.code for p in infer(parse(text), known).problems] == ([code] if code else []), text


def test_the_sql_of_a_vector_is_one_pass_over_its_pairs() -> None:
    assert sql("dot(x, y)", x=PAIR, y=PAIR) == (
        'CASE WHEN "x" IS NOT NULL AND "y" IS NOT NULL THEN LIST_REDUCE(LIST_TRANSFORM('
        'LIST_ZIP(CAST("x" AS DOUBLE[]), CAST("y" AS DOUBLE[])), '
        "LAMBDA p : STRUCT_EXTRACT(p, 1) * STRUCT_EXTRACT(p, 2)), LAMBDA a, b : a + b, CAST(0 AS DOUBLE)) END"
    )
