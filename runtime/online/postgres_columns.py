"""Arrow columns as PostgreSQL takes them, in binary forms and without an object a value: a bytea[], rows of COPY."""

from __future__ import annotations

from functools import cache
from struct import Struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

_BYTEA, _BYTEA_ARRAY = 17, 1001


class ByteaArray:
    """A binary column without NULLs."""

    def __init__(self, column: pa.BinaryArray) -> None:
        self.column = column


def takes_columns(cursor: psycopg.Cursor[Any]) -> None:
    """Let the statements of a cursor take a ``ByteaArray`` where the text says ``%b``."""
    cursor.adapters.register_dumper(ByteaArray, _dumper())


def array_bytes(column: pa.BinaryArray) -> bytes:
    """Return what array_recv reads: dimensions, whether there are NULLs, the type of the members, the number of
    members and the place of the first, then each member after its length; numbers are of four bytes, big-endian.
    """
    import numpy as np

    head = np.array([1, 0, _BYTEA, len(column), 1], ">i4").tobytes()
    return head + _joined(len(column), _lengths(column), column)


def copy_bytes(generation: int, keys: pa.BinaryArray, values: pa.BinaryArray) -> bytes:
    """Return what COPY reads for rows of a bigint, which is the same for all, and two bytea."""
    import pyarrow as pa

    head = pa.scalar(_ROW_HEAD.pack(3, 8, generation), pa.binary())
    rows = _joined(len(keys), head, _lengths(keys), keys, _lengths(values), values)
    return _COPY_HEAD + rows + b"\xff\xff"


_ROW_HEAD = Struct(">hiq")
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)


def _lengths(column: pa.BinaryArray) -> pa.BinaryArray:
    """The lengths of values, as numbers of four bytes, big-endian."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    lengths = pc.binary_length(column).to_numpy(zero_copy_only=False).astype(">i4")
    offsets = np.arange(0, 4 * len(column) + 1, 4, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(lengths)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(column), buffers)


def _joined(rows: int, *columns: pa.BinaryArray | pa.BinaryScalar) -> bytes:
    """The columns' values, row after row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not rows:
        return b""
    joined = pc.binary_join_element_wise(*columns, pa.scalar(b"", pa.binary()))
    _, ends, data = joined.buffers()
    size = int(np.frombuffer(ends, np.int32)[joined.offset + rows])
    return memoryview(data)[:size].tobytes() if size else b""


@cache
def _dumper() -> Any:
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    class _ArrayDumper(Dumper):
        oid = _BYTEA_ARRAY
        format = Format.BINARY

        def dump(self, obj: ByteaArray) -> bytes:
            return array_bytes(obj.column)

    return _ArrayDumper
