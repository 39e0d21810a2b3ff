"""A million entities with five floats, made batch by batch, and the steps of a load that is measured.

    python -m benchmarks.online_rows STORE URL ROWS

It is the process whose memory counts: it prints one JSON object of what it did in how many seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from fcompile.compiler.definitions import Feature, FeatureView
from fcompile.compiler.dtypes import FLOAT64
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE
from fcompile.compiler.schema.project import PostgresOnline, RedisOnline, SqliteOnline
from fcompile.runtime.loader import BATCH_ROWS, Load, load, packed_batches, schema_of
from fcompile.runtime.online.base import Generation, OnlineStore
from fcompile.runtime.online.packed import Packed
from fcompile.runtime.online.registry import open_online
from tests.run.world import SPEND, compiled

FEATURES = tuple(Feature(f"f{n}", FLOAT64, Column("amount")) for n in range(5))
VIEW: FeatureView = replace(SPEND, name="v", features=FEATURES)
SQL = compiled(VIEW)
_NOW = 1_760_000_000_000_000


@dataclass(frozen=True, slots=True)
class Entities:
    """Where the loader asks for rows: Arrow batches of as many rows as DuckDB's, by key, as it is asked to.

    ``age``: microseconds by which the rows are older than those of age 0.
    """

    rows: int
    age: int = 0

    def batches(self, text: str, values: Mapping[str, object]) -> Iterator[Any]:
        import numpy as np
        import pyarrow as pa

        draw = np.random.default_rng(1)
        time_type = pa.timestamp("us")
        for start in range(0, self.rows, 100_000):
            count = min(100_000, self.rows - start)
            ids = np.arange(start, start + count, dtype=np.int64)
            events = pa.array(_NOW - self.age + ids % 1_000_000).cast(time_type)
            yield pa.record_batch(
                {
                    "user_id": pa.array(ids),
                    **{f.name: pa.array(draw.random(count)) for f in FEATURES},
                    EVENT: events,
                    CREATED: events,
                    SEQUENCE: pa.array(np.full(count, 1_760_000_000_000)),
                }
            )

    def packed(self) -> Iterator[Packed]:
        return packed_batches(cast(Any, self), SQL, VIEW, 0)


def warm() -> None:
    """Import what the first batch imports: a load that is measured begins after that."""
    for _ in Entities(1).packed():
        pass


def loaded(store: OnlineStore, rows: int, tell: Callable[[str, int], None]) -> dict[str, float]:
    """Load all rows into a new generation, the same again, and newer ones; return seconds by step.

    ``tell`` is told each step when it is over: for who wants to know what the server took.
    """
    seconds: dict[str, float] = {}
    generation = Generation(1, schema_of(VIEW))
    at = [time.perf_counter()]

    def step(name: str) -> None:
        now = time.perf_counter()
        seconds[name] = now - at[0]
        at[0] = now
        tell(name, rows)

    def failpoint(name: str) -> None:
        if name in _STEPS:
            step(_STEPS[name])

    _load(store, Entities(rows, age=2), Load(generation, True, 0), failpoint)
    step("flip")
    for name, age in (("the same again", 2), ("all newer", 1), ("all newer, again", 0)):
        _load(store, Entities(rows, age), Load(generation, False, 0), failpoint)
        step(name)
    return seconds


_STEPS = {"begun online": "begin", "before verify": "new generation", "before flip": "verify"}


def _load(store: OnlineStore, rows: Entities, plan: Load, failpoint: Callable[[str], None]) -> None:
    load(cast(Any, rows), store, VIEW, SQL, plan, lambda: None, lambda sent: None, failpoint, BATCH_ROWS)


def opened(kind: str, url: str) -> OnlineStore:
    """Open the store there; ``url`` of SQLite is a path."""
    configs: dict[str, Callable[[], object]] = {
        "redis": lambda: RedisOnline.model_validate({"type": "redis", "url": url, "deadline": "60s"}),
        "postgres": lambda: PostgresOnline.model_validate(
            {"type": "postgres", "dsn": url, "deadline": "60s"}
        ),
        "sqlite": lambda: SqliteOnline.model_validate({"type": "sqlite", "path": url}),
    }
    return open_online(configs[kind](), Path(), "benchmark")


def main() -> int:
    kind, url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    warm()
    started = time.process_time()
    with closing(opened(kind, url)) as store:
        seconds = loaded(store, rows, lambda name, count: None)
    print(json.dumps(seconds | {"CPU": time.process_time() - started}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
