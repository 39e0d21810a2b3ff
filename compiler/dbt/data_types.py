"""Types of columns in the words of dbt's warehouses to dtypes. What has no equal is not mapped."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"^\s*([a-z][a-z0-9_ ]*?)\s*(?:\(\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\))?\s*((?:with|without)\b.*)?$"
)
_TYPES = {
    **dict.fromkeys(("bool", "boolean"), "bool"),
    **dict.fromkeys(
        ("int", "integer", "int4", "int32", "smallint", "int2", "int16", "tinyint", "mediumint"), "int32"
    ),
    **dict.fromkeys(("uint8", "uint16", "utinyint", "usmallint", "short", "byte"), "int32"),
    **dict.fromkeys(("bigint", "int8", "int64", "long", "uint32", "uinteger"), "int64"),
    **dict.fromkeys(("real", "float4", "float32"), "float32"),
    **dict.fromkeys(("float", "double", "double precision", "float8", "float64"), "float64"),
    **dict.fromkeys(
        ("varchar", "text", "string", "char", "character", "character varying", "bpchar"), "string"
    ),
    **dict.fromkeys(("nvarchar", "nchar"), "string"),
    **dict.fromkeys(("bytes", "bytea", "binary", "blob", "varbinary"), "bytes"),
    "date": "date",
    **dict.fromkeys(("timestamp", "datetime", "timestamptz", "timestamp_ntz", "timestamp_tz"), "timestamp"),
    **dict.fromkeys(
        ("timestamp_ltz", "timestampntz", "timestampltz", "timestamptz", "datetime64"), "timestamp"
    ),
    **dict.fromkeys(("json", "jsonb"), "json"),
}
_DECIMALS = ("decimal", "numeric", "number", "dec", "bignumeric")
# Where a word means another type than in most.
_OF_ADAPTER = {
    "bigquery": {
        **dict.fromkeys(("int", "integer", "smallint", "tinyint", "byteint"), "int64"),
        "numeric": "decimal(38,9)",
    },
    "snowflake": {
        **dict.fromkeys(("int", "integer", "smallint", "tinyint", "byteint"), "int64"),
        "number": "decimal(38,0)",
    },
    "clickhouse": {"int8": "int32", "uint8": "int32"},
    **{adapter: {"float": "float32"} for adapter in ("duckdb", "spark", "databricks")},
}


def dtype_of(data_type: str, adapter: str) -> str | None:
    """Return the dtype, or None for a type that has no equal or is not known.

    >>> dtype_of("NUMERIC(10, 2)", "postgres"), dtype_of("integer", "snowflake"), dtype_of("variant", "snowflake")
    ('decimal(10,2)', 'int64', None)
    """
    found = _WORDS.match(data_type.lower())
    if found is None:
        return None
    word, precision, scale = found[1], found[2], found[3]
    if word in _DECIMALS and precision:
        return f"decimal({precision},{scale or 0})" if 1 <= int(precision) <= 38 else None
    known = {**_TYPES, **_OF_ADAPTER.get(adapter, {})}.get(word)
    return known if known is None or not found[4] or known == "timestamp" else None
