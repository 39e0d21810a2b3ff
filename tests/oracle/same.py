"""Equality of results: exact values and types, as multisets and in order, never deduplicated.

What is computed from floats is an ``Approximate`` in the reference's answer and may differ by its
tolerance (SPEC 4); everything else is equal or wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.case import Case, Row

RELATIVE = 1e-9


class Approximate(float):
    """A float computed from several: another computation may differ by 1e-9 relative, or by ``slack``.

    ``slack`` is 1e-9 of what the rows inside the window added up to before they cancelled out (the sum
    of their absolute values, for a sum). Rows outside the window have no part in it: the digits that
    1e16 leaves behind when it goes are a mistake.
    """

    slack: float

    def __new__(cls, value: float, slack: float = 0.0) -> Approximate:
        self = super().__new__(cls, value)
        self.slack = slack if math.isfinite(slack) else 0.0
        return self


def comparable(value: Any) -> tuple[str, Any]:
    """Return something that equals another's exactly where type and value agree.

    NaN equals NaN and -0.0 equals 0.0 (SPEC 4), in lists too. Times compare as instants: a naive one is UTC.
    """
    if isinstance(value, list):
        return ("list", tuple(comparable(v) for v in value))
    if isinstance(value, float):
        return ("float", "nan" if math.isnan(value) else value + 0.0)
    if isinstance(value, datetime):
        return ("time", value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))
    if isinstance(value, Decimal):
        return ("decimal", value)
    return (type(value).__name__, value)


def agrees(expected: Any, found: Any) -> bool:
    """Tell whether a system's value is the reference's; ``expected`` says what it may differ by."""
    if comparable(expected) == comparable(found):
        return True
    if not isinstance(expected, Approximate) or not isinstance(found, float):
        return False
    if not (math.isfinite(expected) and math.isfinite(found)):
        return False
    return abs(expected - found) <= max(RELATIVE * max(abs(expected), abs(found)), expected.slack)


def alike(reference: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Tell whether two rows of a system's agree with one another, as closely as the reference's has to."""
    return all(
        agrees(Approximate(a, r.slack) if isinstance(r, Approximate) and isinstance(a, float) else a, b)
        for r, a, b in zip(reference, one, other, strict=True)
    )


def assert_same(
    case: Case, expected: Sequence[Row], columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Hold a system's columns and rows to the reference's; name the first difference and the whole case."""
    if expected:
        assert list(columns) == list(expected[0]), (
            f"columns differ\n{list(columns)}\n{list(expected[0])}\n{case}"
        )
    want = [tuple(row.values()) for row in expected]
    assert len(want) == len(rows), f"{len(want)} rows expected, {len(rows)} found\n{case}"
    for i, (w, h) in enumerate(zip(want, rows, strict=True)):
        if not all(map(agrees, w, h)):
            kind = "values differ" if _missing(want, rows) else "the order differs"
            differing = {c: (a, b) for c, a, b in zip(columns, w, h, strict=True) if not agrees(a, b)}
            raise AssertionError(f"{kind} in row {i}: (expected, found) = {differing}\n{case}")


def _missing(want: Sequence[Sequence[Any]], have: Sequence[Sequence[Any]]) -> bool:
    one, other = (Counter(tuple(map(comparable, row)) for row in rows) for rows in (want, have))
    return bool(one - other)
