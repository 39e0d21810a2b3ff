"""A training set that an engine gives in parts, as one stream: rows of each part put side by side, in one order.

An engine's session runs one statement at a time. So the parts after the first are read before it, into files of their
own in a folder that goes with the stream, and all are then read in step: no more is in memory than some batches.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import HistoricalSql, Layout, dialect_named
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.stages import Script
from fcompile.runtime.warehouses.base import Parameters, Stream, Warehouse

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def one_state(warehouse: Warehouse, script: Script) -> Iterator[None]:
    """Let all parts of ``script`` read the data of one instant, where the engine has that; nothing for one SELECT."""
    dialect = dialect_named(warehouse.dialect)
    several = bool(script.beside) and dialect.one_state is not None
    with warehouse.transaction() if several else nullcontext():
        if several and dialect.one_state:
            warehouse.execute(dialect.one_state)
        yield


def side_by_side(
    warehouse: Warehouse, script: Script, sql: HistoricalSql, parameters: Parameters | None
) -> Stream:
    """Return the stream of ``counted_script``, its stages made, as one SELECT would give it.

    A view's flag is TRUE where it is in any part. The files are dropped when ``batches`` are read or closed.
    """
    import pyarrow as pa

    with ExitStack() as files:
        folder = Path(files.enter_context(tempfile.TemporaryDirectory(prefix="fcompile-")))
        kept = [
            files.enter_context(_kept(warehouse, text, parameters, folder / f"{number}.arrow"))
            for number, text in enumerate(script.beside, 2)
        ]
        first = warehouse.stream(script.text, parameters)
        files.enter_context(closing(first.batches))
        fields = list(first.schema)[: sql.layout[0].spine]
        schemas = [first.schema, *(rows.schema for rows in kept)]
        for each, found in zip(sql.layout, schemas, strict=True):
            fields += list(found)[each.spine : each.spine + each.values]
        flags = [pa.field(name, pa.bool_()) for _, name in sql.match_columns]
        schema = pa.schema([*fields, *flags])
        return Stream(schema, _zipped(first, kept, sql, schema, files.pop_all()))


def _zipped(
    first: Stream, kept: Sequence[_Rows], sql: HistoricalSql, schema: pa.Schema, files: ExitStack
) -> Generator[pa.RecordBatch]:
    import pyarrow as pa

    with files:
        for batch in (some for some in first.batches if some.num_rows):
            batches = [batch, *(rows.take(batch.num_rows) for rows in kept)]
            pairs = list(zip(sql.layout, batches, strict=True))
            columns = batch.columns[: sql.layout[0].spine]
            for each, found in pairs:
                columns += found.columns[each.spine : each.spine + each.values]
            columns += [_flag(label, pairs) for label, _ in sql.match_columns]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _flag(label: str, pairs: Sequence[tuple[Layout, pa.RecordBatch]]) -> pa.Array:
    """TRUE where a view's rows matched in any part."""
    import pyarrow.compute as pc

    found = None
    for each, batch in pairs:
        if label in each.flags:
            flag = pc.fill_null(batch.column(each.spine + each.values + each.flags.index(label)), False)
            found = flag if found is None else pc.or_(found, flag)
    return found


class _Rows:
    """The rows of a part, from its file."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self.schema = reader.schema
        self._reader = reader
        self._batch: pa.RecordBatch | None = None

    def take(self, rows: int) -> pa.RecordBatch:
        """Return the next ``rows``; there are as many."""
        import pyarrow as pa

        taken: list[pa.RecordBatch] = []
        while rows:
            if self._batch is None or not self._batch.num_rows:
                self._batch = self._reader.read_next_batch()
            some = self._batch.slice(0, rows)
            self._batch = self._batch.slice(some.num_rows)
            rows -= some.num_rows
            taken.append(some)
        if len(taken) == 1:
            return taken[0]
        (whole,) = pa.Table.from_batches(taken, self.schema).combine_chunks().to_batches()
        return whole


@contextmanager
def _kept(warehouse: Warehouse, text: str, parameters: Parameters | None, path: Path) -> Iterator[_Rows]:
    """Write a SELECT's rows to ``path`` and lend them. Raises FcompileError (FC452) where the disk is full."""
    import pyarrow as pa

    stream = warehouse.stream(text, parameters)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        closing(stream.batches),
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_stream(file, stream.schema, options=options) as writer,
    ):
        for batch in stream.batches:
            _written(writer, batch)
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        yield _Rows(reader)


def _written(writer: pa.RecordBatchWriter, batch: pa.RecordBatch) -> None:
    try:
        writer.write_batch(batch)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        message = f"no room is left for parts of the result, in {tempfile.gettempdir()}"
        hint = "set TMPDIR to a folder with more room, or ask for fewer features at a time"
        raise FcompileError(Diagnostic("FC452", message, hint=hint)) from None
