"""A new generation is read back before readers see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fcompile.runtime.interval import Wish
from fcompile.runtime.online.packed import Packed, packed_of
from fcompile.runtime.online.sqlite import SqliteOnlineStore
from fcompile.runtime.procedure import Ports, RunSummary, leased, run_views
from tests.run.world import SPEND, World, compiled, hours, simple


class Repeating(SqliteOnlineStore):
    """Its scans give rows twice, as Redis' may."""

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        for rows in super().scan(view, number):
            yield rows
            yield rows.slice(0, 2)


class Forgetting(SqliteOnlineStore):
    """It has lost a row and gives another one twice, so that their number is right."""

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        for rows in super().scan(view, number):
            pairs = list(rows.pairs())
            yield packed_of([pairs[0], *pairs[:-1]])


def run(world: World, kind: type[SqliteOnlineStore]) -> RunSummary:
    online = kind(world.root / "online.db", "p")
    with world.state() as state, leased(state, [SPEND]) as lease, world.warehouse() as warehouse:
        ports = Ports(warehouse, state, online, compiled)
        summary = run_views(ports, lease, [SPEND], Wish(hours(5), full_refresh=True))
    online.close()
    return summary


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.put([simple(user, 1, 10.0) for user in range(5)])
    return made


def test_rows_that_a_scan_repeats_do_not_count_twice(world: World) -> None:
    assert run(world, Repeating).exit_code == 0
    assert len(world.stored()) == 5


def test_a_lost_row_is_found_although_their_number_is_right(world: World) -> None:
    summary = run(world, Forgetting)
    assert [d.code for d in summary.results[0].diagnostics] == ["FC523"]
    assert "holds 4 rows that differ from the 5 sent" in summary.results[0].diagnostics[0].message
    assert world.stored() == []
    assert run(world, SqliteOnlineStore).exit_code == 0
    assert len(world.stored()) == 5
