"""Stores that break a promise: what holds a store to its promises has to notice each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fcompile.runtime.online.base import Generation, OnlineStore
from fcompile.runtime.online.packed import Packed
from tests.online.stores import Open


class _Broken:
    """A store that keeps all promises but those that a subclass breaks."""

    def __init__(self, store: OnlineStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class _Forgetful(_Broken):
    """Says that it has written a batch, and has not written its last row. In a new generation the loader notices."""

    def write(self, view: str, number: int, rows: Packed) -> int:
        current = self._store.generations(view).current
        shown = current is not None and current.number == number
        self._store.write(view, number, rows.slice(0, len(rows) - 1) if shown else rows)
        return len(rows)


class _Hasty(_Broken):
    """Shows a generation when its first rows come."""

    def write(self, view: str, number: int, rows: Packed) -> int:
        taken = self._store.write(view, number, rows)
        self._store.flip(view, number)
        return taken


class _Stubborn(_Broken):
    """Keeps what it has of a key."""

    def write(self, view: str, number: int, rows: Packed) -> int:
        there = {key for part in self._store.scan(view, number) for key, _ in part.pairs()}
        fresh = [place for place, (key, _) in enumerate(rows.pairs()) if key not in there]
        return sum(self._store.write(view, number, rows.slice(place, 1)) for place in fresh)


class _Empty(_Broken):
    """Loses the rows of readers when a generation is begun."""

    def begin(self, view: str, generation: Generation) -> None:
        current = self._store.generations(view).current
        self._store.begin(view, generation)
        if current is not None and current.number != generation.number:
            self._store.erase(
                view, [key.decode() for r in self._store.scan(view, current.number) for key, _ in r.pairs()]
            )


BROKEN: Mapping[str, Callable[[OnlineStore], Any]] = {
    "forgetful": _Forgetful,
    "hasty": _Hasty,
    "stubborn": _Stubborn,
    "empty": _Empty,
}


def breaking(name: str, opened: Open) -> Open:
    """Return an opener of the same store, broken."""
    return lambda project: BROKEN[name](opened(project))
