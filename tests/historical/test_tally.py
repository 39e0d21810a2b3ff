"""Counting rows as they pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.runtime.warehouses.duckdb import MEMORY, open_database
from fcompile.runtime.warehouses.tally import tallied


@pytest.mark.parametrize("views", [1, 2, 5])
def test_each_flag_is_counted_however_many_views_are_asked_for(views: int, tmp_path: Path) -> None:
    warehouse = open_database(MEMORY, tmp_path)
    flags = tuple(f"__matched_{n}" for n in range(1, views + 1))
    shown = ", ".join(f"i % {n} = 0 AS {flag}" for n, flag in enumerate(flags, 1))
    with tallied(warehouse, flags) as tally:
        rows = warehouse.rows(tally.select(("i",), f"SELECT i, {shown} FROM range(60) AS numbers(i)"))
        assert rows == [(i,) for i in range(60)]
        assert (tally.rows, tally.counts) == (60, [60 // n for n in range(1, views + 1)])
    assert warehouse.rows("SELECT sequence_name FROM duckdb_sequences()") == []
    warehouse.close()


def test_values_of_the_last_columns_are_counted_after_the_flags(tmp_path: Path) -> None:
    warehouse = open_database(MEMORY, tmp_path)
    counted = (
        "SELECT i, nullif(i % 2, 0) AS a, nullif(i % 3, 0) AS b, i < 10 AS f FROM range(60) AS numbers(i)"
    )
    with tallied(warehouse, ("f",), given=2) as tally:
        assert len(warehouse.rows(tally.select(("i", "a", "b"), counted))) == 60
        assert (tally.rows, tally.counts) == (60, [10, 30, 40])
    warehouse.close()
