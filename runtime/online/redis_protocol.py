"""Requests to Redis made of Arrow columns: the bytes of the protocol, without an object a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcompile.runtime.online.packed import Packed
from fcompile.runtime.online.redis_scripts import Script

if TYPE_CHECKING:
    import pyarrow as pa

Requests = tuple[list[bytes | memoryview], int]
"""Pieces that follow one another, and the number of replies that they bring."""


def write_requests(script: Script, prefix: str, rows: Packed, rows_a_call: int) -> Requests:
    """Return calls of a script with the rows' keys and values, ``rows_a_call`` each."""
    keys = _Bulk(_named(prefix, rows))
    values = _Bulk(rows.values)
    pieces: list[bytes | memoryview] = []
    starts = range(0, len(rows), rows_a_call)
    for first in starts:
        last = min(first + rows_a_call, len(rows))
        pieces += [_head(script, last - first), keys.bytes(first, last), values.bytes(first, last)]
    return pieces, len(starts)


def create_requests(prefix: str, rows: Packed, rows_a_call: int) -> Requests:
    """Return MSETNX of the rows' keys and values, ``rows_a_call`` each: 1 where none of a call's keys was there, else
    0, and nothing is done.
    """
    pairs = _Bulk(_named(prefix, rows), rows.values)
    pieces: list[bytes | memoryview] = []
    starts = range(0, len(rows), rows_a_call)
    for first in starts:
        last = min(first + rows_a_call, len(rows))
        pieces += [b"*%d\r\n$6\r\nMSETNX\r\n" % (1 + 2 * (last - first)), pairs.bytes(first, last)]
    return pieces, len(starts)


def _named(prefix: str, rows: Packed) -> pa.BinaryArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    start, empty = pa.scalar(prefix.encode(), pa.binary()), pa.scalar(b"", pa.binary())
    return pc.binary_join_element_wise(start, rows.keys, empty)


def _head(script: Script, keys: int) -> bytes:
    number = b"%d" % keys
    return b"*%d\r\n$7\r\nEVALSHA\r\n$40\r\n%s\r\n$%d\r\n%s\r\n" % (
        3 + 2 * keys,
        script.sha.encode(),
        len(number),
        number,
    )


class _Bulk:
    """Columns as bulk strings, row after row in one buffer."""

    def __init__(self, *columns: pa.BinaryArray) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        def scalar(value: bytes) -> Any:
            return pa.scalar(value, pa.binary())

        parts: list[Any] = []
        for column in columns:
            lengths = pc.binary_length(column).cast(pa.string()).cast(pa.binary())
            parts += [scalar(b"$"), lengths, scalar(b"\r\n"), column, scalar(b"\r\n")]
        written = pc.binary_join_element_wise(*parts, scalar(b""))
        _, offsets, data = written.buffers()
        self._offsets = np.frombuffer(offsets, np.int32)[written.offset :]
        self._data = memoryview(data) if data is not None else memoryview(b"")

    def bytes(self, first: int, last: int) -> memoryview:
        """Return the bytes of the rows ``first`` <= n < ``last``."""
        return self._data[int(self._offsets[first]) : int(self._offsets[last])]
