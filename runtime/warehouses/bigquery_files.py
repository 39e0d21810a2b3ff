"""Arrow as a Parquet file for a load job of BigQuery.

Pages are those of cloud.google.com/bigquery/docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def written(batches: Iterable[pa.RecordBatch], file: Any) -> int:
    """Write Parquet to an open ``file``; return how many rows."""
    import pyarrow.parquet as pq

    rows, writer = 0, None
    for batch in batches:
        whole = _spoken(batch)
        if writer is None:
            writer = pq.ParquetWriter(file, whole.schema)
        writer.write_batch(whole)
        rows += batch.num_rows
    if writer is not None:
        writer.close()
    return rows


def _spoken(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch in types that a load job reads: loading-data-cloud-storage-parquet#type_conversions."""
    import pyarrow as pa

    t = pa.types
    columns = []
    for column in batch.columns:
        if t.is_dictionary(column.type):
            column = column.dictionary_decode()
        if t.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", tz=column.type.tz and "UTC"), safe=False)
        elif t.is_null(column.type) or t.is_string_view(column.type):
            column = column.cast(pa.string())
        elif t.is_floating(column.type):
            column = column.cast(pa.float64())
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
