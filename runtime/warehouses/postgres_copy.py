"""Rows out of PostgreSQL and into it as Arrow, by COPY in CSV: the fastest path of the driver, in constant memory.

In CSV the two agree on what is NULL (nothing) and what is an empty text (two quotes), and Arrow reads and writes it in
columns. psycopg's own loop over COPY costs twice as much a row as libpq's [RAN], so that is called here.
"""

from __future__ import annotations

import io
import select
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fcompile.runtime.warehouses.base import Column
from fcompile.runtime.warehouses.loadable import is_list
from fcompile.runtime.warehouses.results import arrow_of, conformed

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg.pq.abc import PGconn

_BLOCK = 4 << 20
"""Bytes of CSV that become a batch."""


def copied_out(connection: PGconn, select_text: str, columns: Sequence[Column]) -> Generator[pa.RecordBatch]:
    """Yield the rows of a SELECT with ``columns``; closed early, the query is cancelled. Raises psycopg's errors."""
    schema = _schema(columns)
    for block in _blocks(connection, f"COPY (\n{_spoken(select_text, columns)}\n) TO STDOUT (FORMAT csv)"):
        yield conformed(_with_bytes(_parsed(block, schema, columns), columns), schema)


def _schema(columns: Sequence[Column]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([(column.name, arrow_of(column.kind)) for column in columns])


def _spoken(select_text: str, columns: Sequence[Column]) -> str:
    """Lists are sent as JSON; all else has a text that Arrow reads."""
    if not any(column.kind.endswith("[]") for column in columns):
        return select_text
    places = [f"c{n}" for n, _ in enumerate(columns)]
    shown = [f"to_json({p})" if c.kind.endswith("[]") else p for p, c in zip(places, columns, strict=True)]
    return f"SELECT {', '.join(shown)} FROM (\n{select_text}\n) AS r ({', '.join(places)})"  # noqa: S608


def _parsed(block: bytearray, schema: pa.Schema, columns: Sequence[Column]) -> pa.RecordBatch:
    import pyarrow as pa

    try:
        return _read(block, schema, {n: _read_as(c, schema.field(n).type) for n, c in enumerate(columns)})
    except pa.ArrowInvalid:
        # Infinities, and years that Arrow does not read: they are rare, so only such a block is read as text first.
        texts = _read(block, schema, {n: pa.string() for n, _ in enumerate(columns)})
        return _times(texts, schema, columns)


def _read(block: bytearray, schema: pa.Schema, types: dict[int, pa.DataType]) -> pa.RecordBatch:
    import pyarrow as pa
    from pyarrow import csv

    names = [f"c{n}" for n in types]
    table = csv.read_csv(
        pa.BufferReader(block),
        csv.ReadOptions(column_names=names, block_size=len(block) + 1),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=dict(zip(names, types.values(), strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    columns = [column.combine_chunks() for column in table.columns]
    arrays = [c.chunk(0) if isinstance(c, pa.ChunkedArray) else c for c in columns]
    return pa.RecordBatch.from_arrays(arrays, names=schema.names)


def _with_bytes(batch: pa.RecordBatch, columns: Sequence[Column]) -> pa.RecordBatch:
    """Return the batch with bytes where they came as hexadecimal digits behind a backslash and x."""
    import pyarrow as pa

    if not any(column.kind == "BLOB" for column in columns):
        return batch
    arrays = [
        pa.array([None if v is None else bytes.fromhex(v[2:]) for v in values.to_pylist()], pa.binary())
        if column.kind == "BLOB"
        else values
        for values, column in zip(batch.columns, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _read_as(column: Column, wanted: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.string() if column.kind == "BLOB" or pa.types.is_nested(wanted) else wanted


def _times(texts: pa.RecordBatch, schema: pa.Schema, columns: Sequence[Column]) -> pa.RecordBatch:
    """Return the batch with its infinite times as the greatest and least number, as DuckDB has them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays: list[pa.Array] = []
    for text, field, column in zip(texts.columns, schema, columns, strict=True):
        if not pa.types.is_timestamp(field.type):
            arrays.append(_of_text(text, field.type, column))
            continue
        ends = {"infinity": 2**63 - 1, "-infinity": -(2**63) + 1}
        number = text
        for name in ends:
            number = pc.if_else(pc.equal(number, name), None, number)
        number = number.cast(field.type).cast(pa.int64())
        for name, value in ends.items():
            number = pc.if_else(pc.fill_null(pc.equal(text, name), False), value, number)
        arrays.append(number.cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, names=schema.names)


def _of_text(text: pa.Array, wanted: pa.DataType, column: Column) -> pa.Array:
    import pyarrow as pa

    if _read_as(column, wanted) == pa.string():
        return text
    if pa.types.is_boolean(wanted):
        return pa.array([None if each is None else each == "t" for each in text.to_pylist()])
    return text.cast(wanted)


# -- libpq ---------------------------------------------------------------------------------------


def _blocks(connection: PGconn, statement: str) -> Iterator[bytearray]:
    """Yield the data of a COPY ... TO STDOUT in blocks of whole rows."""
    # A row's own memory is let go of at once: to keep the rows and join them takes four times as long [RAN].
    from psycopg import pq

    connection.send_query(statement.encode())
    block = bytearray()
    running = True
    try:
        started = _result(connection)
        running = started.status == pq.ExecStatus.COPY_OUT
        _raise_error(started)
        while True:
            length, row = connection.get_copy_data(1)
            if length > 0:
                block += row
                if len(block) >= _BLOCK:
                    yield block
                    block = bytearray()
            elif length == 0:
                _wait(connection)
            else:
                running = False
                break
        while (ended := _result(connection)) is not None:
            _raise_error(ended)
        if block:
            yield block
    finally:
        _end(connection, running)


def _result(connection: PGconn) -> Any:
    """Return the next result, waiting where Ctrl-C is heard; None after the last one."""
    while connection.flush():
        select.select([], [connection.socket], [], 1)
    while connection.is_busy():
        _wait(connection)
    return connection.get_result()


def _wait(connection: PGconn) -> None:
    # Woken now and then: a signal's handler runs between two waits.
    if select.select([connection.socket], [], [], 1)[0]:
        connection.consume_input()


def _raise_error(result: Any) -> None:
    from psycopg import errors, pq

    if result.status == pq.ExecStatus.FATAL_ERROR:
        raise errors.error_from_result(result, encoding="utf-8")


def _end(connection: PGconn, running: bool) -> None:
    """Bring the connection back to where a statement may be sent; what is still ``running`` is cancelled."""
    from psycopg import pq

    if connection.transaction_status != pq.TransactionStatus.ACTIVE:
        return
    if running:
        connection.get_cancel().cancel()
    while (result := connection.get_result()) is not None:
        # What was sent before the server heard of it has to be read, or the same result comes again.
        while result.status == pq.ExecStatus.COPY_OUT and connection.get_copy_data(0)[0] > 0:
            pass


# -- into it -------------------------------------------------------------------------------------


def csv_blocks(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Yield the batches as CSV that COPY ... FROM STDIN (FORMAT csv) reads."""
    import pyarrow as pa
    from pyarrow import csv

    options = csv.WriteOptions(include_header=False)
    for batch in batches:
        arrays = [_written(column) for column in batch.columns]
        sink = io.BytesIO()
        csv.write_csv(pa.RecordBatch.from_arrays(arrays, names=batch.schema.names), sink, options)
        yield sink.getvalue()


def _written(column: pa.Array) -> pa.Array:
    """Return a column as the CSV writer takes it: bytes, lists and structs as the text that PostgreSQL reads."""
    import json

    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _written(column.dictionary_decode())
    if pa.types.is_null(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if v is None else f"\\x{v.hex()}" for v in column.to_pylist()], pa.string())
    if is_list(kind):
        return pa.array([_list_text(values) for values in column.to_pylist()], pa.string())
    if pa.types.is_struct(kind):
        values = (None if v is None else json.dumps(v, default=str) for v in column.to_pylist())
        return pa.array(list(values), pa.string())
    return column


def _list_text(values: list[Any] | None) -> str | None:
    """Return a list as PostgreSQL writes arrays: postgresql.org/docs/current/arrays.html#ARRAYS-IO

    >>> print(_list_text([1, None, 'a "b"']))
    {"1",NULL,"a \\"b\\""}
    """
    if values is None:
        return None
    return f"{{{','.join(map(_item_text, values))}}}"


def _item_text(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return str(_list_text(value))
    text = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
