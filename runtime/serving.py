"""Reading the online store: each value with its status (SPEC 6), and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fcompile.compiler.definitions import Definitions, FeatureView
from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.request import ComputedColumn, OutputColumn, Request, resolve
from fcompile.runtime.clock import to_micros
from fcompile.runtime.computing import Computing
from fcompile.runtime.entity_rows import Data, EntityRow, Keys, RowReader
from fcompile.runtime.online.async_store import AsyncReader
from fcompile.runtime.online.base import Ask, Found, OnlineStore
from fcompile.runtime.online.response import NULL_VALUE, PRESENT, OnlineColumn, OnlineResponse
from fcompile.runtime.online.times import Times
from fcompile.runtime.serving_rows import places_of

__all__ = ["Prepared", "prepared", "read_online"]


class Prepared:
    """A request that is ready to be read, as often as wanted, also at a time.

    One read of the store, whatever the number of rows and views. What an entity row has beside what the request
    asks for is ignored.

    Raises UsageError: FC510 a view is not served online.
    """

    def __init__(self, request: Request) -> None:
        _check_online(request)
        self.request = request
        self.computing = Computing(request)
        self._rows = RowReader(request, self.computing.asked)
        self._places = places_of(request, self.computing)
        self._columns = tuple(column.name for column in request.columns)
        self._computed = request.computed
        self._views = tuple({place.view: None for place in self._places})
        dtypes = {s.spine_key(k.name): k.dtype for s in reversed(request.selected) for k in s.view.join_keys}
        # Views may give one spine column different dtypes; the first asked for shows.
        self._shown = tuple((name, dtypes[name], (name, str(dtypes[name]))) for name in request.spine_keys)

    def read(
        self, store: OnlineStore, rows: Sequence[EntityRow], at: datetime | None = None
    ) -> OnlineResponse:
        """Return the features for entity rows, in their order.

        A row is outside its view's ttl, which windows have none of, when its event time < ``at`` - ttl; ``at``
        (naive is UTC) defaults to now.

        Raises:
            UsageError: what ``RowReader.read`` raises (FC511, FC512, FC514, FC515).
            FcompileError: FC516 an expression fails; and what the store raises.
        """
        begun = self._begun(rows, at)
        return self._answer(begun, store.read(begun.asks))

    async def read_async(
        self, store: AsyncReader, rows: Sequence[EntityRow], at: datetime | None = None
    ) -> OnlineResponse:
        """As ``read``; other tasks go on while the store is waited for."""
        begun = self._begun(rows, at)
        return self._answer(begun, await store.read(begun.asks))

    def _begun(self, rows: Sequence[EntityRow], at: datetime | None) -> _Begun:
        instant = to_micros(at or datetime.now(UTC))
        keys, data = self._rows.read(rows)
        count = len(rows)
        made: dict[object, list[str | None]] = {}
        for place in self._places:
            if place.keys not in made:
                made[place.keys] = place.texts(keys, count)
        texts = [made[place.keys] for place in self._places]
        return _Begun(keys, data, count, instant, texts, self._asks(texts))

    def _asks(self, texts: Sequence[Sequence[str | None]]) -> list[Ask]:
        """Return an ask a view, each key in it once; views with the same keys share one list of them."""
        by_view: dict[str, list[Sequence[str | None]]] = {view: [] for view in self._views}
        for place, each in zip(self._places, texts, strict=True):
            by_view[place.view].append(each)
        distinct: dict[tuple[int, ...], list[str]] = {}
        asks = []
        for view, asked in by_view.items():
            same = tuple(map(id, asked))
            if same not in distinct:
                found = dict.fromkeys(asked[0] if len(asked) == 1 else [t for each in asked for t in each])
                found.pop(None, None)
                distinct[same] = list(found)  # type: ignore[arg-type]
            asks.append(Ask(view, distinct[same]))
        return asks

    def _answer(self, begun: _Begun, found: Sequence[Found]) -> OnlineResponse:
        by_view = dict(zip(self._views, zip(begun.asks, found, strict=True), strict=True))
        fetched: dict[str, OnlineColumn] = {}
        for place, texts in zip(self._places, begun.texts, strict=True):
            place.put(fetched, texts, *by_view[place.view], begun.instant)
        if self._computed:
            given = {name: column.values for name, column in fetched.items()}
            values = self.computing.values(given, begun.data, begun.count)
            fetched.update(list(_computed(self._computed, values, fetched, begun.count)))
        keys = tuple([(name, dtype, begun.keys[key]) for name, dtype, key in self._shown])
        return OnlineResponse(keys, tuple([fetched[name] for name in self._columns]), begun.count)


@dataclass(slots=True)
class _Begun:
    """What is known of a read before the store is asked.

    Attributes:
        count: of entity rows.
        instant: ttl is judged as of it; microseconds.
        texts: a place's keys in the store, an entity row each.
        asks: a view's, in the order of ``Prepared``.
    """

    keys: Keys
    data: Data
    count: int
    instant: int
    texts: list[list[str | None]]
    asks: list[Ask]


def prepared(definitions: Definitions, references: Sequence[str], full_feature_names: bool) -> Prepared:
    """Return the request for ``references``; raise what ``resolve`` and ``Prepared`` raise."""
    return Prepared(resolve(definitions, references, full_feature_names))


def read_online(
    store: OnlineStore, request: Request, entity_rows: Sequence[EntityRow], at: datetime | None = None
) -> OnlineResponse:
    """Read a request once; see ``Prepared``."""
    return Prepared(request).read(store, entity_rows, at)


def _computed(
    columns: Sequence[ComputedColumn],
    values: Mapping[str, Sequence[Any]],
    fetched: Mapping[str, OnlineColumn],
    count: int,
) -> Iterator[tuple[str, OnlineColumn]]:
    """Yield the computed columns; the event time of a value is the latest of those that it is made of."""
    latest: dict[tuple[str, ...], Times] = {}
    for column in columns:
        read = tuple(dict.fromkeys(name for _, name in column.reads))
        if read not in latest:
            latest[read] = _latest([fetched[name].times for name in read], count)
        found = tuple(values[column.name])
        statuses = [NULL_VALUE if value is None else PRESENT for value in found]
        yield column.name, OnlineColumn(column.name, column.feature.dtype, found, statuses, latest[read])


def _latest(times: Sequence[Times], count: int) -> Times:
    distinct = tuple({id(each): each for each in times}.values())
    if not distinct:
        return Times((None,) * count)
    if len(distinct) == 1:
        return distinct[0]
    rows = zip(*(each.micros for each in distinct), strict=True)
    return Times([max((us for us in row if us is not None), default=None) for row in rows])


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
