"""What random projects are made of: values full of edges, instants, sources, and conditions on their rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle import rows

Draw = Callable[[st.SearchStrategy[Any]], Any]
MICRO = timedelta(microseconds=1)
ANCHORS = [datetime(2024, 1, 2), datetime(2024, 1, 2, 1), datetime(2024, 1, 9, 0, 0, 0, 500_000)]

VALUES: dict[str, list[Any]] = {
    "int64": [1, 11, 2, 0, -1, 4, 2**40],
    "int32": [1, 2, 0, -1, 2**31 - 1],
    # Mostly finite: one NaN makes every sum of its window NaN, and a large number hides small mistakes.
    "float64": [*[1.0, 2.5, 0.0, -0.0, 0.1, -3.5] * 4, 1e16, 1e16, float("nan"), float("inf"), float("-inf")],
    "float32": [*[1.0, 0.5, -0.0, 0.0] * 3, float("nan"), float("inf")],
    "string": [
        "a",
        "b",
        "",
        " ",
        "A",
        "ab",
        "a|b",
        "it's",
        'q"',
        "é",
        "e\u0301",
        "日本",
        "\U0001f600",
        "NULL",
        "%",
        "x" * 300,
    ],
    "bool": [False, True],
    "timestamp": [
        ANCHORS[0],
        ANCHORS[0] + MICRO,
        datetime(1969, 12, 31, 23, 59, 59, 999_999),
        datetime(2300, 1, 1),
    ],
    "date": [date(2024, 1, 2), date(1970, 1, 1), date(1600, 2, 29)],
    "decimal(12,2)": [Decimal("1.10"), Decimal("-2.25"), Decimal("0.00"), Decimal("9999999999.99")],
    "bytes": [b"a", b"", b"\x00", b"\xff\x00", b"ab"],
}
KEY_TYPES = ["int64", "int64", "string", "string", "int32", "date", "bool", "timestamp", "bytes"]
COLUMN_TYPES = [
    "int64",
    "float64",
    "string",
    "bool",
    "timestamp",
    "int32",
    "float32",
    "date",
    "bytes",
    "decimal(12,2)",
]
BEFORE_1970 = [datetime(1969, 12, 31, 23), datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(1970, 1, 1)]
DURATIONS = ["1h", "500ms", "90s", "7d", "1d"]


@dataclass(frozen=True)
class SourceShape:
    """A source being made: its columns, the times its rows may have, and its definition."""

    definition: Mapping[str, Any]
    types: Mapping[str, str]
    moments: Sequence[datetime]
    value_columns: Sequence[str]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def boundaries(durations: Sequence[str]) -> list[datetime]:
    """The instants where an answer may change: anchors, each duration before them, and 1 us on both sides."""
    spans = [timedelta(0), *(rows.duration(d) for d in durations)]
    return [a - s + near for near in (timedelta(0), MICRO, -MICRO) for s in spans for a in ANCHORS]


def expressions(c: str, dtype: str) -> list[tuple[str, str]]:
    """Expressions over column ``c`` with the dtype each yields."""
    c = quoted(c) if c in ("order", "select", "group", "end", "time") else c
    found = [(f"{c} is null", "bool"), (f"{c} is not null", "bool")]
    match dtype:
        case "int64":
            found += [(f"{c} + 1", "int64"), (f"{c} * 2 - 1", "int64"), (f"{c} > 3", "bool")]
            found += [(f"coalesce({c}, 0)", "int64"), (f"abs({c})", "int64"), (f"nullif({c}, 1)", "int64")]
            found += [(f"case when {c} > 1 then 'hi' when {c} < 0 then null else 'lo' end", "string")]
        case "float64":
            found += [(f"{c} > 1.5", "bool"), (f"coalesce({c}, 0.5)", "float64"), (f"{c} + 0.5", "float64")]
        case "string":
            found += [(f"{c} like 'a%'", "bool"), (f"{c} in ('a', 'b')", "bool"), (f"length({c})", "int64")]
            found += [(f"coalesce({c}, 'it''s')", "string")]
        case "bool":
            found += [(f"not {c}", "bool"), (f"{c} or {c} is null", "bool")]
    return found


def condition(draw: Draw, shape: SourceShape) -> str:
    column = draw(st.sampled_from([*shape.value_columns, *shape.types]))
    dtype = shape.types[column].removesuffix("_utc")
    options = [e for e, t in expressions(column, dtype) if t == "bool"]
    first: str = draw(st.sampled_from(options))
    match draw(st.sampled_from(["one", "one", "not", "or", "and"])):
        case "not":
            return f"not ({first})"
        case "or":
            return f"{first} or {draw(st.sampled_from(options))}"
        case "and":
            return f"({first}) and {draw(st.sampled_from(options))}"
    return first


def lines_of_bytes(draw: Draw, width: int, most: int) -> list[bytes]:
    """Cells from a drawn seed: evenly spread, where bytes that Hypothesis draws repeat and cluster."""
    source = random.Random(draw(st.integers(0, 2**64 - 1)))
    size = source.choice([0, *range(1, most + 1), *range(most // 2, most + 1)])
    return [source.randbytes(width) for _ in range(size)]


def cell(dtype: str, byte: int) -> Any:
    values = VALUES[dtype.removesuffix("_utc")]
    return None if byte % 8 == 7 else values[byte % len(values)]
