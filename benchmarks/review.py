"""`check`, `build` and `diff` of a large project: cold, warm, and after one file changed.

python benchmarks/review.py [--scale 0.1] [--repeats 3] [--folder /dev/shm]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, review_project, table
from benchmarks.processes import FCOMPILE, PYTHON, Form, Usage, forget, interleaved, median

VIEWS = 1000
TARGETS = {"cold": 8.0, "warm": 2.0, "build, one file": 0.5, "build --watch, one file": 0.5}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 1,000 views")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="of the project; default: benchmarks/data")
    args = parser.parse_args()
    views = max(1, int(VIEWS * args.scale))
    folder = review_project.write((args.folder or data.FOLDER) / f"review-{views}", views)
    _commit(folder)
    print(f"{views} views of ten features in {review_project.FILES} files, median of {args.repeats}")
    print(f"{table.environment()}\n", flush=True)
    measured = {**interleaved(_forms(folder), args.repeats)}
    measured["build --watch, one file"] = _watched(folder, 4 * args.repeats)
    rows = []
    for name, used in measured.items():
        target = TARGETS.get(name, TARGETS.get(name.partition(", ")[2]))
        aim = (
            (f"{target:g}", f"{used.wall / target:.2f}", f"{used.cpu / target:.2f}") if target else ("-",) * 3
        )
        peak = f"{used.peak:.0f}" if used.peak else "-"
        rows.append((name, f"{used.wall:.2f}", f"{used.cpu:.2f}", peak, *aim))
    header = ("command", "wall s", "CPU s", "peak MB", "target s", "wall x", "CPU x")
    print(table.text(header, rows))
    return 0


def _forms(folder: Path) -> tuple[Form, ...]:
    """Each in a process of its own, which starts Python and imports what it needs.

    "warm" follows the same command; "one file" follows an edit of one expression in one of the files.
    """
    cold = partial(forget, folder)
    rounds = iter(range(1, 1_000_000))

    def edit() -> None:
        review_project.change(folder, next(rounds))

    def form(name: str, *command: str, prepare: Callable[[], None] = lambda: None) -> Form:
        return Form(name, (str(FCOMPILE), *command, "-q", "-p", str(folder)), prepare)

    return (
        Form("python, and fcompile version", (str(FCOMPILE), "version")),
        Form("imports of a build alone", (PYTHON, "-c", _IMPORTS)),
        form("check, cold", "check", prepare=cold),
        form("check, warm", "check"),
        form("check, one file", "check", prepare=edit),
        form("diff, cold", "diff", "--base", "HEAD", prepare=cold),
        form("diff, warm", "diff", "--base", "HEAD"),
        form("build, cold", "build", prepare=cold),
        form("build, warm", "build"),
        form("build, one file", "build", prepare=edit),
    )


_IMPORTS = (
    "import fcompile.cli, fcompile.runtime.project, fcompile.compiler.build, fcompile.compiler.manifest"
)


def _commit(folder: Path) -> None:
    """Make the project's first state a commit: what `diff` compares with."""
    if (folder / ".git").exists():
        shutil.rmtree(folder / ".git")
    (folder / ".gitignore").write_text(".fcompile/\nsql/\n", "utf-8")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(("git", "-C", str(folder), *command), check=True)


def _watched(folder: Path, count: int) -> Usage:
    """Time a build after an edit in a process that is up, as `build --watch` is; the first one imports."""
    from fcompile.commands.app import app
    from fcompile.runtime.console.entry import run_command

    times: list[Usage] = []
    for number in range(count + 1):
        review_project.change(folder, 2_000_000 + number)
        wall, cpu = time.perf_counter(), time.process_time()
        run_command(app, ["build", "-q", "-p", str(folder)])
        times.append(Usage(time.perf_counter() - wall, time.process_time() - cpu, 0.0))
    return median(times[1:])


if __name__ == "__main__":
    sys.exit(main())
