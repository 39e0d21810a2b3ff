"""Signals that end the command: SIGTERM as Ctrl-C does, and neither with a traceback, however early it comes.

Nothing heavy is imported here: a signal may come while the rest is still being imported. Only the command uses this;
who imports fcompile keeps the signals of their own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

WATCHER = "fcompile-signals"
"""The name of the thread that waits for signals; it holds nothing."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_came: list[int] = []
_cancels: list[Callable[[], object]] = []


def leave_at_once() -> None:
    """From now on a signal ends the process, for times at which nothing is to be taken back."""
    _handle(lambda number, _: os._exit(128 + number))


def raise_interrupts() -> None:
    """From now on a signal is a KeyboardInterrupt, and what is ``interruptible`` is cancelled."""
    import threading

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader,), name=WATCHER, daemon=True).start()
    _handle(_interrupt)


def obey_the_parent() -> None:
    """In a forked process: Ctrl-C is the parent's to handle, and SIGTERM, by which it ends this one, is at once."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def code_of_signal() -> int | None:
    """Return the exit code of the first signal that was raised; None where none was."""
    return 128 + _came[0] if _came else None


@contextmanager
def interruptible(cancel: Callable[[], object]) -> Iterator[None]:
    """Around calls into an engine that do not return when a signal comes: ``cancel`` is then called by a thread.

    Python may raise a signal's KeyboardInterrupt where it is lost, in a callback of C: then it comes here.
    """
    if _came:
        raise KeyboardInterrupt
    _cancels.append(cancel)
    try:
        yield
    finally:
        _cancels.remove(cancel)


def _handle(handler: Callable[[int, FrameType | None], object]) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` and shells ask for
            signal.signal(number, handler)


def _interrupt(number: int, _: FrameType | None) -> None:
    _came.append(number)
    if number == signal.SIGTERM:
        # `timeout` sends it twice, and the second would stop what the first has to take back.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _watch(reader: int) -> None:
    while os.read(reader, 1)[0] not in _SIGNALS:
        pass
    while True:
        for cancel in tuple(_cancels):
            with suppress(Exception):  # it may have ended by itself
                cancel()
        time.sleep(0.5)
