"""Every dtype of SPEC 3 goes to the online store and comes back as it was."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from fcompile.compiler.dtypes import parse_dtype
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.loader import Layout, online_rows
from fcompile.runtime.online.codec import decoder, encoder, read_payload, read_schema, schema_text

VALUES: dict[str, list[Any]] = {
    "bool": [True, False],
    "int32": [-(2**31), 2**31 - 1],
    "int64": [-(2**63), 2**63 - 1, 2**53 + 1],
    "float32": [0.5, -0.0, math.inf],
    "float64": [0.1, 5e-324, 1.7976931348623157e308, -0.0, math.inf, -math.inf, math.nan],
    "decimal(38,10)": [Decimal("1234567890123456789012345678.0123456789"), Decimal("-0.0000000001")],
    "decimal(5,2)": [Decimal("1.10")],
    "string": ["", "a\x00b", "né\u2028", "😀", '"\\'],
    "bytes": [b"", b"\x00\xff"],
    "date": [date(1, 1, 1), date(9999, 12, 31)],
    "timestamp": [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
    "json": ['{"a": [1, null]}', "null"],
    "list<int64>": [[], [1, None, 2**62]],
    "list<float64>": [[math.nan, None, 1.5]],
    "list<timestamp>": [[datetime(2026, 1, 1, tzinfo=UTC), None]],
    "struct<a:int64,b:list<bytes>>": [{"a": None, "b": [b"x"]}, {"a": 1, "b": None}],
    "list<struct<d:date,m:decimal(4,1)>>": [[{"d": date(2026, 1, 1), "m": Decimal("1.5")}, None]],
    "vector<float32,3>": [[1.0, -2.5, math.inf]],
}


@pytest.mark.parametrize("text", list(VALUES))
def test_values_of_each_dtype_come_back_equal(text: str) -> None:
    dtype = parse_dtype(text)
    for value in [*VALUES[text], None]:
        stored = json.loads(json.dumps(encoder(dtype)(value), allow_nan=False))
        back = decoder(dtype)(stored)
        assert repr(back) == repr(value)


@pytest.mark.parametrize("text", list(VALUES))
def test_a_batch_of_the_warehouse_becomes_rows_that_read_back_equal(text: str) -> None:
    dtype = parse_dtype(text)
    values = [*VALUES[text], None]
    count = len(values)
    at = pa.array([datetime(2026, 1, 1)] * count, pa.timestamp("us"))
    columns = {
        "k": pa.array(range(count), pa.int64()),
        "f": pa.array(values, arrow_type(dtype)),
        "__event": at,
        "__created": pa.nulls(count, pa.timestamp("us")),
        "__sequence": pa.array([7] * count, pa.int64()),
    }
    layout = Layout((("k", parse_dtype("int64")),), (("f", dtype),))
    rows = online_rows(pa.RecordBatch.from_pydict(columns), layout)
    assert [r.key for r in rows] == [f"[{n}]" for n in range(count)]
    assert {(r.event, r.created, r.sequence) for r in rows} == {(1_767_225_600_000_000, None, 7)}
    assert [repr(decoder(dtype)(read_payload(r.payload)[0])) for r in rows] == list(map(repr, values))
    assert all(r.payload.isascii() for r in rows)


def test_a_schema_tells_each_features_place_and_dtype() -> None:
    features = [(f"f{n}", parse_dtype(text)) for n, text in enumerate(VALUES)]
    assert read_schema(schema_text(features)) == {
        name: (place, dtype) for place, (name, dtype) in enumerate(features)
    }
