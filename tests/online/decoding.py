"""Packed values read one by one, in the plainest way: what `runtime/online/columns.py` is held to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fcompile.runtime.online.packed import VERSION_BYTES, Layout

Decode = Callable[[bytes], list[Any]]


@lru_cache(maxsize=1024)
def decoded(layout: Layout) -> Decode:
    """Return the function from a value (no tombstone) to what ``codec.decoder`` reads: plain values by place."""
    fixed, others, unpack = layout.fixed, layout.others, layout.fixed_struct.unpack_from
    start = VERSION_BYTES + layout.bitmap_bytes
    after = start + layout.fixed_struct.size
    count = len(layout.features)

    def decode(value: bytes) -> list[Any]:
        found: list[Any] = [None] * count
        for place, member in zip(fixed, unpack(value, start), strict=True):
            found[place] = member
        at = after
        for place in others:
            end = at + 4 + int.from_bytes(value[at : at + 4], "little")
            found[place] = value[at + 4 : end]
            at = end
        nulls = int.from_bytes(value[VERSION_BYTES:start], "little")
        while nulls:
            found[(nulls & -nulls).bit_length() - 1] = None
            nulls &= nulls - 1
        return found

    return decode
