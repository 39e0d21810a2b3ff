"""Packed values of one generation turned into columns, without Python code a cell where values are plain."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from fcompile.compiler.dtypes import DType
from fcompile.runtime.online.codec import column_decoder, read_schema
from fcompile.runtime.online.packed import FIXED, SIGN, VERSION_BYTES, Layout

Column = Sequence[Any]


class Columns(NamedTuple):
    """Rows that were asked for, side by side.

    Attributes:
        events: microseconds since 1970, UTC, a row; anything where there is no row.
        members: the features that were asked for, as Python's values; None for NULL and where there is no row.
        absent: whether any row is not there.
        plain: whether all columns are there, and no member is None.
    """

    events: Sequence[int]
    members: Sequence[Any]
    absent: bool
    plain: bool


Read = Callable[[Sequence[bytes | None]], Columns]


@lru_cache(maxsize=4096)
def column_reader(schema: str, wanted: tuple[tuple[str, DType], ...]) -> Read:
    """Return the function from values of a generation to the columns ``wanted``, in that order.

    ``schema``: the generation's. A column is None where the schema has no feature of that name and dtype.
    """
    layout = Layout(read_schema(schema))
    places = tuple(layout.find(name, dtype) for name, dtype in wanted)
    return _Reader.of(layout, places).read


@dataclass(frozen=True, slots=True)
class _Reader:
    """Attributes:
    places: where each wanted column is in a payload.
    fixed, others: the places of what is unpacked, by kind; of others all up to the last that is wanted.
    head: the NULL bitmap and the fixed members that are wanted; ``event``: the event time. Both as long as a
        value without others.
    blank: a value whose members are all NULL; ``bare``: the bitmap of one whose members are not.
    direct: whether what is unpacked is what is wanted, as it comes.
    """

    places: tuple[int | None, ...]
    fixed: tuple[int, ...]
    others: tuple[int, ...]
    decoders: dict[int, Callable[[Column], Column]]
    head: struct.Struct
    event: struct.Struct
    blank: bytes
    bare: bytes
    direct: bool

    @classmethod
    def of(cls, layout: Layout, places: tuple[int | None, ...]) -> _Reader:
        kinds = [dtype.kind for _, dtype in layout.features]
        fixed = tuple(place for place in layout.fixed if place in places)
        last = max((place for place in layout.others if place in places), default=-1)
        codes = [
            FIXED[kinds[place]][1] if place in places else f"{FIXED[kinds[place]][0]}x"
            for place in layout.fixed
        ]
        head = struct.Struct(f"<{VERSION_BYTES}x{layout.bitmap_bytes}s{''.join(codes)}")
        nulls = b"\xff" * layout.bitmap_bytes
        rest = head.size - VERSION_BYTES - layout.bitmap_bytes + 4 * len(layout.others)
        found = {place: column_decoder(layout.features[place][1]) for place in places if place is not None}
        decoders = {place: decode for place, decode in found.items() if decode is not None}
        return cls(
            places,
            fixed,
            tuple(place for place in layout.others if place <= last),
            decoders,
            head,
            struct.Struct(f">Q{head.size - 8}x"),
            bytes(VERSION_BYTES) + nulls + bytes(rest),
            bytes(layout.bitmap_bytes),
            places == fixed and not decoders,
        )

    def read(self, values: Sequence[bytes | None]) -> Columns:
        absent = None in values
        rows: Sequence[bytes] = [v or self.blank for v in values] if absent else values  # type: ignore[assignment]
        size = self.head.size
        heads = b"".join(rows)
        if len(heads) != size * len(rows):
            heads = b"".join([row[:size] for row in rows])
        events = [event - SIGN for (event,) in self.event.iter_unpack(heads)]
        bitmaps, *members = zip(*self.head.iter_unpack(heads), strict=True) if rows else self._nothing()
        nulls = bitmaps.count(self.bare) < len(rows)
        if self.direct and not nulls:
            return Columns(events, members, absent, True)
        by_place: dict[int, Column] = dict(zip(self.fixed, members, strict=True))
        if self.others:
            by_place.update(zip(self.others, _variable(rows, size, len(self.others)), strict=True))
        if nulls:
            _put_nulls(by_place, bitmaps)
        for place, decode in self.decoders.items():
            by_place[place] = decode(by_place[place])
        columns = [None if place is None else by_place[place] for place in self.places]
        return Columns(events, columns, absent, not nulls and None not in self.places)

    def _nothing(self) -> list[tuple[Any, ...]]:
        return [()] * (1 + len(self.fixed))


def _variable(rows: Sequence[bytes], start: int, count: int) -> list[list[bytes]]:
    """Return the first ``count`` members with lengths, which begin at ``start``, column by column."""
    starts = [start] * len(rows)
    found = []
    for _ in range(count):
        ends = [
            at + 4 + int.from_bytes(row[at : at + 4], "little") for row, at in zip(rows, starts, strict=True)
        ]
        found.append([row[at + 4 : end] for row, at, end in zip(rows, starts, ends, strict=True)])
        starts = ends
    return found


def _put_nulls(columns: dict[int, Column], bitmaps: Sequence[bytes]) -> None:
    masks = [int.from_bytes(each, "little") for each in bitmaps]
    every = 0
    for mask in set(masks):
        every |= mask
    for place, column in columns.items():
        if every >> place & 1:
            bit = 1 << place
            columns[place] = [
                None if mask & bit else value for mask, value in zip(masks, column, strict=True)
            ]
