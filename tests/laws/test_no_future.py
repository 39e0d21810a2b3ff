"""Law 2: deleting every source row that was not yet available at t changes no value at t.

The rows are cut once for each label time of the spine: one coarse cut for all of them finds few leaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.oracle.case import Case, Row
from tests.oracle.projects import cases
from tests.oracle.reference import reference
from tests.oracle.rows import duration
from tests.oracle.same import alike

Keep = Callable[[Mapping[str, Any], Row, datetime], bool]
SPAN = {"500ms": timedelta(milliseconds=500), "90s": timedelta(seconds=90), "1h": timedelta(hours=1)}
SPAN |= {"1d": timedelta(days=1), "7d": timedelta(days=7)}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def was_known(source: Mapping[str, Any], row: Row, t: datetime) -> bool:
    """Tell whether the row was available at t: landed by then, if the source says when rows land."""
    if "available_at" in source:
        known = row[source["available_at"]]
    else:
        known = row[source["timestamp_field"]]
        if known is not None and "availability_lag" in source:
            known += SPAN[source["availability_lag"]]
    return known is not None and known <= t


def had_happened(source: Mapping[str, Any], row: Row, t: datetime) -> bool:
    event = row[source["timestamp_field"]]
    return event is not None and event <= t


def kept(case: Case, t: datetime, keep: Keep) -> Case:
    sources = {s["name"]: s for s in case.project["sources"]}
    return case.with_tables(
        {n: [r for r in rows if keep(sources[n], r, t)] for n, rows in case.tables.items()}
    )


class Answers:
    """A system's rows, each compared as closely as the reference says that its values can be.

    Of a case that asks for labels only these are compared: what is cut for them is past to the features.
    """

    def __init__(self, engine: Engine, case: Case) -> None:
        self.engine = engine
        self.case = case
        self.reference = [list(row.values()) for row in reference(case)]
        self.before = engine.historical(case)[1]
        self.compared = slice(-len(case.labels), None) if case.labels else slice(None)

    def assert_unchanged(self, changed: Case, rows: Sequence[int]) -> None:
        """Hold the rows with these numbers to what they were; ``changed`` differs in its tables only."""
        after = self.engine.historical(changed)[1]
        for i in rows:
            assert alike(*(answer[i][self.compared] for answer in (self.reference, self.before, after))), (
                f"row {i}: {self.before[i]} became {after[i]}\n{self.case}"
            )


def assert_the_future_is_not_seen(engine: Engine, case: Case, keep: Keep) -> None:
    """Answer the whole spine once, then once more for each of its times with the rows cut at that time."""
    answers = Answers(engine, case)
    times = [row[case.timestamp_column] for row in case.spine]
    for t in dict.fromkeys(at for at in times if at is not None):
        answers.assert_unchanged(kept(case, t, keep), [i for i, at in enumerate(times) if at == t])


@examples(dev=15, ci=30)
@given(case=cases(spine_rows=8, windowed=False))
def test_deleting_rows_not_yet_known_at_t_changes_no_latest_value_at_t(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, was_known)


@examples(dev=15, ci=40)
@given(case=cases(spine_rows=8, windowed=True))
def test_deleting_rows_not_yet_known_at_t_changes_no_window_at_t(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, was_known)


@examples(dev=15, ci=40)
@given(case=cases(spine_rows=8))
def test_deleting_rows_that_had_not_happened_by_t_changes_no_value_at_t(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, had_happened)


@examples(dev=15, ci=40)
@given(case=cases(spine_rows=8), data=st.data())
def test_adding_rows_known_only_after_t_changes_no_value_at_t(
    engine: Engine, case: Case, data: st.DataObject
) -> None:
    times = [row[case.timestamp_column] for row in case.spine if row[case.timestamp_column] is not None]
    end = max(times, default=datetime(2024, 1, 1))
    delay = data.draw(st.sampled_from([timedelta(microseconds=1), timedelta(hours=1), timedelta(days=400)]))
    sources = {s["name"]: s for s in case.project["sources"]}
    late = {n: [known_at(sources[n], row, end + delay) for row in rows] for n, rows in case.tables.items()}
    more = {n: [*late[n], *rows, *late[n]] for n, rows in case.tables.items()}
    Answers(engine, case).assert_unchanged(case.with_tables(more), range(len(case.spine)))


@examples(dev=10, ci=40)
@given(case=cases(spine_rows=8, labelled=True))
def test_deleting_rows_not_yet_known_when_labels_are_asked_for_changes_no_label(
    engine: Engine, case: Case
) -> None:
    """What a label at t sees of the future ends at ``as_of``, and at t + horizon."""
    if case.as_of is not None:
        Answers(engine, case).assert_unchanged(kept(case, case.as_of, was_known), range(len(case.spine)))


@examples(dev=10, ci=40)
@given(case=cases(spine_rows=6, labelled=True))
def test_deleting_rows_up_to_t_or_past_the_horizon_changes_no_label_at_t(engine: Engine, case: Case) -> None:
    if case.as_of is None:
        return
    answers = Answers(engine, case)
    longest = max(duration(a["horizon"]) for a in case.project["labels"] if a["name"] in case.labels)
    times = [row[case.timestamp_column] for row in case.spine]
    for t in dict.fromkeys(at for at in times if at is not None):
        ahead = kept(case, t, partial(is_ahead, longest))
        answers.assert_unchanged(ahead, [i for i, at in enumerate(times) if at == t])


def is_ahead(longest: timedelta, source: Mapping[str, Any], row: Row, t: datetime) -> bool:
    event = row[source["timestamp_field"]]
    return event is not None and t < event <= t + longest


def known_at(source: Mapping[str, Any], row: Row, t: datetime) -> Row:
    """Return the row as if known at t; where the source does not say when, as if it happened then."""
    return {**row, source.get("available_at", source["timestamp_field"]): t}


@examples(dev=10, ci=30)
@given(case=cases(spine_rows=8))
def test_a_value_depends_on_its_own_spine_row_alone(engine: Engine, case: Case) -> None:
    """Were one row's answer to depend on its neighbours, their later times could leak into it."""
    together = Answers(engine, case)
    for row, expected, answer in zip(case.spine, together.reference, together.before, strict=True):
        (alone,) = engine.historical(case.with_spine([row]))[1]
        assert alike(expected, answer, alone), f"{row}\n{case}"


def test_the_law_would_notice_a_leak() -> None:
    """The cut itself is tested: known a microsecond late is future, known at t is not."""
    t = datetime(2024, 1, 1)
    source = {"name": "s", "timestamp_field": "ts", "available_at": "a"}
    assert was_known(source, {"ts": t, "a": t}, t)
    assert not was_known(source, {"ts": t, "a": t + timedelta(microseconds=1)}, t)
    assert not was_known(source, {"ts": t, "a": None}, t)
    lagging = {"name": "s", "timestamp_field": "ts", "availability_lag": "500ms"}
    assert not was_known(lagging, {"ts": t - timedelta(milliseconds=499)}, t)
