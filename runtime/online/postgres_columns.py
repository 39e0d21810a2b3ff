"""Arrow columns as parameters of PostgreSQL: a bytea[] in its binary form, without an object a value."""

from __future__ import annotations

from functools import cache
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
    import pyarrow as pa
    import pyarrow.compute as pc

    head = np.array([1, 0, _BYTEA, len(column), 1], ">i4").tobytes()
    lengths = pc.binary_length(column).to_numpy(zero_copy_only=False).astype(">i4")
    offsets = np.arange(0, 4 * len(column) + 1, 4, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(lengths)]
    framed = pc.binary_join_element_wise(
        pa.BinaryArray.from_buffers(pa.binary(), len(column), buffers), column, pa.scalar(b"", pa.binary())
    )
    _, ends, data = framed.buffers()
    size = int(np.frombuffer(ends, np.int32)[framed.offset + len(column)]) if len(column) else 0
    return head + memoryview(data)[:size].tobytes() if size else head


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
