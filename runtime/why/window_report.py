"""What `why` says of windows and labels, for programs; ``window_text`` writes it for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fcompile.compiler.definitions import Feature
from fcompile.compiler.dtypes import format_duration
from fcompile.runtime.clock import show
from fcompile.runtime.why.bounds import Bounds
from fcompile.runtime.why.question import Question, call_of, window_of
from fcompile.runtime.why.ranks import RANKINGS
from fcompile.runtime.why.reasons import Verdict, verdicts
from fcompile.runtime.why.text import shown
from fcompile.runtime.why.window_rows import FoundRows


@dataclass(frozen=True, slots=True)
class Asked:
    """One window that was asked about.

    Attributes:
        call: the aggregation: "sum(amount)".
        length: None is a lifetime; of a label, its horizon.
        interval: the ends as instants, closed or open: "(2026-01-01T09:00:00Z, 2026-01-01T10:00:00Z]".
        answer: its value, as the SQL of a training set computes it.
        rows_inside: how many rows count, shown or not.
        order: what settles ties, first to last; empty where the order of rows does not matter.
    """

    name: str
    call: str
    length: timedelta | None
    begin: datetime | None
    end: datetime
    interval: str
    answer: object
    rows_inside: int
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A source row of the key; ``place`` counts from 1, the newest, over all its rows. Times are naive UTC.

    ``values`` follow the report's inputs, ``verdicts`` its windows.
    """

    place: int
    event: datetime | None
    known: datetime | None
    created: datetime | None
    values: tuple[object, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A feature that is computed from the windows: its expression over them, and its value."""

    name: str
    expression: str
    answer: object


@dataclass(frozen=True, slots=True)
class Maturity:
    """As of when a label was asked for, and from when on it has a value (naive UTC)."""

    as_of: datetime
    at: datetime

    @property
    def reached(self) -> bool:
        return self.at <= self.as_of


@dataclass(frozen=True, slots=True)
class WindowReport:
    """The rows of one key, newest event first, and what the windows of a view, or a label, make of them.

    Attributes:
        inputs: the columns that are aggregated.
        rows: at most 500 at each end of the longest window, the 10 next ones beyond its ends and around the
            beginnings of shorter windows, and those taken by functions that take few (10 of each at most);
            ``rows_in_all`` counts the key's rows.
        maturity: of a label.
        computed: the features computed from the windows that were asked about; what they read is in ``windows``.
    """

    name: str
    key: Mapping[str, object]
    bounds: Bounds
    windows: tuple[Asked, ...]
    inputs: tuple[str, ...]
    rows: tuple[WindowRow, ...]
    rows_in_all: int
    maturity: Maturity | None = None
    computed: tuple[Made, ...] = ()

    @property
    def left_out(self) -> int:
        return self.rows_in_all - len(self.rows)

    @property
    def answer(self) -> dict[str, object]:
        computed = {each.name: each.answer for each in self.computed}
        return {**{window.name: window.answer for window in self.windows}, **computed}

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON: times as ISO 8601 text with Z, other values as they are."""
        bounds, mature = self.bounds, self.maturity
        about: dict[str, object] = {
            "label" if mature else "view": self.name,
            "key": dict(self.key),
            "at": show(bounds.at),
        }
        if mature:
            about |= {"as_of": show(mature.as_of), "mature_at": show(mature.at), "mature": mature.reached}
        elif bounds.every is not None:
            about |= {"every": format_duration(bounds.every), "rounded_to": show(bounds.end)}
        return {
            **about,
            "answer": self.answer,
            "windows": [self._window(window) for window in self.windows],
            **({"expressions": {e.name: e.expression for e in self.computed}} if self.computed else {}),
            "cut": self.left_out > 0,
            "rows_in_all": self.rows_in_all,
            "rows": [self._row(row) for row in self.rows],
        }

    def _window(self, window: Asked) -> dict[str, object]:
        return {
            "name": window.name,
            "aggregation": window.call,
            "interval": window.interval,
            "begin": shown(window.begin),
            "end": show(window.end),
            "begin_closed": self.bounds.strict,
            "end_closed": not self.bounds.strict,
            "answer": window.answer,
            "rows_inside": window.rows_inside,
        }

    def _row(self, row: WindowRow) -> dict[str, object]:
        return {
            "event_time": shown(row.event),
            "known_time": shown(row.known),
            "created": shown(row.created),
            "values": dict(zip(self.inputs, row.values, strict=True)),
            "windows": {
                window.name: {"in": verdict.inside, "taken": verdict.taken, "reason": verdict.reason}
                for window, verdict in zip(self.windows, row.verdicts, strict=True)
            },
        }

    def __str__(self) -> str:
        from fcompile.runtime.why.window_text import text

        return text(self)


def report(
    question: Question,
    key: Mapping[str, object],
    found: FoundRows,
    answers: Sequence[object],
    maturity: Maturity | None = None,
) -> WindowReport:
    """Put together what was found and what was answered; ``answers`` follow the question's features."""
    by_feature = [verdicts(question, n, found.rows) for n, _ in enumerate(question.features)]
    counted = [n for n, name in enumerate(question.input_names()) if name]
    rows = tuple(
        WindowRow(r.place, r.event, r.known, r.created, tuple(r.values[c] for c in counted), fates)
        for r, fates in zip(found.rows, zip(*by_feature, strict=True), strict=True)
    )
    asked = tuple(
        _asked(question, feature, answer, inside)
        for feature, answer, inside in zip(question.features, answers, found.inside, strict=True)
    )
    inputs = tuple(question.input_names()[n] for n in counted)
    return WindowReport(question.name, key, question.bounds, asked, inputs, rows, found.in_all, maturity)


def _asked(question: Question, feature: Feature, answer: object, inside: int) -> Asked:
    length, bounds = window_of(feature).length, question.bounds
    return Asked(
        name=feature.name,
        call=call_of(feature),
        length=length,
        begin=bounds.begin(length),
        end=bounds.end,
        interval=bounds.interval(length),
        answer=answer,
        rows_inside=inside,
        order=_order(question, feature),
    )


def _order(question: Question, feature: Feature) -> tuple[str, ...]:
    ranking = RANKINGS.get(window_of(feature).function)
    if ranking is None or ranking.all or window_of(feature).function in ("min", "max"):
        return ()
    created = question.rows.source.created_timestamp_field
    value = question.input_names()[question.input_place(feature)]
    return (question.rows.source.timestamp_field, *([created] if created else []), value)
