"""What a person sees: the commands on a terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

WIDTH = 60
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(folder: Path, *argv: str) -> list[str]:
    """Run the command on a terminal of ``WIDTH`` columns; return its lines, without what moves the cursor."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    env = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": str(WIDTH)}
    command = [sys.executable, "-m", "fcompile.cli", *argv]
    with subprocess.Popen(
        command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = b"".join(iter(lambda: _read(ours), b"")).decode()
    os.close(ours)
    assert process.returncode == 0, seen
    return _STEERING.sub("", seen).splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_the_list_of_objects_does_not_wrap(shop: Path) -> None:
    lines = on_terminal(shop, "ls")
    assert lines[0].startswith("kind             name")
    assert all(len(line) <= WIDTH for line in lines)


def test_the_preview_of_a_training_set_does_not_wrap_and_says_what_it_leaves_out(shop: Path) -> None:
    rows = "SELECT 1 AS customer_id, range AS n, TIMESTAMP '2026-01-15 11:00' AS event_timestamp"
    spine = f"{rows} FROM range(30)"
    lines = on_terminal(shop, "historical", "-f", "churn_v1", "--spine", spine)
    table = lines[next(n for n, line in enumerate(lines) if line.startswith("----")) :]
    assert len(table) > 20
    assert all(len(line) <= WIDTH for line in table)
    assert "... more columns: -o FILE writes them all" in table
    assert "... 10 more rows: -o FILE writes them all" in table


@pytest.mark.parametrize(("argv", "work"), [(("run",), "materialize"), (("test",), "test")])
def test_long_work_draws_a_bar_and_takes_it_away(shop: Path, argv: tuple[str, ...], work: str) -> None:
    lines = on_terminal(shop, *argv)
    assert any("\u2501" in line and work in line for line in lines)
    assert "\u2501" not in lines[-1]
    assert lines[-1].rstrip().startswith("Done. OK=") or "Done. OK=" in "".join(lines[-3:])
