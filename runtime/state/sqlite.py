"""The state in a SQLite file, as one process at a time writes it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from fcompile.runtime.sqlite_file import Format, open_file, plain_errors, transaction
from fcompile.runtime.state.database import Rows, Sql
from fcompile.runtime.state.migrate import applied, begin_ledger, bring_forward, missing, newest
from fcompile.runtime.state.migrations import SQLITE

Clock = Callable[[], float]
_WHAT = "the state"


class SqliteDatabase:
    """See ``Database``. ``clock`` gives seconds since 1970: this machine's, whose processes share the file."""

    def __init__(self, path: Path, clock: Clock = time.time) -> None:
        self._path = path
        self._clock = clock
        upgrade = partial(_upgrade, path=path, clock=clock)
        form = Format(_WHAT, application=0x66636F01, version=newest(), upgrade=upgrade)
        self._connection = open_file(path, form)
        try:
            with self.reading() as sql:
                missing(applied(sql), str(path))
        except BaseException:
            self._connection.close()
            raise

    def reopened(self) -> SqliteDatabase:
        return SqliteDatabase(self._path, self._clock)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def writing(self, scope: str) -> Iterator[Sql]:
        with self._transaction(write=True) as sql:
            yield sql

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        with self._transaction(write=False) as sql:
            yield sql

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Sql]:
        with plain_errors(self._path, _WHAT), transaction(self._connection, write=write):
            yield _SqliteSql(self._connection, self._clock)


class _SqliteSql:
    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def execute(self, text: str, values: Sequence[object] = ()) -> Rows:
        return self._connection.execute(text, tuple(values))

    def executemany(self, text: str, values: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(text, values)

    def now(self) -> float:
        return self._clock()


def _upgrade(connection: sqlite3.Connection, version: int, path: Path, clock: Clock) -> None:
    """Bring an empty file (0) or an older one forward; the first version had no table of migrations."""
    sql = _SqliteSql(connection, clock)
    if version <= 1:
        begin_ledger(sql, SQLITE, upto=version)
    bring_forward(sql, SQLITE, missing(applied(sql), str(path)))
