"""Rows in Feast's layout as packed values, which is what readers of online stores get."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.runtime.clock import to_micros
from fcompile.runtime.online.codec import encoder, json_text, read_schema
from fcompile.runtime.online.feast_values import read_timestamp, read_value
from fcompile.runtime.online.packed import FIXED, Layout, read_version, version_bytes

GENERATION = struct.Struct(">Q")
_VERSION_END = 32
_DAYS_OF_1970 = date(1970, 1, 1).toordinal()

Fields = Sequence[bytes | None]
"""Of one hash: version, event time and features, each None where the hash has no such field."""


def values_of(schema: str, rows: Sequence[Fields], tombstones: bool = False) -> list[bytes | None]:
    """Return a packed value a row; None where there is no row, and for a tombstone unless asked for."""
    packer = _packer(schema)
    return [packer(row) if row[1] is not None else _tombstone(row[0]) if tombstones else None for row in rows]


@lru_cache(maxsize=1024)
def _packer(schema: str) -> Callable[[Fields], bytes]:
    """Return the function from a row to its packed value, as ``packed.pack`` makes them, a row at a time."""
    layout = Layout(read_schema(schema))
    features = layout.features
    members = [_member(dtype) for _, dtype in features]
    blank = [bytes(16) if dtype.kind == "decimal" else 0 for _, dtype in features]
    heads = layout.fixed_struct

    def pack(row: Fields) -> bytes:
        values = [read_value(raw or b"", dtype) for raw, (_, dtype) in zip(row[2:], features, strict=True)]
        nulls = sum(1 << n for n, value in enumerate(values) if value is None)
        fixed = [blank[n] if values[n] is None else members[n](values[n]) for n in layout.fixed]
        others = [b"" if values[n] is None else members[n](values[n]) for n in layout.others]
        parts = [
            version_bytes(*_version(row[0], row[1] or b"")),
            nulls.to_bytes(layout.bitmap_bytes, "little"),
        ]
        parts.append(heads.pack(*fixed))
        return b"".join([*parts, *(len(each).to_bytes(4, "little") + each for each in others)])

    return pack


def _member(dtype: DType) -> Callable[[Any], Any]:
    """Return the function from a value to its packed form."""
    if dtype.kind == "decimal":
        return lambda value: _unscaled(value, dtype.scale).to_bytes(16, "little", signed=True)
    if dtype.kind in FIXED or dtype.kind in _MEMBERS:
        return _MEMBERS.get(dtype.kind, lambda value: value)
    encode = encoder(dtype)
    return lambda value: b"\x01" + json_text(encode(value)).encode("ascii")


_MEMBERS: Mapping[str, Callable[[Any], Any]] = {
    "date": lambda value: value.toordinal() - _DAYS_OF_1970,
    "timestamp": to_micros,
    "string": str.encode,
    "json": str.encode,
    "bytes": bytes,
}


def _unscaled(value: Decimal, scale: int) -> int:
    """Return the number without its point; digits beyond ``scale``, which only others write, are cut off."""
    sign, digits, exponent = value.as_tuple()
    shift = int(exponent) + scale
    whole = int("".join(map(str, digits)))
    whole = whole * int(10**shift) if shift >= 0 else whole // int(10**-shift)
    return -whole if sign else whole


def _version(mine: bytes | None, time: bytes) -> tuple[int, int | None, int]:
    """Return event time, created and sequence; the latter are not known of what Feast wrote."""
    event = read_timestamp(time)
    if mine is None or mine[_VERSION_END:] != time:
        return event, None, 0
    return event, *read_version(mine[GENERATION.size : _VERSION_END])[1:]


def _tombstone(mine: bytes | None) -> bytes | None:
    return None if mine is None else mine[GENERATION.size : _VERSION_END]
