"""What adapters of engines have in common: results as rows, tables of a session, statements that Ctrl-C ends.

``Adapter`` answers by few hooks; what an engine has otherwise its own adapter answers itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from fcompile.compiler.compile import dialect_named
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Warehouse, scratch_name
from fcompile.runtime.warehouses.bound import bound_text
from fcompile.runtime.warehouses.results import arrow_of, plain

if TYPE_CHECKING:
    import pyarrow as pa


class Adapter(Warehouse):
    """A warehouse whose statements each commit, and whose temporary tables are gone with the session.

    Attributes:
        create: how a statement begins that makes a table of a session.
        kept: what stands behind the name of any table that is made, with a space before it.
        listed_by: the SELECT of schema and name of each table that may be read.
    """

    transactional = False
    create = "CREATE TEMPORARY TABLE"
    kept = ""
    listed_by = (
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema <> 'information_schema'"
    )

    # -- statements -----------------------------------------------------------------------------

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for batch in self.batches(sql, parameters):
            found += zip(*(plain(column).to_pylist() for column in batch.columns), strict=True)
        return found

    def batches(self, sql: str, parameters: Parameters | None = None) -> Generator[pa.RecordBatch]:
        with closing(self.stream(sql, parameters).batches) as batches:
            yield from batches

    def transaction(self) -> AbstractContextManager[None]:
        return nullcontext()

    # -- tables ---------------------------------------------------------------------------------

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = self.new_name()
        self.execute(f"{self.create} {self.dotted(name)}{self.kept} AS\n{select}", parameters)
        return name

    def empty_table(self, schema: pa.Schema, column_type: Callable[[str, pa.DataType], str]) -> Parts:
        """Make a table of this session for rows of ``schema``, and return its name."""
        name = self.new_name()
        columns = ", ".join(f"{self.dotted((f.name,))} {column_type(f.name, f.type)}" for f in schema)
        self.execute(f"{self.create} {self.dotted(name)} ({columns}){self.kept}")
        return name

    def new_name(self) -> Parts:
        """Return the name of a table of this session that is about to be made."""
        return (scratch_name(),)

    def drop(self, table: Parts) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self.dotted(table)}")

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        """By one statement, after which the engine shows the new rows at once."""
        self.make_schema(table[:-1])
        self.execute(f"CREATE OR REPLACE TABLE {self.dotted(table)}{self.kept} AS\n{select}", parameters)

    def make_schema(self, schema: Parts) -> None:
        """Make a schema where it is missing; no parts are the session's own, which is there."""
        if schema:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {self.dotted(schema)}")

    def tables(self) -> list[str]:
        own = self.default_schema
        return sorted(name if schema == own else f"{schema}.{name}" for schema, name in self.listed())

    def listed(self) -> Iterable[tuple[str, str]]:
        """Return the schema and name of each table that may be read."""
        return [(str(schema), str(name)) for schema, name in self.simple_rows(self.listed_by)]

    # -- how ------------------------------------------------------------------------------------

    def bound(self, sql: str, parameters: Parameters | None) -> str:
        return bound_text(sql, parameters, self.dialect)

    def dotted(self, table: Parts) -> str:
        """Return a name as the dialect writes it."""
        return ".".join(map(dialect_named(self.dialect).quoted, table))


@contextmanager
def cancelling(cancel: Callable[[], object]) -> Iterator[None]:
    """Around what the user may end by Ctrl-C: it is cancelled in the engine, and the exception goes on."""
    try:
        yield
    except KeyboardInterrupt:
        with suppress(Exception):  # whatever the engine says, what the user asked for is to stop
            cancel()
        raise


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow types in which described columns are streamed."""
    import pyarrow as pa

    return pa.schema([(column.name, arrow_of(column.kind)) for column in columns])


def batches_of(table: pa.Table | pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    return iter(table.to_batches() if hasattr(table, "to_batches") else table)
