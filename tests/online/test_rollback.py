"""`fcompile rollback`, and what runs do after it."""

from __future__ import annotations

import pytest

from tests.online.project import DEFINITIONS, OnlineProject, bought
from tests.online.servers import valkey_database

ROWS = [bought(1, 1, 10.0), bought(2, 1, 20.0)]
WIDER = DEFINITIONS.replace(
    "features: [{name: amount, dtype: float64}, {name: note, dtype: string}]",
    "features: [{name: amount, dtype: float64}, {name: twice, dtype: float64, expr: amount * 2}]",
)


@pytest.fixture(params=["sqlite", pytest.param("valkey", marks=pytest.mark.engines)])
def project(request: pytest.FixtureRequest, project: OnlineProject) -> OnlineProject:
    online = f"{{type: redis, url: '{valkey_database()}'}}" if request.param == "valkey" else ""
    project.define(WIDER, online)
    project.put(ROWS)
    project.run(2)
    project.put([bought(1, 3, 11.0), *ROWS])
    project.run(4, "--full-refresh")
    return project


def amount(project: OnlineProject) -> object:
    return project.online("latest:amount")["amount"]


def numbers(project: OnlineProject) -> tuple[int | None, int | None]:
    """The current generation and the previous one."""
    with project.store() as store:
        there = store.generations("latest")
    current, previous = (g.number if g else None for g in (there.current, there.previous))
    return current, previous


def test_readers_see_the_previous_generation_and_back_again(project: OnlineProject) -> None:
    current, previous = numbers(project)
    ended = project.call("rollback", "latest")
    assert (ended.code, ended.out) == (0, "")
    assert f"see generation {previous} (20" in ended.err
    assert f"instead of generation {current} (20" in ended.err
    assert amount(project) == 10.0
    ended = project.call("rollback", "latest")
    assert f"see generation {current} (20" in ended.err
    assert "Runs go on with it." in ended.err
    assert amount(project) == 11.0


def test_a_run_goes_on_with_the_newer_one_and_says_that_readers_do_not_see_it(project: OnlineProject) -> None:
    there = numbers(project)
    project.call("rollback", "latest")
    project.put([bought(1, 5, 15.0), *ROWS])
    ended = project.run(6)
    assert "`latest` was rolled back: readers stay with its older generation" in ended.err
    assert "`spend` was rolled back" not in ended.err
    assert amount(project) == 10.0
    assert numbers(project) == there[::-1]
    project.call("rollback", "latest")
    assert amount(project) == 15.0
    assert "rolled back" not in project.run(7).err
    assert project.call("verify").code == 0


def test_a_full_refresh_loads_and_shows_a_new_one(project: OnlineProject) -> None:
    newer, older = numbers(project)
    project.call("rollback", "latest")
    ended = project.run(6, "--full-refresh", "-s", "latest")
    assert "was rolled back" not in ended.err
    assert amount(project) == 11.0
    current, previous = numbers(project)
    assert current not in (newer, older)
    assert previous == older


def test_what_was_rolled_back_shows_in_verify(project: OnlineProject) -> None:
    project.call("rollback", "latest")
    ended = project.call("verify", "-s", "latest", "--output", "json")
    assert ended.code == 1
    assert set(ended.json[0]["causes"]) == {"rolled back"}


def test_the_old_definition_serves_the_old_generation_and_its_run_builds_a_new_one(
    project: OnlineProject,
) -> None:
    online = (project.root / "fcompile.yaml").read_text()
    project.define(DEFINITIONS)
    (project.root / "fcompile.yaml").write_text(online)
    project.run(4)
    ended = project.call("rollback", "latest")
    assert "It has also `twice`; it does not have `note`." in ended.err
    assert "revert that, then run" in ended.err
    assert project.online("latest:note")["note"] is None
    project.define(WIDER)
    (project.root / "fcompile.yaml").write_text(online)
    assert project.online("latest:twice")["twice"] == 22.0
    ended = project.run(5)
    assert "its definition changed" in ended.err
    assert "was rolled back" not in ended.err
    assert project.online("latest:twice")["twice"] == 22.0
    assert project.call("verify").code == 0


def test_without_a_previous_generation_nothing_changes(project: OnlineProject) -> None:
    project.call("teardown", "--yes")
    project.run(4)
    ended = project.call("rollback", "latest")
    assert ended.code == 1
    assert "FC522" in ended.err
    assert amount(project) == 11.0


def test_it_waits_for_no_run_under_way(project: OnlineProject) -> None:
    with project.state() as state:
        lease = state.acquire(["latest"])
        assert project.call("rollback", "latest").code == 5
        state.release(lease)
    assert amount(project) == 11.0


def test_what_was_erased_does_not_come_back_by_it(project: OnlineProject) -> None:
    project.call("erase", "latest", "1", "--yes")
    project.call("rollback", "latest")
    assert amount(project) is None
