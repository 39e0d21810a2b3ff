"""The order of values that SPEC 4 settles ties by.

NULLS first, False before True, NaN after every float and equal to itself, -0.0 equal to 0.0,
text by code points (so also by UTF-8 bytes), times as instants.

>>> compare(None, -1) < 0, compare(float("nan"), float("inf")) > 0, compare(-0.0, 0.0)
(True, True, 0)
>>> compare("Z", "a") < 0, compare("é", "z") > 0
(True, True)
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def compare(a: object, b: object) -> int:
    """Return -1, 0 or 1: ``a`` before, level with, or after ``b``."""
    if a is None or b is None:
        return (a is not None) - (b is not None)
    if _is_nan(a) or _is_nan(b):
        return _is_nan(a) - _is_nan(b)
    return (a > b) - (a < b)  # type: ignore[operator, no-any-return]


def compare_all(left: Sequence[object], right: Sequence[object]) -> int:
    """Return the first difference of two sequences of one length, 0 without one."""
    return next((c for a, b in zip(left, right, strict=True) if (c := compare(a, b))), 0)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
