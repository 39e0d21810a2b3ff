"""Apache Spark through PySpark: in this process (``url: local[*]``, or a master), or by Spark Connect (``sc://``).

Each connection is a session of its own, with its own settings: those of a session that is there already stay.
Spark has no temporary tables that keep their rows: those of a session are tables of the target's schema, dropped when
it is closed, and by ``clean --warehouse`` where it was killed before. Its catalog replaces no table at once (only
those of Delta and Iceberg do): the new one is made whole, then the old one is dropped and the new one renamed. In
between, for some milliseconds, readers find none.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import SparkWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import batches_of, cancelling, schema_of
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.own_tables import OwnTables
from fcompile.runtime.warehouses.results import conformed
from fcompile.runtime.warehouses.scripts import statements_of
from fcompile.runtime.warehouses.spark_failures import cannot_open
from fcompile.runtime.warehouses.spark_sessions import Engine, classic, connected
from fcompile.runtime.warehouses.spark_types import kind_of, shown, spark_schema, taken

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

_LOADED_AT_ONCE = 64 << 20
"""Bytes of Arrow rows that are given to Spark at a time."""
_ONE_FILE = 8 << 20
"""Bytes of rows below which they are written by one task, to one file."""


def connect(project: Project, read_only: bool = False) -> SparkWarehouse:
    """Open a session in the target's catalog.

    Raises FcompileError: FC450 the server does not answer, FC451 it cannot be opened; UsageError (FC422) without
    PySpark, or for Spark Connect without grpc.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("pyspark", "spark")
    remote = settings.url.startswith("sc://")
    if remote:
        driver("grpc", "spark")
    folder = project.root / ".fcompile" / "spark"
    tables = None if settings.warehouse_dir is None else project.root / settings.warehouse_dir
    # What stands behind the server's address may be a token.
    where = f"Spark at {settings.url.partition('/;')[0]}"
    try:
        engine = connected(settings.url) if remote else classic(settings.url, folder, tables)
        if settings.catalog is not None:
            engine.session.catalog.setCurrentCatalog(settings.catalog)
    except Exception as error:
        # PySpark raises exceptions of Python, py4j, grpc and its own.
        raise cannot_open(str(error), where) from None
    return SparkWarehouse(engine, settings.schema_)


class SparkWarehouse(OwnTables):
    """A session; ``schema`` is where its own tables are."""

    dialect = "spark"
    folds_case = True

    def __init__(self, engine: Engine, schema: str) -> None:
        self.engine = engine
        self.session = engine.session
        super().__init__(schema)

    @cached_property
    def default_schema(self) -> str:
        with self.engine.running():
            return self.session.catalog.currentDatabase()

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run one statement, or those of a script, each of which takes hold at once."""
        with self._statement():
            for text in statements_of(self.bound(sql, parameters)):
                # What changes something is done when it is asked for, and has no columns.
                frame = self.session.sql(text)
                if frame.schema.fields:
                    frame.write.format("noop").mode("overwrite").save()

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._statement():
            return [tuple(row) for row in self.session.sql(self.bound(sql, parameters)).collect()]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        with self._statement():
            frame = self.session.sql(self.bound(sql, parameters))
            columns = _columns(frame)
        schema = schema_of(columns)
        return Stream(schema, self._streamed(_spoken(frame, columns), schema))

    def describe(self, select: str) -> list[Column]:
        with self._statement():
            return _columns(self.session.sql(select))

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        """Sizes are known where the tables' statistics are: ``ANALYZE TABLE`` makes them."""
        return "\n".join(str(row[0]) for row in self.simple_rows(f"EXPLAIN COST {sql}", parameters))

    def cancel(self) -> None:
        self.engine.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        import pyarrow as pa

        wanted = taken(table.schema)
        name = self.new_name()
        mode = "error"
        for rows in _in_parts(batches_of(table), table.schema):
            # Digits beyond microseconds are cut, as everywhere; nothing else may lose any.
            columns = [
                column.cast(field.type, safe=not pa.types.is_timestamp(field.type))
                for column, field in zip(rows.columns, wanted, strict=True)
            ]
            content = pa.Table.from_arrays(columns, schema=wanted)
            with self._statement():
                frame = self.session.createDataFrame(content, schema=spark_schema(wanted))
                # One file keeps the rows' order too, which nobody has to rely on.
                frame = frame.coalesce(1) if content.nbytes < _ONE_FILE else frame
                frame.write.mode(mode).saveAsTable(self.dotted(name))
            mode = "append"
        return name

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        self.make_schema(table[:-1])
        made = (*table[:-1], scratch_name())
        try:
            self.execute(f"CREATE TABLE {self.dotted(made)} AS\n{select}", parameters)
            self.execute(f"DROP TABLE IF EXISTS {self.dotted(table)}")
            self.execute(f"ALTER TABLE {self.dotted(made)} RENAME TO {self.dotted(table)}")
        except BaseException:
            with suppress(FcompileError):
                self.execute(f"DROP TABLE IF EXISTS {self.dotted(made)}")
            raise

    def listed(self) -> list[tuple[str, str]]:
        found = []
        for (schema,) in self.simple_rows("SHOW SCHEMAS"):
            listed = self.simple_rows(f"SHOW TABLES IN {self.dotted((str(schema),))}")
            found += [(str(row[0]), str(row[1])) for row in listed if not row[2]]
        return found

    def now(self) -> datetime:
        ((microseconds,),) = self.simple_rows("SELECT UNIX_MICROS(CURRENT_TIMESTAMP())")
        return from_micros(int(str(microseconds)))

    def disconnect(self) -> None:
        self.engine.close()

    # -- how ------------------------------------------------------------------------------------

    @contextmanager
    def _statement(self) -> Iterator[None]:
        with cancelling(self.cancel), self.engine.running():
            yield

    def _streamed(self, frame: Any, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        with self._statement(), closing(self.engine.batches(frame, schema)) as batches:
            for batch in batches:
                if batch.num_rows:
                    yield conformed(batch, schema)


def _columns(frame: Any) -> list[Column]:
    return [Column(f.name, kind_of(f.dataType), f.dataType.simpleString()) for f in frame.schema.fields]


def _spoken(frame: Any, columns: list[Column]) -> Any:
    """Return the frame with each column as a type that results have."""
    names = [f"c{n}" for n, _ in enumerate(columns)]
    spoken = [shown(name, column.kind) for name, column in zip(names, columns, strict=True)]
    return frame if spoken == names else frame.toDF(*names).selectExpr(*spoken)


def _in_parts(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in tables of some size; one without rows where there are none."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    size = 0
    yielded = False
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= _LOADED_AT_ONCE:
            yield pa.Table.from_batches(held, schema)
            held, size, yielded = [], 0, True
    if held or not yielded:
        yield pa.Table.from_batches(held, schema)
