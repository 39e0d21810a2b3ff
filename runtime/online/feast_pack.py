"""Rows in Feast's layout as packed values, which is what readers of online stores get."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.online.codec import read_schema
from fcompile.runtime.online.feast_values import read_timestamp, read_value
from fcompile.runtime.online.packed import Layout, pack, read_version

GENERATION = struct.Struct(">Q")
_VERSION_END = 32

Fields = Sequence[bytes | None]
"""Of one hash: version, event time and features, each None where the hash has no such field."""


def values_of(schema: str, rows: Sequence[Fields], tombstones: bool = False) -> list[bytes | None]:
    """Return a packed value a row; None where there is no row, and for a tombstone unless asked for."""
    import pyarrow as pa

    there = [row for row in rows if row[1] is not None]
    features = read_schema(schema)
    columns = [
        pa.array([read_value(row[n] or b"", dtype) for row in there], arrow_type(dtype))
        for n, (_, dtype) in enumerate(features, 2)
    ]
    versions = [_version(row[0], row[1] or b"") for row in there]
    events, created, sequences = (pa.array([v[n] for v in versions], pa.int64()) for n in range(3))
    keys = pa.array([b""] * len(there), pa.binary())
    packed = iter(pack(Layout(features), columns, keys, events, created, sequences).values.to_pylist())
    return [
        next(packed) if row[1] is not None else _tombstone(row[0]) if tombstones else None for row in rows
    ]


def _version(mine: bytes | None, time: bytes) -> tuple[int, int | None, int]:
    """Return event time, created and sequence; the latter are not known of what Feast wrote."""
    event = read_timestamp(time)
    if mine is None or mine[_VERSION_END:] != time:
        return event, None, 0
    return event, *read_version(mine[GENERATION.size : _VERSION_END])[1:]


def _tombstone(mine: Any) -> bytes | None:
    return None if mine is None else bytes(mine[GENERATION.size : _VERSION_END])
