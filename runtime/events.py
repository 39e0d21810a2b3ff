"""What long work says while it goes on; the console draws it, the JSON log writes it, the API ignores it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """``total`` items of ``work`` ("materialize", "historical", "build", "test") begin; 0 = not known."""

    work: str
    total: int


@dataclass(frozen=True, slots=True)
class Advanced:
    """Item ``name`` is under way: ``rows`` done so far."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Item ``name`` ended. ``status``: OK, WARN, ERROR or SKIP; ``seconds`` of wall time."""

    name: str
    status: str
    rows: int
    seconds: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the user that belongs to no item."""

    message: str


Event = Started | Advanced | Finished | Note
Report = Callable[[Event], None]


def silent(event: Event) -> None:
    """Report nothing."""
