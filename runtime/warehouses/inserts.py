"""Arrow rows as INSERT statements of literals, for engines whose bulk path is a bucket or volume of their cloud's.

That is slow, some thousands of rows a second at best: a large spine is better kept as a table of the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Literal = Callable[[Any, "pa.DataType"], str]
"""A value that is not None, of an Arrow type, in an engine's SQL."""

MOST_ROWS = 1_000


def inserts(
    table: str, batches: Iterable[pa.RecordBatch], literal: Literal, most_characters: int
) -> Iterator[str]:
    """Yield statements that put the rows into ``table``, in order, of at most ``most_characters`` where rows allow."""
    head = f"INSERT INTO {table} VALUES\n"
    held: list[str] = []
    size = 0
    for row in _rows(batches, literal):
        if held and (len(held) == MOST_ROWS or size + len(row) > most_characters - len(head)):
            yield head + ",\n".join(held)
            held, size = [], 0
        held.append(row)
        size += len(row) + 2
    if held:
        yield head + ",\n".join(held)


def _rows(batches: Iterable[pa.RecordBatch], literal: Literal) -> Iterator[str]:
    for batch in batches:
        columns = [
            ["NULL" if value is None else literal(value, field.type) for value in column.to_pylist()]
            for column, field in zip(_microseconds(batch).columns, batch.schema, strict=True)
        ]
        for row in zip(*columns, strict=True):
            yield f"({', '.join(row)})"


def _microseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with times as Python has them: finer digits are cut, and a zone is UTC."""
    import pyarrow as pa

    columns = [
        column.cast(pa.timestamp("us", tz=field.type.tz and "UTC"), safe=False)
        if pa.types.is_timestamp(field.type)
        else column
        for column, field in zip(batch.columns, batch.schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
