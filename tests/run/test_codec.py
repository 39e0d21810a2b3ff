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
from fcompile.runtime.online.codec import decoder, encoder, json_decoder, key_text, read_schema, schema_text
from fcompile.runtime.online.packed import (
    VERSION_BYTES,
    Layout,
    Packed,
    event_time,
    key_texts,
    pack,
    read_version,
    version_bytes,
)
from tests.online.decoding import decoded

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
def test_values_of_each_dtype_come_back_equal_from_json(text: str) -> None:
    dtype = parse_dtype(text)
    for value in [*VALUES[text], None]:
        stored = json.loads(json.dumps(encoder(dtype)(value), allow_nan=False))
        assert repr(json_decoder(dtype)(stored)) == repr(value)


def packed(columns: dict[str, list[Any]]) -> tuple[Layout, Packed]:
    """Rows of these values by dtype, with keys 0, 1, ...; a column a dtype, of one length."""
    layout = Layout(tuple((f"f{n}", parse_dtype(text)) for n, text in enumerate(columns)))
    arrays = [pa.array(v, arrow_type(parse_dtype(text))) for text, v in columns.items()]
    count = len(arrays[0])
    keys = key_texts([(pa.array(range(count)), parse_dtype("int64"))], count)
    numbers = pa.array(range(count), pa.int64())
    return layout, pack(layout, arrays, keys, numbers, None, numbers)


def back(layout: Layout, value: bytes) -> list[Any]:
    return [decoder(dtype)(v) for (_, dtype), v in zip(layout.features, decoded(layout)(value), strict=True)]


@pytest.mark.parametrize("text", list(VALUES))
def test_a_batch_of_the_warehouse_is_packed_and_reads_back_equal(text: str) -> None:
    values = [None, *VALUES[text], None]
    layout, rows = packed({text: values})
    assert [repr(back(layout, v)) for v in rows.values.to_pylist()] == [repr([v]) for v in values]
    assert rows.keys.to_pylist() == [b"[%d]" % n for n in range(len(values))]


@pytest.mark.parametrize("start", [0, 3])
def test_columns_of_all_dtypes_stand_side_by_side(start: int) -> None:
    longest = max(map(len, VALUES.values()))
    columns = {text: (v + [None] * longest)[:longest] for text, v in VALUES.items()}
    layout = Layout(tuple((text, parse_dtype(text)) for text in columns))
    # A slice of a batch has offsets that every buffer has to be read with.
    batch = pa.RecordBatch.from_pydict(
        {text: pa.array(v, arrow_type(parse_dtype(text))) for text, v in columns.items()}
    ).slice(start)
    numbers = pa.array(range(batch.num_rows), pa.int64())
    keys = key_texts([(numbers, parse_dtype("int64"))], batch.num_rows)
    rows = pack(layout, batch.columns, keys, numbers, None, numbers)
    expected = [list(row) for row in zip(*columns.values(), strict=True)][start:]
    assert [repr(back(layout, v)) for v in rows.values.to_pylist()] == list(map(repr, expected))


def test_versions_are_ordered_as_bytes() -> None:
    times = [-(2**62), -1, 0, 1, 2**62]
    versions = [(e, c, s) for e in times for c in [None, *times] for s in (0, 1, 2**62)]
    written = [version_bytes(*v) for v in versions]
    assert written == sorted(written)
    assert [read_version(w) for w in written] == versions
    assert {len(w) for w in written} == {VERSION_BYTES}


def test_the_loaders_versions_are_those() -> None:
    events, created = pa.array([-5, 7], pa.int64()), pa.array([None, -(2**40)], pa.int64())
    rows = pack(
        Layout(()), [], pa.array([b"a", b"b"], pa.binary()), events, created, pa.array([1, 2], pa.int64())
    )
    assert [read_version(v) for v in rows.values.to_pylist()] == [(-5, None, 1), (7, -(2**40), 2)]
    assert list(map(event_time, rows.values.to_pylist())) == [-5, 7]


KEYS: dict[str, list[Any]] = {
    kind: VALUES[kind] for kind in ("bool", "int32", "int64", "string", "bytes", "date", "timestamp")
} | {"string ": ["a", "b c", ""]}


@pytest.mark.parametrize("kind", list(KEYS))
def test_a_columns_keys_are_the_texts_that_reads_ask_for(kind: str) -> None:
    dtype = parse_dtype(kind.strip())
    column = pa.array(KEYS[kind], arrow_type(dtype))
    one = [key_text([encoder(dtype)(value)]).encode() for value in KEYS[kind]]
    assert key_texts([(column, dtype)], len(column)).to_pylist() == one
    two = [key_text([encoder(dtype)(v), encoder(dtype)(v)]).encode() for v in KEYS[kind]]
    assert key_texts([(column, dtype), (column, dtype)], len(column)).to_pylist() == two


def test_without_keys_there_is_one_text() -> None:
    assert key_texts([], 2).to_pylist() == [b"[]", b"[]"] == [key_text([]).encode()] * 2


def test_a_schema_tells_each_features_name_and_dtype() -> None:
    features = tuple((f"f{n}", parse_dtype(text)) for n, text in enumerate(VALUES))
    assert read_schema(schema_text(features)) == features
