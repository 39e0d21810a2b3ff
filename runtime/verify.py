"""Does the online store answer what a training set would have? Law 3, looked at on live data.

For a sample of each view's entities the values as of the watermark are computed from the source, as a training set
does, and compared with what readers of the online store get. Where they differ, the warehouse's table and the store's
generation tell why.
"""

from __future__ import annotations

import heapq
import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.request import Request, resolve
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.clock import aware_utc
from fcompile.runtime.historical import HistoricalJob
from fcompile.runtime.keys import read_key
from fcompile.runtime.loader import packed_batches, schema_of
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.codec import decoder
from fcompile.runtime.online.packed import is_tombstone, read_version
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.online.response import OnlineResponse
from fcompile.runtime.project import Project
from fcompile.runtime.run import compiled
from fcompile.runtime.serving import read_online
from fcompile.runtime.state import ViewState, open_state
from fcompile.runtime.warehouses.registry import open_warehouse

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 1_000
"""Entities a view that are compared unless told otherwise."""
_TOLERANCE = 1e-9
"""SPEC 4: floats of one value computed in different orders."""

LATE = "late: the table lacks a row that was known by its watermark; run with a longer `lookback`, or --full-refresh"
LAGGING = "lagging: the online store lacks what the warehouse's table has; run again"
EXPIRED = "expired: the store has forgotten the row, which is past its ttl"
CHANGED = "definition changed: the store has rows of another definition; run"
GONE = "left: the source has the entity no more; run --full-refresh"
AHEAD = "ahead: the store has a newer row than the warehouse's table, by a push or a run that did not end"
DIFFERENT = "different: the same row has another value online; run --full-refresh"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell. ``expected`` is the training set's value at the watermark, ``found`` the store's."""

    view: str
    key: Mapping[str, object]
    feature: str
    expected: object
    found: object
    cause: str


@dataclass(frozen=True, slots=True)
class Verified:
    """One view: entities compared, and the cells that differ, by key. ``as_of`` None: it never ran."""

    view: str
    as_of: datetime | None
    entities: int
    differences: tuple[Difference, ...]


def verify(project: Project, views: Sequence[FeatureView], sample: int = SAMPLE) -> Iterator[Verified]:
    """Yield each view's comparison; views that are not served online are left out."""
    served = [view for view in views if view.online]
    scope = (project.config.state, project.root, project.config.project, project.target_name)
    with (
        closing(open_state(*scope)) as state,
        closing(open_online(project.target.online, project.root, project.online_namespace)) as store,
    ):
        for view in served:
            yield _verified(project, store, view, state.view(view.name), sample)


def _verified(
    project: Project, store: OnlineStore, view: FeatureView, state: ViewState, sample: int
) -> Verified:
    if state.watermark is None:
        return Verified(view.name, None, 0, ())
    table = _in_table(project, view, sample)
    texts = sorted({*table, *_in_store(store, view, sample)})[: 2 * sample]
    keys = [_key(view, text) for text in texts]
    if not keys:
        return Verified(view.name, state.watermark, 0, ())
    request = resolve(project.definitions, [view.name], False)
    expected = _expected(project, request, view, keys, state.watermark)
    answer = read_online(store, request, keys, aware_utc(state.watermark))
    why = _Why(view, state, table, _stored(store, view, texts), _schema(store, view))
    found = tuple(_differences(view, keys, texts, expected, answer, why))
    return Verified(view.name, state.watermark, len(keys), found)


def _in_table(project: Project, view: FeatureView, sample: int) -> dict[str, bytes]:
    """Return packed rows of the warehouse's table, by key: those with the least hashes, the same in each call."""
    with closing(open_warehouse(project)) as warehouse:
        batches = packed_batches(warehouse, compiled(project, view), view, 0)
        pairs = (pair for rows in batches for pair in rows.pairs())
        chosen = heapq.nsmallest(sample, pairs, key=lambda pair: (zlib.crc32(pair[0]), pair[0]))
    return {key.decode(): value for key, value in chosen}


def _in_store(store: OnlineStore, view: FeatureView, sample: int) -> list[str]:
    """Return keys of rows that readers see, as ``_in_table`` chooses them."""
    current = store.generations(view.name).current
    if current is None:
        return []
    pairs = (pair for rows in store.scan(view.name, current.number) for pair in rows.pairs())
    keys = {key for key, value in pairs if not is_tombstone(value)}
    return [key.decode() for key in heapq.nsmallest(sample, keys, key=lambda key: (zlib.crc32(key), key))]


def _key(view: FeatureView, text: str) -> dict[str, object]:
    """Return the entity row that a key's text stands for."""
    values = json.loads(text)
    return {
        key.name: _of_text(value, key.dtype.kind)
        if key.dtype.kind == "timestamp"
        else read_key(value, key.dtype)
        for key, value in zip(view.join_keys, values, strict=True)
    }


def _of_text(value: Any, kind: str) -> object:
    from fcompile.compiler.dtypes import parse_dtype

    return decoder(parse_dtype(kind))(value)


def _expected(
    project: Project,
    request: Request,
    view: FeatureView,
    keys: Sequence[Mapping[str, object]],
    at: datetime,
) -> pa.Table:
    import pyarrow as pa

    columns = {k.name: pa.array([key[k.name] for key in keys], arrow_type(k.dtype)) for k in view.join_keys}
    times = pa.array([at] * len(keys), pa.timestamp("us"))
    job = HistoricalJob(project, request, pa.table({**columns, "event_timestamp": times}))
    return job.to_arrow()


def _stored(store: OnlineStore, view: FeatureView, texts: Sequence[str]) -> dict[str, bytes]:
    from fcompile.runtime.online.base import Ask

    (found,) = store.read([Ask(view.name, texts)])
    return {text: value for text, value in zip(texts, found.values, strict=True) if value is not None}


def _schema(store: OnlineStore, view: FeatureView) -> str:
    current = store.generations(view.name).current
    return current.schema if current is not None else ""


@dataclass(frozen=True, slots=True)
class _Why:
    """What there is to tell why a cell differs: packed rows by key."""

    view: FeatureView
    state: ViewState
    table: Mapping[str, bytes]
    store: Mapping[str, bytes]
    schema: str

    def cause(self, text: str, feature: str, status: str) -> str:
        if self.schema != schema_of(self.view):
            return CHANGED
        mine, theirs = self.table.get(text), self.store.get(text)
        if mine is None:
            return GONE if theirs is not None else LATE
        if theirs is None:
            return EXPIRED if self.view.expire else LAGGING
        if read_version(mine)[2] > self.state.loaded or mine[:24] > theirs[:24]:
            return LAGGING
        if mine[:24] < theirs[:24]:
            return AHEAD
        return LATE if mine == theirs else DIFFERENT


def _differences(
    view: FeatureView,
    keys: Sequence[Mapping[str, object]],
    texts: Sequence[str],
    expected: pa.Table,
    answer: OnlineResponse,
    why: _Why,
) -> Iterator[Difference]:
    for column in answer.columns:
        wanted = expected.column(column.name).to_pylist()
        for n, (key, text) in enumerate(zip(keys, texts, strict=True)):
            status, found = column.statuses[n], column.values[n]
            if not _same(wanted[n], found):
                cause = why.cause(text, column.name, status)
                yield Difference(view.name, key, column.name, wanted[n], found, cause)


def _same(expected: Any, found: Any) -> bool:
    """Whether two values are one; floats agree to 1e-9 of the greater, NaN is itself."""
    if isinstance(expected, float) and isinstance(found, float):
        if math.isnan(expected) or math.isnan(found):
            return math.isnan(expected) and math.isnan(found)
        return expected == found or abs(expected - found) <= _TOLERANCE * max(abs(expected), abs(found))
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(_same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(_same(v, found[k]) for k, v in expected.items())
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return aware_utc(expected) == aware_utc(found)
    return type(expected) is type(found) and expected == found
