"""BigQuery's types in the one vocabulary, and Arrow's types as BigQuery's.

Pages are those of cloud.google.com/bigquery/docs/reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.base import Column
from fcompile.runtime.warehouses.loadable import first_of, is_bytes, is_list, is_text

if TYPE_CHECKING:
    import pyarrow as pa

# rest/v2/tables#TableFieldSchema: a result's schema has the old names, and of decimals no digits.
_KINDS = {
    "BOOLEAN": ("BOOL", "BOOLEAN"),
    "BOOL": ("BOOL", "BOOLEAN"),
    "INTEGER": ("INT64", "BIGINT"),
    "INT64": ("INT64", "BIGINT"),
    "FLOAT": ("FLOAT64", "DOUBLE"),
    "FLOAT64": ("FLOAT64", "DOUBLE"),
    "STRING": ("STRING", "VARCHAR"),
    "BYTES": ("BYTES", "BLOB"),
    "DATE": ("DATE", "DATE"),
    "DATETIME": ("DATETIME", "TIMESTAMP"),
    "TIMESTAMP": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    "JSON": ("JSON", "JSON"),
}


def column_of(field: Any) -> Column:
    """Return a column of a result's schema."""
    said, kind = _kind_of(field)
    return Column(str(field.name), kind, said)


def _kind_of(field: Any) -> tuple[str, str]:
    said, kind = _single(field)
    return (f"ARRAY<{said}>", f"{kind}[]") if field.mode == "REPEATED" else (said, kind)


def _single(field: Any) -> tuple[str, str]:
    sort = field.field_type
    if sort in ("RECORD", "STRUCT"):
        members = [(member.name, *_kind_of(member)) for member in field.fields]
        said = ", ".join(f"{name} {said}" for name, said, _ in members)
        kinds = ", ".join('"' + name.replace('"', '""') + f'" {kind}' for name, _, kind in members)
        return f"STRUCT<{said}>", f"STRUCT({kinds})"
    if sort in ("NUMERIC", "BIGNUMERIC"):
        return _decimal(sort, field.precision, field.scale)
    return _KINDS.get(sort, (sort, sort))


# standard-sql/data-types#decimal_types
def _decimal(sort: str, precision: int | None, scale: int | None) -> tuple[str, str]:
    if precision is not None:
        said, digits = f"{sort}({precision}, {scale or 0})", (precision, scale or 0)
    else:
        said, digits = sort, (38, 9) if sort == "NUMERIC" else (77, 38)
    return said, f"DECIMAL({digits[0]},{digits[1]})" if digits[0] <= 38 else sort


def column_type(name: str, arrow: pa.DataType) -> str:
    """Return the type of a column that holds Arrow values; raise FcompileError (FC419) where there is none."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(arrow):
        return column_type(name, arrow.value_type)
    if t.is_decimal(arrow) and arrow.precision <= 38:
        narrow = arrow.scale <= 9 and arrow.precision - arrow.scale <= 29
        return f"{'NUMERIC' if narrow else 'BIGNUMERIC'}({arrow.precision}, {arrow.scale})"
    if is_list(arrow):
        return f"ARRAY<{column_type(name, arrow.value_type)}>"
    if t.is_struct(arrow):
        members = (f"`{field.name}` {column_type(name, field.type)}" for field in arrow)
        return f"STRUCT<{', '.join(members)}>"
    sorts = (
        (t.is_boolean, "BOOL"),
        (lambda a: t.is_integer(a) and not t.is_uint64(a), "INT64"),
        (t.is_uint64, "NUMERIC(20, 0)"),
        (t.is_floating, "FLOAT64"),
        (is_text, "STRING"),
        (is_bytes, "BYTES"),
        (t.is_date, "DATE"),
        (t.is_timestamp, "TIMESTAMP" if getattr(arrow, "tz", None) else "DATETIME"),
        (t.is_time, "TIME"),
    )
    return first_of(sorts, name, arrow, "BigQuery")


# data-types#array_nulls: results and tables have an empty array where a query has NULL, so that no reader can tell
# which it was. An event that did not match, an empty window and a vector that is missing are NULL by all other
# engines, and online: the empty array is read as that, wherever it comes from.
def with_null_lists(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with NULL in place of empty lists; those within structs stay."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not any(pa.types.is_list(column.type) for column in batch.columns):
        return batch
    columns = [
        pc.if_else(pc.equal(pc.list_value_length(column), 0), pa.scalar(None, column.type), column)
        if pa.types.is_list(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
