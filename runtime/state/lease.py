"""Who may write a view: a lease that expires, with a token that only grows.

A lease is held by one process for some views. It ends when it is released, when it is not renewed for
``LEASE_SECONDS``, or when its process is dead and was on this machine. Who takes it over gets a greater
token, and everything the former holder still tries to commit is refused by that token.
"""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fcompile.compiler.errors import FcompileError

LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A process.

    Attributes:
        started: tells it from a later one of the same number, as "ticks@space", where the space is the machine
            since it was switched on, with the container; empty where not known.
    """

    host: str
    pid: int
    started: str

    def is_dead(self) -> bool:
        """True only if the process was on this machine and is certainly gone."""
        space = self.started.partition("@")[2]
        if self.host != socket.gethostname() or space not in ("", _space()):
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return self.started != _started(self.pid)


@dataclass(frozen=True, slots=True)
class Lease:
    token: int
    views: tuple[str, ...]
    owner: Owner


def this_process() -> Owner:
    pid = os.getpid()
    return Owner(socket.gethostname(), pid, _started(pid))


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return f"@{_space()}"
    # The name in parentheses may hold spaces; a zombie process ("Z") runs no more.
    fields = stat.rpartition(")")[2].split()
    return "dead" if fields[0] in "ZX" else f"{fields[19]}@{_space()}"


@cache
def _space() -> str:
    """Where a process's number means that process: machines may share a host's name, and containers as well."""
    container = ""
    with suppress(OSError):
        container = str(Path("/proc/self/ns/pid").readlink())
    try:
        machine = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        machine = f"{uuid.getnode():x}"
    return f"{container}/{machine}"


class Heartbeat:
    """Renews a lease from a thread while a long statement runs; a failure shows at the next step."""

    def __init__(self, renew: Callable[[], None], every: float = LEASE_SECONDS / 3) -> None:
        self._renew = renew
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="fcompile-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._every):
            with suppress(FcompileError):  # the file may only be busy: the next beat, or step, will tell
                self._renew()
