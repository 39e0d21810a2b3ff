"""Tables on stdout."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from fcompile.runtime.console.tables import cell, table


def test_columns_stay_aligned_beside_wide_and_combining_characters() -> None:
    lines = table(("name", "n"), [("日本", 1), ("e\u0301a", 22), ("abcd", 333)]).splitlines()
    assert lines == ["name    n", "----  ---", "日本    1", "e\u0301a     22", "abcd  333"]


def test_a_table_without_rows_has_its_headings() -> None:
    assert table(("a", "b"), []) == "a  b\n-  -\n"


def test_lists_hold_their_values_as_people_read_them() -> None:
    assert cell([date(2026, 1, 2), None, Decimal("1.50")]) == "[2026-01-02, NULL, 1.50]"
    assert (
        cell([datetime(2026, 1, 2, tzinfo=UTC), b"\x01", "a", True]) == "[2026-01-02T00:00:00Z, 01, a, true]"
    )
