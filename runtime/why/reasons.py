"""Why a row is out of a window, and what the function makes of it where it is in. Grain: a row and a feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fcompile.compiler.definitions import Feature
from fcompile.compiler.dtypes import format_duration
from fcompile.runtime.clock import show
from fcompile.runtime.why.question import Question, window_of
from fcompile.runtime.why.ranks import RANKINGS
from fcompile.runtime.why.text import cell
from fcompile.runtime.why.window_rows import Found

IN, NEVER, BEFORE, LATE, UNCOUNTED = "in", "never", "before", "late", "uncounted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one window says of a row.

    Attributes:
        kind: ``in``; else why it is out: ``never`` and ``late`` hold for every window, ``before`` for those of
            one length, ``uncounted`` (in time, but filtered or NULL) for one aggregation.
        taken: its value is one of those that the function takes of all inside; all are, of a sum.
        reason: why it is out; inside, what became of it where the function does not take all.
    """

    kind: str
    taken: bool
    reason: str

    @property
    def inside(self) -> bool:
        return self.kind == IN

    def __str__(self) -> str:
        return ("in" if self.inside else "out") + (f": {self.reason}" if self.reason else "")


def verdicts(question: Question, number: int, rows: Sequence[Found]) -> list[Verdict]:
    """Return what the question's feature of that number says of each row."""
    taken = [row for row in rows if _taken(question.features[number], row, number)]
    ranked = [(rank, row) for row in taken if (rank := row.marks[number].rank) is not None]
    last = max(ranked, key=lambda pair: pair[0])[1] if ranked else None
    return [_verdict(question, number, row, last) for row in rows]


def _verdict(question: Question, number: int, row: Found, last: Found | None) -> Verdict:
    feature = question.features[number]
    if not row.marks[number].inside:
        return _out(question, feature, row)
    if _taken(feature, row, number):
        return Verdict(IN, True, _place(feature, row, number))
    return Verdict(IN, False, _passed_over(question, number, row, last))


# -- out ----------------------------------------------------------------------------------------


def _out(question: Question, feature: Feature, row: Found) -> Verdict:
    if reason := _never(question, row):
        return Verdict(NEVER, False, reason)
    # What fell out of a window is out of it, known or not.
    if reason := _too_old(question, row, window_of(feature).length):
        return Verdict(BEFORE, False, reason)
    if reason := _too_late(question, row):
        return Verdict(LATE, False, reason)
    return Verdict(UNCOUNTED, False, _not_counted(question, feature, row))


def _never(question: Question, row: Found) -> str:
    if not row.passes:
        return "the view's filter is not true"
    if row.event is None:
        return f"never happened: {question.rows.source.timestamp_field} is NULL"
    if row.known is None:
        return f"never known: {question.rows.source.available_at} is NULL"
    return ""


def _too_late(question: Question, row: Found) -> str:
    """Why the row comes too late for every window of the question."""
    bounds = question.bounds
    if row.event is None or row.known is None:
        return ""
    if bounds.forward:
        return _too_late_for_label(question, row)
    rounded = "" if bounds.every is None else f", the last multiple of {format_duration(bounds.every)}"
    if row.event > bounds.end:
        return f"happens after {show(bounds.end)}{rounded}"
    if row.known > bounds.end:
        return f"not known until {show(row.known)}"
    if bounds.strict and bounds.end in (row.event, row.known):
        what = "happened" if row.event == bounds.end else "known"
        return f"{what} exactly at {show(bounds.end)}{rounded}, and exact matches are off"
    return ""


def _too_late_for_label(question: Question, row: Found) -> str:
    bounds = question.bounds
    assert row.event is not None and row.known is not None  # noqa: S101  the caller looked
    if row.event > bounds.end:
        return f"happens after the horizon's end, {show(bounds.end)}"
    visible = max(row.event, row.known)
    if visible > bounds.known_by:
        return f"not known until {show(visible)}: it is asked as of {show(bounds.known_by)}"
    return ""


def _too_old(question: Question, row: Found, length: timedelta | None) -> str:
    bounds, begin = question.bounds, question.bounds.begin(length)
    if row.event is None or begin is None or length is None:
        return ""
    if bounds.forward:
        return f"not after {show(bounds.at)}: a label looks forward" if row.event <= begin else ""
    if row.event > begin or (bounds.strict and row.event == begin):
        return ""
    left, still = bounds.left(row.event, length)
    late = row.known is not None and (row.known > left or (row.known == left and not still))
    unseen = f", before it was known at {show(row.known)}" if late and row.known else ""
    return f"before the window: left it {'after' if still else 'at'} {show(left)}{unseen}"


def _not_counted(question: Question, feature: Feature, row: Found) -> str:
    """Why the aggregation leaves a row out that lies in its window."""
    filter_ = window_of(feature).filter
    if filter_ is not None and not row.filters[question.filters.index(filter_)]:
        return f"the filter of {'the label' if question.bounds.forward else 'the aggregation'} is not true"
    return f"{question.input_names()[question.input_place(feature)]} is NULL"


# -- in -----------------------------------------------------------------------------------------


def _limit(feature: Feature) -> int:
    return int((window_of(feature).arguments or (1,))[0])


def _taken(feature: Feature, row: Found, number: int) -> bool:
    mark, ranking = row.marks[number], RANKINGS.get(window_of(feature).function)
    if not mark.inside or ranking is None or mark.rank is None:
        return mark.inside
    return (ranking.all or mark.rank <= _limit(feature)) and (ranking.repeats or not mark.repeated)


def _place(feature: Feature, row: Found, number: int) -> str:
    """What is said of a taken row; nothing where a row is as good as any other."""
    window, mark = window_of(feature), row.marks[number]
    ranking = RANKINGS.get(window.function)
    if ranking is None or ranking.all:
        return ""
    if not window.arguments:
        return "taken"
    return f"taken, number {mark.rank}" + (f" ({_times(mark.times)})" if ranking.repeats else "")


def _passed_over(question: Question, number: int, row: Found, last: Found | None) -> str:
    """Why a row inside is not taken."""
    feature = question.features[number]
    window, mark, place = window_of(feature), row.marks[number], question.input_place(feature)
    value = cell(row.values[place])
    match window.function:
        case "count_distinct" | "approx_count_distinct":
            return f"{value} counts once"
        case "last_distinct_n" if mark.repeated and mark.rank is not None and mark.rank <= _limit(feature):
            return f"an earlier {value}"
        case "last_distinct_n":
            return f"{value} is not {_among(feature, 'last value', 'last {} values')}"
        case "top_k":
            return _less_frequent(feature, number, row, value, last)
        case "min" | "max":
            return ""
    return _behind(feature, row, last, place)


def _less_frequent(feature: Feature, number: int, row: Found, value: str, last: Found | None) -> str:
    times = row.marks[number].times
    if last is not None and last.marks[number].times == times:
        return f"{value} loses the tie at {_times(times)}: seen last earlier"
    among = _among(feature, "most frequent", "{} most frequent")
    return f"{value}, {_times(times)}, is not {among}"


def _among(feature: Feature, one: str, several: str) -> str:
    limit = _limit(feature)
    return f"the {one}" if limit == 1 else f"among the {several.format(limit)}"


def _behind(feature: Feature, row: Found, last: Found | None, place: int) -> str:
    """Compare with the last row that was taken: by event time, then created, then value."""
    first = window_of(feature).function == "first"
    if last is None or row.event != last.event:
        taken = "the one taken" if _limit(feature) == 1 else "those taken"
        return f"{'newer' if first else 'older'} than {taken}"
    if row.created != last.created:
        return f"loses the tie: created {'later' if first else 'earlier'}"
    if row.values[place] != last.values[place]:
        return f"loses the tie: a {'greater' if first else 'smaller'} value"
    return "loses the tie: an exact copy"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
