"""Fewer rows with the same failure: Hypothesis shrinks the project, this the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.oracle.case import Case, Row


def smaller(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return a case that still fails and of whose rows none can be left out."""
    case = case.with_spine(_fewer(case.spine, lambda rows: fails(case.with_spine(rows))))
    for name in case.tables:
        case = _with_fewer_rows(case, name, fails)
    return case


def _with_fewer_rows(case: Case, name: str, fails: Callable[[Case], bool]) -> Case:
    def having(rows: Sequence[Row]) -> Case:
        return case.with_tables({**case.tables, name: rows})

    return having(_fewer(case.tables[name], lambda rows: fails(having(rows))))


def _fewer(rows: Sequence[Row], fails: Callable[[Sequence[Row]], bool]) -> Sequence[Row]:
    """Take away runs of rows, long ones first, for as long as the failure stays."""
    size = len(rows)
    while size:
        for start in range(0, len(rows), size)[::-1]:
            without = [*rows[:start], *rows[start + size :]]
            if fails(without):
                rows = without
        size //= 2
    return rows
