"""Trino's types in the one vocabulary, Arrow's types and values as Trino's.

Pages are those of trino.io/docs/current.
"""

from __future__ import annotations

import math
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.loadable import is_list, not_loadable

if TYPE_CHECKING:
    import pyarrow as pa

# language/types
_PLAIN = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varbinary": "BLOB",
    "date": "DATE",
    "json": "JSON",
    "uuid": "UUID",
    "unknown": '"NULL"',
}
_DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)")
_TIME = re.compile(r"timestamp(\(\d+\))?( with time zone)?")


def kind_of(said: str) -> str:
    """Return the kind of a type as Trino writes it; digits of a second beyond microseconds are cut.

    >>> kind_of("array(timestamp(3) with time zone)"), kind_of('row("a" integer, b varchar(3))')
    ('TIMESTAMP WITH TIME ZONE[]', 'STRUCT("a" INTEGER, b VARCHAR)')
    """
    if said.startswith("array("):
        return f"{kind_of(said[6:-1])}[]"
    if said.startswith("row("):
        return f"STRUCT({', '.join(map(_member, _parts(said[4:-1])))})"
    if found := _DECIMAL.fullmatch(said):
        return f"DECIMAL({found[1]},{found[2]})"
    if found := _TIME.fullmatch(said):
        return "TIMESTAMP WITH TIME ZONE" if found[2] else "TIMESTAMP"
    if said.startswith(("varchar", "char(")):
        return "VARCHAR"
    return _PLAIN.get(said, said.upper())


def _member(text: str) -> str:
    found = re.match(r'("(?:[^"]|"")*"|\S+) (.*)', text, re.DOTALL)
    return f"{found[1]} {kind_of(found[2])}" if found else kind_of(text)


def _parts(text: str) -> list[str]:
    """What stands between the commas that are in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(arrow):
        return column_type(name, arrow.value_type)
    if is_list(arrow):
        return f"ARRAY({column_type(name, arrow.value_type)})"
    if t.is_decimal(arrow) and arrow.precision <= 38:
        return f"DECIMAL({arrow.precision},{arrow.scale})"
    if t.is_timestamp(arrow):
        return "TIMESTAMP(6) WITH TIME ZONE" if arrow.tz else "TIMESTAMP(6)"
    found = _COLUMNS.get(str(arrow))
    if found is None:
        raise not_loadable(name, arrow, "Trino")
    return found


_TEXT, _BYTES = "VARCHAR", "VARBINARY"
_COLUMNS = {
    "bool": "BOOLEAN",
    "int8": "SMALLINT",
    "uint8": "SMALLINT",
    "int16": "SMALLINT",
    "uint16": "INTEGER",
    "int32": "INTEGER",
    "uint32": "BIGINT",
    "int64": "BIGINT",
    "uint64": "DECIMAL(20,0)",
    "halffloat": "REAL",
    "float": "REAL",
    "double": "DOUBLE",
    "date32[day]": "DATE",
    "date64[ms]": "DATE",
    **dict.fromkeys(("string", "large_string", "string_view", "null"), _TEXT),
    **dict.fromkeys(("binary", "large_binary", "binary_view"), _BYTES),
}


def literal(value: Any, arrow: pa.DataType) -> str:
    """Return a value, not None, as Trino reads it (language/types)."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(arrow):
        return literal(value, arrow.value_type)
    if isinstance(value, list):
        items = ("NULL" if item is None else literal(item, arrow.value_type) for item in value)
        return f"ARRAY[{', '.join(items)}]"
    if t.is_boolean(arrow) or t.is_integer(arrow):
        return str(value).upper()
    if t.is_floating(arrow):
        return _floating(value, "DOUBLE" if t.is_float64(arrow) else "REAL")
    if t.is_decimal(arrow):
        return f"DECIMAL '{value:f}'"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if t.is_timestamp(arrow):
        zone = " UTC" if arrow.tz else ""
        moment = value.astimezone(UTC).replace(tzinfo=None) if arrow.tz else value
        return f"TIMESTAMP '{moment.isoformat(sep=' ', timespec='microseconds')}{zone}'"
    if t.is_date(arrow):
        return f"DATE '{value}'"
    return "'" + str(value).replace("'", "''") + "'"


def _floating(value: float, kind: str) -> str:
    # functions/math#floating-point-functions
    endless = {"inf": "INFINITY()", "-inf": "-INFINITY()", "nan": "NAN()"}
    return f"{kind} '{value!r}'" if math.isfinite(value) else f"CAST({endless[repr(value)]} AS {kind})"


def arrow_value(value: Any, wanted: pa.DataType) -> Any:
    """Return a value of the driver's as pyarrow takes it for ``wanted``: rows by the names of their members."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_list(wanted):
        return [arrow_value(item, wanted.value_type) for item in value]
    if pa.types.is_struct(wanted):
        return {f.name: arrow_value(item, f.type) for f, item in zip(wanted, value, strict=True)}
    if pa.types.is_timestamp(wanted) and wanted.tz is None and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return str(value) if pa.types.is_string(wanted) else value
