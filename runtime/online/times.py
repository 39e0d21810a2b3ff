"""Event times of an answer: whole microseconds, and datetimes when somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fcompile.runtime.clock import aware_of


class Times:
    """An event time an entity row.

    Attributes:
        micros: microseconds since 1970, UTC; None where there is no row.
    """

    __slots__ = ("_aware", "micros")

    def __init__(self, micros: Sequence[int | None]) -> None:
        self.micros = micros
        self._aware: tuple[datetime | None, ...] | None = None

    @property
    def aware(self) -> tuple[datetime | None, ...]:
        """The times as aware UTC datetimes. Columns of one row share them: they are made once."""
        if self._aware is None:
            self._aware = tuple([None if us is None else aware_of(us) for us in self.micros])
        return self._aware
