"""Tables for notebooks: the first rows as HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 60


def table_html(table: pa.Table, rows_in_all: int | None) -> str:
    """Return ``table`` with its columns' types; ``rows_in_all`` None says that the rest is not computed."""
    head = "".join(f"<th>{escape(f.name)}<br><small>{escape(str(f.type))}</small></th>" for f in table.schema)
    columns = [column.to_pylist() for column in table.columns]
    body = "".join(_row(row) for row in zip(*columns, strict=True))
    rest = "the rest is not computed yet" if rows_in_all is None else f"of {rows_in_all:,}"
    note = f"<p><small>{table.num_rows} rows, {rest}</small></p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def _row(values: Iterable[object]) -> str:
    return "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in values) + "</tr>"


def _cell(value: object) -> str:
    if value is None:
        return "<i>NULL</i>"
    text = str(value)
    return escape(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
