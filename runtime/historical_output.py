"""A training set written: to a file, or to a table of the warehouse; counted on the way, in one pass.

DuckDB writes both itself. Of other warehouses a file is written from the stream of rows, by a DuckDB in memory, so that
a file is the same whatever target it comes from; and a table is written within the warehouse, with no row passing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import Table
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.lower.names import cut_to_one
from fcompile.runtime.historical_session import CountedRows, Counts, Session
from fcompile.runtime.output import OutputFile, OutputTable
from fcompile.runtime.sources import relation_text
from fcompile.runtime.warehouses.base import Parts
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database
from fcompile.runtime.warehouses.tally import tallied

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = "__fcompile_rows"
_ALL_ROWS = "SELECT * FROM __fcompile_rows"
Batches = Callable[[CountedRows], Iterator["pa.RecordBatch"]]


def to_file(session: Session, destination: OutputFile, path: Path, batches: Batches) -> Counts:
    """Write all rows to ``path`` in the format of ``destination``; ``batches`` draws them from a stream."""
    warehouse = session.warehouse
    if not isinstance(warehouse, DuckDBWarehouse):
        return _from_stream(session, destination, path, batches)
    with tallied(warehouse, session.flags, len(session.labels)) as tally:
        select = tally.select(session.columns, session.sql.counted)
        warehouse.execute(destination.statement(select, path), session.parameters)
        return session.counts(tally.rows, tally.counts)


def to_table(session: Session, destination: OutputTable) -> Counts:
    """Replace the table by all rows."""
    warehouse = session.warehouse
    if not isinstance(warehouse, DuckDBWarehouse):
        return _within(session, destination)
    with tallied(warehouse, session.flags, len(session.labels)) as tally, warehouse.transaction():
        select = tally.select(session.columns, session.sql.counted)
        warehouse.replace(destination.parts, select, session.parameters)
        return session.counts(tally.rows, tally.counts)


def _from_stream(session: Session, destination: OutputFile, path: Path, batches: Batches) -> Counts:
    import pyarrow as pa

    with session.counted() as counted, closing(open_database(MEMORY, session.root)) as writer:
        failed: list[BaseException] = []
        rows = _kept_error(batches(counted), failed)
        writer.register(_ROWS, pa.RecordBatchReader.from_batches(counted.schema, rows))
        try:
            writer.execute(destination.statement(_ALL_ROWS, path))
        except FcompileError:
            if failed:
                raise failed[0] from None
            raise
        return counted.counts()


def _kept_error(batches: Iterator[pa.RecordBatch], failed: list[BaseException]) -> Iterator[pa.RecordBatch]:
    """Yield the batches; what stops them is kept, as the reader at the other end knows only its text."""
    try:
        yield from batches
    except BaseException as error:
        failed.append(error)
        raise


def _within(session: Session, destination: OutputTable) -> Counts:
    """Stage the rows with their flags, count those, and make the table of the rest."""
    warehouse = session.warehouse
    _refuse_table(session, destination)
    with session.staged(session.sql.counted_script) as script:
        table = warehouse.stage(script.text, session.parameters)
        try:
            rows, *each = (int(str(n)) for n in warehouse.simple_rows(_count(session, table))[0])
            warehouse.replace(destination.parts, _own_columns(session, table))
        finally:
            warehouse.drop(table)
    return session.counts(rows, each)


def _refuse_table(session: Session, destination: OutputTable) -> None:
    """Raise UsageError where no table of the engine can hold the result: FC394 its columns, FC395 their names."""
    dialect = dialect_named(session.warehouse.dialect)
    into = "write it to a .parquet file instead"
    if session.sql.script.beside:
        most, wanted = dialect.most_columns, len(session.columns)
        message = f"table {destination} would have {wanted:,} columns; {dialect.name} has at most {most:,} in a result"
        hint = f"{into}, or ask for the features in several requests, a table each"
        raise UsageError(Diagnostic("FC394", message, hint=hint))
    problems = [
        Diagnostic(
            "FC395",
            f"`{one}` and `{other}` would be one column of table {destination}: {dialect.name} keeps "
            f"{dialect.longest_name} bytes of a name",
            hint=f"shorten the names, give a view an alias, or {into}",
        )
        for one, other in cut_to_one(session.columns, dialect.longest_name)
    ]
    if problems:
        raise UsageError(*problems)


def _count(session: Session, table: Parts) -> str:
    quoted = _quoted(session)
    flags = [f"COUNT(CASE WHEN {quoted(flag)} THEN 1 END)" for flag in session.flags]
    labels = [f"COUNT({quoted(label.name)})" for label in session.labels]
    return f"SELECT {', '.join(['COUNT(*)', *flags, *labels])} FROM {_text(session, table)}"  # noqa: S608


def _own_columns(session: Session, table: Parts) -> str:
    columns = ", ".join(map(_quoted(session), session.columns))
    return f"SELECT {columns} FROM {_text(session, table)}"  # noqa: S608


def _quoted(session: Session) -> Callable[[str], str]:
    return dialect_named(session.warehouse.dialect).quoted


def _text(session: Session, table: Parts) -> str:
    return relation_text(Table(table), {}, session.warehouse.dialect)
