"""The aggregation functions of SPEC 3: what the values inside one window become.

Every function is given the inputs that are not NULL, least first in the total order (event time,
created NULLS first, the value itself).

>>> aggregate("last_n(2)", [1, 2, 3]), aggregate("top_k(2)", ["a", "b", "a", "c"])
([3, 2], ['a', 'c'])
>>> aggregate("sum", []) is None, aggregate("count_distinct", [])
(True, 0)
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.order import compare
from tests.oracle.rows import instant
from tests.oracle.same import RELATIVE, Approximate, comparable

Inputs = Sequence[Any]
COUNTS = ("count", "count_distinct", "approx_count_distinct")
LISTS = ("last_n", "last_distinct_n", "top_k")
EXACT_UP_TO = 1024
"""``approx_count_distinct`` counts this many distinct values exactly; above it estimates from as many hashes."""


def aggregate(function: str, inputs: Inputs, default: Any = None) -> Any:
    """Return ``function`` over ``inputs``; over none: 0 of counts, ``default`` of all others."""
    name, argument = parsed(function)
    if not inputs:
        return 0 if name in COUNTS else default
    if argument is None:
        return _PLAIN[name](inputs)
    return (
        _percentile(inputs, Fraction(argument))
        if name == "percentile"
        else _LISTS[name](inputs, int(argument))
    )


def parsed(function: str) -> tuple[str, str | None]:
    """Return the name and the argument as it is written: ``percentile(0.5)`` -> ``("percentile", "0.5")``."""
    found = re.fullmatch(r"([a-z_]+)(?:\(([0-9.]+)\))?", function)
    assert found is not None, function
    return found[1], found[2]


def _sum(inputs: Inputs) -> Any:
    """Exact for ints and decimals. Floats: as if added without any rounding but the last (``math.fsum``)."""
    if not isinstance(inputs[0], float):
        return _exact(inputs, sum(map(Fraction, inputs), Fraction(0)))
    if any(not math.isfinite(v) for v in inputs):
        return _not_finite(inputs)
    return Approximate(math.fsum(inputs), RELATIVE * math.fsum(map(abs, inputs)))


def _exact(inputs: Inputs, total: Fraction) -> int | Decimal:
    if isinstance(inputs[0], int):
        return int(total)
    digits = max(-int(v.as_tuple().exponent) for v in inputs)
    return Decimal(int(total * 10**digits)).scaleb(-digits)


def _not_finite(inputs: Inputs) -> float:
    """Return what adding gives when some input is NaN or infinite: NaN where they contradict one another."""
    kinds = {str(v) for v in inputs if not math.isfinite(v)}
    return float(kinds.pop()) if len(kinds) == 1 else math.nan


def _avg(inputs: Inputs) -> float:
    if any(not math.isfinite(v) for v in inputs):
        return _not_finite(inputs)
    floats = isinstance(inputs[0], float)
    slack = RELATIVE * math.fsum(map(abs, inputs)) / len(inputs) if floats else 0.0
    return Approximate(float(sum(map(Fraction, inputs)) / len(inputs)), slack)


def _var_samp(inputs: Inputs) -> float | None:
    if len(inputs) < 2:
        return None
    if any(not math.isfinite(v) for v in inputs):
        return math.nan
    exact = [Fraction(v) for v in inputs]
    mean = sum(exact) / len(exact)
    scale = sum(v * v for v in exact) / (len(exact) - 1)
    return Approximate(float(sum((v - mean) ** 2 for v in exact) / (len(exact) - 1)), RELATIVE * float(scale))


def _stddev_samp(inputs: Inputs) -> float | None:
    """The root of the variance; its square may differ by what the variance may differ by."""
    variance = _var_samp(inputs)
    if not isinstance(variance, Approximate):
        return variance
    root = math.sqrt(variance)
    return Approximate(root, math.sqrt(variance + variance.slack) - root)


def _min(inputs: Inputs) -> Any:
    return min(inputs, key=functools.cmp_to_key(compare))


def _max(inputs: Inputs) -> Any:
    return max(inputs, key=functools.cmp_to_key(compare))


def _percentile(inputs: Inputs, p: Fraction) -> float:
    """Interpolate between the two values around rank p * (n - 1), counted from 0; NaN is the greatest value."""
    ordered = [float(v) for v in sorted(inputs, key=functools.cmp_to_key(compare))]
    rank = p * (len(ordered) - 1)
    low, high = ordered[math.floor(rank)], ordered[math.ceil(rank)]
    if compare(low, high) == 0:
        return Approximate(low)
    part = float(rank - math.floor(rank))
    return Approximate(low * (1 - part) + high * part, RELATIVE * (abs(low) + abs(high)))


def _count_distinct(inputs: Inputs) -> int:
    return len({comparable(v) for v in inputs})


def _approx_count_distinct(inputs: Inputs) -> int:
    """Exact up to 1024 values; above it (k - 1) / (k-th smallest hash as a part of all), k = 1024, half up."""
    texts = {canonical_text(v) for v in inputs}
    if len(texts) <= EXACT_UP_TO:
        return len(texts)
    hashes = sorted({int(hashlib.md5(t.encode(), usedforsecurity=False).hexdigest()[:15], 16) for t in texts})
    estimate = Fraction((EXACT_UP_TO - 1) * 2**60, hashes[EXACT_UP_TO - 1])
    return math.floor(estimate + Fraction(1, 2))


def canonical_text(value: Any) -> str:
    """Return the text that is hashed: one for each distinct value, in every engine."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return str((instant(value) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value + 0.0) if isinstance(value, float) else str(value)


def _last_n(inputs: Inputs, n: int) -> list[Any]:
    return list(inputs[::-1][:n])


def _last_distinct_n(inputs: Inputs, n: int) -> list[Any]:
    return _newest_of_each(inputs)[:n]


def _top_k(inputs: Inputs, k: int) -> list[Any]:
    """Most frequent first; of two as frequent the one that occurred last (sorting keeps that order)."""
    counts = Counter(comparable(v) for v in inputs)
    return sorted(_newest_of_each(inputs), key=lambda v: -counts[comparable(v)])[:k]


def _newest_of_each(inputs: Inputs) -> list[Any]:
    """Return the distinct values, the one that occurred last first."""
    return list({comparable(v): v for v in inputs[::-1]}.values())


_PLAIN: dict[str, Callable[[Inputs], Any]] = {
    "count": len,
    "sum": _sum,
    "avg": _avg,
    "min": _min,
    "max": _max,
    "stddev_samp": _stddev_samp,
    "var_samp": _var_samp,
    "first": lambda inputs: inputs[0],
    "last": lambda inputs: inputs[-1],
    "count_distinct": _count_distinct,
    "approx_count_distinct": _approx_count_distinct,
}
_LISTS: dict[str, Callable[[Inputs, int], list[Any]]] = {
    "last_n": _last_n,
    "last_distinct_n": _last_distinct_n,
    "top_k": _top_k,
}
