"""Arithmetic in Python as engines do it: int64 checked, float64 by IEEE 754, decimals exact."""

from __future__ import annotations

import math
from bisect import bisect_right
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, Inexact
from typing import Any

from fcompile.compiler.expressions.function import EvaluationError

_LIMIT = 2**63
EXACT = Context(prec=100, traps=[Inexact])
"""For sums of decimals, of which none has more than 38 digits."""
_ROUNDING = Context(prec=100)


def fit(value: int) -> int:
    """The integer, if it is an int64; else ``EvaluationError``."""
    if -_LIMIT <= value < _LIMIT:
        return value
    raise EvaluationError(f"{value} is beyond int64")


def add(x: Any, y: Any) -> Any:
    if type(x) is int:
        made = x + y
        return made if -_LIMIT <= made < _LIMIT else fit(made)
    return EXACT.add(x, y) if type(x) is Decimal else x + y


def subtract(x: Any, y: Any) -> Any:
    if type(x) is int:
        made = x - y
        return made if -_LIMIT <= made < _LIMIT else fit(made)
    return EXACT.subtract(x, y) if type(x) is Decimal else x - y


def multiply(x: Any, y: Any) -> Any:
    if type(x) is int:
        made = x * y
        return made if -_LIMIT <= made < _LIMIT else fit(made)
    return x * y


def divide(x: float, y: float) -> float | None:
    return x / y if y else None


def floor_divide(x: int, y: int) -> int | None:
    return fit(x // y) if y else None


def modulo(x: int, y: int) -> int | None:
    return x % y if y else None


def negate(x: Any) -> Any:
    if type(x) is int:
        return fit(-x)
    return EXACT.minus(x) if type(x) is Decimal else -x


def absolute(x: Any) -> Any:
    if type(x) is int:
        return fit(abs(x))
    return EXACT.abs(x) if type(x) is Decimal else abs(x)


def sign(x: Any) -> int:
    return 1 if x > 0 else -1 if x < 0 else 0


def floor(x: Any) -> Any:
    if type(x) is Decimal:
        return x.to_integral_value(ROUND_FLOOR, _ROUNDING)
    return float(math.floor(x)) if math.isfinite(x) else x


def ceil(x: Any) -> Any:
    if type(x) is Decimal:
        return x.to_integral_value(ROUND_CEILING, _ROUNDING)
    return float(math.ceil(x)) if math.isfinite(x) else x


def rounded(x: Any, digits: int = 0) -> Any:
    if type(x) is Decimal:
        return x.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _ROUNDING)
    if not math.isfinite(x):
        return x
    if digits == 0:
        return _half_away(x)
    scaled = x * 10.0**digits
    return x if math.isinf(scaled) else _half_away(scaled) / 10.0**digits


def _half_away(x: float) -> float:
    whole = math.trunc(x)
    return float(whole + math.copysign(1, x)) if abs(x - whole) >= 0.5 else float(whole)


# Functions of float64 that have a value everywhere: NULL outside their domain, infinity beyond the range.


def sqrt(x: float) -> float | None:
    return None if x < 0 else math.sqrt(x)


def ln(x: float) -> float | None:
    return None if x <= 0 else math.log(x)


def log10(x: float) -> float | None:
    return None if x <= 0 else math.log10(x)


def exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def power(x: float, y: float) -> float | None:
    if (x == 0 and y < 0) or (x < 0 and math.isfinite(y) and y != math.floor(y)):
        return None
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.copysign(math.inf, x) if math.fmod(y, 2) else math.inf


def bucket(x: Any, *bounds: Any) -> int:
    """How many of the bounds, which ascend, are at most ``x``; NaN, which is below none, is above all."""
    return bisect_right(bounds, x)


def is_nan(x: float) -> bool:
    return x != x
