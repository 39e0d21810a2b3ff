"""Emulators whose packages do not go with ours: installed in a folder of their own, started as servers.

The folder stands before the environment's packages on a server's path, so that it holds only what differs. pip makes
it where a test first needs it, and it stays in the environment.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

INSTALLS_WITHIN = 180.0
STARTS_WITHIN = 60.0
_PIP = ("-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1", "--disable-pip-version-check")


def served(name: str, packages: tuple[str, ...], script: Path, ports: int = 1) -> tuple[int, ...]:
    """Start ``script PORT ..`` with ``packages`` and return the ports it listens at; it ends with this process.

    Where the packages cannot be installed, as without a package index, the test is skipped.
    """
    folder = installed(name, packages)
    if isinstance(folder, str):
        pytest.skip(folder)
    given = _free_ports(ports)
    # The server reads its input, which ends when this process does, however it does.
    server = subprocess.Popen(
        [sys.executable, str(script), *map(str, given)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(server.kill)
    for port in given:
        _wait_for(port, server)
    return given


def _free_ports(count: int) -> tuple[int, ...]:
    with ExitStack() as sockets:
        found = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for free in found:
            free.bind(("127.0.0.1", 0))
        return tuple(int(free.getsockname()[1]) for free in found)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{server.args!r} did not start: {server.poll()}")


@cache
def installed(name: str, packages: tuple[str, ...], root: Path | None = None) -> Path | str:
    """Return a folder of ``root`` (of the environment) with these packages and no others, or why there is none.

    Two processes that ask for one at a time install it once; a folder of other packages or versions is made anew.
    """
    folder = (root or Path(sys.prefix) / "engines") / name
    made, wanted = folder / "made-of", "\n".join(packages)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists() or made.read_text() != wanted:
                shutil.rmtree(folder, ignore_errors=True)
                command = [sys.executable, *_PIP, "--target", str(folder), *packages]
                subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALLS_WITHIN)
                made.write_text(wanted)
    except (subprocess.SubprocessError, OSError) as error:
        return f"{name} cannot be installed: {(getattr(error, 'stderr', None) or str(error))[-300:]}"
    return folder
