"""Values at the edges of every type, which grids of all functions and the rows of random trees are made of."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fcompile.compiler.dtypes import DType, parse_dtype

INF, NAN = math.inf, math.nan

EDGES: dict[str, list[Any]] = {
    "int64": [0, 1, -1, 2, 7, -7, 10, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 1_700_000_000],
    "int32": [0, 1, 3, -5, 2**31 - 1, -(2**31)],
    "float64": [
        0.0,
        -0.0,
        0.5,
        1.0,
        -1.0,
        2.5,
        -2.5,
        2.675,
        0.49999999999999994,
        1e15 + 0.5,
        2.0**63,
        1e300,
        -1e300,
        5e-324,
        INF,
        -INF,
        NAN,
    ],
    "float32": [0.0, 0.5, -1.25, 16777216.0, 3.4028234663852886e38, INF, -INF, NAN],
    "decimal(10,2)": [Decimal(t) for t in ("0.00", "1.55", "-9.99", "2.50", "-2.50", "99999999.99")],
    "string": [
        "",
        " a ",
        "Ab",
        "é\n%_",
        "a\\b",
        "it's",
        "12",
        "-7.5",
        "ŉßİ",
        "👨\u200d👩",
        "2024-02-29",
        "a,b,,c",
        '{"a": [1, {"b": null}]}',
    ],
    "bytes": [b"", b"\x00\xff", b"abc"],
    "bool": [True, False],
    "date": [date(2024, 2, 29), date(1969, 12, 31), date(1, 1, 1), date(9999, 12, 31), date(2023, 1, 1)],
    "timestamp": [
        datetime(2024, 2, 29, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2024, 12, 30, 12, 30, 15, 500_000, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
    "json": [
        '{"a": [1, {"b": null}], "t": "x"}',
        '"x"',
        "null",
        "[1, 2.50, true]",
        "{}",
        '{"a.b": "\\u00e9"}',
    ],
}
"""By dtype, without NULL. The json is text."""


def edges(dtype: DType) -> list[Any]:
    """Values of ``dtype`` at its edges, NULL first; lists and vectors hold the edges of their items."""
    if dtype.kind in ("list", "vector"):
        assert dtype.item is not None
        return [None, *_lists(dtype, edges(dtype.item))]
    return [None, *EDGES[str(dtype)]]


def _lists(dtype: DType, items: list[Any]) -> list[list[Any]]:
    if dtype.kind == "vector":
        known = [0.5, -1.25, 2.0, 0.0]
        vectors = [[known[(i + n) % 4] for i in range(dtype.length)] for n in range(3)]
        return [*vectors, [0.0] * dtype.length]
    return [[], items[1:2], items[1:4], [items[-1], None, items[1], items[1]], items[:3]]


def edges_of(text: str) -> list[Any]:
    """The same by the name of the type."""
    return edges(parse_dtype(text))
