"""Kill loaders at random instants, and say what became of their rows.

    python -m tests.online.unbreakable.kills --kills 10000 --store redis7

Ends with 1 at the first row that is lost, stale, doubled or mixed, and at the first watermark that is ahead of what
the store has.
"""

from __future__ import annotations

import argparse
import gc
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fcompile.runtime.online.base import Ask, OnlineStore
from fcompile.runtime.online.packed import VERSION_BYTES
from fcompile.runtime.state.lease import this_process
from tests.online.stores import OPENERS, Open
from tests.online.unbreakable.broken import BROKEN, breaking
from tests.online.unbreakable.forks import Ended, forked, kill_at, nothing
from tests.online.unbreakable.loading import KEYS, VIEW, Change, Table, Task, drawn, opened_state, run
from tests.online.unbreakable.raw import kept_rows

FAILPOINTS = (
    "begun",
    "materialized",
    "begun online",
    "batch",
    "before verify",
    "before flip",
    "flipped",
    "loaded",
    "committed",
)
"""All steps at which a load stops."""
ONLY_NEW = ("begun online", "before verify", "before flip", "flipped")


class Broken(AssertionError):
    """The store does not hold what it should."""


@dataclass
class Campaign:
    """One store, one view, one loader after another.

    Attributes:
        table: the warehouse's, as the last transaction left it; ``rows``: as the store should have it.
        tables: what the store should have after the run of each sequence that got as far as its transaction.
        rebuilds: those of them that began a generation of their own.
        ever: all values that a key had in the table since store and table were last alike.
    seconds: what a run takes.
    """

    folder: Path
    open: Open
    draw: random.Random
    keys: int = KEYS
    table: Table = field(default_factory=Table)
    rows: dict[bytes, bytes] = field(default_factory=dict)
    tables: dict[int, dict[bytes, bytes]] = field(default_factory=lambda: {0: {}})
    rebuilds: list[int] = field(default_factory=list)
    ever: dict[bytes, set[bytes]] = field(default_factory=dict)
    seconds: float = 0.02
    kills: Counter[str] = field(default_factory=Counter)

    def attempt(self, change: Change, kill: str | None, step: tuple[str, int] = ("", 0)) -> Ended:
        """Run once; ``kill``: "random", "step" or not at all. Leaves the table as that run left it."""
        task = Task(self.folder, self.open, self.table, change, self.draw.randrange(2, 2 + self.keys // 3))
        failpoint = kill_at(*step) if kill == "step" else nothing
        after = self.draw.random() * self.seconds * 1.1 if kill == "random" else None
        ended = forked(lambda tell: run(task, tell, failpoint), after)
        if not ended.killed:
            self.seconds = 0.8 * self.seconds + 0.2 * ended.seconds
        else:
            self.kills[kill or ""] += 1
        self._note(ended, change)
        return ended

    def _note(self, ended: Ended, change: Change) -> None:
        sequence = ended.last("table")
        if sequence is None:
            return
        rebuilt = ended.last("rebuilt") == sequence
        self.table = self.table.with_sequence(replace(change, rebuild=rebuilt), sequence)
        self.rows = self.tables[sequence] = self.table.packed()
        if rebuilt:
            self.rebuilds.append(sequence)
        for key, value in self.rows.items():
            self.ever.setdefault(key, set()).add(value)

    def check(self, ended: Ended) -> None:
        """Raise ``Broken`` unless what was acknowledged is there, and nothing is there that should not be."""
        with closing(opened_state(self.folder)) as state, closing(self.open("p")) as store:
            view = state.view(VIEW)
            there = store.generations(VIEW)
            if there.find(view.generation) is not None:
                self._at_least(self._scanned(store, view.generation), self.tables[view.loaded], "watermark")
            elif view.generation:
                # Newer ones were shown by loaders that were killed before they could say so.
                newer = there.current is not None and there.current.number > view.generation
                self._hold(newer, "the state's generation is gone")
            done = ended.last("committed")
            self._hold(done is None or view.loaded == done, "an acknowledged commit is lost")
            self._acknowledged(store, ended, view.generation)
            if there.current is not None:
                number = there.current.number
                least = view.loaded if number == view.generation else number
                self._readers(store, self.tables[least], self._keys(least))

    def _acknowledged(self, store: OnlineStore, ended: Ended, generation: int) -> None:
        """Rows of batches that the loader knew to be safe are there."""
        sequence, sent, building = ended.last("table"), ended.last("sent"), ended.last("building")
        if sequence is None or not sent:
            return
        changed = self.table.changed(0 if building else ended.last("since") or 0)
        number = building or generation
        # What was shown and replaced since has been checked as what readers see.
        if store.generations(VIEW).find(number) is not None:
            self._at_least(
                self._scanned(store, number), {k: self.rows[k] for k in changed[:sent]}, "acknowledged"
            )

    def _scanned(self, store: OnlineStore, number: int) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for rows in store.scan(VIEW, number):
            for key, value in rows.pairs():
                self._hold(found.get(key, value) == value, f"{key!r} is there twice")
                found[key] = value
        return found

    def _at_least(self, found: dict[bytes, bytes], least: dict[bytes, bytes], what: str) -> None:
        for key, value in least.items():
            self._hold(key in found, f"{what}: {key!r} is lost")
            self._hold(found[key][:VERSION_BYTES] >= value[:VERSION_BYTES], f"{what}: {key!r} is stale")

    def _keys(self, least: int) -> set[bytes]:
        """Keys that a generation may have whose rows up to ``least`` are safe: later runs may have sent theirs."""
        end = min((rebuilt for rebuilt in self.rebuilds if rebuilt > least), default=None)
        sent = (rows for n, rows in self.tables.items() if n >= least and (end is None or n < end))
        return set().union(*sent)

    def _readers(self, store: OnlineStore, least: dict[bytes, bytes], most: Set[bytes]) -> None:
        asked = [f"[{user}]" for user in range(self.keys)]
        (answer,) = store.read([Ask(VIEW, asked)])
        pairs = zip(asked, answer.values, strict=True)
        seen = {key.encode(): value for key, value in pairs if value is not None}
        self._at_least(seen, least, "readers")
        for key, value in seen.items():
            self._hold(value in self.ever.get(key, ()), f"readers: {key!r} was never so")
            self._hold(key in most, f"readers: {key!r} was removed")

    def converged(self) -> None:
        """Run once more, unkilled, and hold store and state to the table, row by row."""
        ended = self.attempt(Change({}), None)
        with closing(opened_state(self.folder)) as state, closing(self.open("p")) as store:
            view, there = state.view(VIEW), store.generations(VIEW)
            self._hold(view.loaded == ended.last("committed") and view.pending is None, "the state is behind")
            self._hold(
                there.current is not None and there.current.number == view.generation, "readers behind"
            )
            self._hold(there.building is None, "something is still being built")
            self._hold(self._scanned(store, view.generation) == self.rows, "not the table's rows")
            self._readers(store, self.rows, self.rows.keys())
            kept = sum(len(self._scanned(store, n)) for n in there.numbers())
            self._hold(kept_rows(store, kept) == kept, "rows of no generation are left over")
        needed = {0, view.loaded, *there.numbers()}
        self.tables = {sequence: rows for sequence, rows in self.tables.items() if sequence in needed}
        self.ever = {key: {value} for key, value in self.rows.items()}

    def _hold(self, holds: bool, what: str) -> None:
        if not holds:
            raise Broken(what)


def killed_at_random(campaign: Campaign, kills: int) -> None:
    """Kill so many loaders, one in six at a named step, and hold the store to the table after each."""
    draw = campaign.draw
    change = Change({})
    while campaign.kills.total() < kills:
        if not change.rows or draw.random() < 0.6:
            change = drawn(draw, campaign.table, draw.random() < 0.3, campaign.keys)
        if draw.random() < 1 / 6:
            step = (draw.choice(FAILPOINTS), draw.choice([1, 1, 2, 3]))
            ended = campaign.attempt(change, "step", step)
        else:
            ended = campaign.attempt(change, "random")
        campaign.check(ended)
        # The source still says so: the next run finds it again, unless the table has it.
        if ended.last("table") is not None:
            change = Change({})
        if draw.random() < 0.15:
            campaign.converged()
    campaign.converged()


def killed_at_each_step(campaign: Campaign) -> None:
    """Kill one loader at each step, of a run and of a rebuild, and hold the store to the table after the next."""
    for rebuild in (False, True):
        for name in FAILPOINTS:
            if name in ONLY_NEW and not rebuild:
                continue
            campaign.attempt(drawn(campaign.draw, campaign.table, False, campaign.keys), None)
            change = drawn(campaign.draw, campaign.table, rebuild, campaign.keys)
            ended = campaign.attempt(change, "step", (name, 1))
            if not ended.killed:
                raise Broken(f"never came to {name}")
            campaign.check(ended)
            campaign.converged()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--store", choices=list(OPENERS), default="valkey")
    parser.add_argument("--keys", type=int, default=KEYS, help="entities of the view")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument(
        "--broken", choices=list(BROKEN), help="break a promise of the store, to see it noticed"
    )
    args = parser.parse_args()
    shared = Path("/dev/shm")  # noqa: S108 - a kill needs no disk
    folder = Path(tempfile.mkdtemp(prefix="fcompile-kills-", dir=shared if shared.is_dir() else None))
    started = time.monotonic()
    # What is there now is shared with all forks, untouched.
    gc.freeze()
    this_process()
    try:
        opened = OPENERS[args.store](folder)
        opened = breaking(args.broken, opened) if args.broken else opened
        campaign = Campaign(folder, opened, random.Random(args.seed), args.keys)
        killed_at_each_step(campaign)
        killed_at_random(campaign, args.kills)
    except pytest.skip.Exception as missing:
        print(missing)
        return 1
    except Broken as broken:
        print(f"{args.store}, seed {args.seed}, after {campaign.kills.total()} kills: {broken}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds, count = time.monotonic() - started, campaign.kills
    print(
        f"{args.store}: {count.total()} kills ({count['random']} at random instants) in {seconds:.0f} s,"
        " no row lost, stale, doubled or mixed, no watermark ahead"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
