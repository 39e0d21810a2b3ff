"""How many rows a store really keeps, whatever its generations say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.redis import RedisOnlineStore
from fcompile.runtime.online.sqlite import SqliteOnlineStore


def kept_rows(store: OnlineStore, otherwise: int) -> int:
    """All rows of all projects; ``otherwise`` where there is no way to count them."""
    inside: Any = store
    if isinstance(store, SqliteOnlineStore):
        with closing(sqlite3.connect(inside._path)) as sql:
            return int(sql.execute("SELECT count(*) FROM rows").fetchone()[0])
    if isinstance(store, RedisOnlineStore):
        return sum(len(names) for names in inside._client.scan(b"f*:*\\[*", 10_000))
    return otherwise
