"""Cold `check` and `build` of a generated project: 1,000 views with ten features each.

python benchmarks/compile.py [--scale 0.1] [--repeats 3]
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, project, table
from benchmarks.processes import FCOMPILE, Form, forget, interleaved

VIEWS = 1000
TARGET = 8.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 1,000 views")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    views = max(1, int(VIEWS * args.scale))
    folder = project.big(data.FOLDER / f"views-{views}", views)
    size = sum(file.stat().st_size for file in folder.glob("featuredefs/*.yaml"))
    print(f"compiling {views} views of ten features, {size / 1e6:.1f} MB of YAML, median of {args.repeats}")
    print(f"{table.environment()}\n", flush=True)
    measured = interleaved(_forms(folder), args.repeats)
    rows = [
        (n, f"{u.wall:.2f}", f"{u.cpu:.2f}", f"{u.peak:.0f}", f"{1e3 * u.cpu / views:.1f}")
        for n, u in measured.items()
    ]
    print(table.text(("command", "wall s", "CPU s", "peak MB", "CPU ms a view"), rows))
    written = len(list((folder / "sql").rglob("*.sql")))
    print(f"{written} files of SQL written; target {TARGET * args.scale:g} s CPU each")
    return 0


def _forms(folder: Path) -> tuple[Form, ...]:
    """Cold: nothing that an earlier run wrote is there."""
    cold = partial(forget, folder)
    where = ("-q", "-p", str(folder))
    return (
        Form("fcompile check", (str(FCOMPILE), "check", *where), cold),
        Form("fcompile build", (str(FCOMPILE), "build", *where), cold),
    )


if __name__ == "__main__":
    sys.exit(main())
