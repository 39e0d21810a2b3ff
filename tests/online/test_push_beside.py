"""Pushes beside runs, full refreshes and one another: no key goes back, and nothing is lost when one is killed."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Event

import pytest

from fcompile.compiler.errors import UnavailableError
from fcompile.runtime import push_online
from fcompile.runtime.interval import Wish
from fcompile.runtime.online.base import Ask
from fcompile.runtime.procedure import run_views
from fcompile.runtime.push import push
from fcompile.runtime.run import at_work
from fcompile.runtime.state import State
from tests.online.servers import DURABLE, own_valkey, valkey_database
from tests.online.shop import PROJECT, Row, Shop, hours, row

USERS = range(6)
KEYS = [f"[{user}]" for user in USERS]


def history() -> list[Row]:
    draw = random.Random(3)
    return [
        row(draw.choice(USERS), draw.randrange(40), float(n), made=draw.randrange(40)) for n in range(120)
    ]


def newest(rows: list[Row]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for each in sorted(rows, key=lambda r: (r["at"], r["made"], r["amount"])):
        found[each["user_id"]] = each
    return found


def test_no_key_goes_back_while_pushes_runs_and_refreshes_go_on(tmp_path: Path) -> None:
    """All that is pushed is in the source, so that a new generation has it too."""
    shop = Shop.made(tmp_path / "shop")
    rows = history()
    shop.append(rows)
    shop.run(end=hours(20))
    done = Event()

    def pushes(seed: int) -> None:
        draw = random.Random(seed)
        project = shop.project
        for _ in range(8):
            push(project, project.definitions.feature_views["spend"], draw.sample(rows, 12))

    def runs() -> int:
        count = 0
        while not done.is_set():
            shop.run(end=hours(40), full_refresh=count % 2 == 0)
            count += 1
        return count

    def reads() -> int:
        seen: dict[str, bytes] = {}
        count = 0
        with closing(shop.online()) as store:
            while not done.is_set():
                (found,) = store.read([Ask("spend", KEYS)])
                for key, value in zip(KEYS, found.values, strict=True):
                    version = (value or b"")[:16]
                    assert version >= seen.get(key, b""), f"{key} went back"
                    seen[key] = version
                count += 1
        return count

    shop.run(end=hours(40))  # before it, entities had only what was known by hour 20
    with ThreadPoolExecutor(4) as pool:
        beside = [pool.submit(runs), pool.submit(reads)]
        try:
            for each in [pool.submit(pushes, seed) for seed in range(2)]:
                each.result()
        finally:
            done.set()
        assert min(each.result() for each in beside) > 1
    expected = newest(rows)
    amounts = shop.read("spend:amount", users=list(USERS))["amount"]
    assert amounts == [expected[user]["amount"] for user in USERS]


@pytest.mark.engines
def test_on_a_server_a_push_beside_a_refresh_is_in_the_old_and_the_new_generation(tmp_path: Path) -> None:
    shop = Shop.made(tmp_path / "shop")
    config = f'{{type: redis, url: "{valkey_database()}"}}'
    text = PROJECT.replace("{type: sqlite, path: .fcompile/online.db}", config)
    (shop.root / "fcompile.yaml").write_text(text)
    project = shop.project
    view = project.definitions.feature_views["spend"]
    assert push(project, view, [row(1, 0, 0.5)]).written == 1
    shop.append([row(1, 1, 1.0), row(2, 1, 2.0)])
    with at_work(project, [view], wish := Wish(full_refresh=True)) as (ports, lease):

        def between(name: str) -> None:
            if name == "before verify":
                assert push(project, view, [row(1, 3, 9.0), row(3, 3, 3.0)]).written == 2

        assert run_views(replace(ports, failpoint=between), lease, [view], wish).exit_code == 0
    assert shop.read("spend:amount")["amount"] == [9.0, 2.0, 3.0]
    assert push(project, view, [row(1, 3, 8.0), row(2, 4, 4.0)]).written == 1
    assert shop.read("spend:amount")["amount"] == [9.0, 4.0, 3.0]


@pytest.mark.engines
def test_while_the_server_is_down_a_push_ends_with_75_and_the_same_push_later_is_whole(
    tmp_path: Path,
) -> None:
    shop = Shop.made(tmp_path / "shop")
    with own_valkey(**DURABLE) as server:
        config = f'{{type: redis, url: "{server.url()}", deadline: 1s}}'
        text = PROJECT.replace("{type: sqlite, path: .fcompile/online.db}", config)
        (shop.root / "fcompile.yaml").write_text(text)
        rows = [row(1, 1, 1.0), row(2, 2, 2.0)]
        with shop.store() as store:
            assert store.push("spend", rows[:1]).written == 1
            server.kill()
            with pytest.raises(UnavailableError):
                store.push("spend", rows)
            server.start()
            assert store.push("spend", rows).written == 1
        assert shop.read("spend:amount")["amount"] == [1.0, 2.0, None]


# -- killed ---------------------------------------------------------------------------------------

STEPS = ("acquire", "next_sequence", "release", "_newer", "_write")


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServerContext]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.online.test_push_beside"])
    yield context


def killed_before(step: str, root: Path, rows: list[Row]) -> None:
    """Push, and be killed when it comes to ``step``."""

    def dies(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    owner = push_online._Target if hasattr(push_online._Target, step) else State
    setattr(owner, step, dies)
    project = Shop(root).project
    push(project, project.definitions.feature_views["spend"], rows)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_same_push_again_and_the_next_run_are_as_if_nothing_had_happened(
    step: str, tmp_path: Path, forks: ForkServerContext
) -> None:
    shop = Shop.made(tmp_path / "shop")
    rows = [row(1, 1, 1.0), row(2, 2, 2.0)]
    process = forks.Process(target=killed_before, args=(step, shop.root, rows))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with shop.store() as store:
        store.push("spend", rows)
    assert shop.read("spend:amount")["amount"] == [1.0, 2.0, None]
    shop.append(rows)
    before = shop.stored()
    shop.run(end=hours(9))
    assert shop.stored() == before
