"""The rows of one view, by one choice of join keys, and the columns that a request takes from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from fcompile.compiler.definitions import Selected
from fcompile.compiler.dtypes import DType
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.clock import MICROSECOND
from fcompile.runtime.computing import Computing
from fcompile.runtime.entity_rows import Keys
from fcompile.runtime.online.base import Ask, Found
from fcompile.runtime.online.codec import encoder, json_text
from fcompile.runtime.online.columns import Columns, Read, column_reader
from fcompile.runtime.online.response import (
    NOT_FOUND,
    NULL_VALUE,
    OUTSIDE_MAX_AGE,
    PRESENT,
    OnlineColumn,
)
from fcompile.runtime.online.times import Times

KeyId = tuple[str, str]
"""Spine key and dtype."""
_Texts = Callable[[Sequence[Any]], list[str | None]]


@dataclass(frozen=True, slots=True)
class Place:
    """What decides which row of the store an entity row asks for, and what is taken from the row.

    Attributes:
        keys: the spine's columns, in the order of the view's join keys; ``writers``: each one's part of a key's text.
        ttl: microseconds; None for ever.
        names, dtypes: of ``columns``, one each.
        readers: by the schemas that were met; as many as there were generations.
    """

    view: str
    keys: tuple[KeyId, ...]
    writers: tuple[_Texts, ...]
    ttl: int | None
    columns: tuple[OutputColumn, ...]
    names: tuple[str, ...]
    dtypes: tuple[DType, ...]
    computing: Computing
    readers: dict[str, Read] = field(default_factory=dict)

    def texts(self, keys: Keys, count: int) -> list[str | None]:
        """Return the store's key of each entity row; None where a value is NULL, which matches nothing."""
        parts = [write(keys[key]) for key, write in zip(self.keys, self.writers, strict=True)]
        if len(parts) == 1:
            if None in parts[0]:
                return [None if part is None else f"[{part}]" for part in parts[0]]
            return [f"[{part}]" for part in parts[0]]
        rows: Any = zip(*parts, strict=True) if parts else [()] * count
        return [None if None in row else f"[{','.join(row)}]" for row in rows]

    def put(
        self,
        fetched: dict[str, OnlineColumn],
        texts: Sequence[str | None],
        ask: Ask,
        found: Found,
        instant: int,
    ) -> None:
        """Put the columns for the entity rows with keys ``texts``; ``found`` answers ``ask``, which has them all."""
        if found.generation is None:
            self._put_nothing(fetched, len(texts))
            return
        values = found.values
        if len(values) != len(texts) or ask.keys != texts:
            by_key: dict[str | None, bytes | None] = dict(zip(ask.keys, values, strict=True))
            values = [by_key.get(text) for text in texts]
        schema = found.generation.schema
        read = self.readers.get(schema)
        if read is None:
            wanted = tuple((c.feature.name, c.feature.dtype) for c in self.columns)
            read = self.readers[schema] = column_reader(schema, wanted)
        columns = read(values)
        statuses, times = self._statuses(columns, values, instant)
        if statuses.plain and columns.plain:
            made = map(
                OnlineColumn, self.names, self.dtypes, columns.members, repeat(statuses.rows), repeat(times)
            )
            fetched.update(zip(self.names, made, strict=True))
            return
        for column, member in zip(self.columns, columns.members, strict=True):
            fetched[column.name] = (
                self._nothing(column, len(texts))
                if member is None
                else self._looked_at(column, member, statuses, times)
            )

    def _looked_at(
        self, column: OutputColumn, member: Sequence[Any], statuses: _Statuses, times: Times
    ) -> OnlineColumn:
        """Return one feature. What is withheld or not there has the value of a join without a match."""
        values, states = member, statuses.rows
        if not statuses.plain:
            missing = self.computing.missing(column)
            values = [
                value if state is PRESENT else missing for value, state in zip(member, states, strict=True)
            ]
        if None in values:
            states = [
                NULL_VALUE if value is None and state is PRESENT else state
                for value, state in zip(values, states, strict=True)
            ]
        return OnlineColumn(column.name, column.feature.dtype, values, states, times)

    def _statuses(
        self, columns: Columns, values: Sequence[bytes | None], instant: int
    ) -> tuple[_Statuses, Times]:
        """A row lives up to its event time + ttl, inclusive."""
        events: Sequence[int | None] = columns.events
        oldest = None if self.ttl is None else instant - self.ttl
        if not columns.absent:
            plain = oldest is None or not columns.events or min(columns.events) >= oldest
            if plain:
                return _Statuses([PRESENT] * len(values), True), Times(events)
        else:
            events = [
                None if value is None else event for value, event in zip(values, columns.events, strict=True)
            ]
        rows = [
            NOT_FOUND
            if event is None
            else (PRESENT if oldest is None or event >= oldest else OUTSIDE_MAX_AGE)
            for event in events
        ]
        return _Statuses(rows, False), Times(events)

    def _put_nothing(self, fetched: dict[str, OnlineColumn], count: int) -> None:
        for column in self.columns:
            fetched[column.name] = self._nothing(column, count)

    def _nothing(self, column: OutputColumn, count: int) -> OnlineColumn:
        """Rows of before the feature was there, or had this dtype, hold no answer until the next run."""
        missing = self.computing.missing(column)
        return OnlineColumn(
            column.name,
            column.feature.dtype,
            [missing] * count,
            [NOT_FOUND] * count,
            Times([None] * count),
        )


class _Statuses(NamedTuple):
    """Of rows: NOT_FOUND, OUTSIDE_MAX_AGE or PRESENT; ``plain``: all are PRESENT."""

    rows: Sequence[str]
    plain: bool


def places_of(request: Request, computing: Computing) -> tuple[Place, ...]:
    """Return the places of a request, with all columns that come from the store, hidden or not."""
    columns: dict[tuple[object, ...], list[OutputColumn]] = {_place(s): [] for s in request.selected}
    selected = {_place(s): s for s in reversed(request.selected)}
    for column in request.fetched:
        columns[_place(column.selected)].append(column)
    return tuple(_place_of(selected[place], found, computing) for place, found in columns.items())


def _place(selected: Selected) -> tuple[object, ...]:
    return selected.view.name, selected.join_key_map


def _place_of(selected: Selected, columns: Sequence[OutputColumn], computing: Computing) -> Place:
    view = selected.view
    return Place(
        view.name,
        tuple((selected.spine_key(k.name), str(k.dtype)) for k in view.join_keys),
        tuple(_writer(k.dtype) for k in view.join_keys),
        None if view.ttl is None or view.windowed else view.ttl // MICROSECOND,
        tuple(columns),
        tuple(c.name for c in columns),
        tuple(c.feature.dtype for c in columns),
        computing,
    )


def _writer(dtype: DType) -> _Texts:
    """Return what writes a column's values as ``codec.key_text`` does."""
    encode = encoder(dtype)

    def text(value: Any) -> str:
        return json_text(encode(value))

    write: Callable[[Any], str] = {"string": encode_basestring_ascii, **_WHOLE}.get(dtype.kind, text)

    def texts(values: Sequence[Any]) -> list[str | None]:
        if None in values:
            return [None if value is None else write(value) for value in values]
        return list(map(write, values))

    return texts


_WHOLE: Mapping[str, Callable[[Any], str]] = {"int32": str, "int64": str}
