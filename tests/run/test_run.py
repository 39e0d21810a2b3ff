"""What a run leaves behind, by its interval and its options."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fcompile.compiler.errors import FcompileError, RefusedError, UsageError
from fcompile.compiler.expressions.nodes import Call, Column
from fcompile.runtime.events import Event, Finished, Note, Started
from fcompile.runtime.interval import Wish
from fcompile.runtime.procedure import RunSummary
from fcompile.runtime.serving import read_online
from tests.run.world import AMOUNT, NOTE, SPEND, World, hours, request_of, simple


def codes(error: pytest.ExceptionInfo[FcompileError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def amounts(world: World, users: list[int]) -> list[object]:
    with world.online() as store:
        answer = read_online(store, request_of(SPEND), [{"user_id": u} for u in users])
    return answer.to_dict()["amount"]


def ok(summary: RunSummary) -> list[int]:
    assert [r.status for r in summary.results] == ["OK"] * len(summary.results), summary
    return [r.rows for r in summary.results]


def test_a_run_loads_the_latest_row_of_each_entity_and_moves_the_watermark(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(1, 2, 11.0), simple(2, 1, 20.0), simple(2, 9, 29.0)])
    assert ok(world.run(Wish(hours(5)))) == [2]
    assert amounts(world, [1, 2, 3]) == [11.0, 20.0, None]
    state = world.view_state()
    assert state.watermark == hours(5)
    assert state.pending is None
    assert len(state.intervals) == 1


def test_a_second_run_sends_only_what_changed(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(2, 1, 20.0), simple(2, 9, 29.0)])
    world.run(Wish(hours(5)))
    assert ok(world.run(Wish(hours(10)))) == [1]
    assert amounts(world, [1, 2]) == [10.0, 29.0]


def test_the_same_end_again_changes_nothing_but_takes_late_rows(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    assert ok(world.run(Wish(hours(5)))) == [0]
    world.put([simple(1, 1, 10.0), simple(1, 2, 12.0), simple(3, 0, 30.0)])
    assert ok(world.run(Wish(hours(5)))) == [2]
    assert amounts(world, [1, 3]) == [12.0, 30.0]


def test_a_correction_with_the_same_times_lands(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    world.put([simple(1, 1, 9.0)])
    world.run(Wish(hours(6)))
    assert amounts(world, [1]) == [9.0]


def test_an_end_in_the_future_is_an_error_and_does_not_poison_the_next_run(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    with pytest.raises(UsageError) as error:
        world.run(Wish(hours(24 * 365 * 100)))
    assert codes(error) == ["FC503"]
    assert world.view_state().watermark is None
    ok(world.run(Wish(hours(5))))


def test_without_an_end_it_runs_up_to_the_warehouses_now(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    (result,) = world.run(Wish()).results
    assert result.as_of == world.view_state().watermark
    assert result.as_of is not None and result.as_of > hours(0)


def test_an_end_before_the_watermark_is_refused_and_says_how_to_rebuild(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(1, 4, 14.0)])
    world.run(Wish(hours(5)))
    before = world.outcome()
    with pytest.raises(RefusedError) as error:
        world.run(Wish(hours(3)))
    assert codes(error) == ["FC504"]
    assert "2026-01-01T05:00:00Z" in str(error.value)
    assert "--full-refresh --end 2026-01-01T03:00:00Z" in str(error.value)
    assert world.outcome() == before


def test_an_end_before_the_start_is_an_error(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    with pytest.raises(UsageError) as error:
        world.run(Wish(hours(3), start=hours(4)))
    assert codes(error) == ["FC505"]
    with pytest.raises(UsageError) as error:
        world.run(Wish(hours(5), start=hours(4), full_refresh=True))
    assert codes(error) == ["FC513"]


def test_a_backfill_never_overwrites_newer_values(world: World) -> None:
    world.put([simple(1, 8, 18.0), simple(2, 1, 20.0)])
    world.run(Wish(hours(10)))
    # Found later: an older row of 1, and 3, which was missing.
    world.put([simple(1, 8, 18.0), simple(1, 2, 12.0), simple(2, 1, 20.0), simple(3, 2, 32.0)])
    ok(world.run(Wish(hours(3), start=hours(1))))
    assert amounts(world, [1, 2, 3]) == [18.0, 20.0, 32.0]
    assert world.view_state().watermark == hours(10)


def test_an_interval_includes_both_its_ends(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(2, 3, 20.0), simple(3, 0.999, 30.0), simple(4, 3.001, 40.0)])
    ok(world.run(Wish(hours(3), start=hours(1))))
    assert amounts(world, [1, 2, 3, 4]) == [10.0, 20.0, None, None]


def test_a_hole_that_an_interval_left_is_filled_by_the_next_run(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(2)))
    world.put([simple(1, 1, 10.0), simple(2, 3, 20.0), simple(3, 5, 30.0)])
    world.run(Wish(hours(6), start=hours(5)))
    assert amounts(world, [2, 3]) == [None, 30.0]
    world.run(Wish(hours(7)))
    assert amounts(world, [2, 3]) == [20.0, 30.0]
    assert len(world.view_state().intervals) == 1


def test_a_late_row_arrives_within_the_lookback(world: World) -> None:
    view = replace(SPEND, lookback=timedelta(hours=2))
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)), view)
    world.put([simple(1, 1, 10.0), simple(2, 4, 20.0), simple(3, 2, 30.0)])
    world.run(Wish(hours(5)), view)
    assert amounts(world, [1, 2, 3]) == [10.0, 20.0, None]


def test_a_full_refresh_removes_entities_that_left_the_source(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(2, 1, 20.0)])
    world.run(Wish(hours(5)))
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(6)))
    assert amounts(world, [1, 2]) == [10.0, 20.0]
    world.run(Wish(hours(6), full_refresh=True))
    assert amounts(world, [1, 2]) == [10.0, None]


def test_a_full_refresh_of_an_empty_source_empties_the_store(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    world.put([])
    ok(world.run(Wish(hours(5), full_refresh=True)))
    assert world.stored() == []
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    assert amounts(world, [1]) == [10.0]


def test_a_full_refresh_as_of_an_older_end_takes_everything_back(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(1, 4, 14.0), simple(2, 4, 24.0)])
    world.run(Wish(hours(5)))
    ok(world.run(Wish(hours(3), full_refresh=True)))
    assert amounts(world, [1, 2]) == [10.0, None]
    assert world.view_state().watermark == hours(3)
    ok(world.run(Wish(hours(4))))
    assert amounts(world, [1, 2]) == [14.0, 24.0]


def test_a_changed_definition_is_rebuilt_and_says_so(world: World) -> None:
    world.put([simple(1, 1, 10.0, "a"), simple(2, 1, 20.0, "b")])
    world.run(Wish(hours(5)))
    events: list[Event] = []
    twice = replace(AMOUNT, expr=Call("add", (Column("amount"), Column("amount"))))
    view = replace(SPEND, features=(twice, NOTE))
    ok(world.run(Wish(hours(5)), view, report=events.append))
    assert amounts(world, [1, 2]) == [20.0, 40.0]
    notes = [e.message for e in events if isinstance(e, Note)]
    assert notes == ["`spend` is rebuilt: its definition changed"]
    assert isinstance(events[0], Started) and isinstance(events[-1], Finished)
    assert ok(world.run(Wish(hours(5)), view)) == [0]


def test_a_backfill_after_a_change_does_not_take_the_table_back(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(1, 4, 14.0)])
    world.run(Wish(hours(5)))
    view = replace(SPEND, features=(NOTE, AMOUNT))
    ok(world.run(Wish(hours(2), start=hours(1)), view))
    assert amounts(world, [1]) == [14.0]
    assert world.view_state().watermark == hours(5)


def test_a_missing_table_is_rebuilt(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    with world.warehouse() as warehouse:
        warehouse.execute("DROP TABLE features.p__spend")
    events: list[Event] = []
    ok(world.run(Wish(hours(5)), report=events.append))
    assert any("missing" in e.message for e in events if isinstance(e, Note))
    assert len(world.table()) == 1


def test_a_lost_state_file_is_made_good(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(2, 1, 20.0)])
    world.run(Wish(hours(5)))
    for path in world.root.glob("state.db*"):
        path.unlink()
    world.put([simple(1, 1, 9.0)])
    ok(world.run(Wish(hours(5))))
    assert amounts(world, [1, 2]) == [9.0, None]


def test_a_lost_online_store_is_loaded_again(world: World) -> None:
    world.put([simple(1, 1, 10.0), simple(2, 1, 20.0)])
    world.run(Wish(hours(5)))
    for path in world.root.glob("online.db*"):
        path.unlink()
    assert ok(world.run(Wish(hours(5)))) == [2]
    assert amounts(world, [1, 2]) == [10.0, 20.0]


def test_warehouse_only_leaves_the_loading_to_the_next_run(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    assert ok(world.run(Wish(hours(5), warehouse_only=True))) == [1]
    assert world.stored() == []
    assert world.view_state().watermark == hours(5)
    with pytest.raises(RefusedError):
        world.run(Wish(hours(4)))
    assert ok(world.run(Wish(hours(5)))) == [1]
    assert amounts(world, [1]) == [10.0]


def test_a_view_that_is_not_online_is_only_materialized(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    view = replace(SPEND, online=False)
    assert ok(world.run(Wish(hours(5)), view)) == [1]
    assert world.stored() == []
    assert ok(world.run(Wish(hours(5)), SPEND)) == [1]
    assert len(world.stored()) == 1


def test_one_failing_view_does_not_stop_the_others(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    broken = replace(SPEND, name="broken", features=(replace(AMOUNT, expr=Column("gone")),))
    summary = world.run(Wish(hours(5)), broken, SPEND)
    assert [(r.view, r.status) for r in summary.results] == [("broken", "ERROR"), ("spend", "OK")]
    assert summary.exit_code == 1
    assert summary.results[0].diagnostics
    with world.state() as state:
        assert state.view("broken").pending is None
        assert [r.status for r in state.results("broken")] == ["ERROR"]
        assert [(r.status, r.rows, r.as_of) for r in state.results("spend")] == [("OK", 1, hours(5))]
    assert amounts(world, [1]) == [10.0]


def test_a_failed_run_leaves_table_and_watermark_as_they_were(world: World) -> None:
    world.put([simple(1, 1, 10.0)])
    world.run(Wish(hours(5)))
    before = world.outcome()
    with world.warehouse() as warehouse:
        warehouse.execute("ALTER TABLE raw.purchases RENAME amount TO sum")
    assert world.run(Wish(hours(6))).exit_code == 1
    assert world.outcome() == before


def test_an_empty_source_is_materialized_as_nothing(world: World) -> None:
    world.put([])
    assert ok(world.run(Wish(hours(5)))) == [0]
    assert world.table() == [] and world.stored() == []
    assert world.view_state().watermark == hours(5)


def test_rows_are_loaded_in_batches_that_are_reported(world: World) -> None:
    world.put([simple(n, 1, float(n)) for n in range(25)])
    events: list[Event] = []
    assert ok(world.run(Wish(hours(5)), batch_rows=10, report=events.append)) == [25]
    assert [e.rows for e in events if hasattr(e, "name") and not isinstance(e, Finished)] == [10, 20, 25]  # type: ignore[union-attr]
