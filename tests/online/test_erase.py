"""`fcompile erase`: what goes, what stays away, and what comes back."""

from __future__ import annotations

import pytest

from tests.online.project import DEFINITIONS, OnlineProject, bought
from tests.online.redis_process import free_port
from tests.online.servers import valkey_database

ROWS = [bought(1, 1, 10.0), bought(1, 5, 15.0), bought(2, 1, 20.0), bought(2, 5, 25.0)]
OTHERS = [row for row in ROWS if row[0] != 1]


@pytest.fixture
def loaded(project: OnlineProject) -> OnlineProject:
    project.put(ROWS)
    project.run(6)
    return project


def test_without_yes_it_refuses_and_nothing_is_erased(loaded: OnlineProject) -> None:
    ended = loaded.call("erase", "latest", "1")
    assert ended.code == 4
    assert "FC524" in ended.err
    assert loaded.online("latest")["amount"] == 15.0


def test_an_entity_goes_from_online_tables_tiles_and_digests(loaded: OnlineProject) -> None:
    digests = loaded.rows("SELECT count(*) FROM features.__digests__p__spend")
    ended = loaded.call("erase", "spend", "user_id=1", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert loaded.online("spend")["spent_lifetime"] is None
    for table in ("p__spend", "__tiles__p__spend"):
        assert loaded.rows(f"SELECT DISTINCT user_id FROM features.{table}") == [(2,)]
    assert loaded.rows("SELECT count(*) FROM features.__digests__p__spend") < digests
    assert loaded.online("spend", user=2)["spent_lifetime"] == 45.0


@pytest.mark.parametrize("lookback", ["", "lookback: 1h"])
@pytest.mark.parametrize("view", ["latest", "spend"])
def test_it_does_not_come_back_when_the_source_no_longer_has_it(
    project: OnlineProject, view: str, lookback: str
) -> None:
    text = DEFINITIONS.replace("source: purchases\n", f"source: purchases\n    {lookback}\n")
    project.define(text)
    project.put(ROWS)
    project.run(6)
    project.put(OTHERS)
    assert "still has rows" not in project.call("erase", view, "1", "--yes").err
    project.put([*OTHERS, bought(2, 7, 5.0)])
    for hour in (8, 12):
        project.run(hour)
        assert set(project.online(view).values()) <= {None, 0}
        assert (1,) not in project.rows(f"SELECT user_id FROM features.p__{view}")
    project.run(12, "--full-refresh")
    assert set(project.online(view).values()) <= {None, 0}


@pytest.mark.parametrize("lookback", ["", "lookback: 1h"])
def test_what_the_source_still_has_comes_back_whole(project: OnlineProject, lookback: str) -> None:
    project.define(DEFINITIONS.replace("source: purchases\n", f"source: purchases\n    {lookback}\n"))
    project.put(ROWS)
    project.run(6)
    ended = project.call("erase", "spend", "1", "--yes")
    assert "`purchases` still has rows of 1 of them" in ended.err
    assert ("rebuilds" in ended.err) == bool(lookback)
    project.run(10)
    assert project.online("spend") == {"spent_2h": None, "spent_lifetime": 25.0, "buys_6h": 1}
    assert project.call("verify", "-s", "spend").code == 0


def test_new_rows_of_an_erased_entity_begin_anew(loaded: OnlineProject) -> None:
    loaded.put(OTHERS)
    loaded.call("erase", "spend", "1", "--yes")
    loaded.put([*OTHERS, bought(1, 8, 3.0)])
    loaded.run(9)
    assert loaded.online("spend")["spent_lifetime"] == 3.0


def test_it_says_counts_and_the_state_keeps_no_values(loaded: OnlineProject) -> None:
    ended = loaded.call("erase", "spend", "1", "77777", "1", "--yes")
    assert "Erased 2 entities from `spend`: 2 rows of its tables; 1 of them known online." in ended.err
    with loaded.state() as state:
        (noted,) = state.erasures("spend")
    assert (noted.keys, noted.rows) == (2, 3)
    assert "77777" not in ended.err
    assert b"77777" not in (loaded.root / ".fcompile/state.db").read_bytes()


def test_it_may_be_done_twice(loaded: OnlineProject) -> None:
    loaded.call("erase", "latest", "1", "--yes")
    ended = loaded.call("erase", "latest", "1", "--yes")
    assert "Erased 1 entity from `latest`: 0 rows of its tables" in ended.err


def test_a_view_that_never_ran_has_nothing_to_erase(project: OnlineProject) -> None:
    project.put(ROWS)
    ended = project.call("erase", "spend", "1", "--yes")
    assert ended.code == 0
    assert "0 rows of its tables" in ended.err


def test_a_composite_key_names_one_entity(loaded: OnlineProject) -> None:
    loaded.call("erase", "by_shop", "shop_id=s,user_id=1", "--yes")
    assert loaded.rows("SELECT user_id, shop_id FROM features.p__by_shop") == [(2, "s")]


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (("latest", "x"), 2, "FC430"),
        (("latest", "usr=1"), 2, "FC430"),
        (("by_shop", "1"), 2, "FC285"),
        (("latst", "1"), 2, "did you mean `latest`?"),
        (("latest",), 2, "KEY"),
    ],
)
def test_a_key_must_be_the_views(loaded: OnlineProject, argv: tuple[str, ...], code: int, said: str) -> None:
    ended = loaded.call("erase", *argv, "--yes")
    assert ended.code == code
    assert said in ended.err


def test_a_view_without_join_keys_has_no_entity(project: OnlineProject) -> None:
    project.define(DEFINITIONS.replace("entities: [user]", "entities: []", 1))
    ended = project.call("erase", "latest", "1", "--yes")
    assert ended.code == 2
    assert "FC525" in ended.err


def test_spark_refuses_before_anything_is_touched(loaded: OnlineProject) -> None:
    from fcompile.compiler.errors import RefusedError
    from fcompile.runtime.erase import erase

    path = loaded.root / "fcompile.yaml"
    text = path.read_text().replace("{type: duckdb, path: dev.duckdb}", "{type: spark}")
    path.write_text(text)
    project = loaded.load()
    with pytest.raises(RefusedError, match="FC526"):
        erase(project, project.definitions.feature_views["latest"], [{"user_id": 1}], True)
    with loaded.state() as state:
        assert state.erasures("latest") == ()


def test_it_waits_for_no_run_under_way(loaded: OnlineProject) -> None:
    with loaded.state() as state:
        lease = state.acquire(["latest"])
        assert loaded.call("erase", "latest", "1", "--yes").code == 5
        state.release(lease)
    assert loaded.online("latest")["amount"] == 15.0


@pytest.mark.engines
def test_where_the_online_store_is_down_the_same_command_is_run_again(project: OnlineProject) -> None:
    up, down = valkey_database(), f"redis://127.0.0.1:{free_port()}/0"
    project.define(online=f"{{type: redis, url: '{up}'}}")
    project.put(ROWS)
    project.run(6)
    project.put(OTHERS)
    project.define(online=f"{{type: redis, url: '{down}', deadline: 1s}}")
    assert project.call("erase", "latest", "1", "--yes").code == 75
    with project.state() as state:
        assert state.erasures("latest") == ()
    project.define(online=f"{{type: redis, url: '{up}'}}")
    assert "1 of them known online" in project.call("erase", "latest", "1", "--yes").err
    assert project.online("latest")["amount"] is None
    assert project.call("verify", "-s", "latest").code == 0
