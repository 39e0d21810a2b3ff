"""Generated events and spines for windows, the same on every machine: values are hashes of the row's number.

Events stand in event-time order over 90 days, no two at one instant; amounts have two decimals, so that sums
in any order agree once rounded. Spine rows lie in the last 60 of the 90 days and draw their keys as the events do.

    python -m benchmarks.window_data FOLDER --scale 1
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import FOLDER, uniform, write_files
from benchmarks.processes import PYTHON, note, run

START = "TIMESTAMP '2024-01-01'"
END = "2024-03-31 00:00:00"
"""An instant after every event."""
DAY_US = 86_400_000_000
_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Shape:
    """Events over keys, at scale 1; P(key) falls with 1 / key^exponent, 0 is uniform."""

    name: str
    title: str
    events: int
    spine: int
    keys: int
    exponent: float
    values: tuple[str, ...] = ("amount",)


SHAPES = (
    Shape("sparse", "100k keys, uniform", 10_000_000, 100_000, 100_000, 0.0),
    Shape("dense", "1k keys, uniform", 10_000_000, 100_000, 1_000, 0.0),
    Shape("zipf", "100k keys, Zipf 1.1", 10_000_000, 100_000, 100_000, 1.1),
)
SKEWED = Shape(
    "skewed",
    "100k keys, Zipf 0.9",
    2_000_000,
    200_000,
    100_000,
    0.9,
    ("amount", "price", "fee", "tax"),
)


def folder(scale: float) -> Path:
    """Where the data of a scale is; written on first use by a process of its own."""
    path = FOLDER / f"windows-{scale:g}"
    if not (path / "complete").exists():
        note(f"writing data of scale {scale:g} to {path.relative_to(FOLDER.parent.parent)}")
        run((PYTHON, "-m", "benchmarks.window_data", str(path), "--scale", str(scale)))
    return path


def event_rows(shape: Shape, scale: float, first: int, last: int) -> str:
    """The SELECT of the events numbered from ``first`` up to, not including, ``last``."""
    apart = 90 * DAY_US // int(shape.events * scale)
    amounts = ", ".join(f"floor({uniform(3 + n)} * 10_000) / 100 AS {v}" for n, v in enumerate(shape.values))
    return f"""
        SELECT {_key(shape, scale, 1)} AS k, {START} + to_microseconds(i * {apart}) AS ts, {amounts},
          floor(pow({_ITEMS}, {uniform(2)}))::BIGINT AS item
        FROM range({first}, {last}) AS numbers(i)"""


def spine_rows(shape: Shape, scale: float) -> str:
    """The SELECT of one spine: its order is that of ``spine_id``, its times are in no order."""
    return f"""
        SELECT i AS spine_id, {_key(shape, scale, 11)} AS k,
          {START} + to_microseconds(30 * {DAY_US} + (60 * {DAY_US} * {uniform(12)})::BIGINT) AS event_timestamp,
          {uniform(13)} AS label
        FROM range({int(shape.spine * scale)}) AS numbers(i)"""


def files(scale: float) -> dict[str, str]:
    """File name -> the SELECT of its rows; ``_99`` holds the oldest 99 % of the events."""
    selects = {}
    for shape in (*SHAPES, SKEWED):
        rows = int(shape.events * scale)
        selects[f"{shape.name}.parquet"] = event_rows(shape, scale, 0, rows)
        selects[f"spine_{shape.name}.parquet"] = spine_rows(shape, scale)
        if shape in SHAPES:
            selects[f"{shape.name}_99.parquet"] = event_rows(shape, scale, 0, rows * 99 // 100)
    return selects


def _key(shape: Shape, scale: float, salt: int) -> str:
    """Keys from 1 on, the frequent ones first; with an exponent, the continuous law rounded down."""
    keys, u, power = max(10, int(shape.keys * scale)), uniform(salt), 1.0 - shape.exponent
    if not shape.exponent:
        return f"floor(1 + {keys} * {u})::BIGINT"
    return f"floor(pow(1 + {u} * (pow({keys + 1}, {power:g}) - 1), {1 / power:.12g}))::BIGINT"


if __name__ == "__main__":
    write_files("benchmarks.window_data", files)
