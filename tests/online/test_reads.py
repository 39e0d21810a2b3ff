"""Reads through the Python API: one round trip, always of what stands, in the order asked for, with statuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from fcompile import FeatureStore
from fcompile.runtime.online.base import Ask, Generation
from fcompile.runtime.online.redis import RedisOnlineStore
from fcompile.runtime.online.redis_reads import Names, Reads
from fcompile.runtime.online.redis_views import KeptView
from tests.online.proxy import Proxy
from tests.online.servers import valkey, valkey_cluster, valkey_database
from tests.online.serving_project import T0, ServingProject, fill, packed_rows, serving_project

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
    made = serving_project(tmp_path, f"{{type: redis, url: '{url}'}}")
    fill(made, 100)
    return made


def rows(ids: Sequence[int]) -> list[dict[str, object]]:
    return [{"user_id": n, "place": f"p{n}"} for n in ids]


@pytest.mark.engines
def test_five_views_and_a_hundred_entities_cost_one_round_trip(project: ServingProject, proxy: Proxy) -> None:
    with project.open() as store:
        store.get_online_features("all", rows([1]), at=AT)
        for count in (100, 1, 100):
            before = proxy.round_trips
            answer = store.get_online_features("all", rows(range(count)), at=AT).to_dict()
            assert proxy.round_trips - before == 1
            for view in range(5):
                assert answer[f"a{view}"] == [n + view / 10 for n in range(count)]


@pytest.mark.engines
def test_a_flip_between_reads_is_seen_at_once(project: ServingProject, proxy: Proxy) -> None:
    with project.open() as store:
        old = store.get_online_features("all", rows([3, 4]), at=AT).to_dict()
        assert old["a0"] == [3.0, 4.0]
        with closing(project.store()) as loader:
            loader.begin("v0", Generation(2, '[["b0","string"],["a0","float64"]]'))
        before = proxy.round_trips
        assert store.get_online_features("all", rows([3, 4]), at=AT).to_dict() == old
        # What is being built does not even cost a second look.
        assert proxy.round_trips - before == 1
        fill(project, 4, add=0.5, generation=2)
        before = proxy.round_trips
        new = store.get_online_features("all", rows([3, 4]), at=AT).to_dict()
        assert proxy.round_trips - before == 2
        assert (new["a0"], new["a3"]) == ([3.5, None], [3.8, None])
        before = proxy.round_trips
        assert store.get_online_features("all", rows([3, 4]), at=AT).to_dict() == new
        assert proxy.round_trips - before == 1


@pytest.mark.engines
def test_readers_of_one_store_see_one_generation_while_others_flip_it(project: ServingProject) -> None:
    """Schemas differ by the order of features: values of another generation would not even be numbers."""
    wrong: list[Any] = []
    stop = Event()

    def watch(store: FeatureStore) -> None:
        while not stop.is_set():
            answer = store.get_online_features("v1", rows(range(1, 30)), at=AT).to_dict()
            if len({round(a - n, 6) for a, n in zip(answer["a1"], range(1, 30), strict=True)}) != 1:
                wrong.append(answer)

    with project.open() as store:
        threads = [Thread(target=watch, args=(store,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        users = list(range(100))
        for generation in range(2, 30):
            values = {"user_id": users, "a1": [n + generation for n in users], "b1": users}
            project.write("v1", values, generation)
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_rows_are_of_the_generation_they_were_asked_under_whatever_was_learned_meanwhile() -> None:
    reads = Reads(Names("p", clustered=False))
    one, two = (_text(n) for n in (1, 2))
    asks = [Ask("v", ["[1]"])]
    assert reads.begin(asks).found([[one]]) is None
    slow = reads.begin(asks)
    fast = reads.begin(asks)
    assert slow.commands == fast.commands == [("MGET", "x1:[1]", "fcompile:p:v")]
    row = bytes(25)
    assert fast.found([[row, two]]) is None
    # The text is that of generation 2, which is known by now; the row is of generation 1.
    assert slow.found([[row, two]]) is None
    again = reads.begin(asks).found([[row, two]])
    assert again is not None and again[0].generation == Generation(2, "[]")


def _text(number: int) -> bytes:
    there = KeptView().generations.begun(Generation(number, "[]")).flipped(number)
    return KeptView(there, ((number, f"x{number}:"),)).text


ASKED = [5, 3, 200, 5, None, 0, 3]


def _check(store: FeatureStore) -> None:
    entities = [{"user_id": n, "place": None if n is None else f"p{n}"} for n in ASKED]
    answer = store.get_online_features("all", entities, at=AT + timedelta(hours=1))
    known = [n if n is not None and n < 100 else None for n in ASKED]
    for view in range(5):
        assert answer.to_dict()[f"a{view}"] == [None if n is None else n + view / 10 for n in known]
        found = ["NOT_FOUND" if n is None else "PRESENT" for n in known]
        assert answer.statuses[f"a{view}"] == found
        assert answer.event_timestamps[f"a{view}"] == [None if n is None else AT for n in known]
    assert answer.to_dict()["b0"] == [None if n is None else f"text {n}" for n in known]
    assert answer.to_dict()["b1"] == [5, 3, None, 5, None, None, 3]
    assert answer.statuses["b1"] == [
        "PRESENT", "PRESENT", "NOT_FOUND", "PRESENT", "NOT_FOUND", "NULL_VALUE", "PRESENT",
    ]  # fmt: skip
    late = store.get_online_features("all", entities, at=AT + timedelta(hours=1, microseconds=1))
    assert late.to_dict()["a4"] == [None] * 7
    assert set(late.statuses["a4"]) == {"OUTSIDE_MAX_AGE", "NOT_FOUND"}
    assert late.event_timestamps["a4"][0] == AT
    assert late.to_dict()["a0"] == answer.to_dict()["a0"]


def test_order_and_repeats_are_kept_with_statuses_and_times_from_sqlite(tmp_path: Path) -> None:
    made = serving_project(tmp_path, "{type: sqlite, path: online.db}")
    fill(made, 100)
    with made.open() as store:
        _check(store)


@pytest.mark.engines
def test_order_and_repeats_are_kept_with_statuses_and_times_from_redis(project: ServingProject) -> None:
    with project.open() as store:
        _check(store)


@pytest.mark.engines
def test_order_and_repeats_are_kept_with_statuses_and_times_from_a_cluster(tmp_path: Path) -> None:
    cluster = valkey_cluster()
    cluster.flush()
    made = serving_project(tmp_path, f"{{type: redis, url: '{cluster.url()}', cluster: true}}")
    fill(made, 100)
    with made.open() as store:
        _check(store)


def test_a_feature_that_the_generation_lacks_is_not_found_beside_those_it_has(tmp_path: Path) -> None:
    made = serving_project(tmp_path, "{type: sqlite, path: online.db}")
    with closing(made.store()) as loader:
        loader.begin("v1", Generation(1, '[["b1","int64"]]'))
        loader.flip("v1", 1)
        rest = made.view("v1")
        old = type(rest)(rest.name, rest.entities, rest.source, rest.features[1:])
        loader.write("v1", 1, packed_rows(old, {"user_id": [1], "b1": [7]}, T0))
    with made.open() as store:
        answer = store.get_online_features("v1", {"user_id": [1, 2]})
        assert answer.to_dict() == {"user_id": [1, 2], "a1": [None, None], "b1": [7, None]}
        assert answer.statuses == {"a1": ["NOT_FOUND"] * 2, "b1": ["PRESENT", "NOT_FOUND"]}
        assert answer.event_timestamps == {"a1": [None, None], "b1": [AT, None]}


@pytest.mark.engines
def test_more_keys_than_one_command_takes_are_read_in_one_round_trip(
    project: ServingProject, monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    monkeypatch.setattr("fcompile.runtime.online.redis_reads._KEYS_A_READ", 7)
    with project.open() as store:
        store.get_online_features("all", rows([1]), at=AT)
        before = proxy.round_trips
        answer = store.get_online_features("all", rows(range(50)), at=AT).to_dict()
        assert proxy.round_trips - before == 1
        assert answer["a4"] == [n + 0.4 for n in range(50)]
        assert isinstance(store._store(), RedisOnlineStore)
