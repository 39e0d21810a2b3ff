"""The random projects must tell right windows and labels from wrong: each rule, broken on purpose, shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.oracle import functions, labels, rows, windows
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.rows import duration, instant
from tests.oracle.sample import answers, drawn

SAMPLE = 400
LATE = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def sample() -> list[tuple[Case, Any]]:
    return [(case, answers(case)) for case in drawn(cases(windowed=True, labelled=True), SAMPLE)]


def known_as_it_happens(source: Any, row: Any) -> Any:
    return row[source["timestamp_field"]]


def known_when_it_leaves(source: Any, row: Any, t: Any, window: Any, strict: Any) -> Any:
    """Test the window on when a row became known, not on when it happened."""
    known = rows.known_time(source, row)
    inside = window == "lifetime" or known is None or instant(known) > instant(t) - duration(window)
    return inside and INSIDE(source, row, t, "lifetime", strict)


def closed_below(source: Any, row: Any, t: Any, window: Any, strict: Any) -> Any:
    return INSIDE(source, row, t, window, strict) or (
        not strict and window != "lifetime" and INSIDE(source, row, t, longer(window), strict)
    )


def longer(window: str) -> str:
    """Return one millisecond more: next to no row lies between."""
    return f"{duration(window) // timedelta(milliseconds=1) + 1}ms"


def open_below_when_strict(source: Any, row: Any, t: Any, window: Any, strict: Any) -> Any:
    event = row[source["timestamp_field"]]
    at_start = window != "lifetime" and event and instant(event) == instant(t) - duration(window)
    return INSIDE(source, row, t, window, strict) and not (strict and at_start)


def never_strict(source: Any, row: Any, t: Any, window: Any, strict: Any) -> Any:
    return INSIDE(source, row, t, window, False)


def unlimited(source: Any, row: Any, t: Any, window: Any, strict: Any) -> Any:
    return INSIDE(source, row, t, "lifetime", strict)


def at_every_instant(t: Any, every: Any) -> Any:
    return t


def a_multiple_early(t: Any, every: Any) -> Any:
    return FLOORED(t - LATE, every) if every else t


def towards_1970(t: Any, every: Any) -> Any:
    floor = FLOORED(t, every)
    return floor + duration(every) if every and instant(t) < windows.EPOCH and floor != instant(t) else floor


def unfiltered(definition: Any, row: Any) -> Any:
    return True


def without_created(source: Any, row: Any) -> Any:
    return [TIMES(source, row)[0], None]


def created_first(source: Any, row: Any) -> Any:
    return TIMES(source, row)[::-1]


def known_first(source: Any, row: Any) -> Any:
    known = rows.known_time(source, row)
    return [known and instant(known), TIMES(source, row)[0]]


def no_default(function: Any, inputs: Any, default: Any = None) -> Any:
    return AGGREGATE(function, inputs)


def default_for_null(function: Any, inputs: Any, default: Any = None) -> Any:
    found = AGGREGATE(function, inputs, default)
    return default if found is None else found


def null_counts(function: Any, inputs: Any, default: Any = None) -> Any:
    return AGGREGATE(function, inputs, default) if inputs else default


def nearest_rank(inputs: Any, p: Any) -> Any:
    return PERCENTILE(inputs, round(p * (len(inputs) - 1)) / max(len(inputs) - 1, 1))


def oldest_first(inputs: Any, n: int) -> Any:
    return LAST_N(inputs, n)[::-1]


def by_first_occurrence(inputs: Any) -> Any:
    return NEWEST(inputs[::-1])[::-1]


def of_the_population(inputs: Any) -> Any:
    found = VAR(inputs)
    return found and found * (len(inputs) - 1) / len(inputs)


def from_t_on(source: Any, row: Any, t: Any, label: Any, as_of: Any) -> Any:
    return AHEAD(source, row, instant(t) - LATE, label, as_of)


def without_the_horizon(source: Any, row: Any, t: Any, label: Any, as_of: Any) -> Any:
    ends = row[source["timestamp_field"]]
    at_end = ends is not None and instant(ends) == instant(t) + duration(label["horizon"])
    return AHEAD(source, row, t, label, as_of) and not at_end


def known_at_last(source: Any, row: Any, t: Any, label: Any, as_of: Any) -> Any:
    return AHEAD(source, row, t, label, instant(as_of) + timedelta(days=9_000))


def never_immature(label: Any, t: Any, as_of: Any) -> Any:
    return True


def mature_at_the_horizon(label: Any, t: Any, as_of: Any) -> Any:
    return MATURE({**label, "maturity": "0s"}, t, as_of)


def mature_just_after(label: Any, t: Any, as_of: Any) -> Any:
    return MATURE(label, instant(t) + LATE, as_of)


INSIDE, FLOORED, TIMES, AGGREGATE = windows.is_inside, windows.floored, rows.times_of, functions.aggregate
PERCENTILE, LAST_N, NEWEST = functions._percentile, functions._LISTS["last_n"], functions._newest_of_each
VAR, AHEAD, MATURE = functions._var_samp, labels.is_ahead, labels.is_mature
MISTAKES: list[tuple[ModuleType | dict[str, Any], str, Callable[..., Any]]] = [
    (rows, "known_time", known_as_it_happens),
    (rows, "passes", unfiltered),
    (rows, "times_of", without_created),
    (rows, "times_of", created_first),
    (rows, "times_of", known_first),
    (windows, "is_inside", known_when_it_leaves),
    (windows, "is_inside", closed_below),
    (windows, "is_inside", open_below_when_strict),
    (windows, "is_inside", never_strict),
    (windows, "is_inside", unlimited),
    (windows, "floored", at_every_instant),
    (windows, "floored", a_multiple_early),
    (windows, "floored", towards_1970),
    (functions, "aggregate", no_default),
    (functions, "aggregate", default_for_null),
    (functions, "aggregate", null_counts),
    (functions, "_percentile", nearest_rank),
    (functions, "_newest_of_each", by_first_occurrence),
    (functions._LISTS, "last_n", oldest_first),
    (functions._PLAIN, "var_samp", of_the_population),
    (labels, "is_ahead", from_t_on),
    (labels, "is_ahead", without_the_horizon),
    (labels, "is_ahead", known_at_last),
    (labels, "is_mature", never_immature),
    (labels, "is_mature", mature_at_the_horizon),
    (labels, "is_mature", mature_just_after),
]


@pytest.mark.parametrize(("where", "name", "mistake"), MISTAKES, ids=[f.__name__ for _, _, f in MISTAKES])
def test_a_broken_rule_shows_in_some_random_project(
    where: Any,
    name: str,
    mistake: Callable[..., Any],
    sample: list[tuple[Case, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if isinstance(where, dict):
        monkeypatch.setitem(where, name, mistake)
    else:
        monkeypatch.setattr(where, name, mistake)
    assert any(right != answers(case) for case, right in sample)
