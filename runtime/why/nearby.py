"""The rows of one key brought into a DuckDB in memory, where they are judged: other engines lend their rows only.

A key has few rows, and what is said of them is the same whatever engine holds them. On DuckDB nothing is brought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, JoinKey, Label, Source, Table
from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.ir import source_columns
from fcompile.compiler.nested import rebased, views_below
from fcompile.compiler.plan import rows_of, rows_of_label
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.sources import relation_text
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database

if TYPE_CHECKING:
    import pyarrow as pa

Read = TypeVar("Read", FeatureView, Label)

_NAME = "__fcompile_rows_of_key"
MOST_ROWS = 1_000_000
"""Rows of one key that are brought; who has more than these is no entity."""


@contextmanager
def nearby(
    warehouse: Warehouse, read: Read, key: Mapping[str, object], root: Path
) -> Iterator[tuple[DuckDBWarehouse, Read]]:
    """Lend a DuckDB with the rows of ``key``, and the view or label that reads them there; the same on DuckDB.

    Of a view of views, the rows of its source with those values of the key that all views below share. Raises
    UsageError (FC430) where they share none, or there are more than ``MOST_ROWS``.
    """
    if isinstance(warehouse, DuckDBWarehouse):
        yield warehouse, read
        return
    with closing(open_database(MEMORY, root)) as local:
        local.register(_NAME, _rows_of_key(warehouse, read, key))
        yield local, replace(read, source=rebased(read.source, _brought))


def _brought(source: Source) -> Source:
    return replace(source, relation=Table((_NAME,)), nanoseconds=())


def _rows_of_key(warehouse: Warehouse, read: FeatureView | Label, key: Mapping[str, object]) -> pa.Table:
    import pyarrow as pa

    base = (read, *views_below(read.source))[-1]
    shared = _shared_keys(read)
    text = _select(warehouse, base, shared, _key_table(warehouse, shared, key))
    stream = warehouse.stream(text)
    with closing(stream.batches):
        batches: list[pa.RecordBatch] = []
        rows = 0
        for batch in stream.batches:
            batches.append(batch)
            rows += batch.num_rows
            if rows > MOST_ROWS:
                raise _refusal(read, f"has more than {MOST_ROWS:,} rows in source `{base.source.name}`")
    return pa.Table.from_batches(batches, schema=stream.schema)


def _shared_keys(read: FeatureView | Label) -> list[JoinKey]:
    """Return the join keys that the views below have too, so that their values are the source's."""
    names = [{key.name for key in view.join_keys} for view in views_below(read.source)]
    shared = [key for key in read.join_keys if all(key.name in each for each in names)]
    if read.join_keys and not shared:
        raise _refusal(read, "is none of the views below, whose rows cannot be told by it")
    return shared


def _refusal(read: FeatureView | Label, what: str) -> UsageError:
    message = f"the key of `{read.name}` {what}"
    return UsageError(Diagnostic("FC430", message, hint="ask on a target of DuckDB"))


def _key_table(warehouse: Warehouse, keys: list[JoinKey], key: Mapping[str, object]) -> str:
    """Load the key as a table of one row, and return what FROM reads: values need no form as text."""
    import pyarrow as pa

    columns = {f"key_{n}": pa.array([key[k.name]], arrow_type(k.dtype)) for n, k in enumerate(keys)}
    table = warehouse.load(pa.table(columns or {"key": pa.array([0], pa.int64())}))
    return relation_text(Table(table), {}, warehouse.dialect)


def _select(warehouse: Warehouse, base: FeatureView | Label, keys: list[JoinKey], key_table: str) -> str:
    """Return the SELECT of what ``base`` reads of its source, for the key."""
    quoted = dialect_named(warehouse.dialect).quoted
    source = base.source
    rows = rows_of_label(base) if isinstance(base, Label) else rows_of(base)
    times = (source.timestamp_field, source.available_at, source.created_timestamp_field)
    names = dict.fromkeys((*source_columns(rows), *(time for time in times if time is not None)))
    tests = [f"r.{quoted(k.name)} = k.{quoted(f'key_{n}')}" for n, k in enumerate(keys)]
    text = relation_text(source.relation, {}, warehouse.dialect)
    return (
        f"SELECT {', '.join(f'r.{quoted(name)}' for name in names)} "  # noqa: S608
        f"FROM (SELECT * FROM {text}) AS r CROSS JOIN {key_table} AS k WHERE {' AND '.join(tests) or '1 = 1'}"
    )
