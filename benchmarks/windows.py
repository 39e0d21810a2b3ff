"""Trailing windows of 1 h, 1 d, 7 d and 30 d: fcompile against the best hand-written queries.

    python benchmarks/windows.py [--scale 0.1] [--repeats 3] [--part sums] [--shape zipf]

Every form writes the same rows to a Parquet file, in a process of its own, with at most 60 s (by --limit) and 8 GB.
Exits with 1 if two forms give different rows, floats compared to four decimals.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import project, table, window_data, window_exact, window_refresh, window_sums
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, Usage, note, run, within_limits
from benchmarks.window_query import Question

CLI = "fcompile historical"
SQL = "fcompile's SQL alone"
PARTS = ("sums", "skewed", "exact", "refresh")
_SETTINGS = "SET memory_limit = '8GB';\nSET temp_directory = '';\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One question on one shape, and the view of the project that asks it.

    ``target`` is the most that fcompile may take of the best by hand (CPU).
    """

    title: str
    shape: str
    view: str
    question: Question
    target: float


def main() -> int:
    args = _arguments()
    folder = project.windows(window_data.folder(args.scale))
    (folder / "results").mkdir(exist_ok=True)
    print(f"windows, scale {args.scale:g}, median of {args.repeats}\n{table.environment()}", flush=True)
    parts = [part for part in PARTS if args.part in (None, part)]
    return max(_part(part, folder, args) for part in parts)


def _part(part: str, folder: Path, args: argparse.Namespace) -> int:
    shapes = [shape for shape in window_data.SHAPES if args.shape in (None, shape.name)]
    if part == "refresh":
        return max(window_refresh.measure(shape, folder, args.scale, args.repeats) for shape in shapes)
    if part == "skewed":
        return _skewed(folder, args)
    cases = [_sums(shape) for shape in shapes]
    if part == "exact":
        cases = [_exact(shape, name) for name in window_exact.QUESTIONS for shape in shapes]
    return max(_measure(case, folder, args) for case in cases)


def _sums(shape: window_data.Shape) -> Case:
    title = f"sums and counts, {shape.title}"
    return Case(title, shape.name, f"{shape.name}_sums", window_sums.QUESTION, 1.5)


def _exact(shape: window_data.Shape, name: str) -> Case:
    question = window_exact.QUESTIONS[name]
    return Case(f"{name}, {shape.title}", shape.name, f"{shape.name}_{name}", question, 2.0)


def _skewed(folder: Path, args: argparse.Namespace) -> int:
    """The naive join against fcompile, then one sum against four."""
    shape = window_data.SKEWED
    naive = replace(window_sums.QUESTION, queries={"range join": window_sums.range_join})
    title = f"2M events x 200k spine rows, {shape.title}"
    case = Case(title, shape.name, f"{shape.name}_sums", naive, 1 / 8)
    failed = _measure(case, folder, args)
    forms = []
    for view in ("skewed_one_sum", "skewed_four_sums"):
        alone = [f for f in _fcompile(folder, "skewed", view, args.limit) if f.name == SQL]
        forms += [Form(view, f.command, f.prepare, f.limit) for f in alone]
        if not alone:
            return failed
    # both write to the same file, and are not compared: they answer different questions
    measured, over = within_limits(forms, args.repeats)
    if over:
        print("".join(f"{name}: {why}\n" for name, why in over.items()))
        return 1
    one, four = measured["skewed_one_sum"], measured["skewed_four_sums"]
    print(
        f"\nfour sums against one: {table.ratios(four, one)[1]}x CPU, target 1.3x ({four.cpu:.2f} / {one.cpu:.2f} s)"
    )
    return failed


def _measure(case: Case, folder: Path, args: argparse.Namespace) -> int:
    note(case.title)
    asked, files = case.question, (f"'{case.shape}.parquet'", f"'spine_{case.shape}.parquet'")
    forms = [
        _script(folder, name, asked.training_set(query, *files), args.limit)
        for name, query in asked.queries.items()
    ]
    forms += [] if args.by_hand else _fcompile(folder, case.shape, case.view, args.limit)
    measured, over = within_limits(forms, args.repeats)
    answers = {name: _answer(folder, name, asked.compared) for name in measured}
    _report(case, measured, over)
    return _agree(answers)


def _report(case: Case, measured: Mapping[str, Usage], over: Mapping[str, str]) -> None:
    print(f"\n{case.title}")
    by_hand = [name for name in measured if name in case.question.queries]
    if not by_hand:
        print("".join(f"{name}: {why}\n" for name, why in over.items()))
        return
    best = min(by_hand, key=lambda name: measured[name].cpu)
    print(table.usages(measured, best, dict.fromkeys(measured, ""), ""))
    print("".join(f"{name}: {why}\n" for name, why in over.items()), end="")
    print(f"x is against `{best}`, the fastest by hand (CPU).")
    for name in (n for n in (CLI, SQL) if n in measured):
        wall, cpu, peak = table.ratios(measured[name], measured[best])
        print(f"{name}: {wall}x wall, {cpu}x CPU, {peak}x memory; target {case.target:g}x, at most 2000 MB")


def _agree(answers: Mapping[str, Mapping[str, object]]) -> int:
    moved = [name for name in (CLI, SQL) if name in answers and answers[name]["moved"]]
    if len({(a["rows"], a["checksum"]) for a in answers.values()}) <= 1 and not moved:
        print(f"All {len(answers)} forms gave the same rows.", flush=True)
        return 0
    for name, a in answers.items():
        print(f"  {name}: {a['rows']} rows, checksum {a['checksum']}, {a['moved']} out of order")
    print("ERROR: the forms disagree, or fcompile left the spine's order", flush=True)
    return 1


def _fcompile(folder: Path, shape: str, view: str, limit: float) -> list[Form]:
    """The command as a user runs it, and the SQL that it prints run without it."""
    spine = folder / f"spine_{shape}.parquet"
    command = (str(FCOMPILE), "historical", "-q", "-p", str(folder), "-f", view, "--spine", str(spine))
    output = _output(folder, CLI)
    try:
        select = run((*command, "--sql")).stdout.strip().rstrip(";")
    except (RunFailed, OSError) as error:
        note(f"fcompile is left out: {error}")
        return []
    cli = Form(CLI, (*command, "-o", str(output)), lambda: output.unlink(missing_ok=True), limit)
    return [cli, _script(folder, SQL, select, limit)]


def _script(folder: Path, name: str, select: str, limit: float) -> Form:
    """A form that copies a SELECT's rows to a Parquet file; file names in it are relative to the folder."""
    output = _output(folder, name)
    script = output.with_suffix(".sql")
    settings = f"{_SETTINGS}SET file_search_path = '{folder}';\n"
    script.write_text(f"{settings}COPY (\n{select}\n) TO '{output}' (FORMAT parquet);\n", "utf-8")
    command = (PYTHON, "-m", "benchmarks.engine", "run", str(script))
    return Form(name, command, lambda: output.unlink(missing_ok=True), limit)


def _output(folder: Path, name: str) -> Path:
    return folder / "results" / ("windows_" + "".join(c if c.isalnum() else "_" for c in name) + ".parquet")


def _answer(folder: Path, name: str, columns: str) -> dict[str, object]:
    command = ("answer", f"'{_output(folder, name)}'", "--columns", columns)
    return dict(json.loads(run((PYTHON, "-m", "benchmarks.engine", *command)).stdout))


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 10M events and 100k spine rows")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that a form may take")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--shape", choices=[shape.name for shape in window_data.SHAPES])
    parser.add_argument("--by-hand", action="store_true", help="only the forms written by hand")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
