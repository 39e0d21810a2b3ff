"""The embedded online store: one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from fcompile.runtime.online.base import OnlineRow, OnlineStore
from fcompile.runtime.sqlite_file import Format, plain_errors, transaction
from fcompile.runtime.sqlite_pool import Pool

_FORMAT = Format(
    what="the online store",
    application=0x66636F02,
    version=1,
    tables=(
        "CREATE TABLE identity (value TEXT NOT NULL)",
        "INSERT INTO identity VALUES (lower(hex(randomblob(16))))",
        "CREATE TABLE schemas (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        "CREATE TABLE floors (project TEXT NOT NULL, view TEXT NOT NULL, value INTEGER NOT NULL,"
        " PRIMARY KEY (project, view)) WITHOUT ROWID",
        "CREATE TABLE rows (project TEXT NOT NULL, view TEXT NOT NULL, key TEXT NOT NULL,"
        " event_us INTEGER NOT NULL, created_us INTEGER, sequence INTEGER NOT NULL,"
        " schema_id INTEGER NOT NULL, payload TEXT NOT NULL,"
        " PRIMARY KEY (project, view, key)) WITHOUT ROWID",
    ),
)

# A rebuild as of an older instant must replace rows that are newer by event time, and a backfill must not.
# The sequences tell them apart: after a rebuild every row of the warehouse's table bears the rebuild's
# sequence or a later one, so the least of them, the floor, is above every row loaded before. What is below
# the floor comes from a table that is no more, and loses whatever its event time. A backfill leaves other
# rows' sequences, and with them the floor, where they are, and there the event time decides.
_UPSERT = """
INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET event_us = excluded.event_us, created_us = excluded.created_us,
  sequence = excluded.sequence, schema_id = excluded.schema_id, payload = excluded.payload
WHERE rows.sequence < ?
  OR (excluded.event_us, ifnull(excluded.created_us, -9223372036854775807), excluded.sequence)
   > (rows.event_us, ifnull(rows.created_us, -9223372036854775807), rows.sequence)
"""

_KEYS_A_QUERY = 900  # SQLite's builds differ in how many variables they take; 999 is the least.
_PRUNE = "DELETE FROM rows WHERE project = ? AND view = ? AND sequence < ?"


class SqliteOnlineStore:
    """See ``OnlineStore``. WAL: readers see the last commit while a load writes. Any number of threads may use it."""

    def __init__(self, path: Path, project: str) -> None:
        self._path = path
        self._project = project
        self._pool = Pool(path, _FORMAT)

    def identity(self) -> str:
        with self._connection() as sql:
            return str(sql.execute("SELECT value FROM identity").fetchone()[0])

    def write(self, view: str, rows: Sequence[OnlineRow], floor: int) -> None:
        with self._connection() as sql, transaction(sql):
            floor = self._raise_floor(sql, view, floor)
            schemas = {text: _schema(sql, text) for text in dict.fromkeys(row.schema for row in rows)}
            head = (self._project, view)
            sql.executemany(
                _UPSERT,
                (
                    (*head, r.key, r.event, r.created, r.sequence, schemas[r.schema], r.payload, floor)
                    for r in rows
                    if r.sequence >= floor
                ),
            )

    def _raise_floor(self, sql: sqlite3.Connection, view: str, floor: int) -> int:
        """Return the greatest floor ever given, which a run that lost its lease may not know."""
        sql.execute(
            "INSERT INTO floors VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
            (self._project, view, floor),
        )
        row = sql.execute("SELECT value FROM floors WHERE (project, view) = (?, ?)", (self._project, view))
        return int(row.fetchone()[0])

    def prune(self, view: str, floor: int) -> int:
        with self._connection() as sql, transaction(sql):
            floor = self._raise_floor(sql, view, floor)
            return sql.execute(_PRUNE, (self._project, view, floor)).rowcount

    def read(self, view: str, keys: Sequence[str]) -> Mapping[str, OnlineRow]:
        found: dict[str, OnlineRow] = {}
        with self._connection() as sql, transaction(sql, write=False):
            for chunk in _chunks(keys, _KEYS_A_QUERY):
                found |= {row.key: row for row in self._read(sql, view, chunk)}
        return found

    def _read(self, sql: sqlite3.Connection, view: str, keys: Sequence[str]) -> Iterator[OnlineRow]:
        places = ", ".join("?" * len(keys))
        found = sql.execute(
            "SELECT key, event_us, created_us, sequence, text, payload"  # noqa: S608
            " FROM rows JOIN schemas ON id = schema_id"
            f" WHERE project = ? AND view = ? AND key IN ({places})",
            (self._project, view, *keys),
        )
        return (OnlineRow(*row) for row in found)

    def drop(self, view: str) -> None:
        # The floor stays: were the view to come back, late writes of its past would still lose.
        with self._connection() as sql, transaction(sql):
            sql.execute("DELETE FROM rows WHERE project = ? AND view = ?", (self._project, view))

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with plain_errors(self._path, _FORMAT.what), self._pool.connection() as sql:
            yield sql


def _schema(sql: sqlite3.Connection, text: str) -> int:
    sql.execute("INSERT OR IGNORE INTO schemas (text) VALUES (?)", (text,))
    return int(sql.execute("SELECT id FROM schemas WHERE text = ?", (text,)).fetchone()[0])


def open_sqlite(config: object, root: Path, project: str) -> OnlineStore:
    """Open the file that ``path:`` names, relative to ``root``, making it if need be."""
    return SqliteOnlineStore(root / str(getattr(config, "path", "")), project)


def _chunks(items: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(items))
    while chunk := list(islice(rest, size)):
        yield chunk
