"""Generated data, the same on every machine: values are hashes of the row's number, not random draws.

Feature rows stand in event-time order over 90 days; 1 % of the (key, event time) pairs have two rows
that differ in ``created`` and values, 0.1 % have two equal rows. Sizes are those of scale 1.

    python -m benchmarks.data FOLDER --scale 1
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.processes import PYTHON, note, run

KEYS = 100_000
FEATURE_ROWS = 10_000_000
VIEW_ROWS = 2_000_000
SPINE_ROWS = 1_000_000
VIEWS = 5
FEATURES = tuple(f"f{n}" for n in range(1, 6))
FOLDER = Path(__file__).with_name("data")
END = "2024-03-31 00:00:00"
"""An instant after every feature row."""

_UNIFORM = "floor({keys} * {u})::BIGINT"
_ZIPF = "floor(pow({keys}, {u}))::BIGINT"  # P(k) falls with 1 / k


def folder(scale: float) -> Path:
    """Where the data of a scale is; written on first use by a process of its own."""
    path = FOLDER / f"scale-{scale:g}"
    if not (path / "complete").exists():
        note(f"writing data of scale {scale:g} to {path.relative_to(FOLDER.parent.parent)}")
        run((PYTHON, "-m", "benchmarks.data", str(path), "--scale", str(scale)))
    return path


def feature_rows(rows: int, keys: int, distribution: str, salt: int) -> str:
    """The SELECT of one feature file."""
    us_apart = 90 * 86_400_000_000 // rows
    values = ", ".join(f"{uniform(salt + n)} + copy AS {name}" for n, name in enumerate(FEATURES, start=1))
    return f"""
        SELECT
          {distribution.format(keys=keys, u=uniform(salt))} AS k,
          TIMESTAMP '2024-01-01' + to_microseconds(i * {us_apart}) AS ts,
          ts + to_microseconds((3.6e9 * {uniform(salt + 6)})::BIGINT + copy * 1_000_000) AS created,
          {values}
        FROM (
          SELECT i, unnest(CASE WHEN z < 0.01 THEN [0, 1] WHEN z >= 0.999 THEN [0, 0] ELSE [0] END) AS copy
          FROM (SELECT i, {uniform(salt + 7)} AS z FROM range({rows}) AS numbers(i))
        )"""


def spine_rows(rows: int, keys: int, distribution: str, salt: int) -> str:
    """The SELECT of one spine file: its order is that of ``spine_id``, its times are in no order."""
    return f"""
        SELECT
          i AS spine_id,
          {distribution.format(keys=keys, u=uniform(salt))} AS k,
          TIMESTAMP '2024-01-10' + to_microseconds((80 * 86_400e6 * {uniform(salt + 1)})::BIGINT) AS event_timestamp,
          {uniform(salt + 2)} AS label
        FROM range({rows}) AS numbers(i)"""


def files(scale: float) -> dict[str, str]:
    """File name -> the SELECT of its rows."""
    keys, rows, spine = (max(10, int(n * scale)) for n in (KEYS, FEATURE_ROWS, SPINE_ROWS))
    selects = {
        "uniform": feature_rows(rows, keys, _UNIFORM, 10),
        "zipf": feature_rows(rows, keys, _ZIPF, 20),
        "spine_uniform": spine_rows(spine, keys, _UNIFORM, 30),
        "spine_zipf": spine_rows(spine, keys, _ZIPF, 40),
    }
    for n in range(VIEWS):
        selects[f"view_{n}"] = feature_rows(int(VIEW_ROWS * scale), keys, _UNIFORM, 100 + 10 * n)
    return {f"{name}.parquet": select for name, select in selects.items()}


def uniform(salt: int) -> str:
    """A number in [0, 1) that depends on the row's number ``i`` and on ``salt``."""
    return f"((hash(i * 1_000 + {salt}) >> 11)::DOUBLE / 9_007_199_254_740_992)"


def write_files(module: str, files: Callable[[float], dict[str, str]]) -> None:
    """Write each of ``files`` into the folder that the command line names; a file says that all are there."""
    import duckdb  # not above: the parent of the measured processes imports this file

    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, select in files(args.scale).items():
            connection.execute(f"COPY ({select}) TO '{args.folder / name}' (FORMAT parquet)")
    (args.folder / "complete").touch()


if __name__ == "__main__":
    write_files("benchmarks.data", files)
