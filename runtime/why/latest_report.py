"""What `why` says of a view of latest values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fcompile.runtime.clock import show
from fcompile.runtime.why.text import aligned, cell, key_text, shown

CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source row of the key. Times are naive UTC; ``known`` is its known time; ``verdict`` says its fate."""

    event: datetime | None
    known: datetime | None
    created: datetime | None
    values: tuple[object, ...]
    verdict: str

    @property
    def chosen(self) -> bool:
        return self.verdict == CHOSEN


@dataclass(frozen=True, slots=True)
class WhyReport:
    """The rows of one key, newest event first, and what the view answers at ``at`` (naive UTC).

    Attributes:
        features: names of the view's features, in declared order; ``values`` of each row follow it.
        answer: the values at ``at``: those of the chosen row, else the defaults.
        rows: at most the 1000 newest that are not later than ``at``, the 10 next later ones, and the chosen
            one in any case; ``rows_in_all`` counts the key's rows, and ``cut`` tells that some are left out.
    """

    view: str
    key: Mapping[str, object]
    at: datetime
    features: tuple[str, ...]
    answer: tuple[object, ...]
    rows: tuple[SourceRow, ...]
    rows_in_all: int

    @property
    def cut(self) -> bool:
        return self.rows_in_all > len(self.rows)

    def only(self, features: Sequence[str]) -> WhyReport:
        """Return the same of some of the features; all of them have decided which row is chosen."""
        places = [self.features.index(name) for name in features]
        rows = tuple(replace(row, values=tuple(row.values[n] for n in places)) for row in self.rows)
        answer = tuple(self.answer[n] for n in places)
        return replace(self, features=tuple(features), answer=answer, rows=rows)

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON: times as ISO 8601 text with Z, other values as they are."""
        return {
            "view": self.view,
            "key": dict(self.key),
            "at": show(self.at),
            "answer": dict(zip(self.features, self.answer, strict=True)),
            "cut": self.cut,
            "rows_in_all": self.rows_in_all,
            "rows": [
                {
                    "event_time": shown(row.event),
                    "known_time": shown(row.known),
                    "created": shown(row.created),
                    "values": dict(zip(self.features, row.values, strict=True)),
                    "verdict": row.verdict,
                }
                for row in self.rows
            ],
        }

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the head and the rows of a table for people; the chosen row has a ``>``."""
        created = any(row.created is not None for row in self.rows)
        head = ("", "event time", "known time", *(["created"] if created else []), *self.features, "verdict")
        rows = [
            (
                ">" if row.chosen else "",
                shown(row.event),
                shown(row.known),
                *([shown(row.created)] if created else []),
                *row.values,
                row.verdict,
            )
            for row in self.rows
        ]
        return head, rows

    def __str__(self) -> str:
        lines = [f"{self.view}{key_text(self.key)} at {show(self.at)}"]
        head, rows = self.table()
        if rows:
            lines += ["", *aligned([head, *rows])]
        else:
            lines += ["", "The source has no row of this key."]
        if self.cut:
            lines.append(f"... {len(self.rows)} of {self.rows_in_all} rows are shown")
        answer = ", ".join(f"{f} = {cell(v)}" for f, v in zip(self.features, self.answer, strict=True))
        reason = "" if any(row.chosen for row in self.rows) else " (no row matches)"
        return "\n".join([*lines, "", f"{answer}{reason}"])
