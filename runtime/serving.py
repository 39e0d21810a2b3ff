"""Reading the online store: each value with its status (SPEC 6), and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fcompile.compiler.definitions import Definitions, FeatureView, Selected
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.request import ComputedColumn, OutputColumn, Request, resolve
from fcompile.runtime.clock import MICROSECOND, aware_utc, from_micros, to_micros
from fcompile.runtime.computing import Computing
from fcompile.runtime.entity_rows import EntityRow, Keys, read_rows
from fcompile.runtime.online.base import Ask, Generation, OnlineStore
from fcompile.runtime.online.codec import decoder, encoder, key_text, read_schema
from fcompile.runtime.online.packed import Layout, decoded, event_time
from fcompile.runtime.online.response import (
    NOT_FOUND,
    NULL_VALUE,
    OUTSIDE_MAX_AGE,
    PRESENT,
    OnlineColumn,
    OnlineResponse,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to be read, as often as wanted."""

    request: Request
    computing: Computing


def prepared(definitions: Definitions, references: Sequence[str], full_feature_names: bool) -> Prepared:
    """Return the request for ``references``; raise what ``resolve`` raises."""
    request = resolve(definitions, references, full_feature_names)
    return Prepared(request, Computing(request))


def read_online(
    store: OnlineStore,
    request: Request,
    entity_rows: Sequence[EntityRow],
    at: datetime | None = None,
    computing: Computing | None = None,
) -> OnlineResponse:
    """Return the features for ``entity_rows``, in their order; what a row has beside is ignored.

    A row is outside its view's ttl, which windows have none of, when its event time < ``at`` - ttl; ``at``
    (naive is UTC) defaults to now. ``computing`` is that of ``request``, if the caller has it ready.
    One read of the store, whatever the number of rows and views.

    Raises:
        UsageError: FC510 a view is not served online, and what ``read_rows`` raises (FC511, FC512, FC514, FC515).
        FcompileError: FC516 an expression fails.
    """
    instant = to_micros(at or datetime.now(UTC))
    _check_online(request)
    computing = computing or Computing(request)
    keys, data = read_rows(request, computing.asked, entity_rows)
    count = len(entity_rows)
    fetched = _fetched(store, request, keys, count, instant, computing)
    given = {name: column.values for name, column in fetched.items()}
    values = computing.values(given, data, count)
    columns = {**fetched, **dict(_computed(request.computed, values, fetched, count))}
    return OnlineResponse(_key_columns(request, keys), tuple(columns[c.name] for c in request.columns), count)


def _fetched(
    store: OnlineStore, request: Request, keys: Keys, count: int, instant: int, computing: Computing
) -> dict[str, OnlineColumn]:
    """Return what comes from the store, hidden or not, by the names of its columns."""
    texts = {_place(s): _key_texts(s, keys, count) for s in request.selected}
    views = _views(request)
    found = dict(zip((v.name for v in views), _read(store, views, request, texts), strict=True))
    rows: dict[_Place, _Rows] = {}
    columns = {}
    for column in request.fetched:
        place = _place(column.selected)
        if place not in rows:
            view = column.selected.view
            rows[place] = _Rows.of(found[view.name], texts[place], view, instant)
        columns[column.name] = rows[place].column(column, computing)
    return columns


def _computed(
    columns: Sequence[ComputedColumn],
    values: Mapping[str, Sequence[Any]],
    fetched: Mapping[str, OnlineColumn],
    count: int,
) -> Iterator[tuple[str, OnlineColumn]]:
    """Yield the computed columns; the event time of a value is the latest of those that it is made of."""
    latest: dict[tuple[str, ...], tuple[datetime | None, ...]] = {}
    for column in columns:
        read = tuple(dict.fromkeys(name for _, name in column.reads))
        if read not in latest:
            times = [fetched[name].event_timestamps for name in read]
            latest[read] = tuple(map(_latest, *times)) if times else (None,) * count
        found = tuple(values[column.name])
        statuses = tuple(NULL_VALUE if value is None else PRESENT for value in found)
        yield column.name, OnlineColumn(column.name, column.feature.dtype, found, statuses, latest[read])


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


def _key_columns(request: Request, keys: Keys) -> tuple[tuple[str, DType, tuple[Any, ...]], ...]:
    # Views may give one spine column different dtypes; the first asked for shows.
    dtypes = {s.spine_key(k.name): k.dtype for s in reversed(request.selected) for k in s.view.join_keys}
    return tuple((name, dtypes[name], tuple(keys[name, str(dtypes[name])])) for name in request.spine_keys)


def _views(request: Request) -> tuple[FeatureView, ...]:
    return tuple({s.view.name: s.view for s in request.selected}.values())


def _check_online(request: Request) -> None:
    problems = [
        Diagnostic("FC510", f"`{view.name}` is not served online{_read_by(view, request)}", hint=_OFFLINE)
        for view in _views(request)
        if not view.online
    ]
    if problems:
        raise UsageError(*problems)


_OFFLINE = "its definition says `online: false`"


def _read_by(view: FeatureView, request: Request) -> str:
    """Say what reads a view that was not asked for itself."""
    if any(isinstance(c, OutputColumn) and c.selected.view.name == view.name for c in request.columns):
        return ""
    hidden = {c.name for c in request.hidden if c.selected.view.name == view.name}
    readers = (c for c in request.computed if any(name in hidden for _, name in c.reads))
    return next((f", and `{reader.reference}` is computed from it" for reader in readers), "")


_Place = tuple[str, tuple[tuple[str, str], ...]]


def _place(selected: Selected) -> _Place:
    """What decides which row of the store an entity row asks for."""
    return selected.view.name, selected.join_key_map


def _key_texts(selected: Selected, keys: Keys, count: int) -> list[str | None]:
    """Return the store's key of each entity row; None where a value is NULL, which matches nothing."""
    columns = [
        list(map(encoder(k.dtype), keys[selected.spine_key(k.name), str(k.dtype)]))
        for k in selected.view.join_keys
    ]
    rows = zip(*columns, strict=True) if columns else iter([()] * count)
    return [None if None in row else key_text(row) for row in rows]


def _read(
    store: OnlineStore,
    views: Sequence[FeatureView],
    request: Request,
    texts: Mapping[_Place, Sequence[str | None]],
) -> Iterator[_Read]:
    """Yield what the store has of each view; one round trip for all of them."""
    asks = [Ask(view.name, _asked(view, request, texts)) for view in views]
    for ask, found in zip(asks, store.read(asks), strict=True):
        yield _Read(found.generation, dict(zip(ask.keys, found.values, strict=True)))


def _asked(
    view: FeatureView, request: Request, texts: Mapping[_Place, Sequence[str | None]]
) -> Sequence[str]:
    places = dict.fromkeys(_place(s) for s in request.selected if s.view.name == view.name)
    return list(dict.fromkeys(text for place in places for text in texts[place] if text is not None))


@dataclass(frozen=True, slots=True)
class _Read:
    """What the store has of a view: packed values by key, all of one generation."""

    generation: Generation | None
    values: Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one view for all entity rows, in their order.

    Attributes:
        members: by feature, as packed; None where there is no row.
        events: aware UTC; None where there is no row.
        statuses: NOT_FOUND, OUTSIDE_MAX_AGE or PRESENT, of the row.
        layout: what ``members`` are of; empty without a generation.
    """

    members: Sequence[Sequence[Any] | None]
    events: tuple[datetime | None, ...]
    statuses: Sequence[str]
    layout: Layout

    @classmethod
    def of(cls, read: _Read, texts: Sequence[str | None], view: FeatureView, at: int) -> _Rows:
        """``at`` in microseconds; a row lives up to its event time + ttl, inclusive; windows never expire."""
        ttl = None if view.ttl is None or view.windowed else view.ttl // MICROSECOND
        layout = Layout(read_schema(read.generation.schema) if read.generation else ())
        decode = decoded(layout)
        members: list[Sequence[Any] | None] = []
        events: list[datetime | None] = []
        statuses: list[str] = []
        for text in texts:
            value = read.values[text] if text is not None else None
            if value is None:
                members.append(None)
                events.append(None)
                statuses.append(NOT_FOUND)
                continue
            event = event_time(value)
            members.append(decode(value))
            events.append(aware_utc(from_micros(event)))
            statuses.append(OUTSIDE_MAX_AGE if ttl is not None and at > event + ttl else PRESENT)
        return cls(members, tuple(events), statuses, layout)

    def column(self, column: OutputColumn, computing: Computing) -> OnlineColumn:
        """Return one feature. What is withheld or not there has the value of a join without a match."""
        feature, count = column.feature, len(self.members)
        place = self.layout.find(feature.name, feature.dtype)
        missing = computing.missing(column)
        # Rows of before the feature was there, or had this dtype, hold no answer until the next run.
        if place is None:
            nothing = (missing,) * count, (NOT_FOUND,) * count, (None,) * count
            return OnlineColumn(column.name, feature.dtype, *nothing)
        convert = decoder(feature.dtype)
        values = tuple(
            convert(row[place]) if status is PRESENT and row is not None else missing
            for row, status in zip(self.members, self.statuses, strict=True)
        )
        statuses = tuple(
            NULL_VALUE if status is PRESENT and value is None else status
            for value, status in zip(values, self.statuses, strict=True)
        )
        return OnlineColumn(column.name, feature.dtype, values, statuses, self.events)
