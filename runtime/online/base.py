"""What fcompile needs of an online store.

A store holds, for each view of a project, generations of rows: the one that readers see, the one before it, and
the one that is being built. A row is a key and a packed value whose first 24 bytes are its version
(``runtime/online/packed.py``). A store compares versions and never looks into payloads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fcompile.compiler.errors import Diagnostic, FcompileError, did_you_mean
from fcompile.runtime.online.packed import Packed


@dataclass(frozen=True, slots=True)
class Generation:
    """Rows of one view that were loaded under one schema.

    Attributes:
        number: the load sequence of the run that began it; later ones are greater.
        schema: text of the features and their dtypes (``codec.schema_text``).
        ttl: microseconds after its event time at which the store may forget a row; None keeps it.
    """

    number: int
    schema: str
    ttl: int | None = None


@dataclass(frozen=True, slots=True)
class Generations:
    """What there is of a view.

    Attributes:
        current: what readers see; None before the first load has ended.
        previous: what ``rollback`` brings back.
        building: not seen by anyone until ``flip``.
    """

    current: Generation | None = None
    previous: Generation | None = None
    building: Generation | None = None

    def find(self, number: int) -> Generation | None:
        """Return the generation of that number."""
        held = (self.current, self.previous, self.building)
        return next((g for g in held if g is not None and g.number == number), None)

    def begun(self, generation: Generation) -> Generations:
        """Return what there is when another is being built; the same where there is one of its number."""
        if self.find(generation.number) is not None:
            return self
        return Generations(self.current, self.previous, generation)

    def flipped(self, number: int) -> Generations:
        """Return what there is when readers see what was built under this number; what was current is kept."""
        if self.building is None or self.building.number != number:
            return self
        return Generations(self.building, self.current, None)

    def rolled_back(self) -> Generations:
        """Return what there is when readers see the previous one again; without one all stays."""
        if self.previous is None:
            return self
        return Generations(self.previous, self.current, self.building)

    def numbers(self) -> tuple[int, ...]:
        return tuple(g.number for g in (self.current, self.previous, self.building) if g is not None)


@dataclass(frozen=True, slots=True)
class Ask:
    """Keys of one view that are to be read; they may repeat."""

    view: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to an ``Ask``: all of one generation, as of one instant.

    Attributes:
        generation: None where the view has none, and all values are None.
        values: one a key, in order; None where there is no row or a tombstone.
    """

    generation: Generation | None
    values: Sequence[bytes | None]


class OnlineStore(Protocol):
    """The rows of one project in one target. Any number of threads and processes may use it; readers never wait.

    Errors come as FcompileError: FC506 and FC507 for a store that is not as it should be, FC521 (exit code 75) for
    one that is down or does not answer in time; after those every method may be called again with the same arguments.
    """

    @property
    def shared(self) -> bool:
        """Do others write to the same rows, or is what is held less exact than what was sent?"""

    def identity(self) -> str:
        """Return a text made with the store: another one means that what was loaded is gone."""

    def generations(self, view: str) -> Generations:
        """Return what there is of a view."""

    def begin(self, view: str, generation: Generation) -> None:
        """Make an empty generation to build; one that was being built is removed. Idempotent by its number."""

    def write(self, view: str, number: int, rows: Packed) -> int:
        """Store each of ``rows`` that is newer than what stands under its key; return how many were.

        Newer is the greater version. Raises unless it is certain that all were stored or were not newer; then any
        of them may be. Raises FC520 where the generation is not there (any more).
        """

    def flip(self, view: str, number: int) -> None:
        """Have readers see the generation that was built; keep the current as previous, and remove what was that.

        Does nothing where it is current or previous already; raises FC520 where it is not there.
        """

    def rollback(self, view: str) -> Generations:
        """Have readers see the previous generation, and make the current the previous; raise FC522 without one."""

    def read(self, asks: Sequence[Ask]) -> list[Found]:
        """Return what readers see, one an ask, in one round trip."""

    def scan(self, view: str, number: int) -> Iterator[Packed]:
        """Yield all rows of a generation, tombstones too, in batches of any order; each key at least once."""

    def erase(self, view: str, keys: Sequence[str]) -> int:
        """Put tombstones in place of rows, in every generation; return how many of the keys had any.

        They have their rows' versions: a load of what stood there does not bring it back; what is newer does.
        """

    def drop(self, view: str) -> None:
        """Delete everything of a view; idempotent."""

    def close(self) -> None:
        """Let go of all connections; idempotent. What another thread is at is ended first."""


Opener = Callable[[object, Path, str], OnlineStore]


def unknown_store(kind: str, known: Sequence[str]) -> FcompileError:
    """Return the error for an online store type without an adapter (FC951)."""
    hint = did_you_mean(kind, known) or "write `online: {type: sqlite}`"
    return FcompileError(Diagnostic("FC951", f"`{kind}` is no online store", hint=hint))


def shown(view: str, there: Generations, number: int) -> Generations:
    """Return what there is after ``flip``; raise FC520 where the generation is not there."""
    if there.find(number) is None:
        raise gone(view, number)
    return there.flipped(number)


def gone_back(view: str, there: Generations) -> Generations:
    """Return what there is after ``rollback``; raise FC522 without a previous generation."""
    if there.previous is None:
        raise nothing_before(view)
    return there.rolled_back()


def gone(view: str, number: int) -> FcompileError:
    """Return the error for a generation that is not there (FC520)."""
    message = f"generation {number} of `{view}` is not in the online store (any more)"
    return FcompileError(Diagnostic("FC520", message, hint="run again: what is missing is loaded anew"))


def nothing_before(view: str) -> FcompileError:
    """Return the error for a view without a previous generation (FC522)."""
    message = f"`{view}` has no generation to go back to"
    return FcompileError(Diagnostic("FC522", message, hint="revert its definition, then run"))
