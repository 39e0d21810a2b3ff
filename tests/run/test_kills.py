"""Killed anywhere, the next run ends in the same state as if nothing had happened (SPEC 7)."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from fcompile.runtime.interval import Wish
from tests.run import child
from tests.run.child import BATCH, VIEWS
from tests.run.world import Row, World, hours

FAILPOINTS = [
    ("chosen", 1),
    ("begun", 1),
    ("created", 1),
    ("merged", 1),
    ("before commit", 1),
    ("materialized", 1),
    ("batch", 1),
    ("batch", 2),
    ("loaded", 1),
    ("committed", 1),
]
RUNS = {
    "run": (Wish(hours(10)), "as it was"),
    "backfill": (Wish(hours(4), start=hours(2)), "as it was"),
    "full refresh": (Wish(hours(10), full_refresh=True), "as it was"),
    "full refresh of older": (Wish(hours(3), full_refresh=True), "as it was"),
    "changed definition": (Wish(hours(10)), "changed"),
}
RANDOM_KILLS = 80
USERS = 3 * BATCH


def rows(seed: int) -> list[Row]:
    draw = random.Random(seed)
    found: list[Row] = []
    for _ in range(4 * USERS):
        at = hours(draw.randrange(48) / 4)
        known = max(at, hours(draw.randrange(48) / 4)) if draw.random() < 0.3 else at
        created = draw.choice([None, at, known])
        found.append((draw.randrange(USERS), at, known, created, float(draw.randrange(9)), draw.choice("ab")))
    return found


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that ran up to hour 6, whose source has since got, lost and changed rows."""
    world = World(tmp_path_factory.mktemp("before"))
    first = rows(1)
    world.put(first)
    world.run(Wish(hours(6)), VIEWS["as it was"], batch_rows=BATCH)
    world.put([r for r in first if r[0] != 7][20:] + [r for r in rows(2) if r[0] != 7])
    return world.root


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServerContext]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.run.child"])
    yield context


class Kills:
    """Copies of one project, killed in the middle of a run."""

    def __init__(self, before: Path, forks: ForkServerContext, folder: Path) -> None:
        self._before = before
        self._forks = forks
        self._folder = folder
        self._count = 0
        self.source: list[Row] | None = None

    def fresh(self) -> World:
        self._count += 1
        world = World(Path(shutil.copytree(self._before, self._folder / str(self._count))))
        if self.source is not None:
            world.put(self.source)
        return world

    def unkilled(self, *runs: tuple[Wish, str]) -> tuple[object, ...]:
        world = self.fresh()
        for wish, view in runs:
            assert world.run(wish, VIEWS[view], batch_rows=BATCH).exit_code == 0
        return self.outcome(world, runs[-1][1])

    def outcome(self, world: World, view: str) -> tuple[object, ...]:
        return (world.table(VIEWS[view]), *world.outcome()[1:]) if view != "as it was" else world.outcome()

    def start(self, world: World, run: tuple[Wish, str], *failpoint: Any) -> Any:
        process = self._forks.Process(target=child.run, args=(world.root, *run, *failpoint))
        process.start()
        return process

    def killed(self, run: tuple[Wish, str], name: str, time: int) -> World:
        world = self.fresh()
        process = self.start(world, run, name, time)
        process.join()
        assert process.exitcode == -signal.SIGKILL, f"never came to {name}"
        return world


@pytest.fixture
def kills(before: Path, forks: ForkServerContext, tmp_path: Path) -> Kills:
    return Kills(before, forks, tmp_path)


@pytest.mark.parametrize("name", list(RUNS))
def test_killed_at_any_step_the_same_run_again_ends_as_if_nothing_had_happened(
    name: str, kills: Kills
) -> None:
    expected = kills.unkilled(RUNS[name])
    wish, view = RUNS[name]
    for failpoint, time_ in FAILPOINTS:
        if (name, failpoint, time_) == ("backfill", "batch", 2):
            continue  # it changes fewer rows than two batches hold
        world = kills.killed(RUNS[name], failpoint, time_)
        assert world.run(wish, VIEWS[view], batch_rows=BATCH).exit_code == 0
        assert kills.outcome(world, view) == expected, f"killed at {failpoint}"


def test_killed_at_any_step_another_run_ends_as_if_the_first_had_never_been(kills: Kills) -> None:
    # Up to an instant between the watermark and what the killed run was about to reach. The table is
    # rebuilt then, which differs from a run only in what has left the source: here nothing has.
    kills.source = rows(1) + rows(2)
    expected = kills.unkilled((Wish(hours(8)), "as it was"))
    for failpoint in ("begun", "merged", "materialized", "batch", "loaded"):
        world = kills.killed(RUNS["run"], failpoint, 1)
        world.run(Wish(hours(8)), batch_rows=BATCH)
        assert world.outcome() == expected, f"killed at {failpoint}"


def test_killed_while_a_changed_definition_is_rebuilt_the_old_one_comes_back_whole(kills: Kills) -> None:
    expected = kills.unkilled((Wish(hours(10), full_refresh=True), "as it was"))
    for failpoint in ("begun", "materialized", "batch", "loaded"):
        world = kills.killed(RUNS["changed definition"], failpoint, 1)
        again = kills.start(world, RUNS["run"], "begun", 1)
        again.join()
        world.run(Wish(hours(10)), batch_rows=BATCH)
        assert world.outcome() == expected, f"killed at {failpoint}, then again"


def test_killed_at_random_moments_over_and_over(kills: Kills) -> None:
    expected = {name: kills.unkilled(RUNS[name]) for name in RUNS}
    duration = _duration(kills)
    draw = random.Random(5)
    killed = 0
    while killed < RANDOM_KILLS:
        name = draw.choice(list(RUNS))
        world = kills.fresh()
        for _ in range(draw.choice([1, 1, 2, 3])):
            process = kills.start(world, RUNS[name])
            time.sleep(draw.random() * duration)
            process.kill()
            process.join()
            killed += process.exitcode == -signal.SIGKILL
            _readable(world)
        wish, view = RUNS[name]
        assert world.run(wish, VIEWS[view], batch_rows=BATCH).exit_code == 0
        assert kills.outcome(world, view) == expected[name], name


def _duration(kills: Kills) -> float:
    started = time.monotonic()
    kills.start(kills.fresh(), RUNS["run"]).join()
    return (time.monotonic() - started) * 1.2


def _readable(world: World) -> None:
    """Whatever was killed, the store holds whole rows of entities that were there before or are now."""
    assert len(world.stored()) >= USERS // 2
    assert all(isinstance(row[1], int) for row in world.stored())
