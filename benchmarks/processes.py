"""One measured run is one fresh process: its seconds and its peak memory are its own.

The parent must stay small (it imports no engine): Linux counts the memory of the process that forks
a child into the child's peak.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
FCOMPILE = Path(PYTHON).with_name("fcompile")
LIMIT_SECONDS = 300.0


class RunFailed(Exception):
    """The command of a form did not exit with 0; the text is what it wrote."""


class RanOver(RunFailed):
    """The command did not end within its limit."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took, start-up included: seconds, and the peak of its resident memory in MB (1e6 bytes).

    ``engine`` is the wall time of the engine alone, where the process tells it, else None.
    """

    wall: float
    cpu: float
    peak: float
    engine: float | None = None
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to get the answer: a command; ``prepare`` runs before each run and is not measured."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[], None] = lambda: None
    limit: float = LIMIT_SECONDS


def forget(folder: Path) -> None:
    """Remove what commands wrote into a project's folder, so that the next one starts cold."""
    for name in ("sql", ".fcompile"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Return this process's, with compiled modules kept, as they are where fcompile is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], limit: float = LIMIT_SECONDS) -> Usage:
    """Run to the end and return what it took.

    Raises RanOver after ``limit`` seconds, RunFailed on another exit code than 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdout=out, stderr=err, stdin=subprocess.DEVNULL
        )
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout, stderr = (_text(f.fileno()) for f in (out, err))
    if process.returncode != 0 and wall >= limit:
        raise RanOver(f"`{' '.join(command)}` was ended after {limit:g} s")
    if process.returncode != 0:
        raise RunFailed(f"`{' '.join(command)}` exited with {process.returncode}:\n{stdout}{stderr}")
    return Usage(wall, used.ru_utime + used.ru_stime, _bytes(used.ru_maxrss) / 1e6, _engine(stdout), stdout)


def interleaved(forms: Sequence[Form], repeats: int) -> Mapping[str, Usage]:
    """The median of each figure over ``repeats`` rounds A B C, A B C: a slow minute falls on every form."""
    runs: dict[str, list[Usage]] = {form.name: [] for form in forms}
    for round_number in range(repeats):
        for form in forms:
            note(f"  round {round_number + 1} of {repeats}: {form.name}")
            form.prepare()
            runs[form.name].append(run(form.command, form.limit))
    return {name: median(usages) for name, usages in runs.items()}


def within_limits(forms: Sequence[Form], repeats: int) -> tuple[Mapping[str, Usage], Mapping[str, str]]:
    """As ``interleaved``, and name -> why of the forms that ran out of time or memory: they run no second time."""
    over: dict[str, str] = {}
    measured: dict[str, list[Usage]] = {form.name: [] for form in forms}
    for round_number in range(repeats):
        for form in (f for f in forms if f.name not in over):
            note(f"  round {round_number + 1} of {repeats}: {form.name}")
            form.prepare()
            try:
                measured[form.name].append(run(form.command, form.limit))
            except RunFailed as error:
                over[form.name] = _limit_met(form, error)
    return {n: median(usages) for n, usages in measured.items() if n not in over}, over


def _limit_met(form: Form, error: RunFailed) -> str:
    """Which limit it was; raises the error again if it was none."""
    if isinstance(error, RanOver):
        return f"over {form.limit:g} s"
    if "Out of Memory" in str(error):
        return "out of memory"
    raise error


def note(text: str) -> None:
    """Progress goes to stderr: stdout holds the tables alone."""
    print(text, file=sys.stderr, flush=True)


def median(usages: Sequence[Usage]) -> Usage:
    """The median of each figure."""
    engine = [u.engine for u in usages if u.engine is not None]
    return Usage(
        wall=statistics.median(u.wall for u in usages),
        cpu=statistics.median(u.cpu for u in usages),
        peak=statistics.median(u.peak for u in usages),
        engine=statistics.median(engine) if engine else None,
        stdout=usages[-1].stdout,
    )


def _engine(stdout: str) -> float | None:
    if not stdout.startswith('{"engine_seconds"'):
        return None
    return float(json.loads(stdout)["engine_seconds"])


def _bytes(maxrss: int) -> int:
    return maxrss if sys.platform == "darwin" else maxrss * 1024


def _text(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), encoding="utf-8", errors="replace") as file:
        return file.read()
