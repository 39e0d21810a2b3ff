"""What a killed loader loads: a table of the warehouse as a plain dict, and the steps of a run beside it.

The table stands in for the warehouse, whose transactions other tests kill; state, loader and store are real.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.runtime.clock import utc_now
from fcompile.runtime.events import Advanced, Event
from fcompile.runtime.loader import packed_batches
from fcompile.runtime.procedure import Ports, _load
from fcompile.runtime.state import REBUILD, Pending, RunRecord, State, ViewState
from fcompile.runtime.state.sqlite import SqliteDatabase
from tests.online.stores import Open
from tests.run.world import SPEND, compiled

SQL = compiled(SPEND)
VIEW = SPEND.name
KEYS = 160
START = datetime(2026, 1, 1)
_TIME = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table; times in microseconds since 1970."""

    event: int
    created: int | None
    amount: float
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The view's table, by user; it answers the loader's query as a warehouse does."""

    rows: Mapping[int, Entry] = field(default_factory=dict)

    def batches(self, text: str, values: Mapping[str, object]) -> Iterator[pa.RecordBatch]:
        loaded = cast(int, values["loaded"])
        changed = sorted(((u, e) for u, e in self.rows.items() if e.sequence > loaded), key=itemgetter(0))
        entries = [e for _, e in changed]
        yield pa.record_batch(
            {
                "user_id": pa.array([u for u, _ in changed], pa.int64()),
                "amount": pa.array([e.amount for e in entries], pa.float64()),
                "note": pa.array(
                    [f"{u}, {e.event}, {e.created}, {e.sequence}" for u, e in changed], pa.string()
                ),
                EVENT: pa.array([e.event for e in entries], pa.int64()).cast(_TIME),
                CREATED: pa.array([e.created for e in entries], pa.int64()).cast(_TIME),
                SEQUENCE: pa.array([e.sequence for e in entries], pa.int64()),
            }
        )

    def changed(self, loaded: int) -> list[bytes]:
        """Keys of the rows after a sequence, in the order of sending."""
        return [b"[%d]" % user for user in sorted(self.rows) if self.rows[user].sequence > loaded]

    def packed(self) -> dict[bytes, bytes]:
        """Keys and values that the store should have."""
        batches = packed_batches(cast(Any, self), SQL, SPEND, 0)
        return {key: value for rows in batches for key, value in rows.pairs()}

    def with_sequence(self, change: Change, sequence: int) -> Table:
        """The table after the transaction of the run of that sequence."""
        kept = {u: e for u, e in self.rows.items() if u not in change.gone}
        if change.rebuild:
            kept = {u: replace(e, sequence=sequence) for u, e in kept.items()}
        return Table({**kept, **{u: replace(e, sequence=sequence) for u, e in change.rows.items()}})


@dataclass(frozen=True, slots=True)
class Change:
    """What a run finds in its source: rows in force that are new, and with a rebuild entities that are gone."""

    rows: Mapping[int, Entry]
    gone: frozenset[int] = frozenset()
    rebuild: bool = False


def drawn(draw: random.Random, table: Table, rebuild: bool, keys: int = KEYS) -> Change:
    """A change after which each row in force is as new as before, or newer; ties and corrections abound."""
    rows: dict[int, Entry] = {}
    for user in draw.sample(range(keys), draw.randrange(keys // 16 + 1, keys)):
        old = table.rows.get(user)
        event = draw.randrange(50) if old is None else old.event + draw.choice([0, 0, 1, 7])
        same = old is not None and event == old.event
        created = old.created if same and old is not None else draw.choice([None, event, event + 5])
        rows[user] = Entry(event, created, draw.random())
    gone = frozenset(draw.sample(range(keys), keys // 8)) - rows.keys() if rebuild else frozenset()
    return Change(rows, gone, rebuild)


@dataclass(frozen=True, slots=True)
class Task:
    """One run: of ``change`` to ``table``, in batches of ``batch_rows``."""

    folder: Path
    open: Open
    table: Table
    change: Change
    batch_rows: int


Tell = Callable[[str, int], None]
"""Tells the parent process that something is certain: a word and a number."""


def opened_state(folder: Path) -> State:
    return State(SqliteDatabase(folder / "state.db"), "p", "dev")


def run(task: Task, tell: Tell, failpoint: Callable[[str], None]) -> None:
    """Do what ``procedure`` does, with the table's transaction in the parent: it is done when that is told."""
    with closing(opened_state(task.folder)) as state, closing(task.open("p")) as store:
        tell("opened", 0)
        lease = state.acquire([VIEW])
        old = state.view(VIEW)
        rebuild = task.change.rebuild or (old.pending is not None and old.pending.fingerprint == REBUILD)
        sequence = state.begin(lease, VIEW, Pending(START, REBUILD if rebuild else "f"))
        failpoint("begun")
        tell("since", old.loaded)
        if rebuild:
            tell("rebuilt", sequence)
        tell("table", sequence)
        failpoint("materialized")
        table = task.table.with_sequence(replace(task.change, rebuild=rebuild), sequence)

        def reached(name: str) -> None:
            if name == "begun online":
                tell("building", sequence)
            failpoint(name)

        def report(event: Event) -> None:
            if isinstance(event, Advanced):
                tell("sent", event.rows)

        ports = Ports(cast(Any, table), state, store, compiled, failpoint=reached, batch_rows=task.batch_rows)
        rows, loaded = _load(ports, lease, SPEND, SQL, old, sequence, rebuild, report)
        failpoint("loaded")
        new = ViewState(
            watermark=START,
            loaded=loaded.sequence,
            store=loaded.store,
            generation=loaded.generation,
            fingerprint="f",
        )
        state.commit(lease, VIEW, old, new, RunRecord(VIEW, "OK", rows, 0.0, START, utc_now()))
        tell("committed", sequence)
        failpoint("committed")
        state.release(lease)
