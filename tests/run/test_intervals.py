"""What a run decides to do, from what the state knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fcompile.runtime.clock import MICROSECOND, to_micros
from fcompile.runtime.interval import Loaded, Step, Tables, Wish, begun, choose, ended
from fcompile.runtime.state import REBUILD, Pending, ViewState
from fcompile.runtime.state.intervals import MOST, coalesce, covered_until
from fcompile.runtime.state.store import RESULTS_KEPT
from tests.run.test_leases import RECORD
from tests.run.world import SPEND, World, hours

RAN = ViewState(hours(5), 3, "s", fingerprint="f", intervals=((None, to_micros(hours(5))),))
KILLED = replace(RAN, pending=Pending(hours(7), "f"))
LOOKBACK = replace(SPEND, lookback=timedelta(hours=1))


def step(
    wish: Wish, state: ViewState = RAN, tables: Tables = Tables.ALL, mark: str = "f", view: object = SPEND
) -> Step:
    return choose(view, wish, wish.end or hours(6), state, mark, tables)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decided", "since", "newest", "rebuild"),
    [
        (step(Wish(hours(6))), None, True, False),
        (step(Wish(hours(5))), None, True, False),
        (step(Wish(hours(6)), view=LOOKBACK), hours(4), True, False),
        (step(Wish(hours(6)), ViewState(), tables=Tables.NONE), None, True, False),
        (step(Wish(hours(4), start=hours(1))), hours(1) - MICROSECOND, False, False),
        (step(Wish(hours(6), start=hours(1))), hours(1) - MICROSECOND, True, False),
        (step(Wish(hours(6), start=hours(1)), KILLED), hours(1) - MICROSECOND, False, False),
        (step(Wish(hours(1), full_refresh=True)), None, True, True),
        (step(Wish(hours(6)), tables=Tables.NONE), None, True, True),
        (step(Wish(hours(6)), mark="g"), None, True, True),
        (step(Wish(hours(6)), KILLED), None, True, True),
        (step(Wish(hours(7)), KILLED), None, True, False),
        (step(Wish(hours(9)), replace(KILLED, pending=Pending(hours(7), "g")), mark="g"), None, True, True),
        (step(Wish(hours(9)), replace(KILLED, pending=Pending(hours(7), "g"))), None, True, True),
        (step(Wish(hours(9)), replace(KILLED, pending=Pending(hours(7), REBUILD))), None, True, True),
        (step(Wish(hours(9)), ViewState(), tables=Tables.ALL), None, True, True),
        (
            step(Wish(hours(9)), ViewState(pending=Pending(hours(7), "f")), tables=Tables.NONE),
            None,
            True,
            False,
        ),
    ],
)
def test_the_parameters_follow_from_the_wish_and_the_state(
    decided: Step, since: object, newest: bool, rebuild: bool
) -> None:
    assert (decided.since, decided.newest, decided.rebuild) == (since, newest, rebuild)


def test_what_a_killed_rebuild_leaves_noted_makes_the_next_run_rebuild() -> None:
    noted = begun(step(Wish(hours(6)), mark="g"), RAN, "g")
    assert step(Wish(hours(9)), replace(RAN, pending=noted)).rebuild
    assert step(Wish(hours(9)), replace(RAN, pending=noted), mark="g").rebuild


def test_a_backfill_does_not_forget_what_a_killed_run_may_have_written() -> None:
    backfill = step(Wish(hours(2), start=hours(1)), KILLED)
    assert begun(backfill, KILLED, "f").as_of == hours(7)
    after = ended(SPEND, backfill, KILLED, "f", Loaded(4, "s", 2))
    assert (after.watermark, after.pending) == (hours(5), KILLED.pending)
    assert ended(SPEND, step(Wish(hours(8)), KILLED), KILLED, "f", Loaded(4, "s", 2)).pending is None


def test_intervals_that_touch_are_one_and_their_number_is_bounded() -> None:
    assert coalesce([(5, 7), (None, 3), (7, 9), (3, 4)]) == ((None, 4), (5, 9))
    many = coalesce([(None, 1), *((10 * n, 10 * n + 1) for n in range(1, 3 * MOST))])
    assert len(many) == MOST
    assert many[0] == (None, 1) and many[-1] == (10 * (3 * MOST - 1), 10 * (3 * MOST - 1) + 1)
    assert covered_until(((4, 5),)) is None


def test_run_results_are_kept_newest_first_and_bounded(world: World) -> None:
    with world.state() as state:
        for rows in range(RESULTS_KEPT + 5):
            state.record(replace(RECORD, rows=rows))
        kept = state.results("spend")
    assert [r.rows for r in kept] == list(range(RESULTS_KEPT + 4, 4, -1))


def test_a_forgotten_view_starts_again_with_a_greater_sequence(world: World) -> None:
    with world.state() as state:
        lease = state.acquire(["spend"])
        first = state.begin(lease, "spend", Pending(hours(1), "f"))
        assert list(state.views()) == ["spend"]
        state.forget("spend")
        assert state.view("spend") == ViewState()
        assert state.begin(state.acquire(["spend"]), "spend", Pending(hours(1), "f")) > first
