"""Columns that nobody declared and tables have: what a database says of where a row lies and who wrote it.

They move when rows are deleted, rewritten or vacuumed, for reasons that are no row's. Names are all there is to go by:
a column of the contract that is called so is its author's.
"""

from __future__ import annotations

from collections.abc import Mapping

_POSTGRES = frozenset({"ctid", "xmin", "cmin", "tableoid"})
_NUMBERED: Mapping[str, frozenset[str]] = {
    # https://duckdb.org/docs/stable/sql/statements/select#row-ids
    "duckdb": frozenset({"rowid", "file_row_number", "file_index"}),
    # https://www.postgresql.org/docs/current/ddl-system-columns.html
    "postgres": _POSTGRES,
    # https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html: no column may be called so
    "redshift": _POSTGRES,
    # https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree#virtual-columns
    "clickhouse": frozenset(
        {
            "_part",
            "_part_index",
            "_part_offset",
            "_part_uuid",
            "_block_number",
            "_block_offset",
            "_row_exists",
        }
    ),
    # https://docs.snowflake.com/en/user-guide/querying-metadata
    "snowflake": frozenset({"metadata$file_row_number", "metadata$row_id"}),
    # https://trino.io/docs/current/connector/hive.html#metadata-columns
    "trino": frozenset({"$path", "$bucket", "$partition", "$row_id"}),
}
_ENDED = frozenset({"xmax", "cmax"})
"""Of PostgreSQL: 0 until somebody changes, deletes or locks the row."""


def is_numbered(name: str, dialect: str) -> bool:
    """Whether a database makes a column of this name (lower-case) for each row, where its author has none.

    >>> is_numbered("rowid", "duckdb"), is_numbered("row_id", "duckdb"), is_numbered("xmax", "duckdb")
    (True, False, False)
    """
    return name in _NUMBERED.get(dialect, ()) or is_ended(name, dialect)


def is_ended(name: str, dialect: str) -> bool:
    """Whether such a column tells what becomes of the row later."""
    return name in _ENDED and _NUMBERED.get(dialect) is _POSTGRES


def numbered(name: str, table: str) -> str:
    """Return what is assumed of such a column, in a sentence; ``table`` as it is to be called."""
    return f"`{name}` of {table} is a column of its author's: a database's own numbers move when rows are rewritten"


def ended(name: str, table: str) -> str:
    """Return what such a column does, in a sentence."""
    return f"`{name}` of {table} is written when the row is changed or deleted: it tells of the future"
