"""Rows that later rows rewrote: `valid_to` is filled when the next version of a row comes.

Deleting that next version opens the row again, as it was before. Without this a table of versions shows what
is future knowledge at t, however many rows are deleted.
"""

from __future__ import annotations

from collections.abc import Sequence

from fcompile.compiler.proof.later import closes_its_row, may_be_later
from fcompile.runtime.warehouses.base import Column
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted_name
from fcompile.runtime.warehouses.types import is_time

_STEPS = ("0 seconds", "1 microsecond", "1 millisecond", "1 second", "1 day")
"""How long before the next version's begin the end of one may lie: ends are closed or open, of any resolution."""

_NEXT_BEGINS = "__fcompile_next_begins"
_NEXT_KNOWN = "__fcompile_next_known"


def open_again(
    warehouse: DuckDBWarehouse,
    text: str,
    columns: Sequence[Column],
    keys: Sequence[Sequence[str]],
    known: str,
    event: str,
    at: str,
) -> tuple[str, str]:
    """Return what FROM reads and the columns to show, in which what a deleted version closed is open again.

    Only columns that are called as an end is, and of them only values that are the begin of the key's next
    version. ``keys``: join keys; the first that the table has tell which versions are of one thing.
    """
    has = {column.name.lower() for column in columns}
    key = next((names for names in keys if {name.lower() for name in names} <= has), None)
    closing = [c for c in columns if _is_end(c) or _is_flag(c)]
    if key is None or not closing:
        return text, "*"
    partition = ", ".join(map(quoted_name, key))
    over = f"OVER (PARTITION BY {partition} ORDER BY {event}, {known})"
    staged = warehouse.stage(
        f"SELECT *, lead({event}) {over} AS {_NEXT_BEGINS}, lead({known}) {over} AS {_NEXT_KNOWN} FROM {text}"  # noqa: S608
    )
    rows = ".".join(map(quoted_name, staged))
    opened = ", ".join(f"{_opened(warehouse, rows, c, at)} AS {quoted_name(c.name)}" for c in closing)
    return rows, f"* EXCLUDE ({_NEXT_BEGINS}, {_NEXT_KNOWN}) REPLACE ({opened})"


def _is_end(column: Column) -> bool:
    return may_be_later(column.name) and is_time(column.kind)


def _is_flag(column: Column) -> bool:
    return closes_its_row(column.name) and column.kind == "BOOLEAN"


def _opened(warehouse: DuckDBWarehouse, rows: str, column: Column, at: str) -> str:
    name = quoted_name(column.name)
    if _is_flag(column):
        return f"CASE WHEN {_NEXT_KNOWN} > {at} THEN TRUE ELSE {name} END"
    ends = ", ".join(f"{_NEXT_BEGINS} - INTERVAL '{step}'" for step in _STEPS)
    begun = f"{_NEXT_KNOWN} > {at} AND CAST({name} AS TIMESTAMP) IN ({ends})"
    return f"CASE WHEN {begun} THEN {_open_value(warehouse, rows, name)} ELSE {name} END"


def _open_value(warehouse: DuckDBWarehouse, rows: str, name: str) -> str:
    """Return what the table writes for an end that is not there yet: NULL, or a day far away."""
    far = f"coalesce(count(*) = count({name}) AND max(CAST({name} AS TIMESTAMP)) >= TIMESTAMP '2100-01-01', FALSE)"
    ((is_far,),) = warehouse.simple_rows(f"SELECT {far} FROM {rows}")  # noqa: S608
    return f"(SELECT max({name}) FROM {rows})" if is_far else "NULL"  # noqa: S608
