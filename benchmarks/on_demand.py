"""Features computed from features: online in Python, and 50 of them in a training set of 1M rows.

    python benchmarks/on_demand.py [--scale 0.1] [--repeats 3] [--part evaluation]

Online: 20 features of five operators each, a row at a time and in batches of 1,000, in CPU time. Training sets: an
on-demand view over the features of another view, and derived features of that view itself, against the best
queries by hand with the same expressions around them. Exits with 1 if two forms give different answers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, expressions, handwritten, project, table
from benchmarks.processes import PYTHON, Form, interleaved, note, run
from benchmarks.training_set import (
    ORDERED,
    Case,
    answer,
    fcompile_forms,
    output_file,
    report,
    script,
)

FEATURES = 50
TARGETS = {"row": 60, "batch": 5}
CASES = (
    Case("on_demand", "50 features of an on-demand view", "spine_uniform", ("computed",)),
    Case("derived", "50 derived features of the view itself", "spine_uniform", ("derived",)),
)
Write = Callable[[Path, Sequence[handwritten.View], bool], str]


def main() -> int:
    args = _arguments()
    print(f"on-demand features, scale {args.scale:g}, median of {args.repeats}\n{table.environment()}\n")
    failed = 0
    if args.part in (None, "evaluation"):
        failed |= evaluation(args.repeats)
    if args.part in (None, "training"):
        folder = project.computed(data.folder(args.scale))
        results = folder / "results"
        results.mkdir(exist_ok=True)
        for case in CASES:
            failed |= training(case, folder, results, args.repeats)
    return failed


def evaluation(repeats: int) -> int:
    """Print the cost of one row of 20 features; the best of several processes, as others use the machine."""
    found = [json.loads(run((PYTHON, "-m", "benchmarks.evaluation")).stdout) for _ in range(repeats)]
    best = {name: min(figures[name] for figures in found) for name in found[0]}
    print("20 features of five operators each, 5 % NULLs")
    rows = [
        ("one row at a time", f"{best['row']:.1f}", f"{TARGETS['row']}"),
        ("batches of 1,000, a row", f"{best['batch']:.1f}", f"{TARGETS['batch']}"),
    ]
    print(table.text(("form", "CPU us", "target us"), rows))
    build, first = (f"{best[name] / 1e3:.0f} ms" for name in ("build", "first_batch"))
    print(f"once: {build} to parse, type and build them, {first} for the first batch")
    if all(figures["same"] for figures in found):
        print("Both forms gave the same values.\n", flush=True)
        return 0
    print("ERROR: the forms disagree\n", flush=True)
    return 1


def training(case: Case, folder: Path, results: Path, repeats: int) -> int:
    note(case.title)
    forms = [*_by_hand(case, folder, results), *fcompile_forms(case, folder, results)]
    measured = interleaved(forms, repeats)
    answers = {form.name: answer(output_file(results, form.name)) for form in forms}
    print(f"\n{case.title}: {answers[forms[0].name]['rows']} rows; target 1.2x")
    return report(measured, answers)


def _by_hand(case: Case, folder: Path, results: Path) -> list[Form]:
    views = [handwritten.View(folder / "uniform.parquet")]
    spine = folder / f"{case.spine}.parquet"
    return [
        script(results, name + ORDERED, _around(write(spine, views, True), expressions.floats(FEATURES)))
        for name, write in handwritten.HISTORICAL.items()
    ]


def _around(select: str, computed: Mapping[str, str]) -> str:
    """The expressions over the rows of a query, in its order."""
    columns = ", ".join([*handwritten.SPINE, *(f"{text} AS {name}" for name, text in computed.items())])
    return f"SELECT {columns} FROM ({select})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 1M spine rows and 10M feature rows")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--part", choices=["evaluation", "training"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
