"""Reading an online store without keeping other tasks waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from fcompile.runtime.online.base import Ask, Found, OnlineStore


class AsyncReader(Protocol):
    """The reading half of an ``OnlineStore``, for tasks of one event loop."""

    async def read(self, asks: Sequence[Ask]) -> list[Found]:
        """See ``OnlineStore.read``."""

    async def close(self) -> None:
        """Let go of all connections; idempotent."""


class ThreadedReader:
    """A store that knows no tasks, read in threads."""

    def __init__(self, store: OnlineStore) -> None:
        self._store = store

    async def read(self, asks: Sequence[Ask]) -> list[Found]:
        return await asyncio.to_thread(self._store.read, asks)

    async def close(self) -> None:
        """Do nothing: the store is its owner's."""


def reader_of(store: OnlineStore) -> AsyncReader:
    """Return what tasks of the running event loop read ``store`` with: its own ``reader()``, or threads."""
    own = getattr(store, "reader", None)
    return own() if own is not None else ThreadedReader(store)
