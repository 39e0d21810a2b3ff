"""A store that is down: the commands say so in time, end with 75, and lose and betray nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.online.postgres_process import own_postgres
from tests.online.project import OnlineProject, bought
from tests.online.proxy import HALF_OPEN, PASS, REFUSE, Behaviour, Proxy
from tests.online.servers import own_valkey

pytestmark = pytest.mark.engines

SECRET = "geheim"  # noqa: S105
LATEST = ["latest:amount"]


@contextmanager
def redis_settings() -> Iterator[tuple[Proxy, str]]:
    users = [f"user loader on >{SECRET} ~* &* +@all"]
    with own_valkey(users) as server, Proxy(server.address) as proxy:
        yield proxy, f"{{type: redis, url: 'redis://loader:{SECRET}@127.0.0.1:{proxy.port}/0', deadline: 1s}}"


@contextmanager
def postgres_settings() -> Iterator[tuple[Proxy, str]]:
    with own_postgres() as server, Proxy(server.address) as proxy:
        keys = f"port: {proxy.port}, user: postgres, database: postgres, sslmode: disable, password: {SECRET}"
        yield proxy, f"{{type: postgres, host: 127.0.0.1, {keys}, deadline: 1s}}"


SETTINGS = {"redis": redis_settings, "postgres": postgres_settings}


@pytest.fixture(params=SETTINGS, scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Proxy, str]]:
    """A proxy before a server, and `online:` of it."""
    with SETTINGS[request.param]() as found:
        yield found


@pytest.mark.parametrize("behaviour", [REFUSE, HALF_OPEN], ids=["refuses", "silent"])
def test_the_commands_end_with_75_in_time_and_the_next_run_goes_on(
    behaviour: Behaviour, served: tuple[Proxy, Any], project: OnlineProject
) -> None:
    proxy, online = served
    project.define(online=online)
    project.put([bought(1, 1, 10.0), bought(2, 1, 20.0)])
    project.run(2)
    project.put([bought(1, 1, 10.0), bought(1, 3, 11.0), bought(2, 1, 20.0)])
    proxy.switch(behaviour)
    try:
        for argv in (["run", "--end", "2026-01-01T04:00:00Z"], ["online", "-f", *LATEST, "-e", "user_id=1"]):
            begun = time.monotonic()
            ended = project.call(*argv)
            # libpq gives a connection two seconds at least; a run begins with the warehouse.
            assert time.monotonic() - begun < 5
            assert ended.code == 75, ended
            assert "FC521" in ended.err and "127.0.0.1" in ended.err
            assert "nothing is lost" in ended.err
            assert SECRET not in ended.out + ended.err
    finally:
        proxy.switch(PASS)
    project.run(4)
    assert project.online(*LATEST)["amount"] == 11.0
    assert project.online(*LATEST, user=2)["amount"] == 20.0


def test_further_views_do_not_wait_for_a_store_that_is_down(
    served: tuple[Proxy, Any], project: OnlineProject
) -> None:
    proxy, online = served
    project.define(online=online)
    project.put([bought(1, 1, 10.0)])
    proxy.switch(REFUSE)
    try:
        ended = project.call("run", "--end", "2026-01-01T04:00:00Z")
    finally:
        proxy.switch(PASS)
    assert ended.code == 75
    # Two views, each as it goes and at the end.
    assert ended.err.count("not begun: the online store is down") == 4
