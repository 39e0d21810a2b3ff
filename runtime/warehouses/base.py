"""What fcompile needs of a warehouse connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

Parameters = Mapping[str, object]


class Warehouse(Protocol):
    """One connection; the session's time zone is UTC. Engine errors come as FcompileError (FC4xx/FC5xx)."""

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run one statement and drop its result."""

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        """Run one SELECT and return its rows; timestamps come as naive UTC datetimes."""

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        """As ``rows``, for text and whole numbers only, which need no Arrow."""

    def batches(self, sql: str, parameters: Parameters | None = None) -> Iterator[pa.RecordBatch]:
        """Run one SELECT and stream its rows; nothing is held but the batch in hand."""

    def describe(self, select: str) -> list[tuple[str, str]]:
        """Return (column, engine type) of a SELECT, in order, without running it."""

    def register(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Make an Arrow table readable as ``name`` on this connection, without a copy."""

    def now(self) -> datetime:
        """Return the warehouse's own clock, naive UTC, in microseconds."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what the block did, or roll all of it back when it raises."""

    def close(self) -> None:
        """Let go of the connection; idempotent."""
