"""Pushed rows into the online store: the latest values that a materialization would make of them.

The view's own statements run over the rows in a DuckDB in memory. What comes out is written newer-wins into the
generation that readers see, and into one that is being built or that a rollback has hidden, with a load sequence of
its own: no lease is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fcompile.compiler.definitions import Entity, Feature, FeatureView, JoinKey, Source, Table
from fcompile.compiler.dtypes import BOOL, INT64
from fcompile.compiler.errors import Diagnostic, FcompileError, LockedError
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.loader import packed_batches, schema_of
from fcompile.runtime.online.base import Ask, Generation, Generations, OnlineStore
from fcompile.runtime.online.columns import column_reader
from fcompile.runtime.online.packed import Packed, packed_of
from fcompile.runtime.push_rows import PushedRows
from fcompile.runtime.state import State
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database

_ORDER_BYTES = 16
"""Event time and created, of a version."""
_SCHEMA, _PROJECT = "pushed", "rows"
_MOST_LOOKS = 20
"""Times that a push looks for a generation to write to: each is one that came or went meanwhile."""

Pair = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Served:
    """What became of pushed rows: ``entities`` they are of, and how many of these had ``written`` something newer."""

    entities: int
    written: int


def push_online(
    rows: PushedRows, store: OnlineStore, state: State, as_of: datetime, root: Path, expire: int | None
) -> Served:
    """Write the latest values of ``rows`` as of ``as_of``.

    Raises:
        FcompileError: FC540 what readers see was loaded under another definition.
        LockedError: FC501 nothing was ever loaded, and a run is at it.
    """
    target = _Target(rows.view, store, state, root)
    target.prepare(expire)
    entities = written = 0
    for batch in latest(rows.local, rows.view, as_of):
        entities += len(batch)
        written += target.write(batch)
    return Served(entities, written)


def latest(local: DuckDBWarehouse, view: FeatureView, as_of: datetime) -> Iterator[Packed]:
    """Yield the latest values in ``view``'s source, a row an entity, packed with a sequence of no meaning."""
    yield from packed_batches(local, _made(local, view, as_of), view, 0)


def _made(local: DuckDBWarehouse, view: FeatureView, as_of: datetime) -> MaterializeSql:
    """Make the view's table of its source; return the statements that did."""
    sql = compile_materialize(view, _SCHEMA, _PROJECT)
    values = {"as_of": as_of, "since": None, "sequence": 1, "newest": True}
    for statement in sql.create:
        local.execute(statement)
    for step in sql.steps:
        local.execute(step.text, {name: values[name] for name in step.parameters})
    return sql


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a view's rows online are written to."""

    view: FeatureView
    store: OnlineStore
    state: State
    root: Path

    @property
    def schema(self) -> str:
        return schema_of(self.view)

    def prepare(self, expire: int | None) -> None:
        """Make sure that there is a generation: rows may be pushed before anything was ever loaded."""
        there = self._there()
        if there.current is not None:
            return
        try:
            lease = self.state.acquire([self.view.name])
        except LockedError:
            if there.building is None:
                raise
            return
        try:
            if self._there().current is None:
                first = Generation(self.state.next_sequence(self.view.name), self.schema, expire)
                self.store.begin(self.view.name, first)
                self.store.flip(self.view.name, first.number)
        finally:
            self.state.release(lease)

    def _there(self) -> Generations:
        there = self.store.generations(self.view.name)
        if there.current is not None and there.current.schema != self.schema:
            message = f"the online store has rows of `{self.view.name}` as it was defined before"
            hint = f"load it as it is now: fcompile run -s {self.view.name}"
            raise FcompileError(Diagnostic("FC540", message, hint=hint))
        return there

    def write(self, rows: Packed) -> int:
        """Store what is newer than what stands; return how many rows were, where readers see them."""
        newer = self._newer(list(rows.pairs()))
        written: dict[int, int] = {}
        for _ in range(_MOST_LOOKS if newer else 0):
            missing = [n for n in self._numbers() if n not in written]
            if not missing:
                break
            # Taken after the generations were seen: what was loaded into these has lesser ones.
            sequence = self.state.next_sequence(self.view.name)
            for number in missing:
                self._write(number, _sequenced(newer, sequence), written)
        return next(iter(written.values()), 0)

    def _write(self, number: int, rows: Packed, written: dict[int, int]) -> None:
        try:
            written[number] = self.store.write(self.view.name, number, rows)
        except FcompileError as error:
            if error.diagnostics[0].code != "FC520":
                raise
            # It went meanwhile; what came instead is found at the next look.

    def _numbers(self) -> list[int]:
        """Return the generations that take rows: also the one that runs load, which a rollback has hidden."""
        there = self._there()
        loaded = there.find(self.state.view(self.view.name).generation)
        found = dict.fromkeys((there.current, there.building, loaded))
        return [g.number for g in found if g is not None and g.schema == self.schema]

    def _newer(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Leave out what stands already, and of two rows of one event time and created what has the lesser values.

        The version alone would take the later sequence, and a training set takes the greater values.
        """
        (found,) = self.store.read([Ask(self.view.name, [key.decode() for key, _ in pairs])])
        newer: list[Pair] = []
        tied: list[tuple[Pair, bytes]] = []
        for pair, standing in zip(pairs, found.values, strict=True):
            if standing is None or standing[:_ORDER_BYTES] != pair[1][:_ORDER_BYTES]:
                newer.append(pair)
            elif standing[24:] != pair[1][24:]:
                tied.append((pair, standing))
        return [*newer, *_winners(self.view, tied, self.root)]


def _sequenced(pairs: Sequence[Pair], sequence: int) -> Packed:
    number = sequence.to_bytes(8, "big")
    return packed_of([(key, value[:_ORDER_BYTES] + number + value[24:]) for key, value in pairs])


# -- ties -----------------------------------------------------------------------------------------


def _winners(view: FeatureView, tied: Sequence[tuple[Pair, bytes]], root: Path) -> list[Pair]:
    """Return the pushed rows with greater values than what stands, by the view's own order of ties."""
    if not tied:
        return []
    import pyarrow as pa

    values = [value for (_, pushed), standing in tied for value in (pushed, standing)]
    columns = _columns(view, values)
    columns[_PAIR] = pa.array([n // 2 for n in range(len(values))], pa.int64())
    columns[_IS_PUSHED] = pa.array([n % 2 == 0 for n in range(len(values))])
    columns[_AT] = pa.array([0] * len(values), pa.timestamp("us"))
    with closing(open_database(MEMORY, root)) as local:
        local.register(_TIED, pa.table(columns))
        sql = _made(local, _tied_view(view), datetime(1970, 1, 2))
        won = local.simple_rows(f"SELECT {_PAIR} FROM {sql.table} WHERE {_IS_PUSHED} ORDER BY 1")  # noqa: S608
    return [tied[int(str(n))][0] for (n,) in won]


_PAIR, _IS_PUSHED, _AT, _TIED = "__pair", "__is_pushed", "__at", "__tied"


def _columns(view: FeatureView, values: Sequence[bytes]) -> dict[str, Any]:
    import pyarrow as pa

    members = column_reader(schema_of(view), tuple((f.name, f.dtype) for f in view.features))(values).members
    return {
        feature.name: pa.array(member, arrow_type(feature.dtype))
        for feature, member in zip(view.features, members, strict=True)
    }


def _tied_view(view: FeatureView) -> FeatureView:
    """Pairs of rows as a view: the same statements choose of two rows as of all."""
    plain = tuple(Feature(f.name, f.dtype, Column(f.name)) for f in view.features)
    last = Feature(_IS_PUSHED, BOOL, Column(_IS_PUSHED))
    source = Source(_TIED, Table((_TIED,)), _AT)
    return FeatureView("tied", (Entity("pair", (JoinKey(_PAIR, INT64),)),), source, (*plain, last))
