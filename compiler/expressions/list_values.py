"""Functions of lists and vectors in Python. Floats add up from first to last, as the SQL does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import add, mul
from typing import Any

from fcompile.compiler.expressions.cast_decimals import EXACT
from fcompile.compiler.expressions.function import EvaluationError

Numbers = Sequence[float | None]


def list_contains(items: Sequence[Any], value: Any) -> bool:
    """NaN equals NaN; a NULL among the items equals nothing."""
    if value != value:
        return any(item is not None and item != item for item in items)
    return value in items


def list_element(items: Sequence[Any], place: int) -> Any:
    return items[place - 1] if 1 <= place <= len(items) else None


def list_sum(items: Sequence[Any]) -> Any:
    """Not ``sum``: later Pythons correct its rounding errors."""
    known = [item for item in items if item is not None]
    if not known:
        return None
    if isinstance(known[0], Decimal):
        return reduce(EXACT.add, known)
    if isinstance(known[0], float):
        return reduce(add, known, 0.0)
    total = sum(known)
    if not -(2**63) <= total < 2**63:
        raise EvaluationError(f"the sum of a list, {total}, does not fit int64")
    return total


def dot(x: Numbers, y: Numbers) -> float | None:
    return None if _unlike(x, y) else reduce(add, map(mul, x, y), 0.0)


def _unlike(x: Numbers, y: Numbers) -> bool:
    return len(x) != len(y) or None in x or None in y


def cosine_similarity(x: Numbers, y: Numbers) -> float | None:
    product, of_x, of_y = dot(x, y), dot(x, x), dot(y, y)
    if product is None or of_x is None or of_y is None:
        return None
    lengths = math.sqrt(of_x) * math.sqrt(of_y)
    return None if lengths == 0 else product / lengths


def l2_distance(x: Numbers, y: Numbers) -> float | None:
    if _unlike(x, y):
        return None
    apart = [a - b for a, b in zip(x, y, strict=True)]  # type: ignore[operator]
    return math.sqrt(reduce(add, map(mul, apart, apart), 0.0))
