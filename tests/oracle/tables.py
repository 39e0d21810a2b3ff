"""Rows of dicts to Arrow tables and back, by the dtypes of SPEC 3."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tests.oracle.case import Row, Types

_ARROW = {
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "bytes": pa.binary(),
    "decimal(12,2)": pa.decimal128(12, 2),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamp_utc": pa.timestamp("us", tz="UTC"),
}


def to_arrow(rows: Sequence[Row], types: Types) -> pa.Table:
    """Return the rows as a table with exactly the columns of ``types``, in that order."""
    names = list(types)
    arrays = [pa.array([row[n] for row in rows], type=_ARROW[types[n]]) for n in names]
    return pa.Table.from_arrays(arrays, names=names)


def from_arrow(table: pa.Table) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return column names and rows; names may repeat."""
    columns = [column.to_pylist() for column in table.columns]
    return list(table.column_names), [tuple(c[i] for c in columns) for i in range(table.num_rows)]
