"""Work in a forked process that is killed: everything is imported already, so that one costs milliseconds."""

from __future__ import annotations

import os
import select
import signal
import struct
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TOLD = struct.Struct("<16sq")
_LONGEST = 120.0

Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """Attributes:
    told: what the process said before its end, in order.
    killed: by a signal, from outside or by itself.
    seconds: from its first word to its end.
    """

    told: tuple[tuple[str, int], ...]
    killed: bool
    seconds: float

    def last(self, word: str) -> int | None:
        """The number that came last with the word; None if it never came."""
        return next((number for said, number in reversed(self.told) if said == word), None)


def forked(work: Callable[[Tell], None], kill_after: float | None = None) -> Ended:
    """Do ``work`` in a process of its own, killed ``kill_after`` seconds after its first word.

    Raises RuntimeError where it failed for another reason than a kill.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(work, writer)
    os.close(writer)
    try:
        return _watched(pid, reader, kill_after)
    finally:
        os.close(reader)


def _child(work: Callable[[Tell], None], writer: int) -> None:
    code = 1
    try:
        work(lambda word, number: _tell(writer, word, number))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _tell(writer: int, word: str, number: int) -> None:
    # Less than a pipe takes at once: it arrives as a whole or not at all.
    os.write(writer, _TOLD.pack(word.encode(), number))


def _watched(pid: int, reader: int, kill_after: float | None) -> Ended:
    said = b""
    begun = 0.0
    end = time.monotonic() + _LONGEST
    while True:
        left = max(0.0, end - time.monotonic())
        if not select.select([reader], [], [], left)[0]:
            os.kill(pid, signal.SIGKILL)
            # What is left of its words is there at once.
            end = time.monotonic() + _LONGEST
        data = os.read(reader, 1 << 16)
        if not data:
            break
        said += data
        if not begun:
            begun = time.monotonic()
            end = end if kill_after is None else begun + kill_after
    _, status = os.waitpid(pid, 0)
    told = tuple((word.rstrip(b"\0").decode(), number) for word, number in _TOLD.iter_unpack(said))
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status:
        raise RuntimeError(f"a loader ended with {status} after {told}")
    return Ended(told, killed, time.monotonic() - begun)


def kill_at(name: str, time_: int) -> Callable[[str], None]:
    """Kill the process when it comes to failpoint ``name`` for that time."""
    seen: Counter[str] = Counter()

    def failpoint(reached: str) -> None:
        seen[reached] += 1
        if reached == name and seen[reached] == time_:
            os.kill(os.getpid(), signal.SIGKILL)

    return failpoint


def nothing(name: str) -> None:
    """Go on."""


def started(work: Callable[[], None], closing: Sequence[int]) -> int:
    """Do ``work`` in a process of its own, which first closes the descriptors ``closing``; return its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for descriptor in closing:
            os.close(descriptor)
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended_well(pid: int) -> bool:
    """Wait for the end of a process."""
    return os.waitpid(pid, 0)[1] == 0
