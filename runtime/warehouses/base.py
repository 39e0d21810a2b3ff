"""What fcompile needs of a warehouse connection, and how a new adapter is written.

An adapter is one file of this folder. To write one:

1.  Make a subclass of ``Adapter`` (adapter.py) and a function ``connect(project, read_only)`` that opens it from
    ``project.target.warehouse`` (compiler/schema/project.py), and add a line to ``registry.py``. ``Adapter`` answers
    ``rows``, ``batches``, ``stage``, ``drop``, ``replace``, ``tables`` and ``transaction`` in the SQL that most engines
    read, by ``create``, ``kept``, ``listed_by`` and ``make_schema``; yours are ``dialect``, ``folds_case``,
    ``default_schema``, ``execute``, ``simple_rows``, ``stream``, ``describe``, ``load``, ``estimate``, ``cancel``,
    ``now`` and ``close``, and what your engine says otherwise. The driver is an extra of pyproject.toml, imported
    inside of functions (``driver(...)`` of runtime/extras.py), and its secrets are in no message.
2.  Pin the session: UTC, the settings that change answers, and a name under which the server's lists show it.
3.  Answer ``describe`` in the one vocabulary of types, which is DuckDB's (``types.py`` reads it): ``BOOLEAN SMALLINT
    INTEGER BIGINT FLOAT DOUBLE DECIMAL(p,s) VARCHAR BLOB DATE TIMESTAMP "TIMESTAMP WITH TIME ZONE" JSON UUID``, ``X[]``
    for lists, ``STRUCT(a X, b Y)``; anything else in the engine's own words in capitals. ``Column.said`` is what
    messages say. Names come as definitions write them: where the engine folds unquoted names to upper case, an
    all-upper-case name comes back in lower case, as dialects write it so.
4.  Bind parameters: natively where the driver can, else as literals by ``bound``. They are datetimes (naive UTC),
    integers, booleans and None, of our own names, and a statement may use fewer than are given; the text around them
    may hold any sign in strings.
5.  Stream: batches of some tens of thousands of rows, from the engine's fastest path, in constant memory.
    Its columns have the types that ``schema_of`` gives the described ones; ``conformed`` (results.py) makes features
    of their dtypes of what an engine gives otherwise (lists as JSON text, whole numbers as decimals). Closing it early
    ends the query.
6.  Load Arrow by the bulk path into an ``empty_table``, or by ``inserts`` (inserts.py) where there is none. Tables of a
    session are temporary where the engine has that, with an expiry where it has that, else in the target's schema:
    a subclass of ``OwnTables`` (own_tables.py), with ``disconnect`` in place of ``close``. They are dropped by ``drop``
    or, whatever happens in between, by ``close``.
7.  Is ``CREATE OR REPLACE`` atomic there? Else make ``replace`` so: readers of the table see the old rows or the new,
    and no row passes the client.
8.  Turn the driver's errors into FcompileErrors with the codes of failures.py: FC401 no such table, FC402 column,
    FC450 the engine refuses for now, FC451 it cannot be opened, FC452 out of room, FC453 interrupted, FC454 a value
    that cannot be converted, FC459 anything else, in the engine's first sentence. A table of what the engine says, and
    ``failed`` and ``not_opened`` of failures.py, are most of it.
9.  Let Ctrl-C through: on KeyboardInterrupt the running statement is cancelled in the engine and the exception goes on
    (``cancelling``; cursors by cursors.py; a driver that does not hear it by aside.py). Retry only what the driver
    calls transient, and only where nothing was done yet, until a deadline (retry.py).
10. Prove it: tests/warehouses has a suite that every adapter passes on its engine (``test_contract.py``).
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from fcompile.runtime.clock import utc_now

if TYPE_CHECKING:
    import pyarrow as pa

Parameters = Mapping[str, object]
Parts = tuple[str, ...]
"""A table's name, part by part, unquoted."""

SCRATCH = "__fcompile_tmp_"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the warehouse has it.

    Attributes:
        kind: its type in the one vocabulary, DuckDB's: ``BIGINT``, ``DECIMAL(10,2)``, ``VARCHAR[]``.
        said: its type in the engine's own words, for messages.
    """

    name: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A result on its way: ``schema`` is there also without rows; closing ``batches`` early ends the query."""

    schema: pa.Schema
    batches: Generator[pa.RecordBatch]


class Warehouse(Protocol):
    """One connection; the session's time zone is UTC. Engine errors come as FcompileError (FC4xx/FC5xx).

    Not for several threads at once, but for ``cancel``. While a ``stream`` is open no other statement may run.
    """

    @property
    def dialect(self) -> str:
        """The name of the SQL that it takes."""

    @property
    def default_schema(self) -> str:
        """Where tables named without a schema are."""

    @property
    def folds_case(self) -> bool:
        """Are columns found without regard to case, also by quoted names?"""

    @property
    def transactional(self) -> bool:
        """Does ``transaction`` roll back tables that were made or dropped in it? Else it does nothing."""

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run one statement and drop its result."""

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        """Run one SELECT and return its rows; timestamps come as naive UTC datetimes."""

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        """As ``rows``, for text and whole numbers only, which need no Arrow."""

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        """Run one SELECT and stream its rows in order; nothing is held but the batch in hand."""

    def batches(self, sql: str, parameters: Parameters | None = None) -> Generator[pa.RecordBatch]:
        """The batches of ``stream``; ends the query also where the caller stops early."""

    def describe(self, select: str) -> list[Column]:
        """Return the columns of a SELECT, in order, without running it."""

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        """Make a table of this session of Arrow rows, by the bulk path, and return its name."""

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        """Make a table of this session of a SELECT's rows, within the warehouse, and return its name."""

    def drop(self, table: Parts) -> None:
        """Drop a table that ``load`` or ``stage`` made; idempotent."""

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        """Make ``table``, and its schema, hold a SELECT's rows: readers see the old ones or the new."""

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        """Return what the engine expects of a statement, in its own words, without running it."""

    def cancel(self) -> None:
        """End the running statement, from another thread."""

    def now(self) -> datetime:
        """Return the warehouse's own clock, naive UTC, in microseconds."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what the block did, or roll all of it back when it raises."""

    def tables(self) -> list[str]:
        """Return the tables that may be read, as ``schema.name`` (without the default schema), sorted."""

    def close(self) -> None:
        """Let go of the connection and of the session's tables; idempotent."""


def scratch_name() -> str:
    """Return a new name for a table of a session."""
    return f"{SCRATCH}{scratch_suffix()}"


def scratch_suffix() -> str:
    """Return what no other session has.

    It tells when it was made (UTC, seconds), so that what a killed session left can be found and dropped.
    """
    return f"{utc_now():%Y%m%d%H%M%S}_{secrets.token_hex(6)}"
