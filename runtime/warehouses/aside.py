"""Calls into a driver that waits in its own code, where Ctrl-C is not heard: a thread makes them meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

_LOOK = 0.1
"""Seconds between two looks for Ctrl-C."""


def aside(action: Callable[[], object], name: str) -> None:
    """Do it in a thread called ``name``, and raise what it raises; a KeyboardInterrupt leaves the thread behind."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:  # raised again by whoever waits
            failed.append(error)

    worker = threading.Thread(target=run, name=name, daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(_LOOK)
    if failed:
        raise failed[0]
