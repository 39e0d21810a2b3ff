"""Connections to one SQLite file for several threads: each has one to itself for as long as it works with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from fcompile.runtime.sqlite_file import Format, open_file


class Pool:
    """Keeps as many connections as were ever in use at a time, whatever the number of threads that came and went.

    The first is opened at once, so that a file that is none of ours is told early; what ``open_file`` raises, this
    and ``connection`` raise.
    """

    def __init__(self, path: Path, form: Format) -> None:
        self._path, self._form = path, form
        self._lock = Lock()
        self._free = [open_file(path, form)]
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that nobody else has until the block ends; nobody waits for another."""
        taken = self._taken() or open_file(self._path, self._form)
        try:
            yield taken
        finally:
            self._give_back(taken)

    def close(self) -> None:
        """Close what is free now, and the others as soon as their blocks end; idempotent."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _taken(self) -> sqlite3.Connection | None:
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("it is closed")
            return self._free.pop() if self._free else None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._free.append(connection)
                return
        connection.close()
