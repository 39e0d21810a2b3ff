"""Cursors of DB-API drivers: one runs at a time, is cancelled by Ctrl-C or from another thread, and is closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from fcompile.runtime.warehouses.adapter import cancelling


class Cursors:
    """The cursors of a driver's ``connection``."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._running: Any = None

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """Lend a cursor; what is left of its answer ends with the block."""
        cursor = self._running = self._connection.cursor()
        try:
            with cancelling(cursor.cancel):
                yield cursor
        finally:
            self._running = None
            with suppress(Exception):  # the statement has ended, or is told to
                cursor.close()

    def cancel(self) -> None:
        """End what runs, from another thread; raises the driver's errors."""
        running = self._running
        if running is not None:
            running.cancel()
