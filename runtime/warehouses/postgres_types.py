"""PostgreSQL's types in the one vocabulary, by their numbers (``pg_type.oid``), and Arrow's as PostgreSQL's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.runtime.warehouses.loadable import Test, first_of, is_bytes, is_list, is_text

if TYPE_CHECKING:
    import pyarrow as pa

NUMERIC, NUMERIC_LIST = 1700, 1231

# pg_type.dat of PostgreSQL's source: number -> (kind, said, number of its list).
_SCALARS: tuple[tuple[int, str, str, int], ...] = (
    (16, "BOOLEAN", "boolean", 1000),
    (21, "SMALLINT", "smallint", 1005),
    (23, "INTEGER", "integer", 1007),
    (20, "BIGINT", "bigint", 1016),
    (700, "FLOAT", "real", 1021),
    (701, "DOUBLE", "double precision", 1022),
    (25, "VARCHAR", "text", 1009),
    (1043, "VARCHAR", "character varying", 1015),
    (1042, "VARCHAR", "character", 1014),
    (19, "VARCHAR", "name", 1003),
    (705, "VARCHAR", "unknown", 0),
    (17, "BLOB", "bytea", 1001),
    (1082, "DATE", "date", 1182),
    (1114, "TIMESTAMP", "timestamp", 1115),
    (1184, "TIMESTAMP WITH TIME ZONE", "timestamp with time zone", 1185),
    (114, "JSON", "json", 199),
    (3802, "JSON", "jsonb", 3807),
    (2950, "UUID", "uuid", 2951),
)
_KINDS = {number: (kind, said) for number, kind, said, _ in _SCALARS} | {
    list_number: (f"{kind}[]", f"{said}[]") for _, kind, said, list_number in _SCALARS if list_number
}


def kind_of(number: int, modifier: int) -> tuple[str, str] | None:
    """Return the kind of a type and PostgreSQL's name for it; None for a type that is not built in.

    >>> kind_of(1700, 655366)
    ('DECIMAL(10,2)', 'numeric(10,2)')
    """
    if number == NUMERIC:
        return _numeric(modifier)
    if number == NUMERIC_LIST:
        kind, said = _numeric(modifier)
        return f"{kind}[]", f"{said}[]"
    return _KINDS.get(number)


def _numeric(modifier: int) -> tuple[str, str]:
    """A modifier is (precision << 16 | scale in 11 bits) + 4; without one any number of digits fits."""
    if modifier < 4:
        return "NUMERIC", "numeric"
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, ((modifier - 4) & 0x7FF ^ 1024) - 1024
    said = f"numeric({precision},{scale})"
    return (f"DECIMAL({precision},{scale})" if 0 <= scale <= precision <= 38 else "NUMERIC"), said


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    import pyarrow as pa

    if pa.types.is_decimal(arrow):
        return f"NUMERIC({arrow.precision},{arrow.scale})"
    if pa.types.is_timestamp(arrow):
        return "TIMESTAMPTZ" if arrow.tz else "TIMESTAMP"
    if pa.types.is_dictionary(arrow):
        return column_type(name, arrow.value_type)
    if is_list(arrow):
        return f"{column_type(name, arrow.value_type)}[]"
    return first_of(_sorts(), name, arrow, "PostgreSQL")


def _sorts() -> list[tuple[Test, str]]:
    import pyarrow as pa

    t = pa.types
    return [
        (t.is_boolean, "BOOLEAN"),
        (lambda a: t.is_int8(a) or t.is_int16(a) or t.is_uint8(a), "SMALLINT"),
        (lambda a: t.is_int32(a) or t.is_uint16(a), "INTEGER"),
        (lambda a: t.is_int64(a) or t.is_uint32(a), "BIGINT"),
        (t.is_uint64, "NUMERIC(20,0)"),
        (lambda a: t.is_float16(a) or t.is_float32(a), "REAL"),
        (t.is_float64, "DOUBLE PRECISION"),
        (is_text, "TEXT"),
        (is_bytes, "BYTEA"),
        (t.is_date, "DATE"),
        (t.is_time, "TIME"),
        (t.is_struct, "JSONB"),
    ]
