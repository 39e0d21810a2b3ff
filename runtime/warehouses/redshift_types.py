"""Arrow's types and values as Redshift reads them, and its values for Arrow.

Pages are those of docs.aws.amazon.com/redshift/latest/dg.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from fcompile.runtime.clock import naive_utc
from fcompile.runtime.warehouses.loadable import not_loadable
from fcompile.runtime.warehouses.postgres_types import column_type as postgres_type

if TYPE_CHECKING:
    import pyarrow as pa

# r_Character_types: TEXT has 256 bytes. r_VARBYTE_type. c_Supported_data_types has no lists, and SUPER for objects.
_OTHERS = {"TEXT": "VARCHAR(65535)", "BYTEA": "VARBYTE(1024000)"}


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    found = postgres_type(name, arrow)
    if found.endswith("[]") or found == "JSONB":
        raise not_loadable(name, arrow, "Redshift", "convert it to JSON text, or leave it out")
    return _OTHERS.get(found, found)


def literal(value: Any, arrow: pa.DataType) -> str:
    """Return a value, not None, as SQL."""
    import pyarrow as pa

    if pa.types.is_dictionary(arrow):
        return literal(value, arrow.value_type)
    if isinstance(value, bool | int):
        return str(value).upper()
    if isinstance(value, float):
        # r_Numeric_types201: 'Infinity', '-Infinity' and 'NaN' too.
        return f"CAST('{_WORDS.get(repr(value), repr(value))}' AS {column_type('', arrow)})"
    if isinstance(value, bytes):
        return f"TO_VARBYTE('{value.hex()}', 'hex')"
    if pa.types.is_timestamp(arrow):
        moment = value.astimezone(UTC).replace(tzinfo=None) if arrow.tz else value
        text = moment.isoformat(sep=" ", timespec="microseconds")
        return f"CAST('{text}{'+00' if arrow.tz else ''}' AS {column_type('', arrow)})"
    if pa.types.is_decimal(arrow):
        return f"CAST('{value:f}' AS {column_type('', arrow)})"
    return _text(str(value))


_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def _text(value: str) -> str:
    """A backslash within a string escapes what follows it, or does not: so there is none. r_CHR."""
    pieces = ("'" + piece.replace("'", "''") + "'" for piece in value.split("\\"))
    return " || CHR(92) || ".join(pieces)


def arrow_value(value: Any, wanted: pa.DataType) -> Any:
    """Return a value of psycopg's as pyarrow takes it for ``wanted``."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_binary(wanted):
        return bytes.fromhex(value) if isinstance(value, str) else bytes(value)
    if pa.types.is_timestamp(wanted):
        return naive_utc(value).replace(tzinfo=UTC) if wanted.tz else value
    return str(value) if pa.types.is_string(wanted) else value
