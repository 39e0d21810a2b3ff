"""A process of its own for what no test may do in its own: ``python -m tests.warehouses.spark_child``.

Arguments: URL FOLDER SECONDS. It moves a project from DuckDB to the Spark at the URL, streams a result of some
million rows, and presses Ctrl-C. After so many seconds it ends, and says where it stood.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from fcompile import FeatureStore
from fcompile.runtime.project import load_project
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse
from tests.warehouses.shop import spine, write_project
from tests.warehouses.test_two_targets import same

MILLIONS = "SELECT id AS n, CAST(id * 7919 AS STRING) AS text FROM RANGE(0, 6000000, 1, 24)"
ENDLESS = "SELECT COUNT(*) AS n FROM RANGE(1000000) AS a, RANGE(1000000) AS b WHERE a.id * b.id % 7 = 3"


def training_set(root: Path, target: str) -> pa.Table:
    with FeatureStore(root, target) as store:
        return store.get_historical_features(spine(), ["profile"]).to_arrow()


def stream(warehouse: Warehouse) -> None:
    """Memory does not grow with the result: its rows have 140 MB."""
    before = peak()
    rows = size = 0
    for batch in warehouse.batches(MILLIONS):
        rows, size = rows + batch.num_rows, size + batch.nbytes
    assert (rows, size > 100 << 20) == (6_000_000, True), (rows, size)
    assert peak() - before < 64 << 20, f"{(peak() - before) >> 20} MB more"


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def press(ended: threading.Event) -> None:
    """Press Ctrl-C, and again like people do: Python drops one that comes while it is in a callback of C."""
    wait = 2
    while not ended.wait(wait):
        os.kill(os.getpid(), signal.SIGINT)
        wait = 20


def interrupt(warehouse: Warehouse, ask: Callable[[str], object]) -> None:
    """What runs ends, and the session goes on."""
    ended = threading.Event()
    started = time.monotonic()
    threading.Thread(target=press, args=(ended,), daemon=True).start()
    try:
        ask(ENDLESS)
        raise AssertionError("it ended by itself")
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
    assert 1 < time.monotonic() - started < 45
    assert warehouse.rows("SELECT 1") == [(1,)]


def main(url: str, folder: str, seconds: str) -> None:
    faulthandler.dump_traceback_later(float(seconds), exit=True)
    root = write_project(Path(folder), f'{{type: spark, url: "{url}"}}')
    same(training_set(root, "here"), training_set(root, "there"))
    with closing(open_warehouse(load_project(root, "there"))) as warehouse:
        stream(warehouse)
        # Not by PySpark's handler, which there is once it has started a JVM.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for ask in (warehouse.execute, warehouse.rows):
            interrupt(warehouse, ask)
    print("all is well")


if __name__ == "__main__":
    main(*sys.argv[1:])
