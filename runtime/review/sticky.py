"""One comment a pull request, found again by its marker and edited on each push."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fcompile.runtime.review.api import Api, ApiError
from fcompile.runtime.review.comment import MARKER

_WAITS = (1.0, 3.0, 9.0)
"""Seconds before another try."""

Wait = Callable[[float], None]


class Posted(StrEnum):
    """What became of the comment; ``READ_ONLY``: the token of a fork's or Dependabot's run may only read."""

    NEW = "posted"
    EDITED = "edited"
    SAME = "unchanged"
    READ_ONLY = "not posted"


@dataclass(frozen=True, slots=True)
class Comment:
    """``author``: its name; ``is_bot``: it is no person."""

    id: int
    body: str
    author: str
    is_bot: bool


class Thread(Protocol):
    """The comments of one pull request. Every call may raise ApiError."""

    @property
    def api(self) -> Api: ...

    def comments(self) -> Iterator[Comment]:
        """Yield all of them, the oldest first."""

    def write(self, text: str, id: int | None) -> None:
        """Make a comment, or edit the one of ``id``."""


def post(thread: Thread, text: str, *, may_write: bool = True, wait: Wait = time.sleep) -> Posted:
    """Bring the pull request's comment to ``text``, which begins with the marker.

    A try that fails for a passing reason is repeated from the start, so that a comment that was made before it
    failed is edited, and not made twice. ``may_write`` False: that the service refuses is no error.

    Raises:
        UnavailableError: the service does not answer, after four tries (FC562).
        FcompileError: it refuses (FC561).
    """
    for pause in (*_WAITS, None):
        reached = False
        try:
            found = _own(thread)
            reached = True
            return _written(thread, found, text)
        except ApiError as error:
            if error.status == 403 and not may_write:
                return Posted.READ_ONLY
            gone = error.status == 404 and reached  # somebody deleted it just now
            if pause is None or not (error.passes or gone):
                raise thread.api.refused(error) from None
            wait(pause)
    raise AssertionError("the last try returns or raises")


def _written(thread: Thread, found: Comment | None, text: str) -> Posted:
    if found is None:
        thread.write(text, None)
        return Posted.NEW
    if found.body.replace("\r\n", "\n").strip() == text.strip():
        return Posted.SAME
    thread.write(text, found.id)
    return Posted.EDITED


def _own(thread: Thread) -> Comment | None:
    """Return the oldest comment with the marker that the token's own user wrote: anybody can write a marker."""
    marked = [each for each in thread.comments() if each.body.startswith(MARKER)]
    if not marked:
        return None
    who = thread.api.who()
    return next((each for each in marked if (each.author == who if who else each.is_bot)), None)
