"""Feast's forms in Redis: keys, names of hash fields, and values as its ``Value`` and ``Timestamp`` messages.

A value's message has one field, whose number says the type; NULL is the empty message. Of times Feast has whole
seconds, and dates are the time of their midnight. Lists with NULL in them are Feast's lists of any values.

>>> from fcompile.compiler.dtypes import FLOAT64
>>> value_bytes(2.0, FLOAT64).hex(), field_name("driver_stats", "trips").hex()
('290000000000000040', '426aa434')
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fcompile.compiler.dtypes import DType

_U32, _I32, _I64 = struct.Struct("<I"), struct.Struct("<i"), struct.Struct("<q")
_DOUBLE, _FLOAT = struct.Struct("<d"), struct.Struct("<f")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FIELDS = {
    "bytes": 1, "string": 2, "int32": 3, "int64": 4, "float64": 5, "float32": 6, "bool": 7, "timestamp": 8,
    "date": 8, "json": 32, "struct": 34, "decimal": 44,
}  # fmt: skip
_LISTS = {
    "bytes": 11, "string": 12, "int32": 13, "int64": 14, "float64": 15, "float32": 16, "bool": 17,
    "timestamp": 18, "date": 18, "json": 33, "struct": 35, "decimal": 45,
}  # fmt: skip
_ANY_LIST = 42
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIRES = {"float64": _FIXED64, "float32": _FIXED32} | dict.fromkeys(
    ("int32", "int64", "bool", "timestamp", "date"), _VARINT
)
KEY_TYPES = {"bytes": 1, "string": 2, "int32": 3, "int64": 4, "timestamp": 8}
"""The dtypes of join keys that Feast knows, and their numbers."""


def entity_key(names: Sequence[str], values: Sequence[Any], dtypes: Sequence[DType], project: str) -> bytes:
    """Return the name of an entity's hash; raise KeyError for a dtype that is no key in Feast."""
    order = sorted(range(len(names)), key=lambda n: names[n])
    parts = [key_prefix(names)]
    for n in order:
        number, kind = KEY_TYPES[dtypes[n].kind], dtypes[n].kind
        raw = _KEY_CONTENT.get(kind, _raw)(values[n])
        parts += [_U32.pack(number), _U32.pack(len(raw)), raw]
    return b"".join(parts) + project.encode()


_KEY_CONTENT: Mapping[str, Callable[[Any], bytes]] = {
    "int32": _I32.pack,
    "int64": _I64.pack,
    "timestamp": lambda value: _I64.pack(_plain(value)),
}


def key_prefix(names: Sequence[str]) -> bytes:
    """Return what the names of all hashes of entities with these join keys begin with."""
    parts = [_U32.pack(len(names))]
    for name in sorted(names):
        parts += [_U32.pack(2), _U32.pack(len(name.encode())), name.encode()]
    return b"".join(parts)


def key_values(name: bytes, keys: Sequence[tuple[str, DType]], project: str) -> list[Any] | None:
    """Return the join key values, in the order of ``keys``, of a hash's name; None if it is of others."""
    prefix = key_prefix([each for each, _ in keys])
    if not name.startswith(prefix):
        return None
    at, found = len(prefix), {}
    for each, dtype in sorted(keys, key=lambda key: key[0]):
        if len(name) < at + 8 or _U32.unpack_from(name, at)[0] != KEY_TYPES[dtype.kind]:
            return None
        end = at + 8 + _U32.unpack_from(name, at + 4)[0]
        found[each] = _KEY_VALUE[dtype.kind](name[at + 8 : end])
        at = end
    return [found[each] for each, _ in keys] if name[at:] == project.encode() else None


def field_name(view: str, feature: str) -> bytes:
    """Return the hash field of a feature."""
    return _U32.pack(murmur3(f"{view}:{feature}".encode()))


def murmur3(data: bytes) -> int:
    """Return the 32-bit murmur3 hash with seed 0.

    >>> murmur3(b""), murmur3(b"hello")
    (0, 613153351)
    """
    whole = len(data) // 4 * 4
    state = 0
    for (word,) in _U32.iter_unpack(data[:whole]):
        state = state ^ _mixed(word)
        state = ((state << 13 | state >> 19) * 5 + 0xE6546B64) & 0xFFFFFFFF
    if rest := data[whole:]:
        state ^= _mixed(int.from_bytes(rest, "little"))
    state ^= len(data)
    state = (state ^ state >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    state = (state ^ state >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return state ^ state >> 16


def _mixed(word: int) -> int:
    word = word * 0xCC9E2D51 & 0xFFFFFFFF
    word = (word << 15 | word >> 17) & 0xFFFFFFFF
    return word * 0x1B873593 & 0xFFFFFFFF


# -- messages -------------------------------------------------------------------------------------


def timestamp_bytes(micros: int) -> bytes:
    """Return an instant as a Timestamp; parts that are 0 are left out."""
    seconds, rest = divmod(micros, 1_000_000)
    parts = [_tag(1, _VARINT), _varint(seconds)] if seconds else []
    return b"".join([*parts, *([_tag(2, _VARINT), _varint(rest * 1000)] if rest else [])])


def read_timestamp(message: bytes) -> int:
    """Return microseconds since 1970; what is finer is cut off."""
    parts = dict(_parts(message))
    seconds, nanos = _signed(parts.get(1, 0)), int(parts.get(2, 0))
    return seconds * 1_000_000 + nanos // 1000


def value_bytes(value: Any, dtype: DType) -> bytes:
    """Return a value, Python's own of its dtype, as a Value; None is empty."""
    if value is None:
        return b""
    if dtype.kind in ("list", "vector"):
        return _list_bytes(value, dtype.item or dtype)
    field = _FIELDS[dtype.kind]
    return _tag(field, _WIRES.get(dtype.kind, _BYTES)) + _content(value, dtype)


def _list_bytes(values: Sequence[Any], item: DType) -> bytes:
    if item.kind not in _LISTS or None in values:
        parts = b"".join(_sized(1, value_bytes(value, item)) for value in values)
        return _sized(_ANY_LIST, parts)
    if item.kind in _WIRES:
        packed = b"".join(_content(value, item) for value in values)
        return _sized(_LISTS[item.kind], _sized(1, packed) if packed else b"")
    return _sized(_LISTS[item.kind], b"".join(_tag(1, _BYTES) + _content(value, item) for value in values))


def _content(value: Any, dtype: DType) -> bytes:
    """Return what follows the tag."""
    match dtype.kind:
        case "float64":
            return _DOUBLE.pack(value)
        case "float32":
            return _FLOAT.pack(value)
        case "struct":
            return _with_size(b"".join(_member(n, value.get(n), kind) for n, kind in dtype.fields))
    if dtype.kind in _WIRES:
        return _varint(_plain(value))
    return _with_size(_raw(value))


def _member(name: str, value: Any, dtype: DType) -> bytes:
    return _sized(1, _sized(1, name.encode()) + _sized(2, value_bytes(value, dtype)))


def _plain(value: Any) -> int:
    if isinstance(value, datetime):
        return (value - _EPOCH) // _SECOND
    return (value - _EPOCH.date()).days * 86_400 if isinstance(value, date) else int(value)


def _raw(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    # Decimals without exponents.
    return (f"{value:f}" if isinstance(value, Decimal) else str(value)).encode()


def _tag(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _sized(field: int, content: bytes) -> bytes:
    return _tag(field, _BYTES) + _with_size(content)


def _with_size(content: bytes) -> bytes:
    return _varint(len(content)) + content


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


# -- and back -------------------------------------------------------------------------------------


def read_value(message: bytes, dtype: DType) -> Any:
    """Return the inverse of ``value_bytes``; None also where the message is of another type."""
    for field, content in _parts(message):
        if dtype.kind in ("list", "vector"):
            return _read_list(field, content, dtype.item or dtype)
        return _read(content, dtype) if field == _FIELDS[dtype.kind] else None
    return None


def _read_list(field: int, content: bytes, item: DType) -> Any:
    if field == _ANY_LIST:
        return [read_value(part, item) for _, part in _parts(content)]
    if field != _LISTS.get(item.kind):
        return None
    found: list[Any] = []
    for _, part in _parts(content):
        # Numbers come in one part, or as Feast of other languages may write them, one by one.
        packed = item.kind in _WIRES and isinstance(part, bytes) and _WIRES[item.kind] == _VARINT
        if packed:
            found += [_read(number, item) for number in _varints(part)]
        elif item.kind in ("float64", "float32"):
            size = 8 if item.kind == "float64" else 4
            found += [_read(part[n : n + size], item) for n in range(0, len(part), size)]
        else:
            found.append(_read(part, item))
    return found


def _read(content: Any, dtype: DType) -> Any:
    if dtype.kind == "struct":
        return _read_struct(content, dtype)
    return _READ[dtype.kind](content)


def _read_struct(content: bytes, dtype: DType) -> dict[str, Any]:
    members = {}
    for _, entry in _parts(content):
        parts = dict(_parts(entry))
        members[parts.get(1, b"").decode()] = parts.get(2, b"")
    return {name: read_value(members.get(name, b""), kind) for name, kind in dtype.fields}


_KEY_VALUE: Mapping[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "string": bytes.decode,
    "int32": lambda raw: _I32.unpack(raw)[0],
    "int64": lambda raw: _I64.unpack(raw)[0],
    "timestamp": lambda raw: _EPOCH + _I64.unpack(raw)[0] * _SECOND,
}


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


_READ: Mapping[str, Callable[[Any], Any]] = {
    "bytes": bytes,
    "string": lambda raw: raw.decode(),
    "json": lambda raw: raw.decode(),
    "decimal": lambda raw: Decimal(raw.decode()),
    "int32": _signed,
    "int64": _signed,
    "bool": bool,
    "float64": lambda raw: _DOUBLE.unpack(raw)[0],
    "float32": lambda raw: _FLOAT.unpack(raw)[0],
    "timestamp": lambda number: _EPOCH + _signed(number) * _SECOND,
    "date": lambda number: (_EPOCH + _signed(number) * _SECOND).date(),
}


def _parts(message: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a message: numbers for varints, bytes for everything else."""
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        wire = tag & 7
        if wire == _VARINT:
            content: Any
            content, at = _read_varint(message, at)
        else:
            size = 8 if wire == _FIXED64 else 4
            if wire == _BYTES:
                size, at = _read_varint(message, at)
            content, at = message[at : at + size], at + size
        yield tag >> 3, content


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        number, at = _read_varint(data, at)
        yield number


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return number, at
