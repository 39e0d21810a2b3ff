"""The child processes that hold DuckDB, as it comes: default threads, memory limit and row order.

python -m benchmarks.engine run SCRIPT [--database FILE]   runs the statements of a file
python -m benchmarks.engine answer RELATION [--database FILE]   counts and sums up a result
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import duckdb


def run(connection: duckdb.DuckDBPyConnection, script: str) -> dict[str, float]:
    """Run the statements in order; the seconds are those of the engine, without start-up and connecting."""
    begin = time.perf_counter()
    connection.execute(script)
    return {"engine_seconds": time.perf_counter() - begin}


def answer(connection: duckdb.DuckDBPyConnection, relation: str, columns: str) -> dict[str, str | int]:
    """The rows as a multiset (number and sum of hashes) and the number of rows that are out of the spine's order.

    Columns are compared by name and type; their order carries no meaning.
    """
    selected = f"SELECT {columns} FROM {relation}"
    described = connection.execute(f"DESCRIBE {selected}").fetchall()
    names = sorted(row[0] for row in described)
    values = ", ".join(f"typeof({name}), {name}" for name in (f'"{n}"' for n in names))
    count, checksum = _row(connection, f"SELECT count(*), sum(hash({values})::HUGEINT) FROM ({selected})")
    moved = 0
    if "spine_id" in names:
        source = f"read_parquet({relation}, file_row_number = true)"
        (moved,) = _row(connection, f"SELECT count(*) FILTER (spine_id <> file_row_number) FROM {source}")
    return {"rows": int(count), "checksum": str(checksum), "moved": int(moved)}


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine")
    parser.add_argument("action", choices=["run", "answer"])
    parser.add_argument("what")
    parser.add_argument("--columns", default="*")
    parser.add_argument("--database", default=":memory:")
    args = parser.parse_args()
    with duckdb.connect(args.database) as connection:
        if args.action == "run":
            print(json.dumps(run(connection, Path(args.what).read_text("utf-8"))))
        else:
            print(json.dumps(answer(connection, args.what, args.columns)))


if __name__ == "__main__":
    main()
