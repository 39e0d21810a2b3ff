"""Snowflake's types in the one vocabulary, names as definitions write them, and Arrow's types as Snowflake's.

Pages are those of docs.snowflake.com/en/sql-reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.base import Column
from fcompile.runtime.warehouses.loadable import first_of, is_bytes, is_list, is_text
from fcompile.runtime.warehouses.types import NULL

if TYPE_CHECKING:
    import pyarrow as pa

_UPPER = re.compile("[A-Z_][A-Z0-9_]*")
# The numbers of types in a cursor's description (snowflake.connector, _internal/type_codes.py), and our kinds.
_KINDS: tuple[tuple[int, str, str], ...] = (
    (1, "FLOAT", "DOUBLE"),
    (2, "VARCHAR", "VARCHAR"),
    (3, "DATE", "DATE"),
    (4, "TIMESTAMP", "TIMESTAMP"),
    (5, "VARIANT", "JSON"),
    (6, "TIMESTAMP_LTZ", "TIMESTAMP WITH TIME ZONE"),
    (7, "TIMESTAMP_TZ", "TIMESTAMP WITH TIME ZONE"),
    (8, "TIMESTAMP_NTZ", "TIMESTAMP"),
    (9, "OBJECT", "JSON"),
    # data-types-semistructured: an element is a VARIANT, which may be read as any type.
    (10, "ARRAY", f"{NULL}[]"),
    (11, "BINARY", "BLOB"),
    (12, "TIME", "TIME"),
    (13, "BOOLEAN", "BOOLEAN"),
    (14, "GEOGRAPHY", "GEOGRAPHY"),
    (15, "GEOMETRY", "GEOMETRY"),
    (16, "VECTOR", "VECTOR"),
    (17, "MAP", "MAP"),
)
_DIGITS = {
    "int8": 3,
    "uint8": 3,
    "int16": 5,
    "uint16": 5,
    "int32": 10,
    "uint32": 10,
    "int64": 19,
    "uint64": 20,
}
_FIXED = 0
_BY_CODE = {code: (said, kind) for code, said, kind in _KINDS}


def column_of(described: Any) -> Column:
    """Return a column of a cursor's description."""
    name, code = str(described.name), described.type_code
    if code == _FIXED:
        said, kind = _number(described.precision, described.scale)
    else:
        said, kind = _BY_CODE.get(code, ("a type of Snowflake's own", "OTHER"))
    return Column(asked_name(name), kind, said)


def asked_name(name: str) -> str:
    """Return a name as definitions write it.

    >>> asked_name("USER_ID"), asked_name("userId")
    ('user_id', 'userId')
    """
    return name.lower() if _UPPER.fullmatch(name) else name


# data-types-numeric: INT, BIGINT and so on are all NUMBER(38,0).
def _number(precision: int | None, scale: int | None) -> tuple[str, str]:
    """Whole numbers count as int64, of which those that are larger fail where they are read."""
    if precision is None or scale is None:
        return "DECFLOAT", "DECFLOAT"
    said = f"NUMBER({precision},{scale})"
    if scale == 0:
        return said, "INTEGER" if precision < 10 else "BIGINT"
    return said, f"DECIMAL({precision},{scale})"


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(arrow):
        return column_type(name, arrow.value_type)
    if t.is_decimal(arrow) and arrow.precision <= 38:
        return f"NUMBER({arrow.precision},{arrow.scale})"
    if t.is_timestamp(arrow):
        return "TIMESTAMP_TZ(6)" if arrow.tz else "TIMESTAMP_NTZ(6)"
    if is_list(arrow):
        return "ARRAY"
    if t.is_integer(arrow):
        return f"NUMBER({_DIGITS[str(arrow)]},0)"
    sorts = (
        (t.is_boolean, "BOOLEAN"),
        (t.is_floating, "DOUBLE"),
        (is_text, "VARCHAR"),
        (is_bytes, "BINARY"),
        (t.is_date, "DATE"),
        (t.is_time, "TIME(6)"),
        (t.is_struct, "OBJECT"),
    )
    return first_of(sorts, name, arrow, "Snowflake")
