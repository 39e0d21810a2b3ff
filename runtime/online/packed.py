"""Rows as the online store has them: a text key and one packed value, made column by column from Arrow.

A value is a version and a payload. The version is three big-endian numbers of 8 bytes, so that the newer of two
is the greater string of unsigned bytes: event time and created (microseconds since 1970 UTC, sign bit turned;
created NULL is all zeros and thus before every other), and the load sequence. A value without payload is a
tombstone: the entity is gone, and whatever is not newer stays out.

The payload: a bit a feature (1 is NULL, the first feature is the lowest bit), the members of one length in
order, little-endian, then the others, each after its length in 4 bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fcompile.compiler.dtypes import DType
from fcompile.runtime.online.codec import Convert, encoder, json_text, key_text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

VERSION_BYTES = 24
SIGN = 1 << 63
_VERSION = struct.Struct(">QQQ")
FIXED = {
    "bool": (1, "?"),
    "int32": (4, "i"),
    "int64": (8, "q"),
    "float32": (4, "f"),
    "float64": (8, "d"),
    "date": (4, "i"),
    "timestamp": (8, "q"),
    "decimal": (16, "16s"),
}
"""Kinds whose values all have one length: bytes, and the letter of ``struct``."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of one view, keys and values side by side: Arrow arrays of binary without NULLs.

    No key stands twice.
    """

    keys: pa.BinaryArray
    values: pa.BinaryArray

    def __len__(self) -> int:
        return len(self.keys)

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        return zip(self.keys.to_pylist(), self.values.to_pylist(), strict=True)

    def slice(self, start: int, rows: int) -> Packed:
        return Packed(self.keys.slice(start, rows), self.values.slice(start, rows))

    def by_key(self) -> Packed:
        """Return the rows in the order of the keys' bytes."""
        import pyarrow.compute as pc

        order = pc.sort_indices(self.keys)
        return Packed(self.keys.take(order), self.values.take(order))

    def checksum(self) -> int:
        """Return a number that does not depend on the order of rows; sums of it may be added modulo 2**64."""
        return sum(checksum(key, value) for key, value in self.pairs()) % 2**64


def checksum(key: bytes, value: bytes) -> int:
    """Return the checksum of one row."""
    return zlib.crc32(value, zlib.crc32(key)) | zlib.adler32(value) << 32


def packed_of(pairs: Sequence[tuple[bytes, bytes]]) -> Packed:
    """Return rows that are packed already."""
    import pyarrow as pa

    keys, values = zip(*pairs, strict=True) if pairs else ((), ())
    return Packed(pa.array(keys, pa.binary()), pa.array(values, pa.binary()))


def version_bytes(event: int, created: int | None, sequence: int) -> bytes:
    """Return a version; times in microseconds since 1970, UTC."""
    return _VERSION.pack(event + SIGN, 0 if created is None else created + SIGN, sequence)


def read_version(value: bytes) -> tuple[int, int | None, int]:
    """Return event time, created and sequence, of a value or of a version."""
    event, created, sequence = _VERSION.unpack_from(value)
    return event - SIGN, created - SIGN if created else None, sequence


def event_time(value: bytes) -> int:
    """Return the event time of a value, in microseconds since 1970, UTC."""
    return int.from_bytes(value[:8], "big") - SIGN


def load_sequence(value: bytes) -> int:
    """Return the sequence of the load or push that a value came with."""
    return int.from_bytes(value[16:24], "big")


def is_tombstone(value: bytes) -> bool:
    return len(value) == VERSION_BYTES


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each feature is in a payload. ``features``: name and dtype, in the view's order."""

    features: tuple[tuple[str, DType], ...]

    def find(self, name: str, dtype: DType) -> int | None:
        """Return the place of a feature; None where there is none of that name and dtype."""
        return next((n for n, member in enumerate(self.features) if member == (name, dtype)), None)

    @property
    def bitmap_bytes(self) -> int:
        return (len(self.features) + 7) // 8

    @property
    def fixed(self) -> tuple[int, ...]:
        """The places of the features of one length, in order."""
        return tuple(n for n, (_, dtype) in enumerate(self.features) if dtype.kind in FIXED)

    @property
    def others(self) -> tuple[int, ...]:
        return tuple(n for n, (_, dtype) in enumerate(self.features) if dtype.kind not in FIXED)

    @property
    def fixed_struct(self) -> struct.Struct:
        return struct.Struct("<" + "".join(FIXED[self.features[n][1].kind][1] for n in self.fixed))


def pack(
    layout: Layout,
    columns: Sequence[pa.Array],
    keys: pa.BinaryArray,
    events: pa.Array,
    created: pa.Array | None,
    sequences: pa.Array,
) -> Packed:
    """Return rows packed.

    Args:
        columns: one a feature of ``layout``, of the Arrow type of its dtype (timestamps in any unit, with a zone or
            without).
        events, created, sequences: int64 microseconds and load sequences; ``created`` None or NULL is unknown.
    """
    import numpy as np
    import pyarrow as pa

    count = len(keys)
    width = VERSION_BYTES + layout.bitmap_bytes + layout.fixed_struct.size
    table = np.zeros((count, width), np.uint8)
    _put_version(table, events, created, sequences)
    for place, column in enumerate(columns):
        if column.null_count:
            nulls = column.is_null().to_numpy(zero_copy_only=False).astype(np.uint8)
            table[:, VERSION_BYTES + place // 8] |= nulls << (place % 8)
    at = VERSION_BYTES + layout.bitmap_bytes
    for place in layout.fixed:
        size = FIXED[layout.features[place][1].kind][0]
        table[:, at : at + size] = _fixed_bytes(columns[place], layout.features[place][1], size)
        at += size
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(table.reshape(-1))]
    heads = pa.BinaryArray.from_buffers(pa.binary(), count, buffers)
    others = [_other_bytes(columns[place], layout.features[place][1]) for place in layout.others]
    return Packed(keys, _joined(heads, others))


def _put_version(
    table: np.ndarray[Any, Any], events: pa.Array, created: pa.Array | None, sequences: pa.Array
) -> None:
    import numpy as np

    count = len(table)
    words = np.zeros((count, 3), ">u8")
    words[:, 0] = _flipped(events)
    if created is not None and created.null_count < count:
        known = created.is_valid().to_numpy(zero_copy_only=False)
        words[:, 1] = np.where(known, _flipped(created.fill_null(0)), 0)
    words[:, 2] = sequences.to_numpy(zero_copy_only=False)
    table[:, :VERSION_BYTES] = words.view(np.uint8).reshape(count, VERSION_BYTES)


def _flipped(times: pa.Array) -> np.ndarray[Any, Any]:
    import numpy as np

    turned: np.ndarray[Any, Any] = times.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
    return turned ^ np.uint64(SIGN)


def _fixed_bytes(column: pa.Array, dtype: DType, size: int) -> np.ndarray[Any, Any]:
    """Return rows x ``size`` bytes; zeros for NULL."""
    import numpy as np
    import pyarrow as pa

    count = len(column)
    if dtype.kind == "decimal":
        plain = column.cast(pa.decimal128(dtype.precision, dtype.scale)).fill_null(0)
        raw = np.frombuffer(plain.buffers()[1], np.uint8)
        return raw[plain.offset * size : (plain.offset + count) * size].reshape(count, size)
    values = plain_numbers(column, dtype).fill_null(False if dtype.kind == "bool" else 0)
    kind = {"bool": "<u1", "float32": "<f4", "float64": "<f8"}.get(dtype.kind, f"<i{size}")
    numbers = np.ascontiguousarray(values.to_numpy(zero_copy_only=False).astype(kind))
    return numbers.view(np.uint8).reshape(count, size)


def plain_numbers(column: pa.Array, dtype: DType) -> pa.Array:
    """Return times as microseconds and dates as days, without going through datetimes, which know fewer years."""
    import pyarrow as pa

    if dtype.kind == "timestamp":
        return micros(column)
    return column.cast(pa.int32()) if dtype.kind == "date" else column


def micros(column: pa.Array) -> pa.Array:
    """Return a timestamp column as int64 microseconds; of another type NULLs."""
    import pyarrow as pa

    if not pa.types.is_timestamp(column.type):
        return pa.nulls(len(column), pa.int64())
    return column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())


def _other_bytes(column: pa.Array, dtype: DType) -> pa.BinaryArray:
    import pyarrow as pa

    if dtype.kind in ("string", "json", "bytes"):
        return column.cast(pa.binary())
    if dtype.kind == "vector" or (dtype.kind == "list" and _plain_items(column, dtype)):
        return _raw_items(column, dtype)
    # Nested values, and lists with NULLs in them, have no columns of plain bytes.
    encode: Convert = encoder(dtype)
    texts = [None if v is None else _JSON + json_text(encode(v)).encode("ascii") for v in column.to_pylist()]
    return pa.array(texts, pa.binary())


_RAW, _JSON = b"\x00", b"\x01"
_ITEMS = ("int32", "int64", "float32", "float64")


def _plain_items(column: pa.Array, dtype: DType) -> bool:
    return dtype.item is not None and dtype.item.kind in _ITEMS and not column.flatten().null_count


def _raw_items(column: pa.Array, dtype: DType) -> pa.BinaryArray:
    """Return a list's or vector's numbers, little-endian, one after the other."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    item = dtype.item or dtype
    size = FIXED[item.kind][0]
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
    kind = ("<f" if item.kind.startswith("float") else "<i") + str(size)
    numbers = np.ascontiguousarray(column.flatten().to_numpy(zero_copy_only=False).astype(kind))
    offsets = np.zeros(len(column) + 1, np.int32)
    np.cumsum(lengths * size, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(numbers)]
    items = pa.BinaryArray.from_buffers(pa.binary(), len(column), buffers)
    tagged = pc.binary_join_element_wise(pa.scalar(_RAW, pa.binary()), items, pa.scalar(b"", pa.binary()))
    return pc.if_else(column.is_valid(), tagged, pa.scalar(None, pa.binary()))


def _joined(heads: pa.BinaryArray, others: Sequence[pa.BinaryArray]) -> pa.BinaryArray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not others:
        return heads
    parts: list[Any] = [heads]
    for column in others:
        content = column.fill_null(b"")
        lengths = pc.binary_length(content).to_numpy(zero_copy_only=False).astype("<u4")
        raw = pa.py_buffer(np.ascontiguousarray(lengths))
        prefix = pa.Array.from_buffers(pa.binary(4), len(column), [None, raw]).cast(pa.binary())
        parts += [prefix, content]
    return pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.binary()))


def key_texts(columns: Sequence[tuple[pa.Array, DType]], count: int) -> pa.BinaryArray:
    """Return the canonical text of each row's join key values; the columns are in the view's order, without NULLs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def text(value: str) -> pa.Scalar:
        return pa.scalar(value, pa.string())

    if not columns:
        return pa.array([b"[]"] * count, pa.binary())
    parts: list[Any] = [text("[")]
    for number, (column, dtype) in enumerate(columns):
        parts += [*([text(",")] if number else []), _key_part(column, dtype)]
    return pc.binary_join_element_wise(*parts, text("]"), text("")).cast(pa.binary())


def _key_part(column: pa.Array, dtype: DType) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    quote = pa.scalar('"', pa.string())
    empty = pa.scalar("", pa.string())
    match dtype.kind:
        case "int32" | "int64" | "bool":
            return column.cast(pa.string())
        case "timestamp":
            return micros(column).cast(pa.string())
        case "string" if pc.all(pc.match_substring_regex(column, _PLAIN_TEXT)).as_py() is not False:
            return pc.binary_join_element_wise(quote, column.cast(pa.string()), quote, empty)
    texts = [key_text([encoder(dtype)(value)])[1:-1] for value in column.to_pylist()]
    return pa.array(texts, pa.string())


_PLAIN_TEXT = r"^[ !#-\[\]-~]*$"
"""Text that JSON writes as it is."""
