"""What the state asks of the database it is kept in: transactions that take turns, and SQL that all of them speak.

Values are ``?`` in the text. The clock is the database's own: it decides when leases expire.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement gave. ``rowcount`` is of an UPDATE or DELETE."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> tuple[Any, ...] | None: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Sql(Protocol):
    """A transaction under way."""

    def execute(self, text: str, values: Sequence[object] = ()) -> Rows: ...

    def executemany(self, text: str, values: Iterable[Sequence[object]]) -> None: ...

    def now(self) -> float:
        """Return seconds since 1970."""


class Database(Protocol):
    """A connection; usable from any thread, by one at a time.

    Raises UnavailableError where the database is down, locked or silent, and FcompileError (FC506) for all else.
    """

    def writing(self, scope: str) -> AbstractContextManager[Sql]:
        """Begin a transaction; those of one ``scope`` run one after the other, each seeing all before it."""

    def reading(self) -> AbstractContextManager[Sql]:
        """Begin a transaction that sees one instant of the database and waits for nobody."""

    def reopened(self) -> Database:
        """Return another connection to the same database."""

    def close(self) -> None:
        """Let go of the connection; idempotent."""
