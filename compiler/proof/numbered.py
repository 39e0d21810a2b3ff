"""Columns that nobody declared and tables have: what a database says of where a row lies and who wrote it.

They move when rows are deleted, rewritten or vacuumed, for reasons that are no row's. Names are all there is to go by:
a column of the contract that is called so is its author's.
"""

from __future__ import annotations

_NUMBERED = frozenset(
    {
        *("rowid", "_rowid_", "file_row_number", "file_index"),  # DuckDB
        *("ctid", "xmin", "cmin", "tableoid"),  # PostgreSQL
        *(
            "_part",
            "_part_index",
            "_part_offset",
            "_part_uuid",
            "_block_number",
            "_block_offset",
            "_row_exists",
        ),
        *(
            "metadata$filename",
            "metadata$file_row_number",
            "metadata$row_id",
            "$row_id",
            "$path",
            "$file_size",
        ),
    }
)
"""DuckDB, PostgreSQL, ClickHouse, Snowflake and Trino: https://duckdb.org/docs/stable/sql/statements/select#row-ids,
https://www.postgresql.org/docs/current/ddl-system-columns.html."""

_ENDED = frozenset({"xmax", "cmax"})
"""Of PostgreSQL: 0 until somebody changes, deletes or locks the row."""


def is_numbered(name: str) -> bool:
    """Whether a database makes a column of this name for each row, where its author has none.

    >>> is_numbered("rowid"), is_numbered("row_id"), is_numbered("xmax")
    (True, False, True)
    """
    return name in _NUMBERED or name in _ENDED


def is_ended(name: str) -> bool:
    """Whether such a column tells what becomes of the row later."""
    return name in _ENDED


def numbered(name: str, table: str) -> str:
    """Return what is assumed of such a column, in a sentence; ``table`` as it is to be called."""
    return f"`{name}` of {table} is a column of its author's: a database's own numbers move when rows are rewritten"
