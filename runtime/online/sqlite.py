"""The embedded online store: one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from fcompile.runtime.online.base import (
    Ask,
    Found,
    Generation,
    Generations,
    OnlineStore,
    gone,
    gone_back,
    shown,
)
from fcompile.runtime.online.packed import VERSION_BYTES, Packed, packed_of
from fcompile.runtime.sqlite_file import Format, plain_errors, transaction
from fcompile.runtime.sqlite_pool import Pool

_FORMAT = Format(
    what="the online store",
    application=0x66636F02,
    version=2,
    tables=(
        "CREATE TABLE identity (value TEXT NOT NULL)",
        "INSERT INTO identity VALUES (lower(hex(randomblob(16))))",
        "CREATE TABLE generations (id INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL,"
        " view TEXT NOT NULL, number INTEGER NOT NULL, schema TEXT NOT NULL, ttl INTEGER,"
        " role TEXT NOT NULL, UNIQUE (project, view, number), UNIQUE (project, view, role))",
        "CREATE TABLE rows (generation INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
        " PRIMARY KEY (generation, key)) WITHOUT ROWID",
    ),
)

_UPSERT = f"""
INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value
WHERE substr(excluded.value, 1, {VERSION_BYTES}) > substr(rows.value, 1, {VERSION_BYTES})
"""  # noqa: S608
_KEYS_A_QUERY = 900  # SQLite's builds differ in how many variables they take; 999 is the least.
_SCANNED = 10_000
_ROLES = ("current", "previous", "building")


class SqliteOnlineStore:
    """See ``OnlineStore``. WAL: readers see the last commit while a load writes."""

    shared = False

    def __init__(self, path: Path, project: str) -> None:
        self._path = path
        self._project = project
        self._pool = Pool(path, _FORMAT)

    def identity(self) -> str:
        with self._connection() as sql:
            return str(sql.execute("SELECT value FROM identity").fetchone()[0])

    def generations(self, view: str) -> Generations:
        with self._connection() as sql:
            return self._generations(sql, view)

    def begin(self, view: str, generation: Generation) -> None:
        self._change(view, lambda there: there.begun(generation))

    def write(self, view: str, number: int, rows: Packed) -> int:
        with self._connection() as sql, transaction(sql):
            held = self._id(sql, view, number)
            before = sql.total_changes
            sql.executemany(_UPSERT, ((held, key, value) for key, value in rows.pairs()))
            return sql.total_changes - before

    def flip(self, view: str, number: int) -> None:
        self._change(view, lambda there: shown(view, there, number))

    def rollback(self, view: str) -> Generations:
        return self._change(view, lambda there: gone_back(view, there))

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        with self._connection() as sql, transaction(sql, write=False):
            return [self._read(sql, ask) for ask in asks]

    def _read(self, sql: sqlite3.Connection, ask: Ask) -> Found:
        current = self._generations(sql, ask.view).current
        if current is None:
            return Found(None, [None] * len(ask.keys))
        held = self._id(sql, ask.view, current.number)
        keys = [key.encode() for key in ask.keys]
        values: dict[bytes, bytes] = {}
        for chunk in _chunks(keys, _KEYS_A_QUERY):
            places = ", ".join("?" * len(chunk))
            query = f"SELECT key, value FROM rows WHERE generation = ? AND key IN ({places})"  # noqa: S608
            values.update(sql.execute(query, (held, *chunk)))
        rows = {key: value for key, value in values.items() if len(value) > VERSION_BYTES}
        return Found(current, list(map(rows.get, keys)))

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        last = b""
        while True:
            with self._connection() as sql:
                pairs = sql.execute(
                    "SELECT key, value FROM rows WHERE generation = ? AND key > ? ORDER BY key LIMIT ?",
                    (self._id(sql, view, number), last, _SCANNED),
                ).fetchall()
            if not pairs:
                return
            last = pairs[-1][0]
            yield packed_of(pairs)

    def erase(self, view: str, keys: Sequence[str]) -> int:
        erased = (
            f"UPDATE rows SET value = substr(value, 1, {VERSION_BYTES})"  # noqa: S608
            " WHERE generation IN (SELECT id FROM generations WHERE (project, view) = (?, ?)) AND key = ?"
        )
        with self._connection() as sql, transaction(sql):
            seen = [sql.execute(erased, (self._project, view, key.encode())).rowcount for key in keys]
        return sum(map(bool, seen))

    def drop(self, view: str) -> None:
        self._change(view, lambda _: Generations())

    def close(self) -> None:
        self._pool.close()

    def _generations(self, sql: sqlite3.Connection, view: str) -> Generations:
        found = sql.execute(
            "SELECT role, number, schema, ttl FROM generations WHERE (project, view) = (?, ?)",
            (self._project, view),
        )
        return Generations(**{role: Generation(*rest) for role, *rest in found})

    def _change(self, view: str, change: Callable[[Generations], Generations]) -> Generations:
        """Replace what there is by what ``change`` makes of it."""
        with self._connection() as sql, transaction(sql):
            there = self._generations(sql, view)
            new = change(there)
            if new != there:
                self._put(sql, view, new)
            return new

    def _put(self, sql: sqlite3.Connection, view: str, new: Generations) -> None:
        """Make the table say what ``new`` says, and remove the rows of generations that are no more."""
        head = (self._project, view)
        for held, number in sql.execute(
            "SELECT id, number FROM generations WHERE (project, view) = (?, ?)", head
        ).fetchall():
            # Roles are unique: none may stand in the way of another's change.
            sql.execute("UPDATE generations SET role = number WHERE id = ?", (held,))
            if number not in new.numbers():
                sql.execute("DELETE FROM generations WHERE id = ?", (held,))
                sql.execute("DELETE FROM rows WHERE generation = ?", (held,))
        for role in _ROLES:
            generation: Generation | None = getattr(new, role)
            if generation is not None:
                sql.execute(
                    "INSERT INTO generations (project, view, number, schema, ttl, role)"
                    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (project, view, number)"
                    " DO UPDATE SET role = excluded.role",
                    (*head, generation.number, generation.schema, generation.ttl, role),
                )

    def _id(self, sql: sqlite3.Connection, view: str, number: int) -> int:
        row = sql.execute(
            "SELECT id FROM generations WHERE (project, view, number) = (?, ?, ?)",
            (self._project, view, number),
        ).fetchone()
        if row is None:
            raise gone(view, number)
        return int(row[0])

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with plain_errors(self._path, _FORMAT.what), self._pool.connection() as sql:
            yield sql


def open_sqlite(config: object, root: Path, project: str) -> OnlineStore:
    """Open the file that ``path:`` names, relative to ``root``, making it if need be."""
    return SqliteOnlineStore(root / str(getattr(config, "path", "")), project)


def _chunks(items: Sequence[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(dict.fromkeys(items))
    while chunk := list(islice(rest, size)):
        yield chunk
