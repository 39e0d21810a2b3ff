"""Runs of a small project into a store on a server, in which something goes wrong."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fcompile.compiler.schema.project import PostgresOnline
from fcompile.runtime.interval import Wish
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import RunSummary
from tests.online.stores import Open, redis_config
from tests.run.world import Row, World, hours

BATCH = 25
FIRST, LAST = Wish(hours(6)), Wish(hours(12))


@dataclass(frozen=True)
class ServedWorld(World):
    """A project whose online store is what ``open`` opens."""

    open: Open

    @contextmanager
    def online(self) -> Iterator[OnlineStore]:
        with closing(self.open("p")) as store:
            yield store


def redis_at(url: str, deadline: str = "10s", cluster: bool = False) -> Open:
    config = redis_config(url, cluster=cluster, deadline=deadline)
    return lambda project: open_online(config, Path(), project)


def postgres_at(uri: str, deadline: str = "10s") -> Open:
    config = PostgresOnline.model_validate({"type": "postgres", "dsn": uri, "deadline": deadline})
    return lambda project: open_online(config, Path(), project)


def purchases() -> list[Row]:
    """About 180 users with rows all over twelve hours, some of them known late."""
    draw = random.Random(4)
    found: list[Row] = []
    for number in range(600):
        at = hours(draw.randrange(48) / 4)
        known = max(at, hours(draw.randrange(48) / 4)) if draw.random() < 0.3 else at
        found.append((draw.randrange(180), at, known, draw.choice([None, at]), float(number), "é"))
    return found


def made(root: Path) -> Path:
    """A folder with the source, run up to hour 6 in the warehouse alone."""
    world = World(root)
    world.put(purchases())
    world.run(Wish(hours(6), warehouse_only=True))
    return root


def copied(template: Path, folder: Path, open_: Open) -> ServedWorld:
    """A project of its own, whose store is empty."""
    return ServedWorld(Path(shutil.copytree(template, folder / "project")), open_)


def run(world: World, wish: Wish, failpoint: Callable[[str], None] | None = None) -> RunSummary:
    return world.run(wish, failpoint=failpoint or (lambda name: None), batch_rows=BATCH)


def well(summary: RunSummary) -> None:
    assert [r.status for r in summary.results] == ["OK"], summary
    assert summary.exit_code == 0


def down(summary: RunSummary, most: float) -> str:
    """What a run says that a store stopped, which is down, and that it says so in time."""
    (result,) = summary.results
    assert [d.code for d in result.diagnostics] == ["FC521"], summary
    assert (result.status, summary.exit_code) == ("ERROR", 75)
    assert result.seconds < most, f"it took {result.seconds:.1f} s"
    return result.diagnostics[0].message


def once_at(name: str, time_: int, work: Callable[[], object]) -> Callable[[str], None]:
    """Do ``work`` when the failpoint is reached for that time."""
    left = [time_]

    def failpoint(reached: str) -> None:
        if reached == name:
            left[0] -= 1
            if left[0] == 0:
                work()

    return failpoint


@dataclass
class Meanwhile:
    """Work that goes on in a thread beside a run, from its first batch on until the block ends."""

    work: Callable[[], object]
    pause: float

    def __enter__(self) -> Callable[[str], None]:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go)
        return once_at("batch", 1, self._thread.start)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._stop.wait(self.pause):
            self.work()


def later(seconds: float, work: Callable[[], object]) -> Callable[[], None]:
    """What starts a thread that does ``work`` so much later."""

    def go() -> None:
        time.sleep(seconds)
        work()

    return lambda: threading.Thread(target=partial(go)).start()
