"""Killed anywhere, also between two statements, windows end as if nothing had happened: tiles and digests too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from fcompile.runtime.interval import Wish
from tests.run.child import BATCH, VIEWS
from tests.run.test_kills import Kills, rows
from tests.run.world import World, compiled, hours

RUN = Wish(hours(10))
STATEMENTS = len(compiled(VIEWS["windows"]).steps)
FAILPOINTS = [
    ("begun", 1),
    ("created", 1),
    *(("stepped", n) for n in range(1, STATEMENTS + 1)),
    ("before commit", 1),
    ("materialized", 1),
    ("batch", 1),
    ("loaded", 1),
    ("committed", 1),
]
AT_ENDS = [("stepped", 7), ("materialized", 1), ("batch", 1)]


def project(root: Path, view: str) -> Path:
    """A project that ran up to hour 6, whose source has since got rows; without a lookback, lost some too."""
    world = World(root)
    world.put(rows(1))
    world.run(Wish(hours(6)), VIEWS[view], batch_rows=BATCH)
    world.put([*rows(1)[0 if "lookback" in view else 20 :], *rows(2)])
    return root


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServerContext]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.run.child"])
    yield context


def outcome(world: World, view: str) -> tuple[object, ...]:
    state = replace(world.view_state(), loaded=0, store="", generation=0)
    return world.table(VIEWS[view]), world.stored(), world.kept(), state


def assert_made_good(kills: Kills, wish: Wish, view: str, failpoints: list[tuple[str, int]]) -> None:
    world = kills.fresh()
    assert world.run(wish, VIEWS[view], batch_rows=BATCH).exit_code == 0
    expected = outcome(world, view)
    for name, time in failpoints:
        world = kills.killed((wish, view), name, time)
        assert world.run(wish, VIEWS[view], batch_rows=BATCH).exit_code == 0
        assert outcome(world, view) == expected, f"killed at {name} {time}"


def test_killed_after_any_statement_the_same_run_again_ends_as_if_nothing_had_happened(
    tmp_path: Path, forks: ForkServerContext
) -> None:
    kills = Kills(project(tmp_path / "before", "windows"), forks, tmp_path)
    assert_made_good(kills, RUN, "windows", FAILPOINTS)


def test_so_it_is_with_a_lookback(tmp_path: Path, forks: ForkServerContext) -> None:
    view = "windows with a lookback"
    kills = Kills(project(tmp_path / "before", view), forks, tmp_path)
    assert_made_good(kills, RUN, view, AT_ENDS)


@pytest.mark.parametrize(
    ("wish", "view"),
    [
        (Wish(hours(4), start=hours(2)), "windows"),
        (Wish(hours(3), full_refresh=True), "windows"),
        (RUN, "windows changed"),
    ],
    ids=["backfill", "full refresh of older", "changed definition"],
)
def test_so_it_is_of_other_runs(wish: Wish, view: str, tmp_path: Path, forks: ForkServerContext) -> None:
    kills = Kills(project(tmp_path / "before", "windows"), forks, tmp_path)
    assert_made_good(kills, wish, view, AT_ENDS)


def test_a_run_to_an_earlier_end_than_the_killed_one_takes_nothing_of_it(
    tmp_path: Path, forks: ForkServerContext
) -> None:
    kills = Kills(project(tmp_path / "before", "windows"), forks, tmp_path)
    earlier = Wish(hours(8))
    world = kills.fresh()
    world.put(rows(1) + rows(2))
    world.run(earlier, VIEWS["windows"], batch_rows=BATCH)
    expected = outcome(world, "windows")
    for name in ("stepped", "materialized", "batch"):
        world = kills.killed((RUN, "windows"), name, 1)
        world.put(rows(1) + rows(2))
        world.run(earlier, VIEWS["windows"], batch_rows=BATCH)
        assert outcome(world, "windows") == expected, f"killed at {name}"
