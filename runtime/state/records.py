"""What state knows of a view, and what became of its runs. Times are naive UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fcompile.runtime.state.intervals import Interval


@dataclass(frozen=True, slots=True)
class Pending:
    """A run that wrote, or may have written, to the warehouse and did not end.

    Attributes:
        as_of: the table may hold values up to this instant, whatever the watermark says.
        fingerprint: of the definition that may have written the table; ``REBUILD`` if it was being rebuilt.
    """

    as_of: datetime
    fingerprint: str


REBUILD = ""
"""The fingerprint of a rebuild under way: equal to no definition's, so the next run rebuilds as well."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """One view in one target; the empty one stands for a view that never ran.

    Attributes:
        watermark: the table holds values as of this instant; only a full refresh moves it back.
        loaded: the online store has every row of the table up to this sequence.
        store: identity of the online store that ``loaded`` is about.
        generation: of the view's rows there, which the loader writes to; 0 if there is none.
        fingerprint: of the definition that wrote the table; None if none did.
        intervals: known time that the table has looked at, in microseconds.
    """

    watermark: datetime | None = None
    loaded: int = 0
    store: str = ""
    generation: int = 0
    fingerprint: str | None = None
    pending: Pending | None = None
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How one run of one view ended. ``rows`` were loaded (or, with --warehouse-only, changed)."""

    view: str
    status: str
    rows: int
    seconds: float
    as_of: datetime | None
    finished: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That entities were erased from a view, when and how many: never which.

    Attributes:
        keys: entities that were asked for.
        rows: what was removed for them, wherever it was.
    """

    view: str
    erased: datetime
    keys: int
    rows: int
