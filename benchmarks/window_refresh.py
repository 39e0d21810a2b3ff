"""A run after 1 % new events against a full refresh of the same view: in the warehouse, then as tables compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks import project, table
from benchmarks.data import FOLDER
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, note, run, within_limits
from benchmarks.window_data import END, SHAPES, Shape
from benchmarks.window_query import WINDOWS

FULL = "full refresh"
NEW = "after 1 % new events"
TARGET = 0.1
_NEWEST = "2024-03-30 02:24:00"
"""The instant up to which the oldest 99 % of the events lie."""
_VALUES = ", ".join(("k", *(f"round(spend_{w}, 4) + 0.0 AS spend_{w}, buys_{w}" for w in WINDOWS)))


def measure(shape: Shape, folder: Path, scale: float, repeats: int) -> int:
    """Print both runs of one shape; 1 if they leave different values, or if fcompile cannot run the view yet."""
    growing = project.windows(FOLDER / f"windows-growing-{scale:g}")
    events, state = growing / f"{shape.name}.parquet", growing / ".fcompile"
    kept = growing / "state-of-99"
    view = f"{shape.name}_sums"
    command = (str(FCOMPILE), "run", "-q", "-p", str(growing), "-s", view, "--warehouse-only")
    for other in SHAPES:
        _link(growing / f"{other.name}.parquet", folder / f"{other.name}.parquet")

    def from_nothing() -> None:
        _link(events, folder / f"{shape.name}.parquet")
        shutil.rmtree(state, ignore_errors=True)

    def from_99() -> None:
        from_nothing()
        shutil.copytree(kept, state)

    try:
        from_nothing()
        _link(events, folder / f"{shape.name}_99.parquet")
        run((*command, "--full-refresh", "--end", _utc(_NEWEST)))
    except (RunFailed, OSError) as error:
        note(f"{shape.title}: fcompile does not run it: {error}")
        return 1
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(state, kept)
    forms = (
        Form(FULL, (*command, "--full-refresh", "--end", _utc(END)), from_nothing),
        Form(NEW, (*command, "--end", _utc(END)), from_99),
    )
    tables = {}
    for form in forms:
        form.prepare()
        run(form.command)
        tables[form.name] = _answer(state / "dev.duckdb", view)
    measured, over = within_limits(forms, repeats)
    print(f"\n1 % new events, {shape.title}")
    if over:
        print("".join(f"{name}: {why}\n" for name, why in over.items()))
        return 1
    print(table.usages(measured, FULL, {n: str(a["rows"]) for n, a in tables.items()}, "entities"))
    print(
        f"{NEW}: {table.ratios(measured[NEW], measured[FULL])[0]}x wall of a full refresh, target {TARGET:g}x"
    )
    same = tables[FULL] == tables[NEW]
    print(
        "Both left the same values." if same else f"ERROR: they left different values: {tables}", flush=True
    )
    return 0 if same else 1


def _link(path: Path, to: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to.resolve())


def _answer(database: Path, view: str) -> dict[str, object]:
    command = ("answer", f"features.bench__{view}", "--columns", _VALUES, "--database", str(database))
    return dict(json.loads(run((PYTHON, "-m", "benchmarks.engine", *command)).stdout))


def _utc(instant: str) -> str:
    return instant.replace(" ", "T") + "Z"
