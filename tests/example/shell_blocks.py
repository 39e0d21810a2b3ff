"""Reads the commands of a page of docs, and what they are said to print.

A block marked ``sh`` is a command that readers run; a block marked ``text`` right after it is what it prints,
on both streams. Blocks marked otherwise are only to read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```sh\n(?P<command>.*?)^```\n(?:\n?```text\n(?P<output>.*?)^```\n)?", re.M | re.S)
_CLOCK = re.compile(r"^\d\d:\d\d:\d\d ", re.M)
_SECONDS = re.compile(r"\b\d+(\.\d+)?s\b|\b\d+m ?\d+s\b")


@dataclass(frozen=True)
class Block:
    command: str
    output: str | None


def blocks(page: str) -> list[Block]:
    return [Block(m["command"], m["output"]) for m in _BLOCK.finditer(page)]


def without_clock(text: str) -> str:
    """Return what does not depend on when and how fast it ran."""
    lines = (line.rstrip() for line in _SECONDS.sub("0s", _CLOCK.sub("00:00:00 ", text)).splitlines())
    return "\n".join(lines).strip()


def copy_example(folder: Path) -> None:
    """Copy the example project and the quickstart's scripts into ``folder``: state of its own, nothing shared."""
    shutil.copy(ROOT / "fcompile.yaml", folder)
    shutil.copytree(ROOT / "featuredefs", folder / "featuredefs")
    shutil.copytree(ROOT / "sql", folder / "sql")
    (folder / "docs/tutorial").mkdir(parents=True)
    for script in ("correlation.py", "by_hand.py"):
        shutil.copy(ROOT / "docs/tutorial" / script, folder / "docs/tutorial")


def run(command: str, folder: Path) -> str:
    """Run one block with bash in ``folder``, stopping at the first failure; return what both streams show.

    ``fcompile`` and ``python`` are those of the tests' own environment, activated or not.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(folder), "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}"
    return done.stdout


def rewritten(page: str, folder: Path) -> str:
    """Return the page with what its commands print now, run top to bottom in ``folder``."""

    def again(match: re.Match[str]) -> str:
        output = run(match["command"], folder)
        if match["output"] is None:
            return match[0]
        body = "\n".join(line.rstrip() for line in output.splitlines()).strip("\n")
        return f"```sh\n{match['command']}```\n\n```text\n{body}\n```\n"

    return _BLOCK.sub(again, page)
