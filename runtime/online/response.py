"""The answer to an online read, by column: values, statuses and event times, an entity row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from fcompile.compiler.dtypes import DType
from fcompile.runtime.arrow import arrow_type, to_pandas
from fcompile.runtime.online.times import Times

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PRESENT = "PRESENT"
NULL_VALUE = "NULL_VALUE"
NOT_FOUND = "NOT_FOUND"
OUTSIDE_MAX_AGE = "OUTSIDE_MAX_AGE"

HTML_ROWS = 20


class OnlineColumn(NamedTuple):
    """One feature. (A named tuple is made faster than a dataclass, and an answer has many.)"""

    name: str
    dtype: DType
    values: Sequence[Any]
    statuses: Sequence[str]
    times: Times

    @property
    def event_timestamps(self) -> tuple[datetime | None, ...]:
        """Aware UTC, an entity row each; None where there is no row."""
        return self.times.aware


@dataclass(frozen=True, slots=True)
class OnlineResponse:
    """Rows are in the order of the entity rows, columns in that of the request: join keys, then features.

    Attributes:
        keys: (spine column, dtype, values) of each join key.
    """

    keys: tuple[tuple[str, DType, Sequence[Any]], ...]
    columns: tuple[OnlineColumn, ...]
    rows: int

    @property
    def statuses(self) -> dict[str, list[str]]:
        """Feature -> a status an entity row."""
        return {column.name: list(column.statuses) for column in self.columns}

    @property
    def event_timestamps(self) -> dict[str, list[datetime | None]]:
        """Feature -> the event time (aware UTC) behind each value; None where there is no row."""
        return {column.name: list(column.event_timestamps) for column in self.columns}

    def to_dict(self) -> dict[str, list[Any]]:
        """Return join keys and features -> values, as Python's own types; timestamps are aware UTC."""
        return {name: list(values) for name, _, values in self._all()}

    def to_arrow(self) -> pa.Table:
        """Return the values as one table, typed by dtype."""
        import pyarrow as pa

        columns = [(name, arrow_type(dtype), values) for name, dtype, values in self._all()]
        schema = pa.schema([(name, kind) for name, kind, _ in columns])
        arrays = [pa.array(values, kind) for _, kind, values in columns]
        return pa.Table.from_arrays(arrays, schema=schema)

    def to_df(self) -> pd.DataFrame:
        """Return the values as a pandas data frame, typed as a training set's."""
        return to_pandas(self.to_arrow())

    def _all(self) -> list[tuple[str, DType, Sequence[Any]]]:
        return [*self.keys, *((c.name, c.dtype, c.values) for c in self.columns)]

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook; a value that is not PRESENT bears its status."""
        head = "".join(f"<th>{escape(name)}</th>" for name, _, _ in self._all())
        body = "".join(f"<tr>{self._html_row(n)}</tr>" for n in range(min(self.rows, HTML_ROWS)))
        more = f"<p>{self.rows} rows</p>" if self.rows > HTML_ROWS else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def _html_row(self, number: int) -> str:
        cells = [escape(_text(values[number])) for _, _, values in self.keys]
        for column in self.columns:
            status = column.statuses[number]
            note = "" if status == PRESENT else f" <small>{escape(status)}</small>"
            cells.append(escape(_text(column.values[number])) + note)
        return "".join(f"<td>{cell}</td>" for cell in cells)


def _text(value: Any) -> str:
    return "NULL" if value is None else str(value)
