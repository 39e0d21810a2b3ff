"""Redis and Valkey as online stores, of one node or a cluster.

A row is one string key, the prefix of its generation and the row's own key, so that a reader needs no right but GET
and MGET. In a cluster there is a bucket in braces between them, so that rows of one slot can be written by one call.
A view's generations are one JSON text under ``fcompile:<project>:<view>``, changed by compare-and-set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import cast

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.schema.project import RedisOnline
from fcompile.runtime.online.async_store import AsyncReader
from fcompile.runtime.online.base import Ask, Found, Generation, Generations, OnlineStore, gone
from fcompile.runtime.online.kept_views import KeptViews
from fcompile.runtime.online.packed import Packed, event_time, packed_of
from fcompile.runtime.online.redis_client import Client, Command, connect
from fcompile.runtime.online.redis_protocol import create_requests, write_requests
from fcompile.runtime.online.redis_reads import Names, Reads
from fcompile.runtime.online.redis_scripts import ERASE, EXCHANGE, WRITE, WRITE_EXPIRING
from fcompile.runtime.online.redis_views import short

_ROWS_A_CALL = 500
"""A script runs alone: few rows keep other clients from waiting, many pay for the call."""
_SCANNED = 2_000


class RedisOnlineStore:
    """See ``OnlineStore``."""

    shared = False

    def __init__(self, client: Client, project: str, url: str = "") -> None:
        self._client = client
        self._url = url
        self._names = Names(project, client.clustered)
        self._reads = Reads(self._names)
        self._views = KeptViews(self)

    def identity(self) -> str:
        self._client.call("SET", "fcompile:identity", token_hex(16), "NX")
        return str(self._client.call("GET", "fcompile:identity").decode())

    def generations(self, view: str) -> Generations:
        return self._views.look(view).generations

    def begin(self, view: str, generation: Generation) -> None:
        self._views.begin(view, generation)

    def write(self, view: str, number: int, rows: Packed) -> int:
        there = self._views.look(view)
        prefix, generation = there.prefix(number), there.generations.find(number)
        if prefix is None or generation is None:
            raise gone(view, number)
        if self._client.clustered or generation.ttl is not None:
            taken = self._write_by_slot(prefix, rows, generation.ttl)
        else:
            isnew = generation == there.generations.building
            taken = (self._create if isnew else self._replace)(prefix, rows)
        self._views.written(view, number, prefix)
        return taken

    def _create(self, prefix: str, rows: Packed) -> int:
        """Write rows of which most are not there, by a command that is several times faster than a script."""
        taken = 0
        for number, whole in enumerate(self._client.packed(*create_requests(prefix, rows, _ROWS_A_CALL))):
            part = rows.slice(number * _ROWS_A_CALL, _ROWS_A_CALL)
            taken += len(part) if whole else self._replace(prefix, part)
        return taken

    def _replace(self, prefix: str, rows: Packed) -> int:
        return sum(self._client.packed(*write_requests(WRITE, prefix, rows, _ROWS_A_CALL)))

    def _write_by_slot(self, prefix: str, rows: Packed, ttl: int | None) -> int:
        parts: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        for key, value in rows.pairs():
            name = self._names.row(prefix, key)
            parts[name[: name.find("}")] if self._client.clustered else ""].append((name, value))
        calls: list[Command] = []
        for part in parts.values():
            for start in range(0, len(part), _ROWS_A_CALL):
                calls.append(_write_call(part[start : start + _ROWS_A_CALL], ttl))
        return sum(map(int, self._client.pipeline(calls)))

    def flip(self, view: str, number: int) -> None:
        self._views.flip(view, number)

    def rollback(self, view: str) -> Generations:
        return self._views.rollback(view)

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        while asks:
            reading = self._reads.begin(asks)
            found = reading.found(self._client.pipeline(reading.commands))
            if found is not None:
                return found
        return []

    def reader(self) -> AsyncReader:
        """Return what tasks of the running event loop read with."""
        from fcompile.runtime.online.async_redis import RedisReader

        return RedisReader(self._url, self._client, self._reads)

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        prefix = self._views.look(view).prefix(number)
        if prefix is None:
            raise gone(view, number)
        for names in self._client.scan(f"{prefix}*".encode(), _SCANNED):
            if self._client.clustered:
                values = self._client.pipeline([("GET", name) for name in names])
            else:
                values = self._client.call("MGET", *names)
            yield packed_of(
                [
                    (self._names.key(prefix, name), v)
                    for name, v in zip(names, values, strict=True)
                    if v is not None
                ]
            )

    def erase(self, view: str, keys: Sequence[str]) -> int:
        prefixes = [prefix for _, prefix in self._views.look(view).prefixes]
        seen = 0
        for key in dict.fromkeys(keys):
            names = [self._names.row(prefix, key.encode()) for prefix in prefixes]
            # A call a name: in a cluster buckets are alike, but generations' slots need not be.
            calls = [("EVALSHA", ERASE.sha, 1, name) for name in names]
            seen += any(self._client.pipeline(calls))
        return seen

    def drop(self, view: str) -> None:
        self._views.drop(view)

    def close(self) -> None:
        self._client.close()

    # -- what ``KeptViews`` asks for -------------------------------------------------------------

    def text(self, view: str) -> bytes:
        return self._client.call("GET", self._names.view(view)) or b""

    def exchange(self, view: str, old: bytes, new: bytes) -> bool:
        return bool(self._client.script(EXCHANGE, [self._names.view(view)], [old, new]))

    def new_prefix(self) -> str:
        return f"f{short(int(self._client.call('INCR', 'fcompile:generations')))}:"

    def remove(self, view: str, prefix: str) -> None:
        for names in self._client.scan(f"{prefix}*".encode(), _SCANNED):
            self._client.pipeline([("UNLINK", name) for name in names])


def _write_call(rows: Sequence[tuple[str, bytes]], ttl: int | None) -> Command:
    names, values = zip(*rows, strict=True)
    if ttl is None:
        return ("EVALSHA", WRITE.sha, len(names), *names, *values)
    # At 0 or before a key cannot go; 1 is as long ago.
    ends = [max(1, (event_time(value) + ttl) // 1000 + 1) for value in values]
    return ("EVALSHA", WRITE_EXPIRING.sha, len(names), *names, *values, *ends)


def open_redis(config: object, root: Path, project: str) -> OnlineStore:
    """Open the server, or cluster, that ``url:`` names."""
    settings = cast(RedisOnline, config)
    url = settings.url.get_secret_value()
    client = connect(url, settings.cluster, parse_duration(settings.deadline).total_seconds())
    if settings.layout == "feast":
        from fcompile.runtime.online.feast_layout import FeastOnlineStore

        return FeastOnlineStore(client, root, project)
    return RedisOnlineStore(client, project, url)
