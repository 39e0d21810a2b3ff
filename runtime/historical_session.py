"""An open warehouse with a training set's SQL in it: sources held to their definitions, the spine where it is read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import HistoricalSql, Spine, compile_historical
from fcompile.compiler.definitions import Label, Query
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.request import Request
from fcompile.compiler.stages import Script
from fcompile.runtime.events import Report
from fcompile.runtime.historical_parts import one_state, side_by_side
from fcompile.runtime.sources import check_sources, relation_text
from fcompile.runtime.spine_loaded import SpineAt, spine_at
from fcompile.runtime.warehouses.base import Parameters, Stream, Warehouse, scratch_suffix
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.warehouses.results import conformed, result_type

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and by which rows; ``most_rows``: only the first so many of them."""

    request: Request
    labels: tuple[Label, ...]
    entity_df: object
    timestamp_column: str | None = None
    most_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Spine rows that passed, and how many of them a view or a label has something for."""

    rows: int
    matched: dict[str, int]
    labelled: dict[str, int]


@dataclass(frozen=True, slots=True)
class Session:
    """An open warehouse, what is asked of it as found there, and the SQL with what is bound to it."""

    warehouse: Warehouse
    request: Request
    labels: tuple[Label, ...]
    at: SpineAt
    sql: HistoricalSql
    parameters: Parameters | None
    root: Path

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(c.name for c in self.at.spine.columns), *(name for name, _ in self.sql.columns))

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(flag for _, flag in self.sql.match_columns)

    def counts(self, rows: int, each: Sequence[int]) -> Counts:
        """``each``: a count a flag, then one a label."""
        views = [view for view, _ in self.sql.match_columns]
        matched = zip(views, each[: len(views)], strict=True)
        labelled = zip((label.name for label in self.labels), each[len(views) :], strict=True)
        return Counts(rows, dict(sorted(matched)), dict(labelled))

    @contextmanager
    def staged(self, script: Script) -> Iterator[Script]:
        """Lend ``script`` while its staged tables are there, under names that no other session has."""
        named = script.named(f"_{scratch_suffix()}") if script.stages else script
        made = 0
        try:
            for stage in named.stages:
                made += 1
                self.warehouse.execute(stage.create, self.parameters)
            yield named
        except BaseException as error:
            _dropped(self.warehouse, named, made, error)
            raise
        _dropped(self.warehouse, named, made)

    @contextmanager
    def counted(self) -> Iterator[CountedRows]:
        """Lend the rows as a stream that counts as it is read."""
        script = self.sql.counted_script
        with one_state(self.warehouse, script), self.staged(script) as named:
            stream = self._stream(named)
            with closing(stream.batches):
                yield CountedRows(self, stream, self._schema(stream.schema))

    def _stream(self, script: Script) -> Stream:
        if script.beside:
            return side_by_side(self.warehouse, script, self.sql, self.parameters)
        return self.warehouse.stream(script.text, self.parameters)

    def _schema(self, found: pa.Schema) -> pa.Schema:
        """Return the result's columns: as DuckDB gives them, and those of a loaded spine as they came."""
        import pyarrow as pa

        width = len(self.columns)
        fields = [found.field(n).with_name(name) for n, name in enumerate(self.columns[:width])]
        if self.warehouse.dialect == "duckdb":
            return pa.schema(fields)
        came = list(self.at.schema.types)[:-1] if self.at.schema is not None else []
        given = [result_type(dtype) for _, dtype in self.sql.columns]
        spine = came or [f.type for f in fields[: width - len(given)]]
        return pa.schema(zip(self.columns, [*spine, *given], strict=True))


def _dropped(warehouse: Warehouse, script: Script, made: int, error: BaseException | None = None) -> None:
    """Drop the first ``made`` staged tables, the last first; after an error that one is what is told."""
    for stage in reversed(script.stages[:made]):
        try:
            warehouse.execute(stage.drop)
        except FcompileError:
            if error is None:
                raise


class CountedRows:
    """A result that counts its rows, the flags that are TRUE and the labels that have a value, as it is read."""

    def __init__(self, session: Session, stream: Stream, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows = 0
        self._session, self._stream = session, stream
        self._each = [0] * (len(session.flags) + len(session.labels))

    def batches(self) -> Generator[pa.RecordBatch]:
        """Yield the rows without their flags."""
        width, labels = len(self._session.columns), len(self._session.labels)
        own = list(range(width))
        for batch in self._stream.batches:
            some = [flag.true_count for flag in batch.columns[width:]]
            some += [len(values) - values.null_count for values in batch.columns[width - labels : width]]
            self._each = [count + more for count, more in zip(self._each, some, strict=True)]
            self.rows += batch.num_rows
            yield conformed(batch.select(own), self.schema)

    def counts(self) -> Counts:
        return self._session.counts(self.rows, self._each)


AsOf = Callable[[Warehouse], datetime]


@contextmanager
def opened(
    project: Project, asked: Asked, as_of: AsOf, report: Report, *, check: bool, read_only: bool
) -> Iterator[Session]:
    """Open the target's warehouse, ``check`` the sources, read the spine and compile; closed after the block."""
    with closing(open_warehouse(project, read_only=read_only)) as warehouse:
        request, labels = asked.request, asked.labels
        parameters: Mapping[str, object] | None = {"as_of": as_of(warehouse)} if labels else None
        if check:
            views = tuple(dict.fromkeys(s.view for s in request.selected))
            found = check_sources(warehouse, views, project.files, labels=labels)
            request, labels = found.request(request), tuple(map(found.label, labels))
        at = spine_at(
            warehouse, asked.entity_df, request, asked.timestamp_column, report, labels, project.root
        )
        if asked.most_rows is not None:
            at = replace(at, spine=_first(at.spine, asked.most_rows, warehouse.dialect))
        sql = compile_historical(
            request,
            at.spine,
            warehouse.dialect,
            labels=labels,
            tuning=project.tuning,
            schema=project.target.warehouse.schema_,
        )
        yield Session(warehouse, request, labels, at, sql, parameters, project.root)


def _first(spine: Spine, rows: int, dialect: str) -> Spine:
    """Return the spine of the first ``rows`` rows."""
    text = relation_text(spine.relation, dict(spine.read_types), dialect)
    return replace(spine, relation=Query(f"SELECT * FROM {text} LIMIT {rows}"), read_types=())  # noqa: S608
