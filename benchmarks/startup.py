"""What it costs to start: CPU seconds of `fcompile --help`, next to bare Python and one import of DuckDB.

python benchmarks/startup.py [--repeats 7]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import table
from benchmarks.processes import FCOMPILE, PYTHON, Form, interleaved

TARGET = 0.3
HELP = "fcompile --help"
FORMS = (
    Form("python -c pass", (PYTHON, "-c", "pass")),
    Form("import duckdb", (PYTHON, "-c", "import duckdb")),
    Form("fcompile version", (str(FCOMPILE), "version")),
    Form(HELP, (str(FCOMPILE), "--help")),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    print(f"start-up, median of {args.repeats}\n{table.environment()}\n", flush=True)
    measured = interleaved(FORMS, args.repeats)
    rows = [(name, f"{u.wall:.3f}", f"{u.cpu:.3f}", f"{u.peak:.0f}") for name, u in measured.items()]
    print(table.text(("command", "wall s", "CPU s", "peak MB"), rows))
    print(f"{HELP}: {measured[HELP].cpu:.2f} s CPU, target {TARGET} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
