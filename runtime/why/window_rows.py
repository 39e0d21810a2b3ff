"""The rows of a key, each judged for each window by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.why.keys import key_parameters
from fcompile.runtime.why.question import Question
from fcompile.runtime.why.window_query import window_query


@dataclass(frozen=True, slots=True)
class Mark:
    """How a row fares in one window.

    Attributes:
        inside: it counts.
        rank: its place, or its value's, among those that the function may take; None where it takes all.
        repeated: a newer row inside has the same value; only where values are ranked.
        times: how often its value occurs inside; only where values are ranked.
    """

    inside: bool
    rank: int | None
    repeated: bool
    times: int


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the key, in the order newest first. ``place`` counts from 1 over all rows of the key.

    ``passes`` is the view's filter; ``filters``, ``values`` and ``marks`` follow the question's filters,
    inputs and features. Times are naive UTC.
    """

    place: int
    event: datetime | None
    known: datetime | None
    created: datetime | None
    passes: bool
    filters: tuple[bool, ...]
    values: tuple[object, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows that are shown, and counts of all: of the key, and inside each feature's window."""

    rows: tuple[Found, ...]
    in_all: int
    inside: tuple[int, ...]


def find(warehouse: Warehouse, question: Question, key: Mapping[str, object]) -> FoundRows:
    """Return the rows of ``key``: all where they are few, else those at the windows' ends and those taken."""
    rows = warehouse.rows(window_query(question), {**key_parameters(key), **_times(question)})
    features = len(question.features)
    if not rows:
        return FoundRows((), 0, (0,) * features)
    counts = [_whole(value) for value in rows[0][: features + 1]]
    return FoundRows(
        tuple(_read(question, row[features + 1 :]) for row in rows), counts[0], tuple(counts[1:])
    )


def _times(question: Question) -> dict[str, object]:
    bounds = question.bounds
    begins = {f"begin_{n}": bounds.begin(length) for n, length in enumerate(question.lengths)}
    known = {name: value for name, value in begins.items() if value is not None}
    return {"until": bounds.end, "known_by": bounds.known_by, **known}


def _read(question: Question, row: Sequence[object]) -> Found:
    place, event, known, created, passes, *rest = row
    filters, values = len(question.filters), len(question.inputs)
    marks = rest[filters + values :]
    return Found(
        _whole(place),
        _time(event),
        _time(known),
        _time(created),
        bool(passes),
        tuple(bool(each) for each in rest[:filters]),
        tuple(rest[filters : filters + values]),
        tuple(_mark(marks[n : n + 4]) for n in range(0, len(marks), 4)),
    )


def _mark(columns: Sequence[object]) -> Mark:
    inside, rank, repeated, times = columns
    return Mark(bool(inside), None if rank is None else _whole(rank), bool(repeated), _whole(times))


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101  the statement counts
    return value


def _time(value: object) -> datetime | None:
    assert value is None or isinstance(value, datetime)  # noqa: S101  the statement casts it
    return value
