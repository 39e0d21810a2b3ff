"""From the warehouse's table to the online store: what changed, in batches, each checked."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.materialize import MaterializeSql
from fcompile.runtime.clock import MICROSECOND
from fcompile.runtime.online.base import Generation, OnlineStore
from fcompile.runtime.online.codec import schema_text
from fcompile.runtime.online.packed import (
    Layout,
    Packed,
    checksum,
    key_texts,
    load_sequence,
    micros,
    pack,
)
from fcompile.runtime.warehouses.base import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 10_000
"""Rows a write of the online store: enough to pay for its flush to disk, little enough to lose."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run has to load, and where to.

    Attributes:
        generation: that the rows are of; ``isnew``: it is to be built and then shown to readers.
        loaded: the generation has the rows of the table up to this sequence.
        hidden: readers see another one, to which the view was rolled back.
    """

    generation: Generation
    isnew: bool
    loaded: int
    hidden: bool = False


def plan_load(
    store: OnlineStore, view: FeatureView, known: int, loaded: int, sequence: int, rebuilt: bool
) -> Load:
    """Return what to load after a run with ``sequence``.

    A new generation where the table was rebuilt, and where the store has no longer, or not under this schema, the
    one that the state knows (number ``known``, with rows up to ``loaded``).
    """
    new = Generation(sequence, schema_of(view), ttl_of(view))
    there = store.generations(view.name)
    held = None if rebuilt else there.find(known)
    # What was not shown when its run was killed may lack anything.
    if held is None or held == there.building or (held.schema, held.ttl) != (new.schema, new.ttl):
        return Load(new, True, 0)
    return Load(held, False, loaded, hidden=held != there.current)


def schema_of(view: FeatureView) -> str:
    """Return the schema of a view's rows online."""
    return schema_text([(f.name, f.dtype) for f in view.features])


def ttl_of(view: FeatureView) -> int | None:
    """Return after how many microseconds the store may forget a row of the view."""
    return view.ttl // MICROSECOND if view.expire and view.ttl is not None else None


def load(
    warehouse: Warehouse,
    store: OnlineStore,
    view: FeatureView,
    sql: MaterializeSql,
    plan: Load,
    before_write: Callable[[], None],
    after_write: Callable[[int], None],
    failpoint: Callable[[str], None],
    batch_rows: int = BATCH_ROWS,
) -> int:
    """Bring the online store up to the table's state; return how many rows were sent.

    Args:
        before_write: called before the store is touched; raises to stop.
        after_write: called with the rows sent so far after each batch is safe.
        failpoint: called between steps; tests stop the process there.

    Raises:
        FcompileError: FC523 a new generation does not hold what was sent; readers do not see it.
    """
    number = plan.generation.number
    before_write()
    if plan.isnew:
        store.begin(view.name, plan.generation)
        failpoint("begun online")
    packed = packed_batches(warehouse, sql, view, plan.loaded, batch_rows)
    batches = ((rows, rows.checksum() if plan.isnew else 0) for rows in packed)
    sent = total = 0
    # Also where it ends with an error the query has to end before its warehouse is closed.
    with closing(packed), closing(_written(store, view.name, number, batches, before_write)) as written:
        for rows, added in written:
            sent += len(rows)
            total += added
            after_write(sent)
    if plan.isnew:
        before_write()
        failpoint("before verify")
        _verify(store, view, plan.generation, (sent, total % 2**64), partial(_again, warehouse, sql, view))
        failpoint("before flip")
        store.flip(view.name, number)
        failpoint("flipped")
    return sent


_Summed = tuple[Packed, int]
"""Rows with their checksum."""


def _written(
    store: OnlineStore, view: str, number: int, batches: Iterator[_Summed], before_write: Callable[[], None]
) -> Generator[_Summed, None, None]:
    """Write each batch and yield it when it is safe; the store writes one while the next is made."""
    under_way: tuple[_Summed, Future[int]] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="fcompile-load") as writer:
        for batch in batches:
            if under_way is not None:
                under_way[1].result()
                yield under_way[0]
            before_write()
            under_way = batch, writer.submit(store.write, view, number, batch[0])
        if under_way is not None:
            under_way[1].result()
            yield under_way[0]


def _verify(
    store: OnlineStore,
    view: FeatureView,
    generation: Generation,
    sent: tuple[int, int],
    again: Callable[[set[bytes]], tuple[int, int]],
) -> None:
    """Read back what the generation holds; rows that expire may be gone already, others' may stand beside ours.

    Args:
        sent: rows and their checksum.
        again: the same without the rows of some keys, from the warehouse.
    """
    if generation.ttl is not None or store.shared:
        return
    expected = (0, 0)
    # A scan may give a row twice. To know what it gave takes memory: only where it does not add up.
    for seen in (None, set[int]()):
        held, pushed = _held(store.scan(view.name, generation.number), generation.number, seen)
        expected = again(pushed) if pushed else sent
        if held == expected:
            return
    message = (
        f"`{view.name}`: the online store holds {held[0]} rows that differ from the {expected[0]} sent to it"
    )
    hint = "readers still see what they saw; run again"
    raise FcompileError(Diagnostic("FC523", message, hint=hint))


def _held(
    batches: Iterator[Packed], number: int, seen: set[int] | None
) -> tuple[tuple[int, int], set[bytes]]:
    """Return how many rows there are and their checksum, and the keys of others, which were pushed since.

    With ``seen`` a key counts once; hashes of keys are added to it.
    """
    held = total = 0
    pushed: set[bytes] = set()
    for rows in batches:
        for key, value in rows.pairs():
            if seen is not None:
                if hash(key) in seen:
                    continue
                seen.add(hash(key))
            if load_sequence(value) > number:
                pushed.add(key)
            else:
                held += 1
                total += checksum(key, value)
    return (held, total % 2**64), pushed


def _again(
    warehouse: Warehouse, sql: MaterializeSql, view: FeatureView, without: set[bytes]
) -> tuple[int, int]:
    """Return how many rows the table has and their checksum, but for those that a push has overtaken meanwhile."""
    batches = packed_batches(warehouse, sql, view, 0)
    sums = [checksum(k, v) for rows in batches for k, v in rows.pairs() if k not in without]
    return len(sums), sum(sums) % 2**64


def packed_batches(
    warehouse: Warehouse, sql: MaterializeSql, view: FeatureView, loaded: int, batch_rows: int = BATCH_ROWS
) -> Generator[Packed, None, None]:
    """Yield the table's rows with a greater sequence than ``loaded``, packed, by key."""
    with closing(warehouse.batches(sql.changed, {"loaded": loaded})) as batches:
        for batch in batches:
            for start in range(0, batch.num_rows, batch_rows):
                yield packed_rows(batch.slice(start, batch_rows), view)


def packed_rows(batch: pa.RecordBatch, view: FeatureView) -> Packed:
    """Return the rows of a ``changed`` batch."""
    import pyarrow as pa

    keys = [(batch.column(key.name), key.dtype) for key in view.join_keys]
    layout = Layout(tuple((f.name, f.dtype) for f in view.features))
    return pack(
        layout,
        [batch.column(f.name) for f in view.features],
        key_texts(keys, batch.num_rows),
        micros(batch.column(EVENT)),
        micros(batch.column(CREATED)),
        batch.column(SEQUENCE).cast(pa.int64()),
    )
