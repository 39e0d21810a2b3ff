"""Does the online store answer what a training set would have? Law 3, looked at on live data.

For a sample of each view's entities the values as of the watermark are computed from the source, as a training set
does, and compared with what readers of the online store get. Where they differ, the warehouse's table and the
store's generation tell why.
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.entities import Entity, entities_known, rows_of_entities
from fcompile.compiler.request import Request, resolve
from fcompile.runtime.causes import Rows, Serving, cause_of
from fcompile.runtime.clock import aware_utc, utc_now
from fcompile.runtime.entities import entity_of, some_at_a_time, spine_of
from fcompile.runtime.historical import HistoricalJob
from fcompile.runtime.loader import packed_rows, schema_of
from fcompile.runtime.online.base import Ask, OnlineStore
from fcompile.runtime.online.packed import VERSION_BYTES, Packed, key_texts
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import fingerprint
from fcompile.runtime.project import Project
from fcompile.runtime.run import compiled
from fcompile.runtime.serving import read_online
from fcompile.runtime.sources import check_sources
from fcompile.runtime.state import ViewState, open_state
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 1_000
"""Entities a view that are compared unless told otherwise."""
SHOWN = 20
"""Differing cells a view that are kept; of the others only the number."""
_MOST_SCANNED = 1_000_000
"""Rows of the store that are looked through for entities that the source has no more: some seconds."""
_TOLERANCE = 1e-9
"""SPEC 4: floats of one value computed in different orders."""


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
    """One view.

    Attributes:
        as_of: the watermark; None if it never ran, and then nothing was compared.
        entities: that were compared.
        differing: cells that differ; ``causes``: how many of them a cause.
        differences: the first ``SHOWN`` of them, by key.
    """

    view: str
    as_of: datetime | None
    entities: int = 0
    differing: int = 0
    causes: Mapping[str, int] | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def agrees(self) -> bool:
        """False also for a view that never ran: it is to be served, and answers nothing."""
        return self.as_of is not None and not self.differing


def verify(project: Project, views: Iterable[FeatureView], sample: int = SAMPLE) -> Iterator[Verified]:
    """Yield each view's comparison; views that are not served online are left out.

    Nothing is changed and no lease is taken: a run at the same time may show as differences.
    """
    scope = (project.config.state, project.root, project.config.project, project.target_name)
    with (
        closing(open_state(*scope)) as state,
        closing(open_online(project.target.online, project.root, project.online_namespace)) as store,
    ):
        for view in views:
            if view.online:
                yield _verified(project, store, view, state.view(view.name), sample)


def _verified(
    project: Project, store: OnlineStore, view: FeatureView, state: ViewState, sample: int
) -> Verified:
    at = state.watermark
    if at is None:
        return Verified(view.name, None)
    served = _Scanned.of(store, view, sample)
    known = _entities_known(project, view, at, sample)
    texts = least([[key.encode() for key in (*known, *served.keys)]], sample)
    if not texts:
        return Verified(view.name, at)
    keys = [entity_of(view, text) for text in texts]
    request = resolve(project.definitions, [view.name], False)
    cells = list(_cells(request, _expected(project, request, view, keys, at), store, keys, at))
    if not cells:
        return Verified(view.name, at, len(keys))
    rows = sorted({row for row, *_ in cells})
    why = _causes(project, store, view, state, {texts[n]: keys[n] for n in rows}, served.erased, known)
    causes = Counter(why[texts[row]] for row, *_ in cells)
    shown = (
        Difference(view.name, keys[row], name, wanted, found, why[texts[row]])
        for row, name, wanted, found in cells
    )
    return Verified(view.name, at, len(keys), len(cells), dict(causes), tuple(islice(shown, SHOWN)))


def least(batches: Iterable[Sequence[bytes]], count: int) -> list[str]:
    """Return the ``count`` different keys of the least hashes, the same in each call, sorted."""
    chosen: list[tuple[int, bytes]] = []
    limit = 2**32
    for keys in batches:
        near = [(hashed, key) for key in keys if (hashed := zlib.crc32(key)) <= limit]
        if near:
            chosen = heapq.nsmallest(count, {*chosen, *near})
            limit = chosen[-1][0] if len(chosen) == count else limit
    return sorted(key.decode() for _, key in chosen)


def _entities_known(project: Project, view: FeatureView, at: datetime, sample: int) -> list[str]:
    """Return keys of the source's entities as of ``at``: those that ``least`` would choose of all."""
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, [view], project.files).view(view)
        batches = warehouse.batches(entities_known(found, warehouse.dialect), {"as_of": at})
        return least((_texts(view, batch) for batch in batches), sample)


def _texts(view: FeatureView, batch: pa.RecordBatch) -> list[bytes]:
    columns = [(batch.column(n), key.dtype) for n, key in enumerate(view.join_keys)]
    texts: list[bytes] = key_texts(columns, batch.num_rows).to_pylist()
    return texts


@dataclass(frozen=True, slots=True)
class _Scanned:
    """Keys of the store's rows that readers see, as ``least`` chooses them, and of all tombstones."""

    keys: list[str]
    erased: frozenset[str]

    @classmethod
    def of(cls, store: OnlineStore, view: FeatureView, sample: int) -> _Scanned:
        current = store.generations(view.name).current
        if current is None:
            return cls([], frozenset())
        erased: set[bytes] = set()
        keys = least(_keys(store.scan(view.name, current.number), erased), sample)
        return cls(keys, frozenset(key.decode() for key in erased))


def _keys(batches: Iterable[Packed], erased: set[bytes]) -> Iterator[list[bytes]]:
    """Yield the keys of rows, and add those of tombstones to ``erased``."""
    import pyarrow.compute as pc

    scanned = 0
    for rows in batches:
        gone = pc.equal(pc.binary_length(rows.values), VERSION_BYTES)
        if pc.any(gone).as_py():
            erased.update(rows.keys.filter(gone).to_pylist())
        yield rows.keys.filter(pc.invert(gone)).to_pylist()
        scanned += len(rows)
        if scanned >= _MOST_SCANNED:
            return


def _expected(
    project: Project, request: Request, view: FeatureView, keys: Sequence[Entity], at: datetime
) -> pa.Table:
    spine, time = spine_of(view, keys, at)
    return HistoricalJob(project, request, spine, timestamp_column=time).to_arrow()


def _cells(
    request: Request, expected: pa.Table, store: OnlineStore, keys: Sequence[Entity], at: datetime
) -> Iterator[tuple[int, str, object, object]]:
    """Yield the cells that differ, by row: its number, the feature, what was expected and what was found."""
    answer = read_online(store, request, keys, aware_utc(at))
    wanted = {column.name: expected.column(column.name).to_pylist() for column in answer.columns}
    for row in range(len(keys)):
        for column in answer.columns:
            if not is_same(wanted[column.name][row], column.values[row]):
                yield row, column.name, wanted[column.name][row], column.values[row]


def _causes(
    project: Project,
    store: OnlineStore,
    view: FeatureView,
    state: ViewState,
    entities: Mapping[str, Entity],
    erased: frozenset[str],
    known: Sequence[str],
) -> dict[str, str]:
    """Return why the values of each entity differ, by key."""
    shown = store.generations(view.name).current
    loaded = state.generation if state.store == store.identity() else 0
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, [view], project.files).view(view)
        redefined = state.fingerprint != fingerprint(compiled(project, found))
        if cause := Serving(shown, loaded, schema_of(view), redefined).everywhere:
            return dict.fromkeys(entities, cause)
        table = _in_table(warehouse, project, view, list(entities.values()))
    rows = Rows(table, _in_store(store, view, list(entities)), erased, frozenset(known))
    now = utc_now()
    return {key: cause_of(view, rows, key, now) for key in entities}


def _in_table(
    warehouse: Warehouse, project: Project, view: FeatureView, entities: Sequence[Entity]
) -> dict[str, bytes]:
    """Return the packed rows of the warehouse's table, by key."""
    target, name = project.target.warehouse, project.config.project
    packed = (
        packed_rows(batch, view)
        for some in some_at_a_time(entities)
        for batch in warehouse.batches(rows_of_entities(view, target.schema_, name, target.type, some))
    )
    return {key.decode(): value for rows in packed for key, value in rows.pairs()}


def _in_store(store: OnlineStore, view: FeatureView, keys: Sequence[str]) -> dict[str, bytes]:
    (found,) = store.read([Ask(view.name, keys)])
    return {key: bytes(value) for key, value in zip(keys, found.values, strict=True) if value is not None}


def is_same(expected: Any, found: Any) -> bool:
    """Whether two values are one; floats agree to 1e-9 of the greater, NaN is itself."""
    if isinstance(expected, float) and isinstance(found, float):
        if math.isnan(expected) or math.isnan(found):
            return math.isnan(expected) and math.isnan(found)
        return expected == found or abs(expected - found) <= _TOLERANCE * max(abs(expected), abs(found))
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(is_same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(is_same(v, found[k]) for k, v in expected.items())
    if isinstance(expected, datetime) and isinstance(found, datetime):
        return aware_utc(expected) == aware_utc(found)
    return type(expected) is type(found) and bool(expected == found)
