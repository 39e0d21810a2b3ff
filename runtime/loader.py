"""From the warehouse's table to the online store: what changed, in batches, each checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import DType
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.materialize import MaterializeSql
from fcompile.runtime.online.base import OnlineRow, OnlineStore
from fcompile.runtime.online.codec import encoder, key_text, payload_text, schema_text
from fcompile.runtime.warehouses.base import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 10_000
"""Rows a transaction of the online store: enough to pay for its flush to disk, little enough to lose."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table's columns become a key and a payload. ``keys`` are in the view's order."""

    keys: tuple[tuple[str, DType], ...]
    features: tuple[tuple[str, DType], ...]

    @classmethod
    def of(cls, view: FeatureView) -> Layout:
        return cls(
            tuple((k.name, k.dtype) for k in view.join_keys), tuple((f.name, f.dtype) for f in view.features)
        )


def load(
    warehouse: Warehouse,
    store: OnlineStore,
    view: FeatureView,
    sql: MaterializeSql,
    loaded: int,
    sequence: int,
    before_write: Callable[[], None],
    after_write: Callable[[int], None],
    batch_rows: int = BATCH_ROWS,
) -> int:
    """Bring the online store up to the table's state; return how many rows were sent.

    Args:
        loaded: the store has the rows up to this sequence.
        sequence: of this run, the greatest there is.
        before_write: called before the store is touched; raises to stop.
        after_write: called with the rows sent so far after each batch is safe.
    """
    floor = _floor(warehouse, sql, sequence)
    layout = Layout.of(view)
    sent = 0
    for batch in warehouse.batches(sql.changed, {"loaded": loaded}):
        for start in range(0, batch.num_rows, batch_rows):
            rows = online_rows(batch.slice(start, batch_rows), layout)
            before_write()
            store.write(view.name, rows, floor)
            sent += len(rows)
            after_write(sent)
    before_write()
    # Last, so that a reader never finds an entity gone that is about to be written again.
    store.prune(view.name, floor)
    return sent


def _floor(warehouse: Warehouse, sql: MaterializeSql, sequence: int) -> int:
    """Return the least sequence in the table; of an empty table one that no row online reaches."""
    ((least, count),) = warehouse.rows(sql.floor)
    return int(str(least)) if count else sequence + 1


def online_rows(batch: pa.RecordBatch, layout: Layout) -> list[OnlineRow]:
    """Return the rows of a ``changed`` batch, encoded."""
    keys = [_encoded(batch, name, dtype) for name, dtype in layout.keys]
    features = [_encoded(batch, name, dtype) for name, dtype in layout.features]
    schema = schema_text(layout.features)
    return [
        OnlineRow(key_text(key), event, created, sequence, schema, payload_text(values))
        for key, event, created, sequence, values in zip(
            _rows(keys, batch.num_rows),
            _micros(batch, EVENT),
            _micros(batch, CREATED),
            batch.column(SEQUENCE).to_pylist(),
            _rows(features, batch.num_rows),
            strict=True,
        )
    ]


def _rows(columns: Sequence[Sequence[Any]], count: int) -> Iterator[tuple[Any, ...]]:
    return zip(*columns, strict=True) if columns else iter([()] * count)


def _encoded(batch: pa.RecordBatch, name: str, dtype: DType) -> Sequence[Any]:
    if dtype.kind == "timestamp":
        return _micros(batch, name)
    values: list[Any] = batch.column(name).to_pylist()
    return values if dtype.kind in _PLAIN else list(map(encoder(dtype), values))


def _micros(batch: pa.RecordBatch, name: str) -> list[Any]:
    """Return a timestamp column as microseconds, without going through datetimes, which know fewer years."""
    import pyarrow as pa

    column = batch.column(name)
    if not pa.types.is_timestamp(column.type):
        return [None] * batch.num_rows
    values: list[Any] = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()).to_pylist()
    return values


_PLAIN = ("bool", "int32", "int64", "string", "json")
"""Kinds whose Arrow values are JSON already."""
