"""After every run the online windows of every entity are the historical ones, and those of the reference.

``Scratch.run`` asks for that; the tests say what happens between the runs, and which rows may be rewritten.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fcompile.compiler.errors import LockedError, RefusedError
from fcompile.runtime.project import load_project
from fcompile.runtime.state import open_state
from tests.windows.scratch import KNOWN, Scratch, bought, hours

SHORT = {"aggregations": [{"name": "n", "function": "sum", "column": "amount", "windows": ["1ms", "1500ms"]}]}
LIFETIME = {"aggregations": [{"name": "n", "function": "count", "windows": ["lifetime"]}]}


def test_rows_leave_windows_where_nothing_new_arrived_and_only_their_entities_are_rewritten(
    tmp_path: Path,
) -> None:
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1), bought(2, 2.5), bought(3, -500), bought(1, 30), bought(None, 2))
    assert project.run(hours(2.9)) == 3  # 3 has a row, though all of its windows but the lifetime are empty
    first = project.sequences()
    assert project.run(hours(2.99)) == 0  # nothing new, nothing left
    assert project.run(hours(3)) == 1  # the 2h window of 1 is (1h, 3h] now
    second = project.sequences()
    assert {user for user in first if first[user] != second[user]} == {1}
    assert [project.run(hours(h)) for h in (4.5, 24.9, 25, 26.5, 30, 200)] == [1, 0, 1, 1, 1, 2]
    assert project.sequences()[3] == first[3]


def test_late_corrected_and_deleted_rows_and_new_entities_land(tmp_path: Path) -> None:
    """Their event times lie before the watermark, and there is no known time to tell."""
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1), bought(2, 2), bought(3, 20))
    project.run(hours(24))
    untouched = project.sequences()[3]
    project.land(*project.rows, bought(1, -30, 7.0), bought(9, -100))
    assert project.run(hours(24)) == 2
    project.land(*project.rows[1:], bought(1, 1, 9.0, "corrected"))
    assert project.run(hours(24)) == 1
    project.land(*(row for row in project.rows if row["user_id"] == 3))
    assert project.attempt(hours(24)).results[0].rows == 3
    left = {"total_2h": None, "total_1d": None, "total_lifetime": None, "n_2h": 0, "n_3d": 0}
    assert project.values(1, hours(24)) == {**left, "notes_1d": None, "kinds_2h": 0, "half_1d": None}
    assert project.sequences()[3] == untouched
    project.run(hours(24), full_refresh=True)
    assert list(project.sequences()) == [3]


def test_a_row_counts_from_when_it_was_known_and_lands_when_it_comes_late(tmp_path: Path) -> None:
    def known(user: int, at: float, known: float | None) -> dict[str, Any]:
        return {**bought(user, at), "known": None if known is None else hours(known)}

    project = Scratch(tmp_path / "p", source=KNOWN)
    project.land(known(1, 1, 2), known(2, 5, 5), known(3, 1, None), known(4, 1, 0), known(5, 1, 90))
    assert [project.run(hours(h)) for h in (0, 1, 1.9, 2, 3, 5)] == [0, 1, 0, 1, 2, 1]
    project.land(*project.rows, known(1, 0.5, 7), known(4, -50, 4), known(6, 1, 30))
    assert [project.run(hours(h)) for h in (5, 7, 30, 90)] == [1, 2, 4, 5]


@pytest.mark.parametrize(
    ("view", "ends"),
    [
        ({"allow_exact_matches": False}, [0, 1, 1 + 1e-9 / 3.6, 3, 3 + 1e-9 / 3.6, 24, 25, 26, 27, 49]),
        ({"every": "6h"}, [1, 5.9, 6, 7, 11, 12, 13, 32, 36, 200]),
        ({"every": "7h", "allow_exact_matches": False}, [1, 2, 6, 9, 23, 24, 30, 37]),
        (LIFETIME, [0, 1, 2, 500]),
        (SHORT, [1, 1 + 0.001 / 3600, 1 + 0.0011 / 3600, 1 + 1.5 / 3600, 1 + 1.4999 / 3600 + 1]),
        ({"filter": "note <> 'x'"}, [1, 3, 5, 26]),
        ({"entities": []}, [0, 1, 3, 25, 26, 200]),
        ({"lookback": "2h", "every": "1d"}, [0, 36, 40, 49, 96]),
        ({"lookback": "1ms", "every": "5h", "allow_exact_matches": False}, [1, 5, 11, 15, 26]),
    ],
    ids=["strict", "every", "strict every", "lifetime", "short", "filter", "entityless", "seen", "just seen"],
)
def test_so_it_is_of(view: dict[str, Any], ends: list[float], tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=view)
    rows = [
        bought(1, 1),
        bought(2, 1.5, 2.0, "b"),
        bought(1, 6),
        bought(3, 8, None, None),
        bought(4, 1, 1.0, "x"),
    ]
    project.land(*rows, bought(2, 34), bought(1, 24))
    for end in ends:
        project.run(hours(end))


def test_keys_of_several_columns_meet_only_where_all_are_there(tmp_path: Path) -> None:
    keys = {"user_id": "int64", "place": "string"}
    project = Scratch(tmp_path / "p", keys=keys, source={"columns": {**Scratch.TYPES, "place": "string"}})
    places = [(1, "a", 1), (1, "b", 1), (None, "a", 2), (1, None, 2), (2, "a", 5)]
    project.land(*({**bought(user, at), "place": place} for user, place, at in places))
    assert [project.run(hours(h)) for h in (1, 3, 5, 30)] == [2, 2, 1, 3]


def test_instants_before_1970(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view={"every": "7h"})
    project.land(*({**bought(1, 0), "ts": datetime(1969, 12, 31, hour)} for hour in (1, 5, 17, 23)))
    day = [datetime(1969, 12, 31, hour) for hour in (3, 9, 10, 17)]
    for end in (*day, datetime(1970, 1, 1), datetime(1970, 1, 1, 7), datetime(1970, 3, 1)):
        project.run(end)


def test_a_lookback_takes_what_came_late_within_it_and_no_more(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view={**LIFETIME, "lookback": "3h"})
    project.land(bought(1, 1), bought(2, 30))
    project.run(hours(50))
    project.land(*project.rows, bought(1, 47.5), bought(2, 48))
    assert project.run(hours(51)) == 2
    project.land(*project.rows, bought(2, 10), bought(3, 47))
    assert project.attempt(hours(54)).results[0].rows == 0
    assert project.values(2, hours(54)) == {"n_lifetime": 2}
    project.run(hours(54), full_refresh=True)
    assert project.values(2, hours(54)) == {"n_lifetime": 3}


@pytest.mark.parametrize("view", [{}, {"lookback": "1h"}], ids=["no lookback", "lookback"])
def test_a_backfill_never_takes_values_back_and_leaves_no_hole(view: dict[str, Any], tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=view)
    project.land(bought(1, 1), bought(2, 34, 2.0), bought(1, 30))
    project.run(hours(36), start=hours(33))  # the first of all: what lies before the start is in the windows
    project.run(hours(60))
    project.land(*project.rows, bought(1, 20, 5.0), bought(3, 20))
    project.run(hours(24), start=hours(18), read_at=hours(60))
    project.land(*project.rows, bought(1, 61), bought(2, 70))
    project.run(hours(72), start=hours(69))
    assert project.run(hours(72)) == 0


def test_an_earlier_end_is_refused_but_for_a_full_refresh(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1), bought(2, 5))
    project.run(hours(6))
    with pytest.raises(RefusedError) as refused:
        project.attempt(hours(4))
    assert refused.value.exit_code == 4
    project.check(hours(6))
    project.run(hours(4), full_refresh=True)
    assert list(project.sequences()) == [1]
    project.run(hours(6))


def test_a_run_of_the_warehouse_alone_is_made_up_for_online_by_the_next(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1), bought(2, 1))
    project.run(hours(2))
    project.land(*project.rows, bought(1, 3))
    before = project.values(1, hours(3))
    assert project.attempt(hours(3), warehouse_only=True).results[0].rows == 2
    assert project.values(1, hours(3)) == before
    assert project.run(hours(3)) == 2
    assert project.run(hours(3)) == 0


def test_a_changed_definition_rebuilds_to_windows_of_other_kinds_and_back(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1), bought(2, 5))
    project.run(hours(6))
    for change in ({"every": "4h"}, LIFETIME, {"lookback": "1h"}, {"filter": "amount > 2"}):
        project.define(**change)
        project.run(hours(6))
    project.define(
        aggregations=None, every=None, lookback=None, features=[{"name": "amount", "dtype": "float64"}]
    )
    project.run(hours(6))
    assert project.tables() == ["p__spend"]
    project.define(**LIFETIME, features=None)
    project.run(hours(7))


def test_two_runs_of_a_view_exclude_one_another(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p")
    project.land(bought(1, 1))
    config = load_project(project.root).config
    state = open_state(config.state, project.root, config.project, "dev")
    lease = state.acquire(["spend"])
    with pytest.raises(LockedError) as locked:
        project.attempt(hours(2))
    assert locked.value.exit_code == 5
    state.release(lease)
    project.run(hours(2))


@pytest.mark.parametrize("exact", [True, False], ids=["exact matches", "no exact matches"])
def test_windows_that_begin_in_one_tile_have_each_row_once(exact: bool, tmp_path: Path) -> None:
    total = {"name": "n", "function": "sum", "column": "amount"}
    windows = ["1h", "3h", "5h", "1d", "25h", "lifetime"]
    view = {"aggregations": [{**total, "windows": windows}], "allow_exact_matches": exact}
    project = Scratch(tmp_path / "p", view=view)
    project.land(*(bought(1, n / 2, float(2**n)) for n in range(62)))  # a sum tells which rows are in it
    for end in (26, 29.75, 30, 30.5):
        project.run(hours(end))
