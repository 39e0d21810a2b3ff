"""Reads of the online store in Redis: the Python API against the least that a client could do.

    python benchmarks/online_reads.py [--seconds 3]

Views of ten float features. The floor is a pipeline of redis-py with one MGET a view of the same keys, and one
``struct`` unpacking of each value that comes: no statuses, no times, no columns, nothing checked. Figures are
wall time, the forms taking turns. Feast's are quoted from a run of its own on the same kind of machine
(notes/performance.md, section 7: Feast 0.66, ten features a view, the same sizes). Exits with 1 if the values that
the API answers are not those that were written.
"""

from __future__ import annotations

import argparse
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import table
from fcompile import FeatureStore
from fcompile.runtime.clock import to_micros, utc_now
from fcompile.runtime.loader import schema_of
from fcompile.runtime.online.base import Generation
from fcompile.runtime.online.packed import VERSION_BYTES, packed_of, version_bytes
from tests.online.servers import own_valkey

ENTITIES = 20_000
FEATURES = 10
SIZES = (1, 10, 100)
VIEWS = (1, 5)
# Milliseconds, p50 and p99.
FEAST = {
    (1, 1): (0.65, 0.86),
    (1, 10): (1.14, 1.7),
    (1, 100): (8.9, 15.3),
    (5, 1): (0.95, 1.4),
    (5, 10): (3.5, 9.2),
    (5, 100): (29.8, 45.9),
}
TARGET = 1.5
TARGET_OF_FEAST = 8
_PAYLOAD = struct.Struct(f"<{(FEATURES + 7) // 8}s{FEATURES}d")
_PROJECT = """\
project: reads
default_target: prod
targets:
  prod: {{warehouse: {{type: duckdb, path: ':memory:'}}, online: {{type: redis, url: '{url}'}}}}
"""
_VIEW = "  - {{name: v{n}, entities: [driver], source: rides, ttl: 365d, features: [{features}]}}\n"

Form = Callable[[list[int]], object]


def main() -> int:
    args = _arguments()
    print(f"reads of {FEATURES} float features a view from Valkey 9, loopback\n{table.environment()}\n")
    with (
        tempfile.TemporaryDirectory() as folder,
        own_valkey() as server,
        FeatureStore(_project(Path(folder), server.url())) as store,
    ):
        failed = _differ(store, _written(store))
        rows = [_measured(store, server.url(), v, s, args.seconds) for v in VIEWS for s in SIZES]
    header = (
        "views, entities",
        "floor p50",
        "p99",
        "SDK p50",
        "p99",
        "and times",
        "x floor",
        "Feast p50",
        "x",
    )
    print(table.text(header, rows))
    print(f"\nmilliseconds; target {TARGET}x of the floor, and Feast {TARGET_OF_FEAST}x at 100 entities")
    return failed


def _project(folder: Path, url: str) -> Path:
    (folder / "fcompile.yaml").write_text(_PROJECT.format(url=url))
    names = [[f"f{v}_{n}" for n in range(FEATURES)] for v in range(max(VIEWS))]
    features = [", ".join(f"{{name: {name}, dtype: float64}}" for name in each) for each in names]
    (folder / "featuredefs").mkdir()
    (folder / "featuredefs" / "views.yaml").write_text(
        "entities: [{name: driver, join_keys: {driver_id: int64}}]\n"
        "sources: [{name: rides, table: rides, timestamp_field: at}]\n"
        "feature_views:\n" + "".join(_VIEW.format(n=v, features=each) for v, each in enumerate(features))
    )
    return folder


def _written(store: FeatureStore) -> list[list[tuple[float, ...]]]:
    """Write all rows and return their values, by view and entity."""
    online, drawn, now = store._store(), Random(1), to_micros(utc_now())
    written = []
    for view in store.list_feature_views():
        values = [tuple(drawn.random() for _ in range(FEATURES)) for _ in range(ENTITIES)]
        version = [version_bytes(now - drawn.randrange(10**9), None, 1) for _ in values]
        online.begin(view.name, Generation(1, schema_of(view)))
        packed = [
            (b"[%d]" % n, v + _PAYLOAD.pack(b"", *row))
            for n, (v, row) in enumerate(zip(version, values, strict=True))
        ]
        online.write(view.name, 1, packed_of(packed))
        online.flip(view.name, 1)
        written.append(values)
    return written


def _differ(store: FeatureStore, values: list[list[tuple[float, ...]]]) -> int:
    ids = [5, 3, ENTITIES - 1, 5]
    answer = store.get_online_features([f"v{v}" for v in range(max(VIEWS))], {"driver_id": ids}).to_dict()
    expected = {
        f"f{v}_{n}": [values[v][i][n] for i in ids] for v in range(max(VIEWS)) for n in range(FEATURES)
    }
    if answer == {"driver_id": ids, **expected}:
        return 0
    print("ERROR: the answer is not what was written\n")
    return 1


def _measured(store: FeatureStore, url: str, views: int, size: int, seconds: float) -> tuple[str, ...]:
    names = [f"v{v}" for v in range(views)]

    def sdk(ids: list[int]) -> object:
        return store.get_online_features(names, [{"driver_id": n} for n in ids]).to_dict()

    def whole(ids: list[int]) -> object:
        answer = store.get_online_features(names, [{"driver_id": n} for n in ids])
        return answer.to_dict(), answer.statuses, answer.event_timestamps

    floor, times, more = _turns([_floor(store, url, views), sdk, whole], size, seconds)
    ratio, feast = median(times) / median(floor), FEAST[views, size]
    return (
        f"{views}, {size}",
        *(_ms(f(each)) for each in (floor, times) for f in (median, _p99)),
        _ms(median(more)),
        f"{ratio:.2f}",
        f"{feast[0]}",
        f"{feast[0] / (median(times) * 1e3):.1f}",
    )


def _floor(store: FeatureStore, url: str, views: int) -> Form:
    import redis

    client = redis.Redis.from_url(url)
    prefixes = [_prefix(store, f"v{v}") for v in range(views)]
    unpack = _PAYLOAD.unpack_from

    def read(ids: list[int]) -> object:
        pipeline = client.pipeline(transaction=False)
        for prefix in prefixes:
            pipeline.mget([f"{prefix}[{n}]" for n in ids])
        return [[unpack(v, VERSION_BYTES) for v in values] for values in pipeline.execute()]

    return read


def _prefix(store: FeatureStore, view: str) -> str:
    return str(store._store()._look(view).prefix(1))  # type: ignore[attr-defined]


def _turns(forms: list[Form], size: int, seconds: float) -> list[list[float]]:
    """Return the seconds that each read took, form by form, of reads in turn for that many seconds."""
    drawn, taken = Random(2), [list[float]() for _ in forms]
    for form in forms:
        form(list(range(size)))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ids = drawn.sample(range(ENTITIES), size)
        for form, mine in zip(forms, taken, strict=True):
            begin = time.perf_counter()
            form(ids)
            mine.append(time.perf_counter() - begin)
    return taken


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="for each number of views and entities")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
