"""The latest row of each of 100k entities out of 10M rows: what a full refresh runs, against queries by hand.

    python benchmarks/latest.py [--scale 0.1] [--repeats 3]

Every form makes a table in a new database file, in a process of its own. Exits with 1 if two forms differ.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, handwritten, project, table
from benchmarks.processes import FCOMPILE, PYTHON, Form, RunFailed, interleaved, note, run

CLI = "fcompile run"
SQL = "fcompile's SQL alone"
VIEW = "uniform"
_TABLE = "features.bench__uniform"
_COLUMNS = ", ".join(("k", *data.FEATURES))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 10M rows of 100k entities")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    folder = project.measured(data.folder(args.scale))
    (folder / "results").mkdir(exist_ok=True)
    print(
        f"latest row per entity, scale {args.scale:g}, median of {args.repeats}\n{table.environment()}\n",
        flush=True,
    )
    selects = handwritten.latest(folder / f"{VIEW}.parquet")
    forms = [_by_hand(folder, name, select) for name, select in selects.items()]
    forms += _fcompile(folder)
    measured = interleaved(forms, args.repeats)
    best = min(selects, key=lambda name: measured[name].cpu)
    answers = {form.name: _answer(folder, form.name) for form in forms}
    print(table.usages(measured, best, {name: str(a["rows"]) for name, a in answers.items()}, "entities"))
    print(f"x is against `{best}`, the fastest by hand (CPU).")
    return _agree(answers)


def _agree(answers: dict[str, dict[str, object]]) -> int:
    if len({(a["rows"], a["checksum"]) for a in answers.values()}) == 1:
        print(f"All {len(answers)} forms gave the same rows.")
        return 0
    for name, answer in answers.items():
        print(f"  {name}: {answer['rows']} rows, checksum {answer['checksum']}")
    print("ERROR: the forms disagree")
    return 1


def _by_hand(folder: Path, name: str, select: str) -> Form:
    return _script(folder, name, f"CREATE SCHEMA features;\nCREATE TABLE {_TABLE} AS\n{select};\n")


def _fcompile(folder: Path) -> list[Form]:
    """The command as a user runs it (warehouse only), and its committed SQL run without it."""
    command = (
        str(FCOMPILE),
        "run",
        "-q",
        "-p",
        str(folder),
        "-s",
        VIEW,
        "--warehouse-only",
        "--full-refresh",
    )
    end = data.END.replace(" ", "T") + "Z"
    try:
        script = _committed(folder)
    except (RunFailed, OSError) as error:
        note(f"fcompile is left out: {error}")
        return []
    # every run starts without the state of the one before
    cli = Form(CLI, (*command, "--end", end), lambda: shutil.rmtree(folder / ".fcompile", ignore_errors=True))
    return [cli, _script(folder, SQL, script)]


def _committed(folder: Path) -> str:
    """The statements that `fcompile build` writes for the view, with the values a full refresh binds."""
    run((str(FCOMPILE), "build", "-q", "-p", str(folder)))
    text = (folder / "sql" / "duckdb" / "feature_views" / VIEW / "materialize.sql").read_text("utf-8")
    bound = {"as_of": f"TIMESTAMP '{data.END}'", "since": "NULL", "sequence": "1", "newest": "TRUE"}
    for name, value in bound.items():
        text = text.replace(f"${name}", value)
    return f"SET file_search_path = '{folder}';\n{text}"


def _script(folder: Path, name: str, statements: str) -> Form:
    database = _database(folder, name)
    script = database.with_suffix(".sql")
    script.write_text(statements, "utf-8")
    command = (PYTHON, "-m", "benchmarks.engine", "run", str(script), "--database", str(database))
    return Form(name, command, lambda: database.unlink(missing_ok=True))


def _answer(folder: Path, name: str) -> dict[str, object]:
    command = ("answer", _TABLE, "--columns", _COLUMNS, "--database", str(_database(folder, name)))
    return dict(json.loads(run((PYTHON, "-m", "benchmarks.engine", *command)).stdout))


def _database(folder: Path, name: str) -> Path:
    if name == CLI:
        return folder / ".fcompile" / "dev.duckdb"
    return folder / "results" / ("latest_" + "".join(c if c.isalnum() else "_" for c in name) + ".duckdb")


if __name__ == "__main__":
    sys.exit(main())
