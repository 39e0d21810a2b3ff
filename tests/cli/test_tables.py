"""Tables on stdout."""

from __future__ import annotations

from fcompile.runtime.console.tables import table


def test_columns_stay_aligned_beside_wide_and_combining_characters() -> None:
    lines = table(("name", "n"), [("日本", 1), ("e\u0301a", 22), ("abcd", 333)]).splitlines()
    assert lines == ["name    n", "----  ---", "日本    1", "e\u0301a     22", "abcd  333"]


def test_a_table_without_rows_has_its_headings() -> None:
    assert table(("a", "b"), []) == "a  b\n-  -\n"
