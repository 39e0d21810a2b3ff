"""Servers of online rows that fail in the middle of a load: it goes on, or ends with 75 and the next run goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fcompile.runtime.interval import Wish
from tests.online.postgres_process import PostgresProcess, own_postgres
from tests.online.proxy import HALF_OPEN, PASS, REFUSE, TRICKLE, Proxy, reset_after, slow
from tests.online.redis_process import RedisProcess
from tests.online.servers import DURABLE, own_valkey, own_valkey_cluster
from tests.online.stores import Open
from tests.online.unbreakable.served import (
    FIRST,
    LAST,
    Meanwhile,
    ServedWorld,
    copied,
    down,
    later,
    made,
    once_at,
    postgres_at,
    redis_at,
    run,
    well,
)
from tests.run.world import World, hours

pytestmark = pytest.mark.engines

REBUILD = Wish(hours(12), full_refresh=True)
DEADLINE = 1
"""Seconds, of stores that are down: a run ends at most one later, beside what the warehouse takes."""
Stored = list[tuple[object, ...]]
Make = Callable[[Open], ServedWorld]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("template") / "project")


@pytest.fixture(scope="module")
def expected(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What stands in a store to which nothing happened."""
    world: World = World(copied(template, tmp_path_factory.mktemp("expected"), redis_at("")).root)
    well(run(world, LAST))
    return world.stored()


@pytest.fixture
def make(template: Path, tmp_path: Path) -> Make:
    """Makes the project with what is opened as its store, loaded up to hour 6."""

    def make(opened: Open) -> ServedWorld:
        world = copied(template, tmp_path, opened)
        well(run(world, FIRST))
        return world

    return make


@pytest.fixture(scope="module")
def valkey() -> Iterator[RedisProcess]:
    """A server of these tests, whose data outlives it."""
    with own_valkey(**{**DURABLE, "appendfsync": "no"}) as server:
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresProcess]:
    with own_postgres() as server:
        yield server


@pytest.fixture(params=["valkey", "postgres"])
def server(request: pytest.FixtureRequest) -> Any:
    """One of the servers, with nothing in it."""
    found = request.getfixturevalue(request.param)
    if isinstance(found, RedisProcess):
        found.client().flushall()
    else:
        with psycopg.connect(found.uri(), autocommit=True) as sql:
            sql.execute("DROP SCHEMA IF EXISTS features_online CASCADE")
    return found


def at(server: RedisProcess | PostgresProcess, deadline: float = 20, port: int = 0) -> Open:
    """Opens the store there, or behind a proxy on ``port``."""
    if isinstance(server, RedisProcess):
        return redis_at(f"redis://127.0.0.1:{port or server.port}/0", f"{deadline}s")
    return postgres_at(server.uri(port), f"{deadline}s")


def restart(server: RedisProcess | PostgresProcess) -> None:
    server.kill()
    server.start()


@pytest.mark.parametrize("wish", [LAST, REBUILD], ids=["run", "rebuild"])
@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.01])
def test_a_server_that_is_killed_and_comes_back_during_a_load_has_all_of_it(
    server: Any, wish: Wish, seconds: float, make: Make, expected: Stored
) -> None:
    world = make(at(server))
    well(run(world, wish, once_at("batch", 2, later(seconds, lambda: restart(server)))))
    assert world.stored() == expected


def test_a_server_that_stays_down_ends_the_run_in_time_and_the_next_one_goes_on(
    server: Any, make: Make, expected: Stored
) -> None:
    world = make(at(server, DEADLINE))
    before = world.view_state()
    try:
        said = down(run(world, LAST, once_at("batch", 2, server.kill)), DEADLINE + 1.5)
    finally:
        server.start()
    assert "127.0.0.1" in said
    assert world.view_state().loaded == before.loaded
    well(run(world, LAST))
    assert world.stored() == expected


@pytest.mark.parametrize("replied", [0, 1, 5, 17, 100, 1_000])
def test_a_connection_that_is_reset_in_the_middle_of_an_answer_costs_nothing(
    server: Any, replied: int, make: Make, expected: Stored
) -> None:
    with Proxy(server.address) as proxy:
        world = make(at(server, port=proxy.port))
        reset = once_at("batch", 2, lambda: proxy.switch(reset_after(replied, once=True)))
        well(run(world, LAST, reset))
        assert world.stored() == expected


def test_a_half_open_connection_ends_the_run_in_time(server: Any, make: Make, expected: Stored) -> None:
    with Proxy(server.address) as proxy:
        world = make(at(server, DEADLINE, proxy.port))
        down(run(world, LAST, once_at("batch", 2, lambda: proxy.switch(HALF_OPEN))), DEADLINE + 1.5)
        proxy.switch(PASS)
        well(run(world, LAST))
        assert world.stored() == expected


def test_what_refuses_first_and_is_silent_then_takes_no_longer_than_the_deadline(
    server: Any, make: Make
) -> None:
    with Proxy(server.address) as proxy:
        world = make(at(server, DEADLINE, proxy.port))

        def fail() -> None:
            proxy.switch(REFUSE)
            later(DEADLINE * 0.7, lambda: proxy.switch(HALF_OPEN))()

        # libpq gives a connection two seconds at least.
        least = 2 if isinstance(server, PostgresProcess) else 0
        down(run(world, LAST, once_at("batch", 2, fail)), DEADLINE + 1.5 + least)


@pytest.mark.parametrize("behaviour", [slow(0.005), TRICKLE], ids=["slow", "trickle"])
def test_a_slow_connection_is_only_slow(server: Any, behaviour: Any, make: Make, expected: Stored) -> None:
    with Proxy(server.address) as proxy:
        world = make(at(server, port=proxy.port))
        well(run(world, LAST, once_at("batch", 5, lambda: proxy.switch(behaviour))))
        assert world.stored() == expected


# -- Redis ---------------------------------------------------------------------------------------


@pytest.fixture
def redis(valkey: RedisProcess) -> RedisProcess:
    valkey.client().flushall()
    return valkey


def test_a_pause_shorter_than_the_deadline_is_waited_for(
    redis: RedisProcess, make: Make, expected: Stored
) -> None:
    world = make(at(redis))

    def pause() -> None:
        redis.pause()
        later(0.7, redis.resume)()

    well(run(world, LAST, once_at("batch", 2, pause)))
    assert world.stored() == expected


def test_a_pause_longer_than_the_deadline_ends_the_run_in_time(
    redis: RedisProcess, make: Make, expected: Stored
) -> None:
    world = make(at(redis, DEADLINE))
    try:
        down(run(world, LAST, once_at("batch", 2, redis.pause)), DEADLINE + 1.5)
    finally:
        redis.resume()
    well(run(world, LAST))
    assert world.stored() == expected


def test_without_room_a_load_ends_in_time_and_goes_on_when_there_is_some(
    redis: RedisProcess, make: Make, expected: Stored
) -> None:
    world = make(at(redis, DEADLINE))
    client = redis.client()
    try:
        fill = once_at("batch", 2, lambda: client.config_set("maxmemory", 1))
        assert "OOM" in down(run(world, REBUILD, fill), DEADLINE + 1.5)
    finally:
        client.config_set("maxmemory", 0)
    assert world.view_state().loaded
    well(run(world, LAST))
    assert world.stored() == expected


def test_clients_that_are_killed_all_the_time_get_there(
    redis: RedisProcess, make: Make, expected: Stored
) -> None:
    client: Any = redis.client()
    world = make(at(redis))
    kill = Meanwhile(
        lambda: client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"), 0.002
    )
    with kill as failpoint:
        well(run(world, REBUILD, failpoint))
    assert world.stored() == expected


def test_a_server_that_takes_no_writes_for_a_while_is_waited_for(
    redis: RedisProcess, make: Make, expected: Stored
) -> None:
    world = make(at(redis))
    client: Any = redis.client()

    def fail() -> None:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        later(0.5, lambda: client.execute_command("REPLICAOF", "NO", "ONE"))()

    well(run(world, LAST, once_at("batch", 2, fail)))
    assert world.stored() == expected


def test_a_server_that_cannot_save_is_an_error_in_time(make: Make, expected: Stored) -> None:
    with own_valkey(dbfilename="dump.rdb") as server:
        world = make(at(server, DEADLINE))
        client = server.client()

        def fail() -> None:
            # In place of the file there is a folder.
            (server.folder / "dump.rdb" / "full").mkdir(parents=True)
            client.config_set("save", "3600 1")
            client.bgsave()
            while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
                time.sleep(0.01)

        assert "MISCONF" in down(run(world, LAST, once_at("batch", 2, fail)), DEADLINE + 1.5)
        client.config_set("save", "")
        client.config_set("stop-writes-on-bgsave-error", "no")
        well(run(world, LAST))
        assert world.stored() == expected


def test_a_server_that_lost_everything_is_loaded_anew(make: Make, expected: Stored) -> None:
    with own_valkey() as server:
        world = make(at(server))
        run(world, LAST, once_at("batch", 2, lambda: restart(server)))
        well(run(world, LAST))
        assert world.stored() == expected


def test_a_cluster_whose_primary_is_replaced_goes_on(make: Make, expected: Stored) -> None:
    with own_valkey_cluster(replicas=1) as cluster:
        world = make(redis_at(cluster.url(), "20s", cluster=True))

        def fail() -> None:
            first, replica = (node.client() for node in (cluster.primaries[0], cluster.replicas[0]))
            while first.info("replication")["master_repl_offset"] > _offset(replica):
                time.sleep(0.01)
            cluster.primaries[0].kill()

        well(run(world, LAST, once_at("batch", 2, fail)))
        assert world.stored() == expected


def _offset(replica: Any) -> int:
    return int(replica.info("replication")["slave_repl_offset"])


def test_a_cluster_of_which_a_part_stays_away_ends_the_run_in_time(make: Make, expected: Stored) -> None:
    with own_valkey_cluster() as cluster:
        world = make(redis_at(cluster.url(), f"{DEADLINE}s", cluster=True))
        try:
            down(run(world, LAST, once_at("batch", 2, cluster.primaries[0].pause)), DEADLINE + 1.5)
        finally:
            cluster.primaries[0].resume()
        cluster.wait()
        well(run(world, LAST))
        assert world.stored() == expected


# -- PostgreSQL ----------------------------------------------------------------------------------


def test_connections_that_are_ended_all_the_time_get_there(
    postgres: PostgresProcess, make: Make, expected: Stored
) -> None:
    with psycopg.connect(postgres.uri(), autocommit=True) as sql:
        sql.execute("DROP SCHEMA IF EXISTS features_online CASCADE")
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        world = make(at(postgres))
        with Meanwhile(lambda: sql.execute(others), 0.05) as failpoint:
            well(run(world, REBUILD, failpoint))
        assert world.stored() == expected
