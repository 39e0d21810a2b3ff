"""Arrow as Parquet files for Snowflake's COPY INTO, and what reads their columns.

Every value passes as text but truth, as a staged file is read through VARIANTs, which hold no NaN and give a time by
the units that a file's writer chose; the types' own casts read all texts that are written here exactly.
Pages are those of docs.snowflake.com/en/sql-reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 250_000
"""Rows of a file: large enough for a warehouse's thread, small enough for memory."""


def written(batches: Iterable[pa.RecordBatch], folder: Path) -> Iterator[Path]:
    """Yield files of the batches' rows, whose columns are ``c0``, ``c1``; each may be deleted before the next."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept: list[pa.RecordBatch] = []
    for batch in batches:
        kept.append(batch)
        if sum(each.num_rows for each in kept) >= ROWS:
            yield _write(pq, pa.Table.from_batches(kept), folder)
            kept = []
    if sum(each.num_rows for each in kept):
        yield _write(pq, pa.Table.from_batches(kept), folder)


def _write(pq: Any, table: pa.Table, folder: Path) -> Path:
    import pyarrow as pa

    columns = {f"c{n}": _texts(column.combine_chunks()) for n, column in enumerate(table.columns)}
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    pq.write_table(pa.table(columns), path)
    return path


# sql/copy-into-table#transformation-parameters: casts and these functions may stand in the SELECT of a COPY.
def read_column(place: int, kind: str) -> str:
    """Return what gives a column of ``kind`` of a file's ``place``."""
    if kind == "BOOLEAN":
        return f"$1:c{place}::BOOLEAN"
    text = f"$1:c{place}::VARCHAR"
    if kind == "BINARY":
        return f"TO_BINARY({text}, 'HEX')"
    if kind in ("ARRAY", "OBJECT"):
        return f"PARSE_JSON({text})::{kind}"
    return text if kind == "VARCHAR" else f"{text}::{kind}"


def _texts(column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    t = pa.types
    if t.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if t.is_boolean(kind):
        return column
    if t.is_timestamp(kind):
        text = column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
        return pc.binary_join_element_wise(text, "+00:00", "") if kind.tz else text
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind):
        return pa.array([None if v is None else v.hex() for v in column.to_pylist()], pa.string())
    if t.is_nested(kind):
        return pa.array(
            [None if v is None else json.dumps(_plain(v)) for v in column.to_pylist()], pa.string()
        )
    # The shortest text of a narrow float is that of another double.
    return (column.cast(pa.float64()) if t.is_floating(kind) else column).cast(pa.string())


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return str(value)
    return str(value) if isinstance(value, Decimal) else value
