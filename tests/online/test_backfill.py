"""Backfills fill what the ledger lacks, chunk by chunk, and never take a row back."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import UsageError
from fcompile.runtime.backfill import Backfilled, Ledgers, backfill, backfill_views, chunks_of
from fcompile.runtime.clock import to_micros
from fcompile.runtime.events import Event, Finished, Note, Report, Started
from fcompile.runtime.interval import Wish
from fcompile.runtime.procedure import RunSummary, fingerprint
from fcompile.runtime.state import Lease, open_state
from fcompile.runtime.warehouses.duckdb import connect
from tests.online.shop import DEFINITIONS, Shop, row
from tests.run.child import kill_at
from tests.run.world import SPEND, WINDOWS, World, compiled, hours, simple

ROWS = [simple(user, at, float(at * 10 + user)) for at in range(12) for user in range(4)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.put(ROWS)
    return world


def filled(
    world: World,
    start: float,
    end: float,
    view: FeatureView = SPEND,
    chunk: float = 2,
    kill: tuple[str, int] = ("", 0),
    report: Report = lambda event: None,
) -> Backfilled:
    """Fill the view; with ``kill`` the process dies where the failpoint is reached for that time."""
    failpoint = kill_at(*kill)

    def run(each: FeatureView, wish: Wish, said: Report) -> RunSummary:
        return world.run(wish, each, failpoint=failpoint, report=said, batch_rows=2)

    ledgers = Ledgers(world.view_state, {view.name: fingerprint(compiled(view))})
    return backfill_views(
        [view], hours(start), hours(end), timedelta(hours=chunk), ledgers, run, report, patience=0.2
    )


def statuses(done: Backfilled) -> list[str]:
    return [chunk.status for chunk in done.chunks]


def test_a_backfill_is_done_in_chunks_and_what_is_filled_is_not_done_again(world: World) -> None:
    first = filled(world, 0, 5)
    assert [(c.start, c.end) for c in first.chunks] == [
        (hours(0), hours(2)),
        (hours(2), hours(4)),
        (hours(4), hours(5)),
    ]
    assert statuses(first) == ["OK", "OK", "OK"] and first.exit_code == 0
    assert world.view_state().intervals == ((to_micros(hours(0)) - 1, to_micros(hours(5))),)
    again = filled(world, 0, 8)
    assert statuses(again) == ["DONE", "DONE", "OK", "OK"]
    assert again.chunks[2].start == hours(4)
    assert world.view_state().watermark == hours(8)
    assert statuses(filled(world, 1, 7, chunk=6)) == ["DONE"]


def test_after_all_chunks_the_table_is_what_one_run_makes(world: World, tmp_path: Path) -> None:
    filled(world, 0, 11)
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other")
    other.put(ROWS)
    other.run(Wish(hours(11)))
    assert world.table() == other.table()
    assert world.stored() == other.stored()


def test_a_backfill_of_old_rows_beside_a_newer_run_changes_no_newer_row(world: World) -> None:
    world.run(Wish(hours(10), start=hours(8)))
    before = world.stored()
    world.put([*ROWS, simple(9, 3, 1.0), simple(1, 5, 7777.0)])
    done = filled(world, 0, 10)
    assert statuses(done) == ["OK", "OK", "OK", "OK", "DONE"]
    after = {key: rest for key, *rest in world.stored()}
    assert {key: after[key] for key, *_ in before} == {key: rest for key, *rest in before}
    assert set(after) - {key for key, *_ in before} == {"[9]"}
    assert world.view_state().watermark == hours(10)


def test_only_the_gaps_between_intervals_are_filled(world: World) -> None:
    world.run(Wish(hours(3), start=hours(1)))
    world.run(Wish(hours(7), start=hours(6)))
    said: list[Event] = []
    done = filled(world, 1, 9, chunk=4, report=said.append)
    assert statuses(done) == ["OK", "OK"]
    assert world.view_state().intervals == ((to_micros(hours(1)) - 1, to_micros(hours(9))),)
    assert said[0] == Started("backfill", 2)
    ended = [event for event in said if isinstance(event, Finished)]
    assert [event.name for event in ended] == [
        "spend 2026-01-01T01:00:00Z to 2026-01-01T05:00:00Z",
        "spend 2026-01-01T05:00:00Z to 2026-01-01T09:00:00Z",
    ]


def test_a_changed_definition_has_no_intervals(world: World) -> None:
    filled(world, 0, 6)
    changed = replace(SPEND, features=SPEND.features[:1])
    done = filled(world, 0, 6, changed)
    # Its table is rebuilt by the first chunk, with all history up to the watermark.
    assert statuses(done) == ["OK", "DONE", "DONE"]
    assert [len(stored) for stored in world.stored()] == [5] * 4
    assert statuses(filled(world, 0, 6)) == ["OK", "DONE", "DONE"]


def test_strictly_before_its_rows_a_view_is_filled_without_a_hole(world: World) -> None:
    strict = replace(SPEND, allow_exact_matches=False)
    assert statuses(filled(world, 0, 6, strict)) == ["OK", "OK", "OK"]
    assert statuses(filled(world, 0, 6, strict)) == ["DONE", "DONE", "DONE"]
    assert world.view_state().intervals == ((to_micros(hours(0)) - 1, to_micros(hours(6)) - 1),)


def test_windows_without_a_lookback_are_filled_at_once_and_others_in_chunks(world: World) -> None:
    assert list(chunks_of(WINDOWS, hours(0), hours(6), timedelta(hours=1))) == [(hours(0), hours(6))]
    assert statuses(filled(world, 0, 6, WINDOWS)) == ["OK"]
    once = world.stored()
    again = World(world.root / "again")
    again.root.mkdir()
    again.put(ROWS)
    looking_back = replace(WINDOWS, lookback=timedelta(hours=1))
    assert statuses(filled(again, 0, 6, looking_back)) == ["OK", "OK", "OK"]
    assert again.stored() == once
    assert statuses(filled(again, 0, 6, looking_back)) == ["DONE", "DONE", "DONE"]


def test_one_instant_is_one_chunk(world: World) -> None:
    assert statuses(filled(world, 3, 3)) == ["OK"]
    assert [row[0] for row in world.stored()] == ["[0]", "[1]", "[2]", "[3]"]


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_chunk_waits_for_the_run_that_has_the_view(world: World) -> None:
    said: list[Event] = []
    with world.state() as state:
        lease = state.acquire(["spend"])
        threading.Timer(0.05, partial(release, world, lease)).start()
        done = filled(world, 0, 2, report=said.append)
    assert statuses(done) == ["OK"]
    notes = [event.message for event in said if isinstance(event, Note)]
    assert len(notes) == 1 and notes[0].endswith(": waiting for it")


def release(world: World, lease: Lease) -> None:
    with world.state() as state:
        state.release(lease)


def test_where_a_run_does_not_end_the_backfill_does_with_5_and_the_rest_is_not_begun(world: World) -> None:
    with world.state() as state:
        state.acquire(["spend"])
        done = filled(world, 0, 6)
    assert statuses(done) == ["ERROR", "SKIP", "SKIP"] and done.exit_code == 5
    assert [c.diagnostics[0].code for c in done.chunks] == ["FC501", "FC542", "FC542"]


# -- killed ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServerContext]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.run.child", "tests.online.test_backfill"])
    yield context


def in_child(root: Path, name: str, time: int) -> None:
    filled(World(root), 0, 11, kill=(name, time))


KILLS = [
    ("begun", 1),
    ("merged", 2),
    ("materialized", 3),
    ("batch", 3),
    ("before flip", 1),
    ("loaded", 2),
    ("committed", 4),
]


@pytest.mark.parametrize("name", KILLS, ids=[f"{name} {time}" for name, time in KILLS])
def test_killed_anywhere_the_same_command_goes_on_and_ends_the_same(
    name: tuple[str, int], world: World, forks: ForkServerContext
) -> None:
    process = forks.Process(target=in_child, args=(world.root, *name))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    before = world.view_state().intervals
    done = filled(world, 0, 11)
    assert done.exit_code == 0
    assert ("DONE" in statuses(done)) == bool(before)
    unkilled = World(world.root / "unkilled")
    unkilled.root.mkdir()
    unkilled.put(ROWS)
    filled(unkilled, 0, 11)
    assert world.outcome()[:2] == unkilled.outcome()[:2]
    assert statuses(filled(world, 0, 11)) == ["DONE"] * 6


# -- of a project ---------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop.made(tmp_path / "shop")
    shop.append([row(user, day * 24, float(day)) for day in range(5) for user in (1, 2)])
    return shop


def days(n: float) -> datetime:
    return datetime(2026, 1, 1) + timedelta(days=n)


def test_a_project_is_filled_view_by_view_and_a_broken_view_stops_no_other(shop: Shop) -> None:
    project = shop.project
    views = [project.definitions.feature_views[name] for name in ("of_files", "spend", "windows")]
    done = backfill(project, views, days(0), days(3))
    found = {
        name: [c.status for c in done.chunks if c.view == name] for name in ("of_files", "spend", "windows")
    }
    assert found == {"of_files": ["ERROR", "SKIP", "SKIP"], "spend": ["OK"] * 3, "windows": ["OK"] * 3}
    assert done.exit_code == 1
    assert shop.read("spend:amount", "windows:total_lifetime") == {
        "amount": [3.0, 3.0, None],
        "total_lifetime": [6.0, 6.0, None],
    }
    again = backfill(project, views[1:], days(0), days(4))
    assert [c.status for c in again.chunks] == ["DONE", "DONE", "DONE", "OK"] * 2


def test_an_interval_that_is_none_is_refused_before_anything_is_done(shop: Shop) -> None:
    project = shop.project
    views = [project.definitions.feature_views["spend"]]
    for start, end, code in ((days(2), days(1), "FC505"), (days(0), datetime(2999, 1, 1), "FC503")):
        with pytest.raises(UsageError) as error:
            backfill(project, views, start, end)
        assert [d.code for d in error.value.diagnostics] == [code]
    with closing(open_state(project.config.state, project.root, "shop", "dev")) as state:
        assert state.views() == {}


def test_a_table_that_was_dropped_is_filled_again(shop: Shop) -> None:
    project = shop.project
    views = [project.definitions.feature_views["spend"]]
    backfill(project, views, days(0), days(2))
    with closing(connect(project)) as warehouse:
        warehouse.execute("DROP TABLE features.shop__spend")
    assert [c.status for c in backfill(project, views, days(0), days(2)).chunks] == ["OK", "DONE"]


def test_a_changed_definition_of_a_project_is_filled_again(shop: Shop) -> None:
    views = [shop.project.definitions.feature_views["spend"]]
    backfill(shop.project, views, days(0), days(2))
    shop.define(DEFINITIONS.replace("amount * 2", "amount * 3"))
    views = [shop.project.definitions.feature_views["spend"]]
    done = backfill(shop.project, views, days(0), days(2))
    assert [c.status for c in done.chunks] == ["OK", "DONE"]
    assert shop.read("spend:twice")["twice"] == [6.0, 6.0, None]
