"""Comparison, logic and choice in Python: NaN equals NaN and is greater than every number, logic has three values.

``x != x`` holds for NaN alone.
"""

from __future__ import annotations

from typing import Any


def equal(x: Any, y: Any) -> bool:
    return bool(x == y or (x != x and y != y))


def not_equal(x: Any, y: Any) -> bool:
    return not equal(x, y)


def less(x: Any, y: Any) -> bool:
    return bool(x < y or (y != y and x == x))


def less_or_equal(x: Any, y: Any) -> bool:
    return bool(x <= y or y != y)


def greater(x: Any, y: Any) -> bool:
    return bool(x > y or (x != x and y == y))


def greater_or_equal(x: Any, y: Any) -> bool:
    return bool(x >= y or x != x)


def conjunction(*values: bool | None) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def disjunction(*values: bool | None) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def negation(x: bool) -> bool:
    return not x


def is_null(x: Any) -> bool:
    return x is None


def among(x: Any, *choices: Any) -> bool | None:
    if x is None:
        return None
    unknown = False
    for choice in choices:
        if choice is None:
            unknown = True
        elif x == choice or (x != x and choice != choice):
            return True
    return None if unknown else False


def between(x: Any, low: Any, high: Any) -> bool | None:
    if x is None:
        return None
    above = None if low is None else greater_or_equal(x, low)
    below = None if high is None else less_or_equal(x, high)
    return conjunction(above, below)


def first_known(*values: Any) -> Any:
    return next((v for v in values if v is not None), None)


def unless_equal(x: Any, y: Any) -> Any:
    return None if x is None or (y is not None and equal(x, y)) else x


def greatest(*values: Any) -> Any:
    found = None
    for value in values:
        if value is not None and (found is None or greater(value, found)):
            found = value
    return found


def least(*values: Any) -> Any:
    found = None
    for value in values:
        if value is not None and (found is None or less(value, found)):
            found = value
    return found


def clamped(x: Any, low: Any, high: Any) -> Any:
    return None if x is None else least(greatest(x, low), high)
