"""Functions of lists: what is stated, and the same on DuckDB and in Python over many lists."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from fcompile.compiler.expressions.infer import infer
from fcompile.compiler.expressions.parser import parse
from tests.expressions.agreed import ERROR, agreed, single
from tests.expressions.running import columns, only_problem, sql

NAN, INF = math.nan, math.inf
MAX = 2**63 - 1
INTS, FLOATS, WORDS, MONEY = "list<int64>", "list<float64>", "list<string>", "list<decimal(10,2)>"

CASES: list[tuple[str, dict[str, tuple[str, Any]], Any]] = [
    ("list_length(x)", {"x": (INTS, [1, None, 3])}, 3),
    ("list_length(x)", {"x": (INTS, [])}, 0),
    ("list_length(x)", {"x": (INTS, None)}, None),
    ("list_length(x)", {"x": ("vector<float32,2>", [1.0, 2.0])}, 2),
    ("list_contains(x, 3)", {"x": (INTS, [1, None, 3])}, True),
    ("list_contains(x, 2)", {"x": (INTS, [1, None, 3])}, False),
    ("list_contains(x, y)", {"x": (INTS, [None]), "y": ("int64", None)}, None),
    ("list_contains(x, y)", {"x": (FLOATS, [1.0, NAN]), "y": ("float64", NAN)}, True),
    ("list_contains(x, y)", {"x": (FLOATS, [None, 1.0]), "y": ("float64", NAN)}, False),
    ("list_contains(x, y)", {"x": (FLOATS, [-0.0]), "y": ("float64", 0.0)}, True),
    ("list_contains(x, 0.1)", {"x": (FLOATS, [0.1])}, True),
    ("list_contains(x, 2)", {"x": (FLOATS, [2.0])}, True),
    ("list_contains(x, k)", {"x": (INTS, [7]), "k": ("int32", 7)}, True),
    ("list_contains(x, 'A')", {"x": (WORDS, ["a", "b"])}, False),
    ("list_contains(x, 1.5)", {"x": (MONEY, [Decimal("1.50")])}, True),
    ("list_contains(x, '2024-01-31')", {"x": ("list<date>", [date(2024, 1, 31)])}, True),
    ("list_contains(x, 0.5)", {"x": ("vector<float32,2>", [0.5, 1.0])}, True),
    ("list_contains(x, 1)", {"x": (INTS, [])}, False),
    ("list_element(x, 1)", {"x": (WORDS, ["a", "b"])}, "a"),
    ("list_element(x, 3)", {"x": (WORDS, ["a", "b"])}, None),
    ("list_element(x, n)", {"x": (WORDS, ["a", "b"]), "n": ("int64", 0)}, None),
    ("list_element(x, n)", {"x": (WORDS, ["a", "b"]), "n": ("int64", -1)}, None),
    ("list_element(x, n)", {"x": (WORDS, ["a", "b"]), "n": ("int32", 2)}, "b"),
    ("list_element(x, n)", {"x": (WORDS, ["a", "b"]), "n": ("int64", None)}, None),
    ("list_element(x, n)", {"x": (WORDS, ["a", "b"]), "n": ("int64", MAX)}, None),
    ("list_element(x, 2)", {"x": ("vector<float32,2>", [0.5, 1.5])}, 1.5),
    ("list_element(list_element(x, 1), 2)", {"x": ("list<list<int64>>", [[1, 2]])}, 2),
    ("list_sum(x)", {"x": (INTS, [1, None, 3])}, 4),
    ("list_sum(x)", {"x": (INTS, [])}, None),
    ("list_sum(x)", {"x": (INTS, [None])}, None),
    ("list_sum(x)", {"x": (INTS, [MAX, 1])}, ERROR),
    ("list_sum(x)", {"x": (INTS, [MAX, 1, -1])}, MAX),
    ("list_sum(x) + 1", {"x": ("list<int32>", [2**31 - 1, 1])}, 2**31 + 1),
    ("list_sum(x)", {"x": (FLOATS, [1e16, 1.0, 1.0])}, 1e16),
    ("list_sum(x)", {"x": (FLOATS, [-0.0])}, 0.0),
    ("list_sum(x)", {"x": (FLOATS, [1e308, 1e308])}, INF),
    ("list_sum(x)", {"x": ("list<float32>", [single(0.1), single(0.2)])}, single(0.1) + single(0.2)),
    ("list_sum(x)", {"x": (MONEY, [Decimal("99999999.99"), None, Decimal("0.01")])}, Decimal("100000000.00")),
]


@pytest.mark.parametrize(("text", "given", "expected"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_a_function_of_lists_means_what_the_reference_says(
    text: str, given: dict[str, tuple[str, Any]], expected: Any
) -> None:
    (found,) = agreed(text, {name: (dtype, [value]) for name, (dtype, value) in given.items()})
    assert (found, type(found)) == (expected, type(expected))


random = Random(6)
ITEMS: dict[str, list[Any]] = {
    "int64": [None, 0, 1, 2, -1, MAX, -(2**63), 2**40],
    "int32": [None, 0, 1, -1, 2**31 - 1, -(2**31)],
    "float64": [None, 0.0, -0.0, 0.1, 0.2, 1e16, -1e16, 1.0, 1e308, -1e308, INF, -INF, NAN, 5e-324],
    "float32": [None, 0.0, single(0.1), single(3e38), -1.5, INF, NAN],
    "string": [None, "", "a", "A", "é", "a\x00"],
    "bool": [None, True, False],
    "decimal(10,2)": [None, Decimal("0.00"), Decimal("99999999.99"), Decimal("-0.01"), Decimal("1.50")],
    "decimal(28,10)": [None, Decimal("0.0000000001"), Decimal("999999999999999999.9999999999")],
}


def lists_of(kind: str, longest: int = 6) -> list[Any]:
    lists = [[random.choice(ITEMS[kind]) for _ in range(random.randrange(longest))] for _ in range(150)]
    return [None, [], *([item] for item in ITEMS[kind]), *lists]


@pytest.mark.parametrize("kind", ITEMS)
def test_lists_give_the_same_in_sql_and_python(kind: str) -> None:
    lists = lists_of(kind)
    x = {"x": (f"list<{kind}>", lists)}
    agreed("list_length(x)", x)
    agreed("list_contains(x, y)", x | {"y": (kind, [random.choice(ITEMS[kind]) for _ in lists])})
    agreed(
        "list_element(x, n)",
        x | {"n": ("int64", [random.choice([None, -1, 0, 1, 2, 3, MAX]) for _ in lists])},
    )
    agreed("list_element(x, 2)", x)
    if kind not in ("string", "bool"):
        found = agreed("list_sum(x)", x)
        assert (ERROR in found) == (kind == "int64")


def test_floats_add_up_from_first_to_last() -> None:
    lists = [
        [random.gauss(0, 10.0 ** random.randrange(20)) for _ in range(random.randrange(300))]
        for _ in range(100)
    ]
    lists[0] = [0.1] * 3_000
    for found, items in zip(agreed("list_sum(x)", {"x": (FLOATS, lists)}), lists, strict=True):
        total = 0.0
        for item in items:
            total += item
        assert found == (total if items else None)


PROBLEMS = [
    ("list_length(s)", "FC306", "s", ""),
    ("list_sum(null)", "FC306", "null", ""),
    ("list_contains(x, f)", "FC307", "list_contains(x, f)", "cast(x as int64)"),
    ("list_contains(x, 1.5)", "FC307", "list_contains(x, 1.5)", "int64"),
    ("list_contains(x, null)", "FC308", "null", ""),
    ("list_contains(j, s)", "FC306", "list_contains(j, s)", ""),
    ("list_element(x, 0)", "FC309", "0", "from 1"),
    ("list_element(x, f)", "FC306", "f", ""),
    ("list_sum(w)", "FC306", "w", ""),
    ("list_sum(m)", "FC306", "list_sum(m)", "28 digits"),
    ("x[1]", "FC304", "[", "list_element(x, n)"),
    ("array_length(x)", "FC302", "array_length", "list_length(x)"),
]


@pytest.mark.parametrize(("text", "code", "at", "hint"), PROBLEMS, ids=[p[0] for p in PROBLEMS])
def test_a_mistake_with_a_list_is_told_with_what_to_write(text: str, code: str, at: str, hint: str) -> None:
    known = columns(x=INTS, w=WORDS, s="string", f="float64", j="list<json>", m="list<decimal(38,2)>")
    found, part, instead = only_problem(text, known)
    assert (found, part, hint in instead) == (code, at, True), instead


def test_a_sum_keeps_its_type_however_often_it_is_inferred() -> None:
    for dtype in (INTS, FLOATS, MONEY):
        once = infer(parse("list_sum(x)"), columns(x=dtype))
        assert infer(once.expr, columns(x=dtype)) == once


def test_the_sql_of_lists_is_what_a_reviewer_expects() -> None:
    assert sql("list_sum(x)", x=INTS) == 'CAST(LIST_SUM("x") AS BIGINT)'
    assert sql("list_element(x, 2)", x=INTS) == 'LIST_EXTRACT("x", 2)'
    assert sql("list_element(x, n)", x=INTS, n="int64") == 'LIST_EXTRACT("x", GREATEST("n", 0))'
    assert sql("list_contains(x, 'a')", x=WORDS) == "LIST_CONTAINS(\"x\", 'a')"
