"""What the servers of emulators have in common; run by their own processes, beside their own packages."""

from __future__ import annotations

import os
import resource
import sys
import threading

MOST_MEMORY = 6 * 2**30
"""Bytes of addresses: beyond them the server fails, and not the machine."""


def bounded() -> None:
    """Bound this process's memory, and end it when the process that started it has ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    threading.Thread(target=_end_with_the_starter, daemon=True).start()


def _end_with_the_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
