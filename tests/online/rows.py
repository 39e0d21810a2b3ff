"""Rows for tests of stores, and what stands in one. Payloads are any bytes: stores do not look into them."""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.runtime.online.base import Ask, Generation, OnlineStore
from fcompile.runtime.online.packed import VERSION_BYTES, packed_of, read_version, version_bytes

SCHEMA = '[["a","int64"]]'
FIRST = 7
"""The number of the generation that ``shown`` makes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a test; its payload says its version, so that a mixed one would show."""

    key: str
    event: int
    created: int | None = None
    sequence: int = 1
    payload: str = ""

    @property
    def value(self) -> bytes:
        version = version_bytes(self.event, self.created, self.sequence)
        return version + (self.payload or f"{self.event},{self.created},{self.sequence}").encode()


def row_of(key: str, value: bytes) -> Row:
    """The row that a value is of."""
    row = Row(key, *read_version(value))
    text = value[VERSION_BYTES:].decode(errors="replace")
    return row if row.value == value else Row(key, row.event, row.created, row.sequence, text)


def shown(store: OnlineStore, view: str = "v", number: int = FIRST) -> None:
    """Make an empty generation that readers see."""
    store.begin(view, Generation(number, SCHEMA))
    store.flip(view, number)


def write(store: OnlineStore, *rows: Row, view: str = "v", number: int = FIRST) -> int:
    return store.write(view, number, packed_of([(row.key.encode(), row.value) for row in rows]))


def read(store: OnlineStore, *keys: str, view: str = "v") -> dict[str, Row]:
    """The rows that readers see."""
    (found,) = store.read([Ask(view, keys)])
    return {k: row_of(k, v) for k, v in zip(keys, found.values, strict=True) if v is not None}


def stands(store: OnlineStore, key: str = "[1]", view: str = "v") -> Row | None:
    return read(store, key, view=view).get(key)


def held(store: OnlineStore, number: int = FIRST, view: str = "v") -> dict[bytes, bytes]:
    """All that a generation has, tombstones too."""
    return {key: value for rows in store.scan(view, number) for key, value in rows.pairs()}
