"""`check`, `build` and `diff` of a large project: cold, warm, and after one file changed.

python benchmarks/review.py [--scale 0.1] [--repeats 3]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import data, review_project, table
from benchmarks.processes import FCOMPILE, PYTHON, Form, forget, interleaved

VIEWS = 1000
TARGETS = {"cold": 8.0, "warm": 2.0, "build, one file": 0.5}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 1,000 views")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    views = max(1, int(VIEWS * args.scale))
    folder = review_project.write(data.FOLDER / f"review-{views}", views)
    _commit(folder)
    print(f"{views} views of ten features in {review_project.FILES} files, median of {args.repeats}")
    print(f"{table.environment()}\n", flush=True)
    measured = interleaved(_forms(folder), args.repeats)
    rows = []
    for name, used in measured.items():
        target = TARGETS.get(name, TARGETS.get(name.partition(", ")[2]))
        aim = (
            (f"{target:g}", f"{used.wall / target:.2f}", f"{used.cpu / target:.2f}") if target else ("-",) * 3
        )
        rows.append((name, f"{used.wall:.2f}", f"{used.cpu:.2f}", f"{used.peak:.0f}", *aim))
    header = ("command", "wall s", "CPU s", "peak MB", "target s", "wall x", "CPU x")
    print(table.text(header, rows))
    print(_in_memory(folder, 1 + 4 * args.repeats))
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


def _in_memory(folder: Path, count: int) -> str:
    """Time what an edit costs in a process that is up: to bind anew with a memory, and to compile what changed."""
    from fcompile.compiler.bind import bind
    from fcompile.compiler.bind.memory import Memory, digests
    from fcompile.compiler.build import unit_files, units_of
    from fcompile.runtime.project import load_project

    files = dict(load_project(folder).files)
    memory = Memory()
    bind(files, memory=memory)
    times: list[float] = []
    for number in range(count):
        before = digests(memory)
        text = files[review_project.CHANGED]
        files[review_project.CHANGED] = text.replace("age >= ", f"age >= {number + 1}", 1)
        begin = time.process_time()
        definitions, after = bind(files, memory=memory).definitions, digests(memory)
        for unit in units_of(definitions, "duckdb"):
            key = unit.kind, unit.definition.name
            if after[key] != before.get(key):
                unit_files(unit, "bench", "features")
        if number:  # the first one imports
            times.append(time.process_time() - begin)
    return (
        f"one file in a process that is up, bound and compiled: {1e3 * statistics.median(times):.0f} ms CPU"
    )


if __name__ == "__main__":
    sys.exit(main())
