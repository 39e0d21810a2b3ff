"""A training set of 1M spine rows from 10M feature rows: fcompile against the best hand-written queries.

    python benchmarks/training_set.py [--scale 0.1] [--repeats 3] [--case uniform]

Every form writes the same rows to a Parquet file, in a process of its own. Exits with 1 if two forms
give different answers, or if the form that promises the spine's order does not keep it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, handwritten, project, table
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, Usage, interleaved, note, run

CLI = "fcompile historical"
SQL = "fcompile's SQL alone"
ORDERED = ", ordered"


@dataclass(frozen=True, slots=True)
class Case:
    """One spine and the views it asks for."""

    name: str
    title: str
    spine: str
    views: tuple[str, ...]


CASES = (
    Case("uniform", "one view, uniform keys", "spine_uniform", ("uniform",)),
    Case("zipf", "one view, Zipf keys", "spine_zipf", ("zipf",)),
    Case("five", "five views, uniform keys", "spine_uniform", tuple(f"view_{n}" for n in range(data.VIEWS))),
)


def main() -> int:
    args = _arguments()
    folder = project.measured(data.folder(args.scale))
    results = folder / "results"
    results.mkdir(exist_ok=True)
    print(f"training set, scale {args.scale:g}, median of {args.repeats}\n{table.environment()}", flush=True)
    cases = [case for case in CASES if args.case in (None, case.name)]
    return max(_measure(case, folder, results, args.repeats) for case in cases)


def _measure(case: Case, folder: Path, results: Path, repeats: int) -> int:
    note(case.title)
    forms = _by_hand(case, folder, results) + fcompile_forms(case, folder, results)
    measured = interleaved(forms, repeats)
    answers = {form.name: answer(output_file(results, form.name)) for form in forms}
    print(f"\n{case.title}: {answers[forms[0].name]['rows']} rows")
    return report(measured, answers)


def report(measured: Mapping[str, Usage], answers: Mapping[str, Mapping[str, object]]) -> int:
    by_hand = [name for name in measured if name not in (CLI, SQL)]
    best = min(by_hand, key=lambda name: measured[name].cpu)
    best_ordered = min((n for n in by_hand if n.endswith(ORDERED)), key=lambda name: measured[name].cpu)
    order = {name: "yes" if answers[name]["moved"] == 0 else "no" for name in measured}
    print(table.usages(measured, best_ordered, order, "spine order"))
    print(f"x is against `{best_ordered}`, the fastest by hand (CPU) that keeps the spine's order.")
    for name in (n for n in (CLI, SQL) if n in measured):
        _sentence(name, measured, best_ordered, "in the spine's order")
        _sentence(name, measured, best, "in any order")
    return _agree(answers, order)


def _sentence(name: str, measured: Mapping[str, Usage], base: str, order: str) -> None:
    wall, cpu, peak = table.ratios(measured[name], measured[base])
    print(f"{name}: {wall}x wall, {cpu}x CPU, {peak}x memory of the best by hand {order} (`{base}`)")


def _agree(answers: Mapping[str, Mapping[str, object]], order: Mapping[str, str]) -> int:
    different = {(a["rows"], a["checksum"]) for a in answers.values()}
    moved = [name for name in answers if name in (CLI, SQL) and order[name] == "no"]
    if len(different) == 1 and not moved:
        print(f"All {len(answers)} forms gave the same rows.")
        return 0
    for name, found in answers.items():
        print(f"  {name}: {found['rows']} rows, checksum {found['checksum']}, {found['moved']} out of order")
    print(
        "ERROR: the forms disagree"
        if len(different) > 1
        else f"ERROR: out of the spine's order: {', '.join(moved)}"
    )
    return 1


def _by_hand(case: Case, folder: Path, results: Path) -> list[Form]:
    prefixed = len(case.views) > 1
    views = [handwritten.View(folder / f"{v}.parquet", f"{v}__" if prefixed else "") for v in case.views]
    spine = folder / f"{case.spine}.parquet"
    return [
        script(results, name + suffix, write(spine, views, ordered))
        for name, write in handwritten.HISTORICAL.items()
        for suffix, ordered in (("", False), (ORDERED, True))
    ]


def fcompile_forms(case: Case, folder: Path, results: Path) -> list[Form]:
    """The command as a user runs it, and the SQL that it prints run without it: the difference is fcompile's own."""
    spine = str(folder / f"{case.spine}.parquet")
    command = [str(FCOMPILE), "historical", "-q", "-p", str(folder), "--spine", spine]
    command += [word for view in case.views for word in ("-f", view)]
    command += ["--full-feature-names"] if len(case.views) > 1 else []
    output = output_file(results, CLI)
    try:
        select = _printed((*command, "--sql"))
    except (RunFailed, OSError) as error:
        note(f"fcompile is left out: {error}")
        return []
    forms = [Form(CLI, (*command, "-o", str(output)), lambda: output.unlink(missing_ok=True))]
    return [*forms, script(results, SQL, select, folder)]


def _printed(command: Sequence[str]) -> str:
    """The one SELECT that the command prints; raise RunFailed if it prints none."""
    select = run(command).stdout.strip().rstrip(";")
    if "SELECT" not in select:
        raise RunFailed(f"`{' '.join(command)}` printed no SELECT")
    return select


def script(results: Path, name: str, select: str, base: Path | None = None) -> Form:
    """A form that copies a SELECT's rows to a Parquet file; file names in it are relative to ``base``."""
    output = output_file(results, name)
    file = output.with_suffix(".sql")
    settings = f"SET file_search_path = '{base}';\n" if base else ""
    file.write_text(f"{settings}COPY (\n{select}\n) TO '{output}' (FORMAT parquet);\n", "utf-8")
    command = (PYTHON, "-m", "benchmarks.engine", "run", str(file))
    return Form(name, command, lambda: output.unlink(missing_ok=True))


def output_file(results: Path, name: str) -> Path:
    return results / ("".join(c if c.isalnum() else "_" for c in name) + ".parquet")


def answer(output: Path) -> dict[str, object]:
    usage = run((PYTHON, "-m", "benchmarks.engine", "answer", f"'{output}'"))
    return dict(json.loads(usage.stdout))


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 1M spine rows and 10M feature rows")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--case", choices=[case.name for case in CASES])
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
