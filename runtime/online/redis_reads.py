"""What a reader asks Redis, and what the replies mean: the same for blocking clients and for tasks.

Where a view's current rows are is in its text (``redis_views.py``). A reader asks for the rows where it last saw them
and for the text, in one go; where the text says that they are elsewhere by now, it asks again. So a read costs one
round trip, but for the first of a view and the first after a flip, and is never of rows that were replaced.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fcompile.runtime.online.base import Ask, Found, Generation
from fcompile.runtime.online.packed import VERSION_BYTES
from fcompile.runtime.online.redis_client import Command
from fcompile.runtime.online.redis_views import read_view

_KEYS_A_READ = 10_000
"""A longer request would keep the server from others."""
_BUCKETS = 256


@dataclass(frozen=True, slots=True)
class Names:
    """What views and rows are called in Redis.

    In a cluster a bucket in braces stands between a generation's prefix and a row's key, so that rows of one slot
    can be written by one call.
    """

    project: str
    clustered: bool

    def view(self, view: str) -> str:
        """Return the name of a view's text."""
        return f"fcompile:{self.project}:{view}"

    def row(self, prefix: str, key: bytes) -> str:
        text = key.decode()
        return f"{prefix}{{{zlib.crc32(key) % _BUCKETS}}}{text}" if self.clustered else prefix + text

    def rows(self, prefix: str, keys: Sequence[str]) -> list[str]:
        if self.clustered:
            return [self.row(prefix, key.encode()) for key in keys]
        return [prefix + key for key in keys]

    def key(self, prefix: str, name: bytes) -> bytes:
        """Return the key that a row's name is made of."""
        rest = name[len(prefix) :]
        return rest[rest.index(b"}") + 1 :] if self.clustered else rest


@dataclass(frozen=True, slots=True)
class _Seen:
    """A view's text, and what it says of the generation that readers see."""

    text: bytes
    current: Generation | None
    prefix: str

    @classmethod
    def of(cls, text: bytes) -> _Seen:
        there = read_view(text)
        current = there.generations.current
        return cls(text, current, (there.prefix(current.number) or "") if current else "")


_UNSEEN = _Seen(b"", None, "")


class Reads:
    """What the readers of one client have learned. Any number of threads or tasks may share one."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._seen: dict[str, _Seen] = {}

    def begin(self, asks: Sequence[Ask]) -> Reading:
        """Return a read of what is asked for, from where it was last seen."""
        seen = [self._seen.get(ask.view, _UNSEEN) for ask in asks]
        return Reading(self, asks, seen, self._commands(asks, seen))

    def _commands(self, asks: Sequence[Ask], seen: Sequence[_Seen]) -> list[Command]:
        names: list[str] = []
        for ask, each in zip(asks, seen, strict=True):
            if each.current is not None:
                names += self._names.rows(each.prefix, ask.keys)
        # Last: where a text still says what it did, the rows read before it were not removed.
        names += [self._names.view(ask.view) for ask in asks]
        if self._names.clustered:
            return [("GET", name) for name in names]
        return [("MGET", *names[n : n + _KEYS_A_READ]) for n in range(0, len(names), _KEYS_A_READ)]

    def flat(self, replies: Sequence[Any]) -> Sequence[bytes | None]:
        if self._names.clustered or len(replies) == 1:
            return replies if self._names.clustered else replies[0]
        return [value for reply in replies for value in reply]

    def learn(self, view: str, text: bytes) -> _Seen:
        self._seen[view] = seen = _Seen.of(text)
        return seen


@dataclass(frozen=True, slots=True)
class Reading:
    """One try of a read: commands to send, each to have one reply."""

    reads: Reads
    asks: Sequence[Ask]
    seen: Sequence[_Seen]
    commands: list[Command]

    def found(self, replies: Sequence[Any]) -> list[Found] | None:
        """Return the answers; None if any rows are elsewhere by now: begin again."""
        values = self.reads.flat(replies)
        texts = values[len(values) - len(self.asks) :]
        if self._moved(texts):
            return None
        found, at = [], 0
        for ask, each in zip(self.asks, self.seen, strict=True):
            count = len(ask.keys)
            if each.current is None:
                found.append(Found(None, [None] * count))
                continue
            mine = values[at : at + count]
            found.append(
                Found(each.current, [v if v is not None and len(v) > VERSION_BYTES else None for v in mine])
            )
            at += count
        return found

    def _moved(self, texts: Sequence[bytes | None]) -> bool:
        moved = False
        for ask, each, text in zip(self.asks, self.seen, texts, strict=True):
            if (text or b"") != each.text:
                new = self.reads.learn(ask.view, text or b"")
                # A generation that is being built changes the text, and nothing for readers.
                moved |= (new.prefix, new.current) != (each.prefix, each.current)
        return moved
