"""The Arrow type of each dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.dtypes import DType

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_type(dtype: DType) -> pa.DataType:
    """Return the type; timestamps are microseconds in UTC, JSON is text."""
    import pyarrow as pa

    match dtype.kind:
        case "decimal":
            return pa.decimal128(dtype.precision, dtype.scale)
        case "list":
            return pa.list_(arrow_type(dtype.item or dtype))
        case "vector":
            return pa.list_(pa.float32(), dtype.length)
        case "struct":
            return pa.struct([(name, arrow_type(item)) for name, item in dtype.fields])
        case "timestamp":
            return pa.timestamp("us", tz="UTC")
    names = {"bytes": "binary", "date": "date32", "json": "string", "bool": "bool_"}
    return getattr(pa, names.get(dtype.kind, dtype.kind))()
