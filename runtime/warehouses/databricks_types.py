"""Arrow's types and values as Databricks reads them: docs.databricks.com/en/sql/language-manual/sql-ref-datatypes."""

from __future__ import annotations

import math
from datetime import UTC
from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.spark_types import taken

if TYPE_CHECKING:
    import pyarrow as pa


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    import pyarrow as pa

    return _type(taken(pa.schema([(name, arrow)])).field(0).type)


def _type(arrow: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_list(arrow):
        return f"ARRAY<{_type(arrow.value_type)}>"
    if pa.types.is_struct(arrow):
        members = (f"`{f.name.replace('`', '``')}`: {_type(f.type)}" for f in arrow)
        return f"STRUCT<{', '.join(members)}>"
    if pa.types.is_decimal(arrow):
        return f"DECIMAL({arrow.precision},{arrow.scale})"
    if pa.types.is_timestamp(arrow):
        return "TIMESTAMP" if arrow.tz else "TIMESTAMP_NTZ"
    return _NAMES[str(arrow)]


_NAMES = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INT",
    "int64": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "STRING",
    "binary": "BINARY",
    "date32[day]": "DATE",
}


def literal(value: Any, arrow: pa.DataType) -> str:
    """Return a value, not None, as SQL: sql-ref-literals; the column's type reads it."""
    import pyarrow as pa

    if pa.types.is_dictionary(arrow):
        return literal(value, arrow.value_type)
    if isinstance(value, list):
        items = ("NULL" if item is None else literal(item, arrow.value_type) for item in value)
        return f"CAST(ARRAY({', '.join(items)}) AS {column_type('', arrow)})"
    if isinstance(value, dict):
        members = ("NULL" if value[f.name] is None else literal(value[f.name], f.type) for f in arrow)
        return f"CAST(STRUCT({', '.join(members)}) AS {column_type('', arrow)})"
    if isinstance(value, bool | int):
        return str(value).upper()
    if isinstance(value, float):
        kind = "D" if pa.types.is_float64(arrow) else "F"
        return (
            f"{value!r}{kind}"
            if math.isfinite(value)
            else f"CAST('{_ENDLESS[repr(value)]}' AS {_type(arrow)})"
        )
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if pa.types.is_decimal(arrow):
        return f"{value:f}BD"
    if pa.types.is_timestamp(arrow):
        moment = value.astimezone(UTC).replace(tzinfo=None) if arrow.tz else value
        return (
            f"{_type(arrow)} '{moment.isoformat(sep=' ', timespec='microseconds')}{'Z' if arrow.tz else ''}'"
        )
    if pa.types.is_date(arrow):
        return f"DATE '{value}'"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


# data-types/double-type: words that a cast reads.
_ENDLESS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
