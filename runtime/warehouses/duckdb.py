"""DuckDB: the embedded warehouse. One connection to a file, or to memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.schema.project import DuckDBWarehouse as Settings
from fcompile.runtime.clock import from_micros
from fcompile.runtime.interruption import interruptible
from fcompile.runtime.warehouses.base import Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.duckdb_failures import engine_errors
from fcompile.runtime.warehouses.failures import CANNOT_OPEN, LOCKED
from fcompile.runtime.warehouses.paths import with_absolute_paths
from fcompile.runtime.warehouses.results import plain

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from fcompile.runtime.project import Project

MEMORY = ":memory:"
_BATCH_ROWS = 122_880
"""DuckDB's own row group, so that a batch is neither split nor glued."""

_SESSION = (
    "SET TimeZone = 'UTC'",
    # What changes answers, where the process has the same file open with settings of its own.
    "SET SESSION Calendar = 'gregorian'",
    "SET SESSION default_collation = ''",
    "SET SESSION default_null_order = 'NULLS_LAST'",
    "SET SESSION default_order = 'ASC'",
    "SET SESSION disable_timestamptz_casts = false",
    "SET SESSION error_on_division_by_zero = true",
    "SET SESSION ieee_floating_point_ops = true",
    "SET SESSION integer_division = false",
    "SET SESSION preserve_insertion_order = true",
    # Python variables are no tables, and nothing is fetched from the network behind the user's back.
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    # DuckDB draws its bar on stdout, where data goes, where Python looks interactive.
    "SET enable_progress_bar = false",
    # DuckDB's own default of 80 % leaves nothing for Arrow buffers and a second process.
    "SET memory_limit = '60%'",
)


def connect(project: Project, read_only: bool = False) -> DuckDBWarehouse:
    """Open the target's database; its ``path`` is relative to the project's root and is made when missing.

    With ``read_only`` other processes may read at the same time, and a file that does not exist
    yet reads as an empty database. Raises FcompileError (FC450, FC451), or UsageError (FC910) for a
    target whose warehouse is not DuckDB.
    """
    warehouse = project.target.warehouse
    if not isinstance(warehouse, Settings):
        message = f"fcompile does not run on {warehouse.type} yet; target `{project.target_name}` asks for it"
        raise UsageError(Diagnostic("FC910", message, hint="use a target with `warehouse: {type: duckdb}`"))
    return open_database(warehouse.path, project.root, read_only)


def open_database(path: str, root: Path, read_only: bool = False) -> DuckDBWarehouse:
    """Open ``path`` (``:memory:`` too); it and the files that SQL reads are relative to ``root``."""
    if path == MEMORY:
        return DuckDBWarehouse(_open(MEMORY, False), root, MEMORY)
    file = root / path
    if read_only and not file.exists():
        return DuckDBWarehouse(_open(MEMORY, False), root, path)
    if not read_only:
        _make_folder(file.parent)
    try:
        connection = _open(str(file), read_only)
    except FcompileError as error:
        # The same process may hold it open for writing; DuckDB then shares that instance.
        if not read_only or error.diagnostics[0].code != LOCKED or "another process" in str(error):
            raise
        connection = _open(str(file), False)
    return DuckDBWarehouse(connection, root, path)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FcompileError(
            Diagnostic(CANNOT_OPEN, f"the folder {folder} cannot be made: {error.strerror}")
        ) from error


def _open(path: str, read_only: bool) -> DuckDBPyConnection:
    with engine_errors(f"the warehouse {path}"):
        import duckdb

        return duckdb.connect(path, read_only=read_only)


class DuckDBWarehouse:
    """A session in UTC. Relative paths in SQL are under the project's root, wherever the caller stands.

    Not for several threads at once. While ``batches`` is being read, other statements on the
    same connection are refused by the engine (FC459).
    """

    dialect = "duckdb"
    default_schema = "main"
    folds_case = True
    transactional = True

    def __init__(self, connection: DuckDBPyConnection, root: Path, path: str) -> None:
        self._connection: DuckDBPyConnection | None = connection
        self._loaded: list[str] = []
        self.root = root
        self.path = path
        temporary = root / ".fcompile" / "tmp"
        with suppress(OSError):  # a read-only project still answers from memory
            temporary.mkdir(parents=True, exist_ok=True)
            connection.execute(f"SET temp_directory = {quoted(str(temporary))}")
        for statement in _SESSION:
            connection.execute(statement)

    @property
    def connection(self) -> DuckDBPyConnection:
        if self._connection is None:
            raise ValueError("the warehouse is closed")
        return self._connection

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with engine_errors(), interruptible(self.cancel):
            self.connection.execute(self._text(sql), _bound(parameters))

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        table = self.table(sql, parameters)
        columns = [plain(column).to_pylist() for column in table.columns]
        return list(zip(*columns, strict=True))

    def table(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """Run one SELECT and return all of its rows as Arrow."""
        with engine_errors(), interruptible(self.cancel):
            return self._relation(sql, parameters).to_arrow_table()

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        reader = self.reader(sql, parameters)
        return Stream(reader.schema, self._drained(reader))

    def batches(self, sql: str, parameters: Parameters | None = None) -> Generator[pa.RecordBatch]:
        yield from self._drained(self.reader(sql, parameters))

    def reader(self, sql: str, parameters: Parameters | None = None) -> pa.RecordBatchReader:
        """Run one SELECT and stream it; the reader has the schema even where no row comes."""
        with engine_errors(), interruptible(self.cancel):
            return self._relation(sql, parameters).to_arrow_reader(_BATCH_ROWS)

    def describe(self, select: str) -> list[Column]:
        return [
            Column(str(row[0]), str(row[1]), str(row[1])) for row in self.simple_rows(f"DESCRIBE {select}")
        ]

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        """As ``rows``, for text and whole numbers only: without Arrow, which takes a quarter of a second to import."""
        with engine_errors(), interruptible(self.cancel):
            return self.connection.execute(self._text(sql), _bound(parameters)).fetchall()

    def register(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Make an Arrow table readable as ``name`` on this connection, without a copy."""
        with engine_errors():
            self.connection.register(name, table)

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        name = scratch_name()
        self.register(name, table)
        self._loaded.append(name)
        return (name,)

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = scratch_name()
        self.execute(f"CREATE TEMPORARY TABLE {quoted_name(name)} AS\n{select}", parameters)
        return (name,)

    def drop(self, table: Parts) -> None:
        if table[-1] in self._loaded:
            self._loaded.remove(table[-1])
            self.connection.unregister(table[-1])
            return
        self.execute(f"DROP TABLE IF EXISTS {dotted(table)}")

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        if len(table) > 1:
            self.execute(f"CREATE SCHEMA IF NOT EXISTS {dotted(table[:-1])}")
        self.execute(f"CREATE OR REPLACE TABLE {dotted(table)} AS\n{select}", parameters)

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return "\n".join(str(plan) for _, plan in self.simple_rows(f"EXPLAIN {sql}", parameters))

    def cancel(self) -> None:
        self.connection.interrupt()

    def tables(self) -> list[str]:
        found = self.simple_rows("SELECT table_schema, table_name FROM information_schema.tables")
        return sorted(str(t) if s == self.default_schema else f"{s}.{t}" for s, t in found)

    def now(self) -> datetime:
        ((microseconds,),) = self.simple_rows("SELECT epoch_us(now())")
        return from_micros(cast(int, microseconds))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(FcompileError):  # an error may already have ended the transaction
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> DuckDBWarehouse:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _text(self, sql: str) -> str:
        return with_absolute_paths(sql, self.root)

    def _drained(self, reader: pa.RecordBatchReader) -> Generator[pa.RecordBatch]:
        """Yield the reader's batches and close it, also when the caller stops early."""
        try:
            while True:
                # The next rows may take as long as the query: in there nothing hears a signal [RAN].
                with engine_errors(), interruptible(self.cancel):
                    batch = next(reader, None)
                if batch is None:
                    return
                yield batch
        finally:
            reader.close()

    def _relation(self, sql: str, parameters: Parameters | None) -> Any:
        # Not `execute`: its results are copied once more on their way to Arrow.
        return self.connection.sql(self._text(sql), params=_bound(parameters))


def quoted(text: str) -> str:
    """Return ``text`` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """Return ``name`` as a SQL identifier.

    >>> print(quoted_name('a"b'))
    "a""b"
    """
    return '"' + name.replace('"', '""') + '"'


def dotted(table: Parts) -> str:
    """Return a table's name as SQL."""
    return ".".join(map(quoted_name, table))


def _bound(parameters: Parameters | None) -> dict[str, object] | None:
    """Times are given to the engine as naive UTC, whatever zone they come in."""
    if parameters is None:
        return None
    return {name: naive_utc(v) if isinstance(v, datetime) else v for name, v in parameters.items()}


def naive_utc(time: datetime) -> datetime:
    """Return ``time`` in UTC without a zone; a naive one is UTC already."""
    return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)
