"""Two runs never mix: leases, their end, and the token that stops a run that lost one."""

from __future__ import annotations

import multiprocessing
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError, LockedError
from fcompile.runtime.interval import Wish
from fcompile.runtime.state import Heartbeat, Owner, Pending, RunRecord, State, ViewState
from fcompile.runtime.state.sqlite import SqliteDatabase
from tests.online.rows import read
from tests.run import child
from tests.run.world import SPEND, World, hours, simple

ELSEWHERE = Owner("another-host", 1, "")
RECORD = RunRecord("spend", "OK", 0, 0.0, hours(1), hours(1))


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_what_is_held_is_refused_by_name_and_all_or_nothing_is_taken(world: World) -> None:
    with world.state() as state, world.state() as other:
        lease = state.acquire(["a", "b"], owner=ELSEWHERE)
        with pytest.raises(LockedError) as error:
            other.acquire(["b", "c"])
        assert "`b`" in str(error.value) and "another-host" in str(error.value)
        assert error.value.exit_code == 5
        other.acquire(["c"])
        state.release(lease)
        other.acquire(["b"])


def test_a_lease_of_another_target_is_no_hindrance(world: World) -> None:
    with world.state() as state, world.state():
        state.acquire(["a"])
        prod = State(SqliteDatabase(world.root / "state.db"), "p", "prod")
        prod.acquire(["a"])
        prod.close()


def test_an_expired_lease_is_taken_and_a_renewed_one_is_not(world: World) -> None:
    clock = Clock()
    with world.state(clock) as state:
        lease = state.acquire(["a"], seconds=60, owner=ELSEWHERE)
        clock.now += 50
        state.renew(lease, seconds=60)
        clock.now += 50
        with pytest.raises(LockedError):
            state.acquire(["a"])
        clock.now += 20
        assert state.acquire(["a"]).token > lease.token


def test_the_lease_of_a_dead_process_of_this_machine_is_free_at_once(world: World) -> None:
    process = multiprocessing.get_context("forkserver").Process(target=int)
    process.start()
    process.join()
    dead = Owner(socket.gethostname(), int(process.pid or 0), "")
    reused = replace(dead, pid=1, started="another start")
    with world.state() as state:
        for owner in (dead, reused):
            lease = state.acquire(["a"], owner=owner)
            state.release(state.acquire(["a"]))
            with pytest.raises(LockedError):
                state.renew(lease)


def test_of_a_process_in_another_container_nothing_is_certain(world: World) -> None:
    with world.state() as state:
        state.acquire(["a"], owner=Owner(socket.gethostname(), 2**22 - 1, "1@pid:[1]"))
        with pytest.raises(LockedError):
            state.acquire(["a"])


def test_an_expired_lease_that_nobody_took_is_still_held(world: World) -> None:
    clock = Clock()
    with world.state(clock) as state:
        lease = state.acquire(["spend"], seconds=1)
        clock.now += 100
        state.begin(lease, "spend", Pending(hours(1), "f"))


def zombie_calls() -> list[Callable[[State, object], object]]:
    old, pending = ViewState(), Pending(hours(1), "f")
    return [
        lambda state, lease: state.renew(lease),
        lambda state, lease: state.begin(lease, "spend", pending),
        lambda state, lease: state.withdraw(lease, "spend", None),
        lambda state, lease: state.commit(lease, "spend", old, old, RECORD),
    ]


@pytest.mark.parametrize("call", zombie_calls())
def test_who_lost_the_lease_can_write_nothing(call: Callable[[State, object], object], world: World) -> None:
    clock = Clock()
    with world.state(clock) as state:
        lease = state.acquire(["spend"], seconds=1)
        clock.now += 2
        state.acquire(["spend"])
        with pytest.raises(FcompileError) as error:
            call(state, lease)
        assert [d.code for d in error.value.diagnostics] == ["FC502"]


def test_a_watermark_that_moved_meanwhile_is_not_overwritten(world: World) -> None:
    with world.state() as state:
        lease = state.acquire(["spend"])
        state.begin(lease, "spend", Pending(hours(1), "f"))
        seen = state.view("spend")
        state.commit(lease, "spend", seen, replace(seen, watermark=hours(2)), RECORD)
        with pytest.raises(LockedError) as error:
            state.commit(lease, "spend", seen, replace(seen, watermark=hours(1)), RECORD)
        assert [d.code for d in error.value.diagnostics] == ["FC508"]
        assert state.view("spend").watermark == hours(2)


def test_a_heartbeat_renews_until_it_is_stopped(world: World) -> None:
    beats = threading.Semaphore(0)
    with Heartbeat(beats.release, every=0.01):
        assert beats.acquire(timeout=10) and beats.acquire(timeout=10)


@pytest.mark.parametrize("when", ["begun", "merged", "before commit", "materialized", "batch", "loaded"])
def test_a_run_that_loses_its_lease_stops_and_the_other_runs_result_stands(when: str, world: World) -> None:
    world.put([simple(n, 1, 10.0) for n in range(30)])
    world.run(Wish(hours(5)))
    world.put([simple(n, 1, 11.0) for n in range(30)] + [simple(n, 6, 12.0) for n in range(30)])
    taken: list[object] = []

    def take_over(reached: str) -> None:
        if reached == when and not taken:
            with world.state(lambda: 1e12) as other:
                lease = other.acquire(["spend"], owner=ELSEWHERE)
                taken.append(lease)
                other.release(lease)

    summary = world.run(Wish(hours(7)), failpoint=take_over, batch_rows=10)
    (result,) = summary.results
    assert result.status == "ERROR" and result.diagnostics[0].code == "FC502"
    assert world.view_state().watermark == hours(5)
    assert world.run(Wish(hours(6))).exit_code == 0
    assert [row[1] for row in world.table()] == [12.0] * 30
    with world.online() as store, world.warehouse() as warehouse:
        sequences = [
            r[0] for r in warehouse.rows("SELECT __sequence FROM features.p__spend ORDER BY user_id")
        ]
        online = read(store, *(f"[{n}]" for n in range(30)), view="spend")
        assert [row.sequence for row in online.values()] == sequences


def test_of_two_runs_at_once_one_is_told_that_the_other_holds_the_lock(world: World) -> None:
    world.put([simple(n, 1, 10.0) for n in range(30)])
    told: list[str] = []

    def second(reached: str) -> None:
        with pytest.raises(LockedError) as error:
            world.run(Wish(hours(9)))
        told.extend(d.code for d in error.value.diagnostics)

    assert world.run(Wish(hours(5)), failpoint=second).exit_code == 0
    assert set(told) == {"FC501"}
    assert world.view_state().watermark == hours(5)


def test_a_view_after_a_lost_lease_is_skipped(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    later = replace(SPEND, name="later")

    def take_over(reached: str) -> None:
        if reached == "begun":
            with world.state(lambda: 1e12) as other:
                other.acquire(["spend", "later"], owner=ELSEWHERE, seconds=-1e12)

    summary = world.run(Wish(hours(5)), SPEND, later, failpoint=take_over)
    assert [r.status for r in summary.results] == ["ERROR", "SKIP"]


def race(root: Path, start: object, done: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        child.run(root, Wish(hours(5)), "as it was")
        done.put("done")  # type: ignore[attr-defined]
    except LockedError as error:
        done.put(error.diagnostics[0].code)  # type: ignore[attr-defined]


def test_of_two_processes_one_runs_and_the_other_is_locked_out_or_runs_after(world: World) -> None:
    world.put([simple(n, 1, 10.0) for n in range(200)])
    context = multiprocessing.get_context("forkserver")
    start, done = context.Event(), context.Queue()
    processes = [context.Process(target=race, args=(world.root, start, done)) for _ in range(3)]
    for process in processes:
        process.start()
    start.set()
    told = sorted(done.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    assert "done" in told and set(told) <= {"done", "FC501"}
    assert len(world.table()) == len(world.stored()) == 200
