"""A connection to the state file, for one project and target."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fcompile.runtime.sqlite_file import open_file, plain_errors, transaction
from fcompile.runtime.state.tables import FORMAT


class Connected:
    """``clock`` gives seconds since 1970 and only decides when leases expire."""

    def __init__(self, path: Path, project: str, target: str, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._scope = (project, target)
        self._clock = clock
        self._connection = open_file(path, FORMAT)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with plain_errors(self.path, FORMAT.what), transaction(self._connection):
            yield self._connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with plain_errors(self.path, FORMAT.what), transaction(self._connection, write=False):
            yield self._connection
