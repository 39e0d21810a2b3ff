"""Simulate days of a small project: rows come late, twice, out of order and from the future, runs are killed.

    python -m tests.online.unbreakable.days --days 1000

Ends with 1 at the first day on which the online store differs from the reference of ``tests/oracle``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import FLOAT64
from fcompile.compiler.expressions.nodes import Column
from fcompile.runtime.interval import Wish
from fcompile.runtime.serving import read_online
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, open_database
from tests.online.unbreakable.forks import forked, kill_at
from tests.oracle import oracle
from tests.run.world import SPEND, World, _window, request_of

START = datetime(1990, 1, 1)
"""Long enough ago that no day is in the future, of ten thousand neither."""
DAY = timedelta(days=1)
USERS = 25
LOOKBACK, TTL = timedelta(days=4), timedelta(days=20)
RECENT = replace(SPEND, name="recent", lookback=LOOKBACK, ttl=TTL)
SPENT = replace(
    SPEND,
    name="spent",
    lookback=LOOKBACK,
    features=tuple(
        replace(
            SPEND.features[0],
            name=f"amount_sum_{days}d",
            expr=Column("amount"),
            window=_window("sum", 24 * days, FLOAT64),
        )
        for days in (2, 9)
    ),
)
VIEWS: tuple[FeatureView, ...] = (SPEND, RECENT, SPENT)
_OF_SPEND = {
    "entities": ["user"],
    "source": "purchases",
    "features": [{"name": "amount", "dtype": "float64"}, {"name": "note", "dtype": "string"}],
}
PROJECT: dict[str, Any] = {
    "entities": [{"name": "user", "join_keys": {"user_id": "int64"}}],
    "sources": [
        {
            "name": "purchases",
            "timestamp_field": "at",
            "created_timestamp_field": "created",
            "available_at": "known",
        }
    ],
    "feature_views": [
        {"name": "spend", **_OF_SPEND},
        {"name": "recent", **_OF_SPEND, "ttl": "20d"},
        {
            "name": "spent",
            "entities": ["user"],
            "source": "purchases",
            "aggregations": [
                {
                    "name": "amount_sum",
                    "function": "sum",
                    "column": "amount",
                    "windows": ["2d", "9d"],
                    "dtype": "float64",
                }
            ],
        },
    ],
}
FAILPOINTS = ("chosen", "begun", "stepped", "before commit", "materialized", "begun online", "batch", "before flip",
              "flipped", "loaded", "committed")  # fmt: skip


@dataclass
class Life:
    """A project that grows older."""

    world: World
    draw: random.Random
    rows: list[dict[str, Any]] = field(default_factory=list)
    kills: int = 0
    _kept: DuckDBWarehouse | None = None

    def live(self, day: int) -> datetime:
        """Let rows come and runs run; return the end of the last run of the day."""
        end = START + (day + 1) * DAY
        self._arrive(day)
        views = VIEWS if day % 5 == 4 else VIEWS[:2]
        if self.draw.random() < 0.12:
            self._killed(self._wish(end), views)
        if self.draw.random() < 0.2:
            self._run(self._wish(end), views)
        self._run(Wish(end), views)
        return end

    def _warehouse(self) -> DuckDBWarehouse:
        """Keep the file open, which makes each run's own opening cheap."""
        if self._kept is None:
            self._kept = open_database("dev.duckdb", self.world.root)
            self._kept.execute("SET threads = 1")
        return self._kept

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _arrive(self, day: int) -> None:
        come = [row for _ in range(self.draw.randrange(10)) for row in self._row(day)]
        self.rows += come
        if come:
            values = [value for row in come for value in row.values()]
            places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(come))
            self._warehouse().connection.execute(f"INSERT INTO raw.purchases VALUES {places}", values)

    def _row(self, day: int) -> list[dict[str, Any]]:
        """One row, or twice the same: now, of up to a month ago, or of days to come."""
        draw = self.draw
        if self.rows and draw.random() < 0.1:
            # Again, or corrected: with the same times or created later.
            old = draw.choice(self.rows[-60:])
            amount = draw.choice([old["amount"], float(draw.randrange(100))])
            return [
                self._known(
                    old | {"amount": amount, "created": draw.choice([old["created"], self._at(day)])}, day
                )
            ]
        at = self._at(day + draw.choice([0, 0, 0, 0, -1, -3, -30, 1, 5]))
        row = {
            "user_id": draw.randrange(USERS),
            "at": at,
            "known": None,
            "created": draw.choice([None, at, self._at(day)]),
            "amount": draw.choice([None, *map(float, range(50))]),
            "note": draw.choice("abc"),
        }
        return [self._known(row, day)] * draw.choice([1, 1, 1, 2])

    def _known(self, row: dict[str, Any], day: int) -> dict[str, Any]:
        # It lands up to three days after it was known, or before it is; lookbacks are of four days.
        return row | {"known": self._at(day + self.draw.choice([0, 0, 0, -1, -2, 1, 3]))}

    def _at(self, day: int) -> datetime:
        # Few instants, so that there are ties, at the ends of runs too.
        return (
            START
            + day * DAY
            + self.draw.choice([timedelta(0), DAY / 3, DAY / 2, DAY - timedelta(microseconds=1)])
        )

    def _wish(self, end: datetime) -> Wish:
        """Any kind of run up to now, or up to some day before."""
        draw = self.draw
        back = draw.randrange(1, 12) * DAY
        choices = [
            Wish(end),
            Wish(end, full_refresh=True),
            Wish(end - back, full_refresh=True),
            Wish(end, start=end - back),
            Wish(end - back, start=end - 2 * back),
            Wish(end, warehouse_only=True),
        ]
        return draw.choice(choices)

    def _run(self, wish: Wish, views: Sequence[FeatureView]) -> None:
        self._warehouse()
        summary = self.world.run(wish, *views, batch_rows=6)
        assert summary.exit_code == 0, summary

    def _killed(self, wish: Wish, views: Sequence[FeatureView]) -> None:
        # DuckDB's threads do not live on in a fork.
        self.close()
        step = kill_at(self.draw.choice(FAILPOINTS), self.draw.choice([1, 1, 2, 5]))
        ended = forked(lambda tell: _finish(self.world, wish, step, views))
        self.kills += ended.killed

    def check(self, end: datetime) -> None:
        """Hold every feature of every user, and its status, to the reference."""
        with self.world.online() as store:
            found = read_online(store, request_of(*VIEWS), [{"user_id": u} for u in range(USERS)], end)
        names = [view["name"] for view in PROJECT["feature_views"]]
        for user in range(USERS):
            mine = {"purchases": [row for row in self.rows if row["user_id"] == user]}
            (answer,) = oracle.online(PROJECT, mine, end, [{"user_id": user}], names, full_feature_names=True)
            for column in found.columns:
                seen = (column.values[user], column.statuses[user])
                assert seen == answer[column.name], (
                    f"{column.name} of {user} at {end}: {seen}, not {answer[column.name]}"
                )


def _finish(world: World, wish: Wish, step: Callable[[str], None], views: Sequence[FeatureView]) -> None:
    world.run(wish, *views, failpoint=step, batch_rows=6)


def lived(world: World, days: int, seed: int) -> Life:
    """Live so many days, a multiple of five; raise AssertionError where the store is not as the reference."""
    world.put([])
    life = Life(world, random.Random(seed))
    for day in range(days):
        end = life.live(day)
        if day % 50 == 49 or day == days - 1:
            life.check(end)
    life.close()
    return life


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=6)
    args = parser.parse_args()
    shared = Path("/dev/shm")  # noqa: S108 - a kill needs no disk
    folder = Path(tempfile.mkdtemp(prefix="fcompile-days-", dir=shared if shared.is_dir() else None))
    begun = time.monotonic()
    try:
        life = lived(World(folder), args.days, args.seed)
    except AssertionError as broken:
        print(f"seed {args.seed}: {broken}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = time.monotonic() - begun
    print(f"{args.days} days, {len(life.rows)} rows, {life.kills} kills in {seconds:.0f} s: as the reference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
