"""What the state promises, in a file as on a server."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fcompile.compiler.errors import FcompileError, LockedError
from fcompile.runtime.clock import to_micros, utc_now
from fcompile.runtime.state import REBUILD, Lease, Owner, Pending, RunRecord, State, ViewState
from fcompile.runtime.state.intervals import MOST
from fcompile.runtime.state.lease import this_process
from fcompile.runtime.state.store import RESULTS_KEPT
from tests.state.conftest import Open

AT = datetime(2026, 1, 1, 5, 0, 0, 1)
PENDING = Pending(AT, "f")
RECORD = RunRecord("spend", "OK", 2**40, 0.25, AT, AT, "done")
ELSEWHERE = Owner("another-host", 1, "")
FULL = ViewState(AT, 2**60, "s", 2**60, "f", Pending(AT, REBUILD), ((None, 10), (20, 2**62)))


def code(error: pytest.ExceptionInfo[FcompileError]) -> str:
    return error.value.diagnostics[0].code


# -- leases --------------------------------------------------------------------------------------


def test_all_views_are_taken_or_none_and_the_holder_is_named(opened: Open, state: State) -> None:
    lease = state.acquire(["a", "b"], owner=ELSEWHERE)
    with closing(opened()) as other:
        with pytest.raises(LockedError, match=r"`b` .* another-host") as error:
            other.acquire(["c", "b"])
        assert (code(error), error.value.exit_code) == ("FC501", 5)
        other.acquire(["c"])
        state.release(lease)
        state.release(lease)
        assert other.acquire(["b", "a", "b"]).token > lease.token


def test_leases_of_other_targets_and_projects_are_no_hindrance(opened: Open, state: State) -> None:
    lease = state.acquire(["a"])
    for project, target in (("p", "prod"), ("q", "dev")):
        with closing(opened(project, target)) as other:
            assert other.acquire(["a"]).token > lease.token


def test_who_holds_what_is_told_but_not_of_expired_leases_nor_of_the_dead(opened: Open, state: State) -> None:
    state.acquire(["b", "a"], owner=ELSEWHERE)
    state.acquire(["gone"], seconds=-1, owner=ELSEWHERE)
    state.acquire(["dead"], owner=replace(this_process(), started="1@"))
    with closing(opened("p", "prod")) as other:
        other.acquire(["c"], owner=ELSEWHERE)
    assert dict(state.holders()) == {"a": ELSEWHERE, "b": ELSEWHERE}


def test_an_expired_lease_is_taken_and_a_renewed_one_is_not(state: State) -> None:
    lease = state.acquire(["a"], seconds=-1, owner=ELSEWHERE)
    state.renew(lease)
    with pytest.raises(LockedError):
        state.acquire(["a"])
    state.renew(lease, seconds=-1)
    assert state.acquire(["a"]).token > lease.token


def test_the_lease_of_a_dead_process_of_this_machine_is_free_at_once(state: State) -> None:
    script = "from fcompile.runtime.state.lease import this_process; print(this_process())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    pid = int(said.partition("pid=")[2].partition(",")[0])
    dead = replace(this_process(), pid=pid)
    state.acquire(["a"], owner=dead)
    state.acquire(["a"], owner=ELSEWHERE)


@pytest.mark.parametrize("space", ["pid:[1]/{machine}", "{container}/another-boot"])
def test_of_a_process_of_another_machine_or_container_nothing_is_certain(space: str, state: State) -> None:
    ticks, _, here = this_process().started.partition("@")
    container, _, machine = here.partition("/")
    there = space.format(container=container, machine=machine)
    state.acquire(["a"], owner=Owner(socket.gethostname(), 2**22 - 1, f"{ticks}@{there}"))
    with pytest.raises(LockedError):
        state.acquire(["a"])


def zombie_calls() -> list[Callable[[State, Lease], object]]:
    return [
        lambda state, lease: state.renew(lease),
        lambda state, lease: state.begin(lease, "spend", PENDING),
        lambda state, lease: state.withdraw(lease, "spend", None),
        lambda state, lease: state.commit(lease, "spend", ViewState(), FULL, RECORD),
    ]


@pytest.mark.parametrize("call", zombie_calls())
@pytest.mark.parametrize("released", [False, True])
def test_who_lost_the_lease_can_write_nothing(
    call: Callable[[State, Lease], object], released: bool, opened: Open, state: State
) -> None:
    lease = state.acquire(["spend"], seconds=-1)
    state.begin(lease, "spend", PENDING)
    with closing(opened()) as other:
        taken = other.acquire(["spend"])
        if released:
            other.release(taken)
        with pytest.raises(LockedError) as error:
            call(state, lease)
        assert code(error) == "FC502"
        assert other.view("spend") == ViewState(pending=PENDING)
        assert other.results("spend") == ()


def test_an_expired_lease_that_nobody_took_is_still_held(state: State) -> None:
    lease = state.acquire(["spend"], seconds=-1)
    state.begin(lease, "spend", PENDING)


# -- views ---------------------------------------------------------------------------------------


def committed(state: State, new: ViewState, view: str = "spend") -> Lease:
    lease = state.acquire([view])
    state.begin(lease, view, PENDING)
    state.commit(lease, view, state.view(view), new, replace(RECORD, view=view))
    return lease


def test_what_was_committed_is_read_back_by_all(opened: Open, state: State) -> None:
    committed(state, FULL)
    committed(state, ViewState(AT), "a")
    with closing(opened()) as other, closing(opened("p", "prod")) as prod:
        assert other.view("spend") == FULL
        assert other.results("spend") == (RECORD,)
        assert list(other.views().items()) == [("a", ViewState(AT)), ("spend", FULL)]
        assert (dict(prod.views()), prod.view("spend")) == ({}, ViewState())


def test_a_watermark_that_moved_meanwhile_is_not_overwritten(state: State) -> None:
    lease = state.acquire(["spend"])
    state.begin(lease, "spend", PENDING)
    empty = state.view("spend")
    first, later = replace(empty, watermark=AT), replace(empty, watermark=AT + timedelta(hours=1))
    with pytest.raises(LockedError):
        state.commit(lease, "spend", later, first, RECORD)
    state.commit(lease, "spend", empty, later, RECORD)
    for old in (empty, first):
        with pytest.raises(LockedError) as error:
            state.commit(lease, "spend", old, first, RECORD)
        assert code(error) == "FC508"
    assert state.view("spend").watermark == later.watermark
    assert len(state.results("spend")) == 1


def test_what_was_begun_is_noted_and_may_be_withdrawn(state: State) -> None:
    lease = state.acquire(["spend"])
    state.begin(lease, "spend", PENDING)
    assert state.view("spend") == ViewState(pending=PENDING)
    state.withdraw(lease, "spend", None)
    assert state.view("spend") == ViewState()
    state.suspect("spend", AT)
    assert state.view("spend").pending == Pending(AT, REBUILD)


def test_sequences_grow_across_targets_and_begin_at_the_clock(opened: Open, state: State) -> None:
    lease = state.acquire(["spend"])
    first = state.begin(lease, "spend", PENDING)
    assert abs(first - to_micros(utc_now()) / 1000) < 60_000
    with closing(opened("p", "prod")) as prod:
        second = prod.begin(prod.acquire(["spend"]), "spend", PENDING)
    assert first < second < state.begin(lease, "spend", PENDING)


def test_a_forgotten_view_starts_again_with_a_greater_sequence_and_its_erasures(state: State) -> None:
    first = state.begin(state.acquire(["spend"]), "spend", PENDING)
    state.record_erasure("spend", 2)
    state.forget("spend")
    assert (state.view("spend"), state.results("spend")) == (ViewState(), ())
    assert len(state.erasures("spend")) == 1
    assert state.begin(state.acquire(["spend"]), "spend", PENDING) > first


def test_intervals_are_kept_coalesced_and_bounded(state: State) -> None:
    committed(state, replace(FULL, intervals=((None, 10), (5, 20), (30, 40))))
    assert state.view("spend").intervals == ((None, 20), (30, 40))
    state.release(state.acquire(["other"]))
    many = tuple((10 * n, 10 * n + 1) for n in range(2 * MOST))
    lease = state.acquire(["many"])
    state.begin(lease, "many", PENDING)
    state.commit(lease, "many", state.view("many"), ViewState(intervals=many), RECORD)
    assert state.view("many").intervals == many[-MOST:]


def test_results_are_kept_newest_first_and_bounded(state: State) -> None:
    for rows in range(RESULTS_KEPT + 3):
        state.record(replace(RECORD, rows=rows, as_of=None))
    state.record(replace(RECORD, view="other"))
    assert [r.rows for r in state.results("spend")] == list(range(RESULTS_KEPT + 2, 2, -1))
    assert state.results("spend")[0].as_of is None


def test_a_message_may_quote_what_is_no_text(state: State) -> None:
    state.record(replace(RECORD, message="a\0b\ud800c 'x' % ? ü"))
    assert state.results("spend")[0].message == "a?b?c 'x' % ? ü"


def test_erasures_are_noted_by_their_number_newest_first(opened: Open, state: State) -> None:
    state.record_erasure("spend", 1)
    state.record_erasure("spend", 3, rows=7)
    state.record_erasure("other", 1)
    with closing(opened("p", "prod")) as prod:
        prod.record_erasure("spend", 9)
    assert [(e.keys, e.rows) for e in state.erasures("spend")] == [(3, 7), (1, 0)]
    assert abs(state.erasures("spend")[0].erased - utc_now()) < timedelta(minutes=1)


def test_another_connection_is_to_the_same_state(state: State) -> None:
    lease = state.acquire(["spend"])
    with closing(state.reopened()) as other:
        other.renew(lease)
        other.begin(lease, "spend", PENDING)
    assert state.view("spend").pending == PENDING
