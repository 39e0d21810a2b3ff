"""Processes that want the same at the same time: each number is given once, and each lease to one."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from fcompile.compiler.errors import LockedError
from fcompile.runtime.state import Owner, State
from tests.state.kinds import open_kind
from tests.state.test_state import PENDING

ROUNDS = 40
# A process that holds a lease and lives on: nobody may take it for dead.
ELSEWHERE = Owner("another-host", 1, "")


def leases(state: State, number: int) -> list[tuple[int, int]]:
    """Return the token and what the view's sequence said, for each lease that was had: one at a time has it."""
    had = []
    for n in range(ROUNDS):
        # In either order: no two processes may wait for each other.
        views = ["a", "b"] if (n + number) % 2 else ["b", "a"]
        with suppress(LockedError):
            lease = state.acquire(views, owner=ELSEWHERE)
            had.append((lease.token, state.begin(lease, "a", PENDING)))
            state.release(lease)
    return had


def sequences(state: State, number: int) -> list[tuple[int, int]]:
    """Return sequences of one view, asked for under leases of each process's own target."""
    lease = state.acquire(["a"])
    return [(lease.token, state.begin(lease, "a", PENDING)) for _ in range(ROUNDS)]


def takeovers(state: State, number: int) -> list[int]:
    """Return the views whose expired leases this process got."""
    taken = []
    for n in range(ROUNDS):
        with suppress(LockedError):
            state.acquire([f"v{n}"], owner=ELSEWHERE)
            taken.append(n)
    return taken


def hang(place: str, told: Any) -> None:
    """Change everything within a transaction that never ends."""
    with closing(open_kind(place)) as state, state._writing() as sql:
        sql.execute("UPDATE tokens SET value = -7")
        sql.execute("DELETE FROM leases")
        told.set()
        time.sleep(60)


def contend(
    place: str, target: str, act: Callable[[State, int], object], number: int, start: Any, told: Any
) -> None:
    start.wait()
    with closing(open_kind(place, "p", target)) as state:
        told.put(act(state, number))


def raced(place: str, act: Callable[[State, int], object], targets: tuple[str, ...]) -> list[Any]:
    context = multiprocessing.get_context("forkserver")
    start, told = context.Event(), context.Queue()
    processes = [
        context.Process(target=contend, args=(place, target, act, n, start, told))
        for n, target in enumerate(targets)
    ]
    for process in processes:
        process.start()
    start.set()
    answers = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    return answers


def test_processes_that_open_an_empty_state_at_once_take_turns_with_its_leases(place: str) -> None:
    had = [each for answer in raced(place, leases, ("dev", "dev", "dev")) for each in answer]
    assert had
    tokens, numbers = [t for t, _ in had], [n for _, n in had]
    assert len(set(tokens)) == len(tokens) and len(set(numbers)) == len(numbers)
    assert [n for _, n in sorted(had)] == sorted(numbers)


def test_processes_of_several_targets_get_each_sequence_once(place: str) -> None:
    answers = raced(place, sequences, ("dev", "prod", "test"))
    assert len({token for answer in answers for token, _ in answer}) == 3
    numbers = [n for answer in answers for _, n in answer]
    assert len(set(numbers)) == 3 * ROUNDS
    assert all(answer == sorted(answer) for answer in answers)


def test_of_those_who_take_over_an_expired_lease_one_gets_it(place: str) -> None:
    with closing(open_kind(place)) as state:
        for n in range(ROUNDS):
            state.acquire([f"v{n}"], seconds=-1, owner=ELSEWHERE)
    answers = raced(place, takeovers, ("dev", "dev"))
    assert sorted(n for taken in answers for n in taken) == list(range(ROUNDS))


def test_of_a_process_killed_within_a_transaction_nothing_is_left_nor_locked(place: str) -> None:
    with closing(open_kind(place)) as state:
        lease = state.acquire(["a"])
        context = multiprocessing.get_context("forkserver")
        told = context.Event()
        process = context.Process(target=hang, args=(place, told))
        process.start()
        assert told.wait(timeout=60)
        process.kill()
        process.join()
        began = time.monotonic()
        state.renew(lease)
        assert state.acquire(["b"]).token > lease.token
        assert time.monotonic() - began < 5
