"""One store, many threads: each read has a connection to itself, whoever writes or closes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.online.sqlite import SqliteOnlineStore
from fcompile.runtime.sqlite_file import Format
from fcompile.runtime.sqlite_pool import Pool
from tests.online.rows import Row, read, shown, write

FORM = Format("a file of the test", 1, 1, ("CREATE TABLE t (x)",))
THREADS = 8


def together(work: Callable[[int], object]) -> list[object]:
    """Return what ``work`` gives in each of ``THREADS`` threads that start at a time."""
    start = Barrier(THREADS)

    def begin(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(begin, range(THREADS)))


def test_threads_read_and_write_one_store_at_a_time(tmp_path: Path) -> None:
    store = SqliteOnlineStore(tmp_path / "online.db", "p")
    keys = [f"[{n}]" for n in range(2_000)]
    for view in ("v", "w"):
        shown(store, view)
    write(store, *(Row(key, 1) for key in keys))

    def work(number: int) -> bool:
        if number == 0:
            write(store, *(Row(key, 1) for key in keys), view="w")
        return all(set(read(store, *keys)) == set(keys) for _ in range(5))

    assert together(work) == [True] * THREADS
    store.close()


def test_connections_are_as_many_as_are_in_use_and_threads_that_ended_leave_none(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "t.db", FORM)

    def use() -> None:
        with pool.connection() as sql:
            sql.execute("SELECT 1")

    for _ in range(20):
        thread = Thread(target=use)
        thread.start()
        thread.join()
    assert len(pool._free) == 1
    with pool.connection() as first, pool.connection() as second:
        assert first is not second
    assert len(pool._free) == 2
    pool.close()


def test_closing_lets_a_read_in_another_thread_end_first(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "t.db", FORM)
    inside, closed = Event(), Event()

    def read() -> object:
        with pool.connection() as sql:
            inside.set()
            closed.wait(10)
            return sql.execute("SELECT 7").fetchone()

    with ThreadPoolExecutor(1) as threads:
        found = threads.submit(read)
        inside.wait(10)
        pool.close()
        pool.close()
        closed.set()
        assert found.result() == (7,)
    assert pool._free == []


def test_a_store_that_is_closed_says_so(tmp_path: Path) -> None:
    store = SqliteOnlineStore(tmp_path / "online.db", "p")
    store.close()
    store.close()
    with pytest.raises(FcompileError, match="it is closed") as error:
        read(store, "[1]")
    assert error.value.diagnostics[0].code == "FC506"
