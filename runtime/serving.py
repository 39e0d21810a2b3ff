"""Reading the online store: each value with its status (SPEC 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fcompile.compiler.definitions import FeatureView, Selected
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.clock import MICROSECOND, aware_utc, from_micros, to_micros
from fcompile.runtime.defaults import default_value
from fcompile.runtime.keys import read_key
from fcompile.runtime.online.base import OnlineRow, OnlineStore
from fcompile.runtime.online.codec import decoder, encoder, key_text, read_payload, read_schema
from fcompile.runtime.online.response import (
    NOT_FOUND,
    NULL_VALUE,
    OUTSIDE_MAX_AGE,
    PRESENT,
    OnlineColumn,
    OnlineResponse,
)

MOST_PROBLEMS = 20
"""Wrong entity rows that one error names; a caller with one wrong column has as many as rows."""


def read_online(
    store: OnlineStore,
    request: Request,
    entity_rows: Sequence[Mapping[str, object]],
    at: datetime | None = None,
) -> OnlineResponse:
    """Return the features for ``entity_rows``, in their order; keys that are not needed are ignored.

    A row is outside its view's ttl, which windows have none of, when its event time < ``at`` - ttl; ``at``
    (naive is UTC) defaults to now.
    One read of the store a view, whatever the number of rows.

    Raises:
        UsageError: FC510 a view is not served online, FC511 a row lacks a join key, FC512 a key's value
            does not fit its dtype. All problems at once, up to ``MOST_PROBLEMS``.
    """
    instant = to_micros(at or datetime.now(UTC))
    _check_online(request)
    keys = _read_keys(request, entity_rows)
    texts = {_place(s): _key_texts(s, keys, len(entity_rows)) for s in request.selected}
    found = {view.name: _found(store, view, request, texts) for view in _views(request)}
    columns = []
    for column in request.columns:
        rows = found[column.selected.view.name]
        cells = [_cell(column, rows.get(t or ""), instant) for t in texts[_place(column.selected)]]
        columns.append(OnlineColumn.of(column.name, column.feature.dtype, cells))
    return OnlineResponse(_key_columns(request, keys), tuple(columns), len(entity_rows))


def _key_columns(request: Request, keys: _Keys) -> tuple[tuple[str, DType, tuple[Any, ...]], ...]:
    # Views may give one spine column different dtypes; the first asked for shows.
    dtypes = {s.spine_key(k.name): k.dtype for s in reversed(request.selected) for k in s.view.join_keys}
    return tuple((name, dtypes[name], tuple(keys[name, str(dtypes[name])])) for name in request.spine_keys)


def _views(request: Request) -> tuple[FeatureView, ...]:
    return tuple({s.view.name: s.view for s in request.selected}.values())


def _check_online(request: Request) -> None:
    problems = [
        Diagnostic("FC510", f"`{view.name}` is not served online", hint="its definition says `online: false`")
        for view in _views(request)
        if not view.online
    ]
    if problems:
        raise UsageError(*problems)


_Place = tuple[str, tuple[tuple[str, str], ...]]


def _place(selected: Selected) -> _Place:
    """What decides which row of the store an entity row asks for."""
    return selected.view.name, selected.join_key_map


_Keys = dict[tuple[str, str], list[Any]]
"""(spine key, dtype) -> a value an entity row."""


def _read_keys(request: Request, rows: Sequence[Mapping[str, object]]) -> _Keys:
    wanted = {
        (s.spine_key(k.name), str(k.dtype)): k.dtype for s in request.selected for k in s.view.join_keys
    }
    keys: _Keys = {}
    problems: list[Diagnostic] = []
    for (name, text), dtype in wanted.items():
        values = keys[name, text] = []
        for number, row in enumerate(rows):
            if len(problems) >= MOST_PROBLEMS:
                raise UsageError(*problems)
            if name not in row:
                problems.append(_missing(name, number, row))
                continue
            try:
                values.append(read_key(row[name], dtype))
            except ValueError as error:
                problems.append(Diagnostic("FC512", f"entity row {number + 1}: `{name}`: {error}"))
    if problems:
        raise UsageError(*dict.fromkeys(problems))
    return keys


def _missing(name: str, number: int, row: Mapping[str, object]) -> Diagnostic:
    given = [str(key) for key in row]
    hint = did_you_mean(name, given) or (f"it has {listed(given)}" if given else "it is empty")
    return Diagnostic("FC511", f"entity row {number + 1} lacks the join key `{name}`", hint=hint)


def _key_texts(selected: Selected, keys: _Keys, count: int) -> list[str | None]:
    """Return the store's key of each entity row; None where a value is NULL, which matches nothing."""
    columns = [
        list(map(encoder(k.dtype), keys[selected.spine_key(k.name), str(k.dtype)]))
        for k in selected.view.join_keys
    ]
    rows = zip(*columns, strict=True) if columns else iter([()] * count)
    return [None if None in row else key_text(row) for row in rows]


def _found(
    store: OnlineStore, view: FeatureView, request: Request, texts: Mapping[_Place, Sequence[str | None]]
) -> Mapping[str, _Decoded]:
    asked = [
        text
        for place in dict.fromkeys(_place(s) for s in request.selected if s.view.name == view.name)
        for text in texts[place]
        if text is not None
    ]
    rows = store.read(view.name, list(dict.fromkeys(asked)))
    return {key: _Decoded.of(row, view) for key, row in rows.items()}


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A row of the store; ``expires`` is the last instant at which it is inside its ttl; windows never expire."""

    event: int
    expires: int | None
    schema: Mapping[str, Any]
    values: list[Any]

    @classmethod
    def of(cls, row: OnlineRow, view: FeatureView) -> _Decoded:
        ttl = None if view.ttl is None or view.windowed else view.ttl // MICROSECOND
        expires = None if ttl is None else row.event + ttl
        return cls(row.event, expires, read_schema(row.schema), read_payload(row.payload))


_Cell = tuple[Any, str, datetime | None]
"""Value, status and event time."""


def _cell(column: OutputColumn, row: _Decoded | None, at: int) -> _Cell:
    feature = column.feature
    place = row.schema.get(feature.name) if row is not None else None
    # A row of before the feature was there, or had this dtype, holds no answer until the next run.
    if row is None or place is None or place[1] != feature.dtype:
        return default_value(feature), NOT_FOUND, None
    event = aware_utc(from_micros(row.event))
    if row.expires is not None and at > row.expires:
        return default_value(feature), OUTSIDE_MAX_AGE, event
    value = decoder(feature.dtype)(row.values[place[0]])
    return value, NULL_VALUE if value is None else PRESENT, event
