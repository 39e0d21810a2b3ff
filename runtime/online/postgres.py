"""PostgreSQL as an online store: all rows in one table of a schema, by generation and key.

Whoever writes to a view's generations shares an advisory lock, and whoever changes which there are holds it alone,
both for one transaction: a generation does not go while rows are written to it. Readers take no lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.schema.project import PostgresOnline
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
from fcompile.runtime.online.limits import check_sizes
from fcompile.runtime.online.packed import Packed, packed_of
from fcompile.runtime.online.postgres_columns import ByteaArray, copy_bytes, takes_columns
from fcompile.runtime.online.postgres_sessions import Sessions
from fcompile.runtime.online.postgres_tables import Statements, prepared
from fcompile.runtime.postgres_server import ONLINE, Server, server_of

if TYPE_CHECKING:
    import psycopg

_ROWS_A_WRITE = 20_000
_ROWS_A_PAGE = 10_000
_LONGEST_KEY = 2_600
"""Bytes; an entry of an index takes 2,704 with what stands around the key."""
_ROLES = ("current", "previous", "building")


class PostgresOnlineStore:
    """See ``OnlineStore``."""

    shared = False

    def __init__(self, server: Server, schema: str, project: str, seconds: float) -> None:
        self._say = Statements(schema)
        self._schema, self._project = schema, project
        self._sessions = Sessions(server, seconds, self._prepare)

    def identity(self) -> str:
        return str(self._sessions.run(lambda sql: sql.execute(self._say.about, ()).fetchone() or ("",))[0])

    def generations(self, view: str) -> Generations:
        return self._sessions.run(lambda sql: self._generations(sql.cursor(binary=True), view))

    def begin(self, view: str, generation: Generation) -> None:
        self._change(view, lambda there: there.begun(generation))

    def write(self, view: str, number: int, rows: Packed) -> int:
        check_sizes(view, rows, _LONGEST_KEY)
        starts = range(0, len(rows), _ROWS_A_WRITE)
        return sum(self._write(view, number, rows.slice(start, _ROWS_A_WRITE)) for start in starts)

    def _write(self, view: str, number: int, rows: Packed) -> int:
        def work(sql: psycopg.Connection[Any]) -> int:
            with self._sessions.transaction(sql, self._lock(view), shared=True) as cursor:
                held, role = self._held(cursor, view, number)
                if role == "building" and self._copied(cursor, held, rows):
                    return len(rows)
                takes_columns(cursor)
                values = {"held": held, "keys": ByteaArray(rows.keys), "values": ByteaArray(rows.values)}
                cursor.execute(self._say.upsert, values)
                return cursor.rowcount

        return self._sessions.run(work)

    def _copied(self, cursor: psycopg.Cursor[Any], held: int, rows: Packed) -> bool:
        """Write rows of which none is there, by a command that is faster than an upsert; False where one is."""
        from psycopg.errors import UniqueViolation

        # By key, as upserts do.
        ordered = rows.by_key()
        try:
            with cursor.connection.transaction(), cursor.copy(self._say.copy) as copy:
                copy.write(copy_bytes(held, ordered.keys, ordered.values))
        except UniqueViolation:
            return False
        return True

    def flip(self, view: str, number: int) -> None:
        self._change(view, lambda there: shown(view, there, number))

    def rollback(self, view: str) -> Generations:
        return self._change(view, lambda there: gone_back(view, there))

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        if not asks:
            return []
        ends = list(accumulate(len(ask.keys) for ask in asks))
        values = {
            "project": self._project,
            "views": [ask.view for ask in asks],
            "firsts": [end - len(ask.keys) + 1 for ask, end in zip(asks, ends, strict=True)],
            "lasts": ends,
            "keys": [key.encode() for ask in asks for key in ask.keys],
        }

        def work(sql: psycopg.Connection[Any]) -> list[Found]:
            with sql.cursor(binary=True) as cursor:
                return [_found(*row) for row in cursor.execute(self._say.read, values)]

        return self._sessions.run(work)

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        last = b""

        def page(sql: psycopg.Connection[Any]) -> list[tuple[bytes, bytes]]:
            with self._sessions.transaction(sql, self._lock(view), shared=True) as cursor:
                held, _ = self._held(cursor, view, number)
                return cursor.execute(self._say.page, (held, last, _ROWS_A_PAGE)).fetchall()

        while pairs := self._sessions.run(page):
            last = pairs[-1][0]
            yield packed_of(pairs)

    def erase(self, view: str, keys: Sequence[str]) -> int:
        values = {"project": self._project, "view": view, "keys": [key.encode() for key in keys]}

        def work(sql: psycopg.Connection[Any]) -> int:
            with self._sessions.transaction(sql, self._lock(view), shared=True) as cursor:
                return int((cursor.execute(self._say.erase, values).fetchone() or (0,))[0])

        return self._sessions.run(work)

    def drop(self, view: str) -> None:
        self._change(view, lambda _: Generations())

    def close(self) -> None:
        self._sessions.close()

    def _prepare(self, sql: psycopg.Connection[Any]) -> None:
        if not prepared(sql, self._schema):
            with self._sessions.transaction(sql, _number(self._schema)) as cursor:
                if not prepared(sql, self._schema):
                    self._say.create(cursor)

    def _generations(self, cursor: psycopg.Cursor[Any], view: str) -> Generations:
        found = cursor.execute(self._say.generations, (self._project, view))
        return Generations(**{role: Generation(*rest) for role, *rest in found})

    def _held(self, cursor: psycopg.Cursor[Any], view: str, number: int) -> tuple[int, str]:
        """Return the id and the role of a generation; raise FcompileError (FC520) where it is gone."""
        row = cursor.execute(self._say.find, (self._project, view, number)).fetchone()
        if row is None:
            raise gone(view, number)
        return int(row[0]), str(row[1])

    def _change(self, view: str, change: Callable[[Generations], Generations]) -> Generations:
        """Replace what there is by what ``change`` makes of it, and remove the rows that nobody needs any more."""
        wanted: Generations | None = None

        def work(sql: psycopg.Connection[Any]) -> Generations:
            nonlocal wanted
            with self._sessions.transaction(sql, self._lock(view)) as cursor:
                there = self._generations(cursor, view)
                # Done already where the answer to a COMMIT was lost.
                if there != wanted:
                    wanted = change(there)
                    self._put(cursor, view, wanted)
                return wanted

        made = self._sessions.run(work)
        self._sweep(view)
        return made

    def _put(self, cursor: psycopg.Cursor[Any], view: str, new: Generations) -> None:
        head = (self._project, view)
        cursor.execute(self._say.release, (list(new.numbers()), *head))
        for role in _ROLES:
            generation: Generation | None = getattr(new, role)
            if generation is not None:
                values = (*head, generation.number, generation.schema, generation.ttl, role)
                cursor.execute(self._say.put, values)

    def _sweep(self, view: str) -> None:
        """Delete the rows of generations that are no more, some at a time, and then what is left of these."""
        removed = self._sessions.run(
            lambda sql: sql.execute(self._say.removed, (self._project, view)).fetchall()
        )
        for (held,) in removed:
            last: bytes | None = b""
            while last is not None:
                last = self._clear(view, held, last)

    def _clear(self, view: str, held: int, last: bytes) -> bytes | None:
        """Delete the next rows of a generation after the key ``last``; return the last one, None for no more."""

        def work(sql: psycopg.Connection[Any]) -> bytes | None:
            with self._sessions.transaction(sql, self._lock(view), shared=True) as cursor:
                values = {"held": held, "last": last, "rows": _ROWS_A_WRITE}
                row = cursor.execute(self._say.clear, values).fetchone()
                if row is None:
                    cursor.execute(self._say.forget, (held,))
                return None if row is None else bytes(row[0])

        return self._sessions.run(work)

    def _lock(self, view: str) -> int:
        return _number(f"{self._schema}/{self._project}/{view}")


def _found(number: int | None, schema: str, ttl: int | None, values: list[bytes | None]) -> Found:
    return Found(None if number is None else Generation(number, schema, ttl), values)


def _number(scope: str) -> int:
    """Return the 64 bits that stand for a scope among the server's advisory locks."""
    return int.from_bytes(sha256(f"fcompile online {scope}".encode()).digest()[:8], signed=True)


def open_postgres(config: object, root: Path, project: str) -> OnlineStore:
    """Open the schema of the server that ``dsn:`` names; it connects when it is first used."""
    settings = cast(PostgresOnline, config)
    seconds = parse_duration(settings.deadline).total_seconds()
    return PostgresOnlineStore(server_of(settings, ONLINE), settings.schema_, project, seconds)
