"""ClickHouse's types in the one vocabulary, how each is selected so that Arrow has it, and Arrow's as ClickHouse's.

Pages are those of clickhouse.com/docs/sql-reference/data-types.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fcompile.runtime.warehouses.loadable import is_list, not_loadable

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN = {
    "Bool": "BOOLEAN",
    "Int8": "TINYINT",
    "Int16": "SMALLINT",
    "Int32": "INTEGER",
    "Int64": "BIGINT",
    "UInt8": "UTINYINT",
    "UInt16": "USMALLINT",
    "UInt32": "UINTEGER",
    "UInt64": "UBIGINT",
    "Float32": "FLOAT",
    "Float64": "DOUBLE",
    "Date": "DATE",
    "Date32": "DATE",
    "UUID": "UUID",
    "String": "STRING",
    "Nothing": '"NULL"',
}
_WRAPPED = re.compile(r"(Nullable|LowCardinality|Variant)\((.*)\)", re.DOTALL)
_LIST = re.compile(r"Array\((.*)\)", re.DOTALL)
_DECIMAL = re.compile(r"Decimal\((\d+), (\d+)\)")


def kind_of(said: str) -> str:
    """Return the kind of a type as DESCRIBE says it; text may be bytes, and times are UTC whatever zone they show.

    >>> kind_of("Variant(Array(LowCardinality(Nullable(String))))"), kind_of("Nullable(DateTime64(6, 'UTC'))")
    ('STRING[]', 'TIMESTAMP')
    """
    if found := _WRAPPED.fullmatch(said):
        return kind_of(found[2])
    if found := _LIST.fullmatch(said):
        return f"{kind_of(found[1])}[]"
    if found := _DECIMAL.fullmatch(said):
        return f"DECIMAL({found[1]},{found[2]})" if int(found[1]) <= 38 else said.upper()
    if said.startswith("DateTime"):
        return "TIMESTAMP"
    if said.startswith(("Enum", "FixedString")):
        return "STRING"
    return _PLAIN.get(said, said.upper())


def selected(name: str, said: str) -> str:
    """Return the column as Arrow has a type for it; lists that may be NULL go as JSON."""
    inner = re.sub(r"^(Nullable|LowCardinality)\(", "", re.sub(r"^LowCardinality\(", "", said))
    if said.startswith("Variant(") or inner.startswith(("Tuple(", "Map(", "JSON")):
        return f"toJSONString({name})"
    if inner.startswith("DateTime") and not inner.startswith("DateTime64(6"):
        return f"toDateTime64({name}, 6, 'UTC')"
    if inner.startswith("Date") and not inner.startswith(("DateTime", "Date32")):
        return f"toDate32({name})"
    if inner.startswith(("Enum", "UUID", "FixedString", "Int128", "Int256", "UInt128", "UInt256", "IPv")):
        return f"toString({name})"
    return name


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values, NULL among them; raise FcompileError (FC419) for none."""
    import pyarrow as pa

    t = pa.types
    if is_list(arrow):
        return f"Array({column_type(name, arrow.value_type)})"
    if t.is_dictionary(arrow):
        return column_type(name, arrow.value_type)
    if t.is_decimal(arrow):
        return f"Nullable(Decimal({arrow.precision}, {arrow.scale}))"
    if t.is_timestamp(arrow):
        return "Nullable(DateTime64(6, 'UTC'))"
    text = (t.is_string, t.is_large_string, t.is_string_view, t.is_null, t.is_binary, t.is_large_binary)
    if any(test(arrow) for test in text):
        return "Nullable(String)"
    plain = {"bool": "Bool", "float": "Float32", "double": "Float64", "date32[day]": "Date32"}
    found = plain.get(str(arrow))
    if found is None and t.is_integer(arrow):
        found = str(arrow).replace("uint", "UInt").replace("int", "Int")
    if found is None:
        raise not_loadable(name, arrow, "ClickHouse")
    return f"Nullable({found})"
