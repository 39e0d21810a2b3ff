"""Servers end with the process that started them also when that is killed and cannot end them."""

from __future__ import annotations

import atexit
import subprocess
import sys
from functools import cache
from typing import IO, Final

# Its input ends when the process that holds the other end does, whatever ends it.
_WATCH: Final = """
import contextlib, os, signal, sys
alive = set()
for line in sys.stdin:
    (alive.add if line[0] == "+" else alive.discard)(int(line[1:]))
for pid in alive:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
"""


def started(pid: int) -> None:
    """Kill this process when the present one is no more."""
    print(f"+{pid}", file=_watcher(), flush=True)


def ended(pid: int) -> None:
    """No longer: the number may be another's by now."""
    # Closed: this process is at its end.
    if not _watcher().closed:
        print(f"-{pid}", file=_watcher(), flush=True)


@cache
def _watcher() -> IO[str]:
    # A session of its own: who kills this process with its group leaves the watcher.
    command = [sys.executable, "-S", "-c", _WATCH]
    watcher = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert watcher.stdin is not None
    atexit.register(watcher.wait)
    atexit.register(watcher.stdin.close)
    return watcher.stdin
