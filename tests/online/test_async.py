"""Reads by tasks: the same answers, many at a time, cancelled at any moment."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import UnavailableError
from fcompile.runtime.online import async_redis
from tests.online.proxy import PASS, REFUSE, Proxy, reset_after, slow
from tests.online.servers import valkey, valkey_cluster, valkey_database
from tests.online.serving_project import ServingProject, fill, serving_project

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(valkey().address) as proxy:
        yield proxy


@pytest.fixture
def project(proxy: Proxy, tmp_path: Path) -> ServingProject:
    """On Valkey behind the proxy, filled with a hundred users."""
    database = valkey_database().rpartition("/")[2]
    url = f"redis://127.0.0.1:{proxy.port}/{database}"
    made = serving_project(tmp_path, f"{{type: redis, url: '{url}', deadline: 2s}}")
    fill(made, 100)
    return made


def rows(*ids: int | None) -> list[dict[str, object]]:
    return [{"user_id": n, "place": f"p{n}"} for n in ids]


async def _one(store: FeatureStore, *ids: int) -> None:
    answer = await store.get_online_features_async("all", rows(*ids), at=AT)
    for view in range(5):
        assert answer.to_dict()[f"a{view}"] == [n + view / 10 for n in ids]


async def _agree(project: ServingProject) -> None:
    asked = rows(5, 3, 200, 5, None, 0)
    async with project.open() as store:
        there = await asyncio.to_thread(store.get_online_features, "all", asked, at=AT)
        answer = await store.get_online_features_async("all", asked, at=AT)
        assert answer.to_dict() == there.to_dict()
        assert answer.statuses == there.statuses
        assert answer.event_timestamps == there.event_timestamps


def test_sqlite_answers_tasks_as_it_answers_others(tmp_path: Path) -> None:
    made = serving_project(tmp_path, "{type: sqlite, path: online.db}")
    fill(made, 10)
    asyncio.run(_agree(made))


@pytest.mark.engines
def test_redis_answers_tasks_as_it_answers_others(project: ServingProject) -> None:
    asyncio.run(_agree(project))


@pytest.mark.engines
def test_a_cluster_answers_tasks_as_it_answers_others(tmp_path: Path) -> None:
    cluster = valkey_cluster()
    cluster.flush()
    made = serving_project(tmp_path, f"{{type: redis, url: '{cluster.url()}', cluster: true}}")
    fill(made, 10)
    asyncio.run(_agree(made))


@pytest.mark.engines
def test_a_tasks_read_of_redis_is_one_round_trip_and_no_thread(project: ServingProject, proxy: Proxy) -> None:
    async def work() -> None:
        async with project.open() as store:
            await _one(store, 1)
            before, threads = proxy.round_trips, threading.active_count()
            await _one(store, *range(100))
            assert (proxy.round_trips - before, threading.active_count()) == (1, threads)

    asyncio.run(work())


@pytest.mark.engines
def test_two_hundred_tasks_read_at_a_time(project: ServingProject, proxy: Proxy) -> None:
    async def work() -> None:
        async with project.open() as store:
            proxy.switch(slow(0.02))
            begin = time.monotonic()
            await asyncio.gather(*(_one(store, n % 100, (n * 7) % 100) for n in range(200)))
            # One after another they would take 200 times 40 ms.
            assert time.monotonic() - begin < 4
        assert proxy.accepted <= async_redis.MOST_CONNECTIONS + 20

    asyncio.run(work())


@pytest.mark.engines
def test_a_cancelled_read_leaves_no_broken_connection(project: ServingProject, proxy: Proxy) -> None:
    async def work() -> None:
        async with project.open() as store:
            await _one(store, 1)
            proxy.switch(slow(0.003))
            for n in range(60):
                task = asyncio.create_task(_one(store, n, 99 - n))
                await asyncio.sleep(n * 0.0002)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                # What comes next has answers of its own, not the rest of another's.
                if n % 5 == 0:
                    await _one(store, n, 50)
            proxy.switch(PASS)
            await asyncio.gather(*(_one(store, n, 1) for n in range(80)))

    asyncio.run(work())


@pytest.mark.engines
def test_a_lost_connection_is_replaced_and_a_server_that_is_down_is_named(
    project: ServingProject, proxy: Proxy
) -> None:
    async def work() -> None:
        async with project.open() as store:
            await asyncio.gather(*(_one(store, n) for n in range(20)))
            proxy.switch(reset_after(10, once=True))
            await asyncio.gather(*(_one(store, n) for n in range(20)))
            proxy.switch(REFUSE)
            begin = time.monotonic()
            with pytest.raises(UnavailableError, match="does not work within 2 s"):
                await _one(store, 1)
            assert time.monotonic() - begin < 4
            proxy.switch(PASS)
            await _one(store, 1)

    asyncio.run(work())


@pytest.mark.engines
def test_a_store_serves_one_event_loop_after_another(project: ServingProject) -> None:
    with project.open() as store:
        for n in range(3):
            asyncio.run(_one(store, n))
