"""What is stated of numbers, operators and conditionals, on DuckDB and in Python at once."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from tests.expressions.agreed import ERROR, agreed

NAN, INF = math.nan, math.inf
MIN, MAX = -(2**63), 2**63 - 1
TOP = 1.7976931348623157e308

FLOATS: list[tuple[str, list[Any], list[Any]]] = [
    ("sign(x)", [2.5, -INF, 0.0, -0.0, NAN, None], [1, -1, 0, 0, 0, None]),
    ("sqrt(x)", [4.0, 2.0, -0.5, INF, -INF, NAN, None], [2.0, math.sqrt(2), None, INF, None, NAN, None]),
    ("ln(x)", [1.0, math.e, 0.0, -1.0, INF, NAN, None], [0.0, 1.0, None, None, INF, NAN, None]),
    ("log10(x)", [1000.0, 0.001, -0.0, -INF, INF], [3.0, -3.0, None, None, INF]),
    ("exp(x)", [0.0, 710.0, -800.0, INF, -INF, NAN], [1.0, INF, 0.0, INF, 0.0, NAN]),
    ("pow(x, 2)", [3.0, -3.0, 1e200, -INF, NAN, None], [9.0, 9.0, INF, INF, NAN, None]),
    ("pow(x, 3)", [-2.0, -1e200, -0.0], [-8.0, -INF, -0.0]),
    ("pow(x, 0.5)", [4.0, -4.0, 0.0, -INF, INF], [2.0, None, 0.0, None, INF]),
    ("pow(x, -1)", [4.0, 0.0, -0.0, -INF], [0.25, None, None, -0.0]),
    ("pow(x, 0)", [NAN, 0.0, INF], [1.0, 1.0, 1.0]),
    ("pow(1, x)", [NAN, INF, 0.5], [1.0, 1.0, 1.0]),
    ("pow(-1, x)", [0.5, INF, 3.0, NAN], [None, 1.0, -1.0, NAN]),
    ("pow(x, x)", [0.0, -0.5, -2.0, 1e3], [1.0, None, 0.25, INF]),
    ("clamp(x, -1, 1)", [0.5, -7.0, 7.0, NAN, -INF, None], [0.5, -1.0, 1.0, 1.0, -1.0, None]),
    ("clamp(x, 1, -1)", [0.5, -7.0, 7.0], [-1.0, -1.0, -1.0]),
    ("clamp(x, null, 1)", [0.5, -7.0, 7.0, None], [0.5, -7.0, 1.0, None]),
    ("bucketize(x, 0, 0.5, 10)", [-1.0, 0.0, -0.0, 0.5, 10.0, INF, NAN, None], [0, 1, 1, 2, 3, 3, 3, None]),
    ("is_nan(x)", [NAN, 0.0, INF, None], [True, False, False, None]),
    ("ifnull(x, 0)", [None, NAN, 1.5], [0.0, NAN, 1.5]),
    ("round(x)", [0.49999999999999994, 2.5, -2.5, INF, NAN, 1e300], [0.0, 3.0, -3.0, INF, NAN, 1e300]),
    ("round(x, 2)", [2.675, 1e307, -1.005], [2.68, 1e307, -1.0]),
    ("x * 10", [TOP, -TOP, 0.1], [INF, -INF, 1.0]),
    ("x > 5", [NAN, INF, None, 5.0], [True, True, None, False]),
    ("x = x", [NAN, None, -0.0], [True, None, True]),
    ("x <= 5", [NAN, -INF], [False, True]),
    ("greatest(x, 5)", [NAN, None, 6.0], [NAN, 5.0, 6.0]),
    ("least(x, 5)", [NAN, None, 6.0], [5.0, 5.0, 5.0]),
    ("x in (1, 2)", [1.0, NAN, None], [True, False, None]),
    ("nullif(x, 0)", [-0.0, 1.0, NAN], [None, 1.0, NAN]),
    ("1 / x", [0.0, -0.0, INF, 4.0], [None, None, 0.0, 0.25]),
    ("cast(x as int64)", [-2.9, NAN, 2.0**63, -(2.0**63), None], [-2, ERROR, ERROR, MIN, None]),
    ("case when x < 3 then cast(x as int32) else -1 end", [2.0, 1e300, NAN], [2, -1, -1]),
]

INTEGERS: list[tuple[str, list[Any], list[Any]]] = [
    ("sign(x)", [MIN, 0, MAX, None], [-1, 0, 1, None]),
    ("abs(x)", [MIN + 1, MIN], [MAX, ERROR]),
    ("-x", [MAX, MIN], [-MAX, ERROR]),
    ("x + 1", [MAX - 1, MAX, None], [MAX, ERROR, None]),
    ("x - 1", [MIN], [ERROR]),
    ("x * x", [3037000499, 3037000500], [9223372030926249001, ERROR]),
    ("x // 7", [-7, -8, 7, MIN, MAX], [-1, -2, 1, MIN // 7, MAX // 7]),
    ("x // -1", [MIN, 3], [ERROR, -3]),
    ("x % -7", [8, -8, MIN], [-6, -1, MIN % -7]),
    ("x % 0", [1, None], [None, None]),
    ("sqrt(x)", [16, -1], [4.0, None]),
    ("pow(x, x)", [3, -2, 0], [27.0, 0.25, 1.0]),
    ("bucketize(x, -5, 5)", [-6, -5, 5, MAX], [0, 1, 2, 2]),
    ("clamp(x, 0, 10)", [-1, 11, 5, None], [0, 10, 5, None]),
    ("coalesce(x, 7)", [None, MAX], [7, MAX]),
    ("x / 2", [MAX, 1], [float(MAX) / 2, 0.5]),
    # What the answer does not depend on is no error.
    ("x is not null and x + 1 > 0 or x = 9223372036854775807", [None, 1], [None, True]),
    ("case when x < 9223372036854775807 then x + 1 end", [MAX, 1, None], [None, 2, None]),
]


def alike(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted, rel_tol=1e-15) or (math.isnan(found) and math.isnan(wanted))
    return type(found) is type(wanted) and bool(found == wanted)


@pytest.mark.parametrize(("text", "given", "wanted"), FLOATS, ids=[c[0] for c in FLOATS])
def test_functions_of_float64(text: str, given: list[Any], wanted: list[Any]) -> None:
    found = agreed(text, {"x": ("float64", given)})
    assert all(map(alike, found, wanted)), list(zip(given, found, wanted, strict=True))


@pytest.mark.parametrize(("text", "given", "wanted"), INTEGERS, ids=[c[0] for c in INTEGERS])
def test_functions_of_int64(text: str, given: list[Any], wanted: list[Any]) -> None:
    found = agreed(text, {"x": ("int64", given)})
    assert all(map(alike, found, wanted)), list(zip(given, found, wanted, strict=True))


def test_decimals_are_exact_to_their_last_digit() -> None:
    most = Decimal("9" * 32 + ".99")
    column = ("decimal(34,2)", [most, most.copy_negate(), None])
    twice = Decimal("1" + "9" * 32 + ".98")
    assert agreed("m + m", {"m": column}) == [twice, twice.copy_negate(), None]
    assert agreed("-m", {"m": column}) == [most.copy_negate(), most, None]
    assert agreed("abs(m)", {"m": column}) == [most, most, None]
    assert agreed("sign(m)", {"m": column}) == [1, -1, None]
    halves = ("decimal(3,2)", [Decimal("9.95"), Decimal("-9.95")])
    assert agreed("round(m, 1)", {"m": halves}) == [Decimal("10.0"), Decimal("-10.0")]
