"""Redis in Feast's layout, so that Feast's servers can read what fcompile loads.

An entity is one hash for all views, with a field a feature, named by a hash of view and feature, and ``_ts:<view>``,
the event time. Beside those a field that Feast does not know, ``_fc:<view>``, has the generation and the version
of the row: a row is newer if it is of a later generation, or has the greater version. What Feast itself wrote over
it is told by the event time, and compared by that.

Generations are not kept apart: rows of a new one replace those of the old as they come, which readers see; ``flip``
removes the rows that the new one does not have; there is no way back. A text under ``fcompile:<project>:<view>``
has the generations, as in the packed layout.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from secrets import token_hex

from fcompile.compiler.definitions import JoinKey
from fcompile.compiler.dtypes import STRING
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.online.base import Ask, Found, Generation, Generations, gone, nothing_before
from fcompile.runtime.online.codec import encoder, json_decoder, key_text, read_schema
from fcompile.runtime.online.columns import column_reader
from fcompile.runtime.online.feast_pack import GENERATION, values_of
from fcompile.runtime.online.feast_scripts import FEAST_ERASE, FEAST_SWEEP, FEAST_WRITE
from fcompile.runtime.online.feast_values import (
    KEY_TYPES,
    entity_key,
    field_name,
    key_prefix,
    key_values,
    timestamp_bytes,
    value_bytes,
)
from fcompile.runtime.online.packed import VERSION_BYTES, Packed, event_time, is_tombstone, packed_of
from fcompile.runtime.online.redis_client import Client, Command
from fcompile.runtime.online.redis_scripts import EXCHANGE
from fcompile.runtime.online.redis_views import KeptView, read_view

_ROWS_A_REQUEST = 1_000
_SCANNED = 2_000
_DUMMY = (JoinKey("__dummy_id", STRING),)
"""What Feast has in place of the join keys of a view that has none; its value is empty text."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """The names of a view's fields in the hashes."""

    version: bytes
    time: bytes
    features: tuple[bytes, ...]

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(view: str, schema: str) -> _Fields:
        names = tuple(field_name(view, name) for name, _ in read_schema(schema))
        return _Fields(f"_fc:{view}".encode(), f"_ts:{view}".encode(), names)

    @property
    def all(self) -> tuple[bytes, ...]:
        return (self.version, self.time, *self.features)


class FeastOnlineStore:
    """See ``OnlineStore``, and above what is otherwise: ``rollback`` always raises FC522."""

    shared = True
    """Others write rows here too, and times lose what is below a second: what was sent need not be what is held."""

    def __init__(self, client: Client, root: Path, project: str) -> None:
        self._client = client
        self._root = root
        self._project = project
        self._keys: dict[str, tuple[JoinKey, ...]] = {}

    def identity(self) -> str:
        self._client.call("SET", "fcompile:identity", token_hex(16), "NX")
        return str(self._client.call("GET", "fcompile:identity").decode())

    def generations(self, view: str) -> Generations:
        return self._look(view).generations

    def begin(self, view: str, generation: Generation) -> None:
        self._join_keys(view)
        _check_fields(view, generation.schema)
        self._change(view, lambda there: there.begun(generation))

    def write(self, view: str, number: int, rows: Packed) -> int:
        generation = self._generation(view, number)
        fields = _Fields.of(view, generation.schema)
        calls: list[Command] = []
        for (key, value), members in zip(rows.pairs(), _members(rows, generation.schema), strict=True):
            version = GENERATION.pack(number) + value[:VERSION_BYTES]
            head = (fields.version, fields.time, version, timestamp_bytes(event_time(value)))
            pairs = [part for pair in zip(fields.features, members, strict=True) for part in pair]
            name = self._hash(view, key)
            calls.append(("EVALSHA", FEAST_WRITE.sha, 1, name, *head, int(is_tombstone(value)), *pairs))
        taken = 0
        for start in range(0, len(calls), _ROWS_A_REQUEST):
            taken += sum(map(int, self._client.pipeline(calls[start : start + _ROWS_A_REQUEST])))
        self._generation(view, number)
        return taken

    def flip(self, view: str, number: int) -> None:
        generation = self._generation(view, number)
        there = self._look(view).generations
        if there.building != generation:
            return
        kept = _Fields.of(view, generation.schema)
        old = _Fields.of(view, there.current.schema).features if there.current else ()
        # First, as nobody comes back to it once the generation is shown.
        self._sweep(view, number, kept, tuple(name for name in old if name not in kept.features))
        self._change(view, lambda now: Generations(generation) if now.building == generation else now)

    def _sweep(self, view: str, number: int, kept: _Fields, old: Sequence[bytes]) -> None:
        """Remove rows of generations before ``number``, and the fields ``old`` of all."""
        for pairs in self._hashes(view):
            self._client.pipeline(
                [
                    ("EVALSHA", FEAST_SWEEP.sha, 1, name, kept.version, GENERATION.pack(number), len(old),
                     *old, kept.time, *kept.features)
                    for name, _ in pairs
                ]
            )  # fmt: skip

    def rollback(self, view: str) -> Generations:
        raise nothing_before(view)

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        """Two round trips: of the generations, and of the rows."""
        if not asks:
            return []
        texts = self._client.pipeline([("GET", self._name(ask.view)) for ask in asks])
        current = [read_view(text or b"").generations.current for text in texts]
        commands = [
            ("HMGET", self._hash(ask.view, key.encode()), *fields)
            for ask, each in zip(asks, current, strict=True)
            if each is not None
            for fields in (_Fields.of(ask.view, each.schema).all,)
            for key in ask.keys
        ]
        replies = iter(self._client.pipeline(commands))
        return [_found(ask, each, replies) for ask, each in zip(asks, current, strict=True)]

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        generation = self._generation(view, number)
        fields = _Fields.of(view, generation.schema).all
        for pairs in self._hashes(view):
            replies = self._client.pipeline([("HMGET", name, *fields) for name, _ in pairs])
            # The generation is what the version begins with.
            held = [
                (key, reply)
                for (_, key), reply in zip(pairs, replies, strict=True)
                if reply[0] is not None and GENERATION.unpack_from(reply[0])[0] == number
            ]
            values = values_of(generation.schema, [reply for _, reply in held], tombstones=True)
            yield packed_of([(k, v) for (k, _), v in zip(held, values, strict=True) if v is not None])

    def erase(self, view: str, keys: Sequence[str]) -> int:
        there = self._look(view).generations
        schemas = {g.schema for g in (there.current, there.building) if g is not None}
        fields = {name for schema in schemas for name in _Fields.of(view, schema).all[1:]}
        version = f"_fc:{view}"
        names = [self._hash(view, key.encode()) for key in dict.fromkeys(keys)]
        calls = [("EVALSHA", FEAST_ERASE.sha, 1, name, version, *sorted(fields)) for name in names]
        return sum(map(int, self._client.pipeline(calls))) if fields else 0

    def drop(self, view: str) -> None:
        there = self._look(view).generations
        schemas = {g.schema for g in (there.current, there.building) if g is not None}
        fields = {name for schema in schemas for name in _Fields.of(view, schema).all}
        self._change(view, lambda _: Generations())
        for pairs in self._hashes(view) if fields else ():
            self._client.pipeline([("HDEL", name, *sorted(fields)) for name, _ in pairs])

    def close(self) -> None:
        self._client.close()

    def _generation(self, view: str, number: int) -> Generation:
        found = self._look(view).generations.find(number)
        if found is None:
            raise gone(view, number)
        return found

    def _name(self, view: str) -> str:
        return f"fcompile:{self._project}:{view}"

    def _look(self, view: str) -> KeptView:
        return read_view(self._client.call("GET", self._name(view)) or b"")

    def _change(self, view: str, change: Callable[[Generations], Generations]) -> None:
        while True:
            text: bytes = self._client.call("GET", self._name(view)) or b""
            new = KeptView(change(read_view(text).generations)).text
            if text == new or self._client.script(EXCHANGE, [self._name(view)], [text, new]):
                return

    def _hash(self, view: str, key: bytes) -> bytes:
        """Return the name of the hash of an entity."""
        keys = self._join_keys(view)
        values = json.loads(key) if keys is not _DUMMY else [""]
        own = [json_decoder(k.dtype)(value) for k, value in zip(keys, values, strict=True)]
        return entity_key([k.name for k in keys], own, [k.dtype for k in keys], self._project)

    def _hashes(self, view: str) -> Iterator[list[tuple[bytes, bytes]]]:
        """Yield all hashes of entities with the view's join keys, of any view: their names and our keys."""
        keys = self._join_keys(view)
        named = [(k.name, k.dtype) for k in keys]
        prefix, end = key_prefix([k.name for k in keys]), self._project.encode()
        pattern = b"".join(b"\\" + bytes([c]) if c in b"*?[]\\^" else bytes([c]) for c in prefix)
        for names in self._client.scan(pattern + b"*" + end, _SCANNED):
            found = [(name, key_values(name, named, self._project)) for name in names]
            yield [(name, _key(values, keys)) for name, values in found if values is not None]

    def _join_keys(self, view: str) -> tuple[JoinKey, ...]:
        """Return the join keys, which a store in another layout need not know, from the definitions."""
        if view not in self._keys:
            from fcompile.runtime.project import load_project

            target = self._project.partition("@")[2]
            views = load_project(self._root, target or None).definitions.feature_views
            self._keys = {name: _checked(name, of.join_keys) for name, of in views.items()}
        return self._keys.get(view, _DUMMY)


def _members(rows: Packed, schema: str) -> Iterator[list[bytes]]:
    """Yield the values of each row as Feast writes them; a tombstone has NULLs."""
    features = read_schema(schema)
    values = [None if is_tombstone(value) else value for value in rows.values.to_pylist()]
    columns = column_reader(schema, features)(values).members
    written = [
        [value_bytes(value, dtype) for value in column]
        for column, (_, dtype) in zip(columns, features, strict=True)
    ]
    return map(list, zip(*written, strict=True)) if written else iter([[] for _ in values])


def _found(ask: Ask, current: Generation | None, replies: Iterator[list[bytes | None]]) -> Found:
    if current is None:
        return Found(None, [None] * len(ask.keys))
    return Found(current, values_of(current.schema, list(islice(replies, len(ask.keys)))))


def _key(values: Sequence[object], keys: tuple[JoinKey, ...]) -> bytes:
    if keys is _DUMMY:
        return b"[]"
    return key_text([encoder(k.dtype)(value) for value, k in zip(values, keys, strict=True)]).encode()


def _check_fields(view: str, schema: str) -> None:
    first: dict[bytes, str] = {}
    for name, _ in read_schema(schema):
        other = first.setdefault(field_name(view, name), name)
        if other != name:
            message = f"`{view}`: in Feast's layout `{other}` and `{name}` would be one field"
            raise FcompileError(Diagnostic("FC506", message, hint="give one of them another name"))


def _checked(view: str, keys: tuple[JoinKey, ...]) -> tuple[JoinKey, ...]:
    for key in keys:
        if key.dtype.kind not in KEY_TYPES:
            message = f"`{view}`: Feast has no join keys of {key.dtype}, as `{key.name}` is"
            hint = "make it a string or an int64, or leave `layout: feast` out"
            raise FcompileError(Diagnostic("FC506", message, hint=hint))
    return keys or _DUMMY
