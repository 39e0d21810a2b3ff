"""Definitions to SQL text: the compiler's front door. Pure.

STUB SIGNATURES while the founding parts are built in parallel; the bodies follow.
"""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.compiler.definitions import FeatureView, Relation
from fcompile.compiler.dtypes import DType
from fcompile.compiler.request import Request


@dataclass(frozen=True, slots=True)
class SpineColumn:
    """A column of the spine. ``kind`` tells how to read it as key or time: a DType kind, or "other"."""

    name: str
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Spine:
    """The rows that ask: each has keys and a time t, and comes back exactly once.

    Attributes:
        relation: where they are (a table, a file or a SELECT).
        columns: every column in order; all pass through untouched.
        timestamp: the column holding t (UTC).
        read_types: for a CSV file: column name -> the engine's type it must be read as.
    """

    relation: Relation
    columns: tuple[SpineColumn, ...]
    timestamp: str = "event_timestamp"
    read_types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HistoricalSql:
    """One SELECT: the spine's columns, then the features, in the request's order; rows in the spine's order.

    ``matched`` is the same join as counts: one row, ``spine_rows`` then one BIGINT a view label (rows that matched).
    """

    select: str
    columns: tuple[tuple[str, DType], ...]


@dataclass(frozen=True, slots=True)
class MaterializeSql:
    """The statements that keep a view's latest row per entity in the warehouse.

    The table has the join keys and features under their own names and dtypes, then ``__event`` (TIMESTAMP),
    ``__created`` (TIMESTAMP, may be NULL) and ``__sequence`` (BIGINT: the load that last changed the row).

    Named parameters (``$name``):
        as_of: TIMESTAMP, compute values as of this instant (known time <= as_of, or < where exact matches are off).
        since: TIMESTAMP or NULL; only keys with a row known after it are looked at. NULL = all keys.
        sequence: BIGINT of this run; given to rows whose content changes.
        newest: BOOLEAN; TRUE when as_of >= the watermark: at equal (event, created) the new row wins.
        loaded: BIGINT; rows with a greater sequence are exported by ``changed``.
    """

    table: str
    create: str  # CREATE SCHEMA / TABLE IF NOT EXISTS, typed and empty; a tuple-like text of statements split by ";\n"
    merge: str  # CREATE OR REPLACE TABLE ... AS: parameters as_of, since, sequence, newest
    rebuild: str  # CREATE OR REPLACE TABLE ... AS: full refresh; parameters as_of, sequence
    changed: str  # SELECT keys, features, __event, __created, __sequence ... WHERE __sequence > $loaded
    floor: str  # SELECT MIN(__sequence), COUNT(*): online rows below it belong to no entity any more
    drop: str  # DROP TABLE IF EXISTS
    columns: tuple[tuple[str, DType], ...]  # the table's columns in order, without the three internal ones


def compile_historical(request: Request, spine: Spine, dialect: str = "duckdb") -> HistoricalSql:
    raise NotImplementedError


def compile_materialize(view: FeatureView, schema: str, project: str, dialect: str = "duckdb") -> MaterializeSql:
    raise NotImplementedError
