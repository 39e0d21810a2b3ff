"""Whole runs whose state is on a server that drops their connections, or goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fcompile.compiler.errors import UnavailableError
from fcompile.runtime.interval import Wish
from fcompile.runtime.state import State
from fcompile.runtime.state import postgres as kept
from tests.cli.conftest import Run, run, shop
from tests.run.world import World, hours, simple
from tests.state.servers import Door, cut, database, open_door

pytestmark = pytest.mark.engines
__all__ = ["run", "shop"]

ROWS = [simple(n, 1, 10.0) for n in range(30)]
MORE = [simple(n, 1, 11.0) for n in range(30)] + [simple(n, 6, 12.0) for n in range(30)]
FAILPOINTS = ("chosen", "begun", "merged", "before commit", "materialized", "batch", "loaded")


@dataclass(frozen=True)
class SharedWorld(World):
    """A world whose state is on a server."""

    door: Door

    @contextmanager
    def state(self, clock: Callable[[], float] | None = None) -> Iterator[State]:
        with closing(State(database(self.door.dsn, 0.5), "p", "dev")) as state:
            yield state


@pytest.fixture
def world(tmp_path: Path) -> SharedWorld:
    (tmp_path / "door").mkdir()
    (tmp_path / "world").mkdir()
    return SharedWorld(tmp_path / "world", open_door(tmp_path / "door"))


def test_a_run_goes_on_whenever_its_connections_are_dropped(world: SharedWorld) -> None:
    world.put(ROWS)
    assert world.run(Wish(hours(5))).exit_code == 0
    world.put(MORE)
    reached = []

    def drop(name: str) -> None:
        reached.append(name)
        cut(world.door.direct)

    assert world.run(Wish(hours(7)), failpoint=drop, batch_rows=10).exit_code == 0
    assert set(FAILPOINTS) <= set(reached)
    assert world.view_state().watermark == hours(7)
    assert [row[1] for row in world.table()] == [12.0] * 30


@pytest.mark.parametrize("when", FAILPOINTS)
def test_after_a_run_whose_state_went_away_the_next_one_goes_on(when: str, world: SharedWorld) -> None:
    world.put(ROWS)
    world.run(Wish(hours(5)))
    world.put(MORE)

    def go_away(name: str) -> None:
        if name == when:
            world.door.close()

    with pytest.raises(UnavailableError):
        world.run(Wish(hours(7)), failpoint=go_away)
    world.door.open()
    assert world.view_state().watermark == hours(5)
    # Who holds the lease is this process, which lives on: only the time tells that its run has ended.
    with world.state() as state, state._writing() as sql:
        sql.execute("UPDATE leases SET expires = 0")
    assert world.run(Wish(hours(7))).exit_code == 0
    assert world.view_state().watermark == hours(7)
    assert [row[1] for row in world.table()] == [12.0] * 30
    assert len(world.stored()) == 30


def test_the_command_runs_with_a_shared_state_and_exits_75_without(
    run: Run, shop: Path, world: SharedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 0.5)
    monkeypatch.setenv("STATE_DSN", world.door.dsn)
    path = shop / "fcompile.yaml"
    path.write_text(path.read_text() + 'state: {type: postgres, dsn: "${STATE_DSN}"}\n')
    assert run("run").code == 0
    assert run("run").code == 0
    world.door.close()
    ended = run("run")
    assert ended.code == 75
    assert "error[FC961]" in ended.err and "run again" in ended.err
    world.door.open()
    assert run("run").code == 0
    assert not (shop / ".fcompile" / "state.db").exists()
