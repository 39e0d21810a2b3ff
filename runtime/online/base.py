"""What fcompile needs of an online store.

A store holds one row an entity and view: its version (event time, created, load sequence) and an opaque
payload. It compares versions and never looks into payloads; ``runtime/online/codec.py`` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fcompile.compiler.errors import Diagnostic, FcompileError, did_you_mean


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """One entity's row of one view. Times are microseconds since 1970, UTC.

    Attributes:
        key: canonical text of the join key values.
        created: None sorts before every value.
        schema: text that says what the payload holds.
    """

    key: str
    event: int
    created: int | None
    sequence: int
    schema: str
    payload: str


class OnlineStore(Protocol):
    """The rows of one project. Errors come as FcompileError (FC506, FC507); readers are never blocked.

    Any number of threads may use one.
    """

    def identity(self) -> str:
        """Return a text made with the store: another one means that what was loaded is gone."""

    def write(self, view: str, rows: Sequence[OnlineRow], floor: int) -> None:
        """Store all of ``rows`` or none, where each is newer than what stands; raise unless that is certain.

        Newer is the greater (event, created NULLS first, sequence). A sequence below ``floor``, the greatest
        ever given for the view, loses always: as the row that stands and as the one that comes.
        """

    def prune(self, view: str, floor: int) -> int:
        """Delete the rows with a sequence below ``floor``; return how many."""

    def read(self, view: str, keys: Sequence[str]) -> Mapping[str, OnlineRow]:
        """Return the rows that there are, by key, all as of one instant of the view."""

    def drop(self, view: str) -> None:
        """Delete everything of a view; idempotent."""

    def close(self) -> None:
        """Let go of all connections; idempotent. What another thread is at is ended first."""


Opener = Callable[[object, Path, str], OnlineStore]
LATER = ("redis", "postgres", "dynamodb")


def not_there(kind: str, known: Sequence[str]) -> FcompileError:
    """Return the error for an online store type without an adapter (FC951)."""
    if kind in LATER:
        message = f"the online store `{kind}` is not there yet"
        return FcompileError(Diagnostic("FC951", message, hint="write `online: {type: sqlite}`"))
    hint = did_you_mean(kind, known) or "write `online: {type: sqlite}`"
    return FcompileError(Diagnostic("FC951", f"`{kind}` is no online store", hint=hint))
