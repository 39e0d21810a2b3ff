"""Results as Arrow, of one type a column on every engine: the types that DuckDB gives."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fcompile.compiler.dtypes import DType
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.warehouses.types import exact_dtype

if TYPE_CHECKING:
    import pyarrow as pa


_SMALL = {
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "UTINYINT": "uint8",
    "USMALLINT": "uint16",
    "UINTEGER": "uint32",
    "UBIGINT": "uint64",
}


def result_type(dtype: DType) -> pa.DataType:
    """Return the Arrow type of a feature in a training set: timestamps are UTC in microseconds, without a zone."""
    import pyarrow as pa

    match dtype.kind:
        case "timestamp":
            return pa.timestamp("us")
        case "list":
            return pa.list_(result_type(dtype.item or dtype))
        case "struct":
            return pa.struct([(name, result_type(item)) for name, item in dtype.fields])
    return arrow_type(dtype)


def arrow_of(kind: str) -> pa.DataType:
    """Return the Arrow type of a column of ``kind`` (the one vocabulary of types); text where there is none."""
    import pyarrow as pa

    if kind == "TIMESTAMP WITH TIME ZONE":
        return pa.timestamp("us", tz="UTC")
    if kind in _SMALL:
        return getattr(pa, _SMALL[kind])()
    dtype = exact_dtype(kind)
    return pa.string() if dtype is None else result_type(dtype)


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column whose timestamps are UTC without a zone, in microseconds; finer digits are cut."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and (column.type.tz is not None or column.type.unit == "ns"):
        return column.cast(pa.timestamp("us"), safe=False)
    return column


def conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return the batch with the names and types of ``schema``, column by column.

    Beside casts, text becomes lists and structs (as JSON), and times lose their zone in UTC. Raises ValueError
    (pyarrow's) for a value that the type does not hold.
    """
    import pyarrow as pa

    if batch.schema.equals(schema):
        return batch
    columns = [_conformed(c, f.type) for c, f in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _conformed(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if column.type == wanted:
        return column
    if pa.types.is_dictionary(column.type):
        return _conformed(column.dictionary_decode(), wanted)
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    if is_text and pa.types.is_nested(wanted):
        values = (None if text is None else json.loads(text, parse_float=str) for text in column.to_pylist())
        return pa.array([_value(value, wanted) for value in values], wanted)
    # Digits beyond microseconds are cut, as everywhere; nothing else may lose any.
    return column.cast(wanted, safe=not pa.types.is_timestamp(wanted))


def _value(value: Any, wanted: pa.DataType) -> Any:
    """Return a value that was JSON as Python has it for ``wanted``; numbers with a point came as text."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_struct(wanted):
        return {field.name: _value(value.get(field.name), field.type) for field in wanted}
    if pa.types.is_nested(wanted):
        return [_value(item, wanted.value_type) for item in value]
    return _scalar(value, wanted)


def _scalar(value: Any, wanted: pa.DataType) -> Any:
    import pyarrow as pa

    if pa.types.is_floating(wanted):
        return float(value)
    if pa.types.is_decimal(wanted):
        return Decimal(value)
    if pa.types.is_timestamp(wanted):
        return naive_utc(datetime.fromisoformat(value))
    if pa.types.is_date(wanted):
        return date.fromisoformat(value)
    if pa.types.is_binary(wanted):
        return _bytes(value)
    return value if isinstance(value, bool | int) else str(value)


def _bytes(text: str) -> bytes:
    """Hexadecimal digits behind a backslash and x, else base64."""
    return bytes.fromhex(text[2:]) if re.match(r"\\x", text) else base64.b64decode(text)


def types_of(names: Sequence[str], found: pa.Schema, wanted: Sequence[pa.DataType | None]) -> pa.Schema:
    """Return a schema with ``names``: the wanted types, and those found where none is wanted."""
    import pyarrow as pa

    types = [f.type if w is None else w for f, w in zip(found, wanted, strict=True)]
    return pa.schema(list(zip(names, types, strict=True)))
