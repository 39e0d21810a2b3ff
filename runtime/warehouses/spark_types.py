"""Spark's types in the one vocabulary, and Arrow's types as those that Spark takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.loadable import is_list, not_loadable
from fcompile.runtime.warehouses.types import exact_dtype

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import DataType

# spark.apache.org/docs/latest/sql-ref-datatypes: TIMESTAMP is an instant, which is shown in the session's zone.
_PLAIN = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "void": '"NULL"',
}


def kind_of(found: DataType) -> str:
    """Return the kind of a type of PySpark's."""
    from pyspark.sql import types as t

    match found:
        case t.DecimalType():
            return f"DECIMAL({found.precision},{found.scale})"
        case t.ArrayType():
            return f"{kind_of(found.elementType)}[]"
        case t.StructType():
            members = (f"{_member(f.name)} {kind_of(f.dataType)}" for f in found.fields)
            return f"STRUCT({', '.join(members)})"
        case t.CharType() | t.VarcharType():
            return "VARCHAR"
    said = found.simpleString()
    # A text may have a collation behind it.
    return _PLAIN.get(said.split(" collate ")[0], said.upper())


def kind_said(said: str) -> str:
    """Return the kind of a type in SQL's words, as Databricks tells it.

    >>> kind_said("decimal(10,2)"), kind_said("array<timestamp_ntz>"), kind_said("struct<a:int,b:array<string>>")
    ('DECIMAL(10,2)', 'TIMESTAMP[]', 'STRUCT(a INTEGER, b VARCHAR[])')
    """
    text = said.strip().lower()
    if text.startswith("array<"):
        return f"{kind_said(said.strip()[6:-1])}[]"
    if text.startswith("struct<"):
        members = (part.partition(":") for part in _parts(said.strip()[7:-1]))
        return f"STRUCT({', '.join(f'{_member(name)} {kind_said(rest)}' for name, _, rest in members)})"
    if text.startswith("decimal("):
        return text.upper().replace(" ", "")
    if text.startswith(("char(", "varchar(")):
        return "VARCHAR"
    return _PLAIN.get(text.split(" collate ")[0], text.upper())


def _parts(text: str) -> list[str]:
    """What stands between the commas that are in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _member(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def shown(name: str, kind: str) -> str:
    """Return the column as a type that results have: what no dtype is goes as text, and as JSON where it is nested.

    >>> shown("c1", "MAP<STRING,INT>"), shown("c1", "BIGINT"), shown("c1", "INTERVAL DAY TO SECOND")
    ('TO_JSON(c1)', 'c1', 'CAST(c1 AS STRING)')
    """
    if exact_dtype(kind) or kind in ("TINYINT", "SMALLINT", "TIMESTAMP WITH TIME ZONE"):
        return name
    nested = kind.endswith("[]") or kind.startswith(("STRUCT(", "MAP<", "VARIANT"))
    return f"TO_JSON({name})" if nested else f"CAST({name} AS STRING)"


def spark_schema(schema: pa.Schema) -> Any:
    """Return PySpark's type of rows of ``taken``: times without a zone stay without one."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema, prefer_timestamp_ntz=True)


def taken(schema: pa.Schema) -> pa.Schema:
    """Return the types as which columns are given to Spark, each holding all values of the column's own.

    Raises FcompileError (FC419) for a column that none holds.
    """
    import pyarrow as pa

    return pa.schema([(field.name, _taken(field.name, field.type)) for field in schema])


def _taken(name: str, found: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(found):
        return _taken(name, found.value_type)
    if is_list(found):
        return pa.list_(_taken(name, found.value_type))
    if t.is_struct(found):
        return pa.struct([(field.name, _taken(name, field.type)) for field in found])
    if t.is_timestamp(found):
        return pa.timestamp("us", tz="UTC" if found.tz else None)
    if str(found) in _LARGER:
        return pa.type_for_alias(_LARGER[str(found)])
    if t.is_uint64(found):
        return pa.decimal128(20, 0)
    if t.is_fixed_size_binary(found):
        return pa.binary()
    if t.is_decimal(found) and found.precision <= 38:
        return pa.decimal128(found.precision, found.scale)
    if t.is_boolean(found) or t.is_signed_integer(found) or str(found) in _AS_THEY_ARE:
        return found
    raise not_loadable(name, found, "Spark")


_AS_THEY_ARE = ("float", "double", "string", "binary", "date32[day]")
_LARGER = {
    "uint8": "int16",
    "uint16": "int32",
    "uint32": "int64",
    "halffloat": "float32",
    "large_string": "string",
    "string_view": "string",
    "null": "string",
    "large_binary": "binary",
    "binary_view": "binary",
    "date64[ms]": "date32",
}
