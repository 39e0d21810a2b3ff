"""A run after 1 % new events, the newest, against a full refresh of the same view; both in the warehouse only.

For sums and counts and for a view of eight functions, without and with a ``lookback``; as whole processes, and
without their start-up.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import project, table
from benchmarks.data import FOLDER
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, Usage, median, note, run
from benchmarks.project import LATE, REFRESHED
from benchmarks.window_data import END, Shape
from benchmarks.window_query import WINDOWS

FULL = "full refresh"
NEW = "after 1 % new events"
ALONE = ", no start-up"
TARGET = 0.1
_NEWEST = "2024-03-30 02:24:00"
"""The instant up to which the oldest 99 % of the events lie."""
_NUMBERS = ("spend", "mean", "least", "most", "spread")
"""Rounded where they are compared, away from where a mean of amounts with two decimals may lie."""


@dataclass(frozen=True, slots=True)
class Growing:
    """A project whose events of one shape grow from 99 % to all, and the view of them that is run.

    ``aggregations`` are the names of the view's.
    """

    folder: Path
    shape: Shape
    events: Path
    view: str
    aggregations: tuple[str, ...]

    @property
    def process(self) -> tuple[str, ...]:
        command = (str(FCOMPILE), "run", "-q", "-p", str(self.folder), "-s", self.view, "--warehouse-only")
        return (*command, "--end", _utc(END))

    @property
    def alone(self) -> tuple[str, ...]:
        return (PYTHON, "-m", "benchmarks.materialized", str(self.folder), self.view, END)

    @property
    def state(self) -> Path:
        return self.folder / ".fcompile"

    @property
    def kept(self) -> Path:
        """The state after 99 % of the events."""
        return self.folder / "state-of-99"

    def has(self, suffix: str) -> None:
        """The source's file now holds these events, and nothing was ever run."""
        _link(self.folder / f"{self.shape.name}.parquet", self.events / f"{self.shape.name}{suffix}.parquet")
        shutil.rmtree(self.state, ignore_errors=True)

    def all_new(self) -> None:
        self.has("")

    def from_99(self) -> None:
        self.has("")
        shutil.copytree(self.kept, self.state)


def measure(shape: Shape, folder: Path, scale: float, repeats: int) -> int:
    """Print the runs of one shape; 1 if two leave different values, or if fcompile does not run a view."""
    growing = project.refreshed(FOLDER / f"windows-growing-{scale:g}")
    failed = 0
    for name, aggregations in REFRESHED.items():
        for ending in ("", LATE):
            names = tuple(each[0] for each in aggregations)
            of_view = Growing(growing, shape, folder, f"{shape.name}_{name}{ending}", names)
            title = f"1 % new events, {shape.title}, {name}{', with lookback: 1h' if ending else ''}"
            failed = max(failed, _measure(title, of_view, repeats))
    return failed


def _measure(title: str, growing: Growing, repeats: int) -> int:
    note(title)
    try:
        _state_of_99(growing)
        measured, tables = _runs(_forms(growing), growing, repeats)
    except RunFailed as error:
        note(f"{title}: {error}")
        return 1
    print(f"\n{title}")
    print(_table(measured))
    for ending, what in (("", "the processes"), (ALONE, "without start-up")):
        wall, cpu, _ = table.ratios(measured[NEW + ending], measured[FULL + ending])
        print(f"{NEW}, {what}: {wall}x wall, {cpu}x CPU of a full refresh; target {TARGET:g}x")
    same = len(set(tables.values())) == 1
    print("All left the same values." if same else f"ERROR: different values: {tables}", flush=True)
    return 0 if same else 1


def _table(measured: Mapping[str, Usage]) -> str:
    rows = [
        (name, f"{usage.wall:.2f}", f"{usage.cpu:.2f}", f"{usage.peak:.0f}")
        for name, usage in measured.items()
    ]
    return table.text(("run", "wall s", "CPU s", "peak MB"), rows)


def _state_of_99(growing: Growing) -> None:
    growing.has("_99")
    run((*growing.process[:-2], "--full-refresh", "--end", _utc(_NEWEST)))
    shutil.rmtree(growing.kept, ignore_errors=True)
    shutil.copytree(growing.state, growing.kept)


def _forms(growing: Growing) -> tuple[Form, ...]:
    """A full refresh of all events, and a run over them that starts from the state after 99 %."""
    return (
        Form(FULL, (*growing.process, "--full-refresh"), growing.all_new),
        Form(NEW, growing.process, growing.from_99),
        Form(FULL + ALONE, (*growing.alone, "--full-refresh"), growing.all_new),
        Form(NEW + ALONE, growing.alone, growing.from_99),
    )


def _runs(
    forms: Sequence[Form], growing: Growing, repeats: int
) -> tuple[dict[str, Usage], dict[str, tuple[object, ...]]]:
    """The median of each form, and what each left in the view's table."""
    runs: dict[str, list[Usage]] = {form.name: [] for form in forms}
    tables: dict[str, tuple[object, ...]] = {}
    for number in range(repeats):
        for form in forms:
            note(f"  round {number + 1} of {repeats}: {form.name}")
            form.prepare()
            runs[form.name].append(_taken(run(form.command)))
            tables[form.name] = _answer(growing)
    return {name: median(usages) for name, usages in runs.items()}, tables


def _taken(usage: Usage) -> Usage:
    """What the process says of itself, where it does: its start-up is then left out."""
    if not usage.stdout.startswith("{"):
        return usage
    taken = json.loads(usage.stdout)
    return replace(usage, wall=taken["wall"], cpu=taken["cpu"])


def _link(path: Path, to: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to.resolve())


def _answer(growing: Growing) -> tuple[object, ...]:
    values = ["k", *(_value(name, window) for name in growing.aggregations for window in WINDOWS)]
    what = ("answer", f"features.bench__{growing.view}", "--columns", ", ".join(values))
    database = str(growing.state / "dev.duckdb")
    found = json.loads(run((PYTHON, "-m", "benchmarks.engine", *what, "--database", database)).stdout)
    return found["rows"], found["checksum"]


def _value(name: str, window: str) -> str:
    column = f"{name}_{window}"
    return f"round({column} + 0.0000123, 4) AS {column}" if name in _NUMBERS else column


def _utc(instant: str) -> str:
    return instant.replace(" ", "T") + "Z"
