"""A run after 1 % new events, the newest, against a full refresh of the same view; both in the warehouse only."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import project, table
from benchmarks.data import FOLDER
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, interleaved, note, run
from benchmarks.window_data import END, Shape
from benchmarks.window_query import WINDOWS

FULL = "full refresh"
NEW = "after 1 % new events"
TARGET = 0.1
_NEWEST = "2024-03-30 02:24:00"
"""The instant up to which the oldest 99 % of the events lie."""
_VALUES = ", ".join(("k", *(f"round(spend_{w}, 4) + 0.0 AS spend_{w}, buys_{w}" for w in WINDOWS)))


@dataclass(frozen=True, slots=True)
class Growing:
    """A project whose events of one shape grow from 99 % to all; ``command`` runs the view of their sums."""

    folder: Path
    shape: Shape
    events: Path

    @property
    def view(self) -> str:
        return f"{self.shape.name}_sums"

    @property
    def command(self) -> tuple[str, ...]:
        return (str(FCOMPILE), "run", "-q", "-p", str(self.folder), "-s", self.view, "--warehouse-only")

    @property
    def state(self) -> Path:
        return self.folder / ".fcompile"

    def has(self, suffix: str) -> None:
        """The source's file now holds these events, and nothing was ever run."""
        _link(self.folder / f"{self.shape.name}.parquet", self.events / f"{self.shape.name}{suffix}.parquet")
        shutil.rmtree(self.state, ignore_errors=True)


def measure(shape: Shape, folder: Path, scale: float, repeats: int) -> int:
    """Print both runs of one shape; 1 if they leave different values, or if fcompile does not run the view."""
    growing = Growing(project.windows(FOLDER / f"windows-growing-{scale:g}"), shape, folder)
    try:
        forms = _forms(growing)
        measured = interleaved(forms, repeats)
        tables = {form.name: _left_by(form, growing) for form in forms}
    except RunFailed as error:
        note(f"{shape.title}: {error}")
        return 1
    print(f"\n1 % new events, {shape.title}")
    print(table.usages(measured, FULL, {n: str(a["rows"]) for n, a in tables.items()}, "entities"))
    wall, cpu, _ = table.ratios(measured[NEW], measured[FULL])
    print(f"{NEW}: {wall}x wall, {cpu}x CPU of a full refresh, start-up included; target {TARGET:g}x")
    same = tables[FULL] == tables[NEW]
    print(
        "Both left the same values." if same else f"ERROR: they left different values: {tables}", flush=True
    )
    return 0 if same else 1


def _forms(growing: Growing) -> tuple[Form, Form]:
    """A full refresh of all events, and a run over them that starts from the state after 99 %."""
    kept = growing.folder / "state-of-99"
    growing.has("_99")
    run((*growing.command, "--full-refresh", "--end", _utc(_NEWEST)))
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(growing.state, kept)

    def from_99() -> None:
        growing.has("")
        shutil.copytree(kept, growing.state)

    end = ("--end", _utc(END))
    full = Form(FULL, (*growing.command, "--full-refresh", *end), lambda: growing.has(""))
    return full, Form(NEW, (*growing.command, *end), from_99)


def _left_by(form: Form, growing: Growing) -> dict[str, object]:
    form.prepare()
    run(form.command)
    return _answer(growing.state / "dev.duckdb", growing.view)


def _link(path: Path, to: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to.resolve())


def _answer(database: Path, view: str) -> dict[str, object]:
    command = ("answer", f"features.bench__{view}", "--columns", _VALUES, "--database", str(database))
    return dict(json.loads(run((PYTHON, "-m", "benchmarks.engine", *command)).stdout))


def _utc(instant: str) -> str:
    return instant.replace(" ", "T") + "Z"
