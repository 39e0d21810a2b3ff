"""Equality of results: exact values and types, as multisets and in order, never deduplicated."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.case import Case, Row


def comparable(value: Any) -> tuple[str, Any]:
    """Return something that equals another's exactly where type and value agree.

    NaN equals NaN and -0.0 equals 0.0 (SPEC 4). Times compare as instants: a naive one is UTC.
    """
    if isinstance(value, float):
        return ("float", "nan" if math.isnan(value) else value + 0.0)
    if isinstance(value, datetime):
        return ("time", value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))
    if isinstance(value, Decimal):
        return ("decimal", value)
    return (type(value).__name__, value)


def assert_same(
    case: Case, expected: Sequence[Row], columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Hold a system's columns and rows to the reference's; name the first difference and the whole case."""
    if expected:
        assert list(columns) == list(expected[0]), (
            f"columns differ\n{list(columns)}\n{list(expected[0])}\n{case}"
        )
    want = [tuple(comparable(v) for v in row.values()) for row in expected]
    have = [tuple(comparable(v) for v in row) for row in rows]
    assert len(want) == len(have), f"{len(want)} rows expected, {len(have)} found\n{case}"
    for i, (w, h) in enumerate(zip(want, have, strict=True)):
        if w != h:
            missing = Counter(want) - Counter(have)
            kind = "values differ" if missing else "the order differs"
            differing = {c: (a[1], b[1]) for c, a, b in zip(columns, w, h, strict=True) if a != b}
            raise AssertionError(f"{kind} in row {i}: (expected, found) = {differing}\n{case}")
