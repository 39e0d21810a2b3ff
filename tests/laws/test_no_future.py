"""Law 2: deleting every source row that was not yet available at t changes no value at t.

The rows are cut once for each label time of the spine: one coarse cut for all of them finds few leaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.oracle.case import Case, Row
from tests.oracle.projects import cases
from tests.oracle.same import comparable

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


def answers(engine: Engine, case: Case) -> list[list[tuple[str, Any]]]:
    return [[comparable(v) for v in row] for row in engine.historical(case)[1]]


def assert_the_future_is_not_seen(engine: Engine, case: Case, keep: Keep) -> None:
    """Answer the whole spine once, then once more for each of its times with the rows cut at that time."""
    before = answers(engine, case)
    times = [row[case.timestamp_column] for row in case.spine]
    for t in dict.fromkeys(at for at in times if at is not None):
        after = answers(engine, kept(case, t, keep))
        for i, at in enumerate(times):
            if at == t:
                assert before[i] == after[i], f"row {i} at {t}: {before[i]} became {after[i]}\n{case}"


@examples(dev=15, ci=120)
@given(case=cases(spine_rows=8))
def test_deleting_rows_not_yet_known_at_t_changes_no_value_at_t(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, was_known)


@examples(dev=15, ci=120)
@given(case=cases(spine_rows=8))
def test_deleting_rows_that_had_not_happened_by_t_changes_no_value_at_t(engine: Engine, case: Case) -> None:
    assert_the_future_is_not_seen(engine, case, had_happened)


@examples(dev=15, ci=120)
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
    assert answers(engine, case) == answers(engine, case.with_tables(more)), f"{case}"


def known_at(source: Mapping[str, Any], row: Row, t: datetime) -> Row:
    """Return the row as if known at t; where the source does not say when, as if it happened then."""
    return {**row, source.get("available_at", source["timestamp_field"]): t}


@examples(dev=10, ci=60)
@given(case=cases(spine_rows=8))
def test_a_value_depends_on_its_own_spine_row_alone(engine: Engine, case: Case) -> None:
    """Were one row's answer to depend on its neighbours, their later times could leak into it."""
    together = answers(engine, case)
    for row, answer in zip(case.spine, together, strict=True):
        assert answers(engine, case.with_spine([row])) == [answer], f"{row}\n{case}"


def test_the_law_would_notice_a_leak() -> None:
    """The cut itself is tested: known a microsecond late is future, known at t is not."""
    t = datetime(2024, 1, 1)
    source = {"name": "s", "timestamp_field": "ts", "available_at": "a"}
    assert was_known(source, {"ts": t, "a": t}, t)
    assert not was_known(source, {"ts": t, "a": t + timedelta(microseconds=1)}, t)
    assert not was_known(source, {"ts": t, "a": None}, t)
    lagging = {"name": "s", "timestamp_field": "ts", "availability_lag": "500ms"}
    assert not was_known(lagging, {"ts": t - timedelta(milliseconds=499)}, t)
