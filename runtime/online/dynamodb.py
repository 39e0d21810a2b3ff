"""DynamoDB as an online store: all in one table, which is made on first use.

A row is an item: its version, its payload (none for a tombstone) and, where the view asks for it, the second at which
it goes. The rows of a generation are spread over some partitions, because each has a limit of its own. What there is
of a view is one item with a text (``redis_views.py``), changed by compare-and-set.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any, cast

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.schema.project import DynamoDBOnline
from fcompile.runtime.online.base import Ask, Found, Generation, Generations, OnlineStore, gone
from fcompile.runtime.online.dynamodb_client import Client, Item, Key, connect
from fcompile.runtime.online.kept_views import KeptViews
from fcompile.runtime.online.limits import check_sizes
from fcompile.runtime.online.packed import VERSION_BYTES, Packed, event_time, packed_of
from fcompile.runtime.online.redis_views import KeptView, read_view

_BUCKETS = 16
_LONGEST_KEY = 1_024
_LARGEST_ROW = 400 * 1_024 - 400
"""Bytes; of an item's 400 kB the partition's name and the attributes' take up to 400."""
_NEWER = "attribute_not_exists(v) OR v < :v"
_IDENTITY = ("identity", b"identity")


class DynamoDBOnlineStore:
    """See ``OnlineStore``."""

    shared = False

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project
        self._views = KeptViews(self)
        self._seen: dict[str, tuple[bytes, KeptView]] = {}

    def identity(self) -> str:
        found = self._client.get([_IDENTITY])
        if not found:
            self._client.create()
            item = {**_named(_IDENTITY), "made": {"S": token_hex(16)}}
            self._client.call("put_item", Item=item, ConditionExpression="attribute_not_exists(pk)")
            found = self._client.get([_IDENTITY])
        return str(found[_IDENTITY]["made"]["S"])

    def generations(self, view: str) -> Generations:
        return self._views.look(view).generations

    def begin(self, view: str, generation: Generation) -> None:
        self.identity()
        self._views.begin(view, generation)

    def write(self, view: str, number: int, rows: Packed) -> int:
        check_sizes(view, rows, _LONGEST_KEY, _LARGEST_ROW)
        there = self._views.look(view)
        prefix, generation = there.prefix(number), there.generations.find(number)
        if prefix is None or generation is None:
            raise gone(view, number)
        items = [
            _item(self._key(view, prefix, key), value, generation.ttl)
            for key, value in zip(rows.keys.to_pylist(), rows.values.to_pylist(), strict=True)
        ]
        taken = self._client.each(self._put, items)
        self._views.written(view, number, prefix)
        return sum(taken)

    def _put(self, item: Item) -> bool:
        values = {":v": item["v"]}
        done = self._client.call(
            "put_item", Item=item, ConditionExpression=_NEWER, ExpressionAttributeValues=values
        )
        return done is not None

    def flip(self, view: str, number: int) -> None:
        self._views.flip(view, number)

    def rollback(self, view: str) -> Generations:
        return self._views.rollback(view)

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        while asks:
            # Of this read alone, whatever other threads learn meanwhile.
            seen = {ask.view: self._seen.get(ask.view, (b"", KeptView())) for ask in asks}
            keys = [self._keys(ask, seen[ask.view][1]) for ask in asks]
            items = self._items([key for part in keys for key in part], [self._name(view) for view in seen])
            now = {view: _text(items.get(self._name(view))) for view in seen}
            if all(now[view] == text for view, (text, _) in seen.items()):
                return [
                    _found(seen[ask.view][1], ask, part, items) for ask, part in zip(asks, keys, strict=True)
                ]
            # Rows are where the texts last seen say; where one has changed, all is read again.
            self._seen.update({view: (text, read_view(text)) for view, text in now.items()})
        return []

    def _keys(self, ask: Ask, there: KeptView) -> list[Key]:
        current = there.generations.current
        if current is None:
            return []
        prefix = there.prefix(current.number) or ""
        return [self._key(ask.view, prefix, key.encode()) for key in ask.keys]

    def _items(self, rows: list[Key], views: list[Key]) -> dict[Key, Item]:
        """Return what there is, in one request where 100 keys do; else the views are read when the rows are known.

        Rows of a generation are deleted after the text has changed: where that is the same, none was missing.
        """
        rows = list(dict.fromkeys(rows))
        if len(rows) + len(views) <= 100:
            return self._client.get([*rows, *views])
        return self._client.get(rows) | self._client.get(views)

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        prefix = self._views.look(view).prefix(number)
        if prefix is None:
            raise gone(view, number)
        for partition in self._partitions(view, prefix):
            for items in self._client.query(partition):
                yield packed_of([(item["sk"]["B"], _value(item)) for item in items])

    def erase(self, view: str, keys: Sequence[str]) -> int:
        prefixes = [prefix for _, prefix in self._views.look(view).prefixes]
        rows = [(key, prefix) for key in dict.fromkeys(keys) for prefix in prefixes]
        done = self._client.each(lambda row: self._erase(view, row[1], row[0].encode()), rows)
        return len({key for (key, _), there in zip(rows, done, strict=True) if there})

    def _erase(self, view: str, prefix: str, key: bytes) -> bool:
        done = self._client.call(
            "update_item",
            Key=_named(self._key(view, prefix, key)),
            UpdateExpression="REMOVE p",
            ConditionExpression="attribute_exists(v)",
        )
        return done is not None

    def drop(self, view: str) -> None:
        self._views.drop(view)

    def close(self) -> None:
        self._client.close()

    # -- what ``KeptViews`` asks for -------------------------------------------------------------

    def text(self, view: str) -> bytes:
        name = self._name(view)
        return _text(self._client.get([name]).get(name))

    def exchange(self, view: str, old: bytes, new: bytes) -> bool:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if old:
            condition = {
                "ConditionExpression": "kept = :old",
                "ExpressionAttributeValues": {":old": {"S": old.decode()}},
            }
        name = _named(self._name(view))
        if not new:
            return self._client.call("delete_item", Key=name, **condition) is not None
        return (
            self._client.call("put_item", Item={**name, "kept": {"S": new.decode()}}, **condition) is not None
        )

    def new_prefix(self) -> str:
        return token_hex(6)

    def remove(self, view: str, prefix: str) -> None:
        for partition in self._partitions(view, prefix):
            for items in self._client.query(partition, keys_only=True):
                self._client.delete(items)

    def _name(self, view: str) -> Key:
        return f"{self._project}/{view}", b"generations"

    def _partitions(self, view: str, prefix: str) -> Iterator[str]:
        return (f"{self._project}/{view}/{prefix}/{bucket}" for bucket in range(_BUCKETS))

    def _key(self, view: str, prefix: str, key: bytes) -> Key:
        return f"{self._project}/{view}/{prefix}/{zlib.crc32(key) % _BUCKETS}", key


def _named(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"B": key[1]}}


def _text(item: Item | None) -> bytes:
    return str(item["kept"]["S"]).encode() if item else b""


def _item(key: Key, value: bytes, ttl: int | None) -> Item:
    item = {**_named(key), "v": {"B": value[:VERSION_BYTES]}}
    if len(value) > VERSION_BYTES:
        item["p"] = {"B": value[VERSION_BYTES:]}
    if ttl is not None:
        item["ttl"] = {"N": str(max(1, (event_time(value) + ttl) // 1_000_000 + 1))}
    return item


def _value(item: Item) -> bytes:
    version: bytes = item["v"]["B"]
    return version + item["p"]["B"] if "p" in item else version


def _found(there: KeptView, ask: Ask, keys: Sequence[Key], items: dict[Key, Item]) -> Found:
    current = there.generations.current
    if current is None:
        return Found(None, [None] * len(ask.keys))
    rows = [items.get(key) for key in keys]
    return Found(current, [_value(item) if item is not None and "p" in item else None for item in rows])


def open_dynamodb(config: object, root: Path, project: str) -> OnlineStore:
    """Open the table in the region, or at the endpoint, that the settings name."""
    settings = cast(DynamoDBOnline, config)
    seconds = parse_duration(settings.deadline).total_seconds()
    table = f"{settings.table_prefix}fcompile_online"
    return DynamoDBOnlineStore(connect(settings.region, settings.endpoint_url, table, seconds), project)
