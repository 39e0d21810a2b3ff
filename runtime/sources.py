"""Sources as they are in the warehouse, held against what the definitions read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import (
    Feature,
    FeatureView,
    File,
    JoinKey,
    Label,
    Query,
    Relation,
    Source,
    Table,
)
from fcompile.compiler.dtypes import FLOAT64, TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, FcompileError, Span, listed, near
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.nodes import Column, Expr
from fcompile.compiler.ir import Rows
from fcompile.compiler.lower.events import csv_types, relation
from fcompile.compiler.nested import rebased, views_below
from fcompile.compiler.plan import rows_of, rows_of_label
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.warehouses.base import Column as EngineColumn
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.failures import ENGINE, MISSING_COLUMN, MISSING_RELATION
from fcompile.runtime.warehouses.types import NANOSECONDS, is_time, nearest_dtype, serves

WRONG_TYPE = "FC403"

Types = Mapping[str, DType]
EngineColumns = Mapping[str, EngineColumn]


@dataclass(frozen=True, slots=True)
class _Reader:
    """A view or a label: what it reads of its source. ``words`` say which it is, ``values`` what each value is."""

    words: str
    join_keys: tuple[JoinKey, ...]
    values: tuple[tuple[str, Feature], ...]
    filter: Expr | None
    rows: Rows
    span: Span

    @classmethod
    def of(cls, read: FeatureView | Label) -> _Reader:
        if isinstance(read, Label):
            words = f"label `{read.name}`"
            return cls(words, read.join_keys, ((words, read.feature),), None, rows_of_label(read), read.span)
        # Beside windows, features are made from these: the source has nothing to do with them.
        from_source = (f for f in read.features if f.window or not read.windowed)
        values = tuple((f"feature `{read.name}:{f.name}`", f) for f in _read_once(from_source))
        words = f"view `{read.name}`"
        return cls(words, read.join_keys, values, read.filter, rows_of(read), read.span)


def _read_once(features: Iterable[Feature]) -> Iterator[Feature]:
    """Yield features, but of the windows that read the same only the first."""
    seen: set[object] = set()
    for feature in features:
        window = feature.window
        reads = (feature.expr, replace(window, length=None)) if window else feature
        if reads not in seen:
            seen.add(reads)
            yield feature


@dataclass(frozen=True, slots=True)
class _Need:
    """A column that something reads, as ``dtype`` (None: any type), and the place that says so."""

    column: str
    reader: str
    dtype: DType | None
    span: Span
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class _Live:
    """The columns of a source as they are, in order; ``get`` finds one by name as the engine does."""

    columns: EngineColumns
    folds_case: bool

    def get(self, name: str) -> EngineColumn | None:
        if name in self.columns or not self.folds_case:
            return self.columns.get(name)
        return next((c for n, c in reversed(list(self.columns.items())) if n.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Found:
    """Sources by name, with what only the warehouse knows of them."""

    sources: Mapping[str, Source]

    def source(self, source: Source) -> Source:
        """The source as found; of the rows of a view, with the source of the warehouse below it as found."""
        return rebased(source, lambda base: self.sources[base.name])

    def view(self, view: FeatureView) -> FeatureView:
        return replace(view, source=self.source(view.source))

    def label(self, label: Label) -> Label:
        return replace(label, source=self.source(label.source))

    def request(self, request: Request) -> Request:
        """The same request of the views as found."""
        return moved(request, self.view)


def moved(request: Request, view: Callable[[FeatureView], FeatureView]) -> Request:
    """Return the same request of other views: each is what ``view`` makes of it."""
    selected = {id(s): replace(s, view=view(s.view)) for s in request.selected}

    def of(column: OutputColumn) -> OutputColumn:
        return replace(column, selected=selected[id(column.selected)])

    columns = tuple(of(c) if isinstance(c, OutputColumn) else c for c in request.columns)
    return Request(tuple(selected.values()), columns, tuple(map(of, request.hidden)))


def check_sources(
    warehouse: Warehouse,
    views: Iterable[FeatureView],
    files: Mapping[str, str],
    sources: Iterable[Source] = (),
    labels: Iterable[Label] = (),
) -> Found:
    """Hold the warehouse to what ``views`` and ``labels`` read and to the contracts of their sources and ``sources``.

    Returns the sources as they were found, which is what must be compiled.

    No row is read, only columns and their types (a CSV file's by reading it). Raises FcompileError with
    every problem: FC401 a file or table that is not there, FC402 a column, FC403 a type, FC360 a type
    that an aggregation does not take, and what the expressions get wrong given the columns' real types.
    """
    of_source: dict[Source, list[_Reader]] = {source: [] for source in sources}
    for read in _reading(views, labels):
        of_source.setdefault(read.source, []).append(_Reader.of(read))
    problems: list[Diagnostic] = []
    found: dict[str, Source] = {}
    for source, readers in of_source.items():
        problems += _check_source(warehouse, source, readers, found)
    if problems:
        raise FcompileError(*dict.fromkeys(problems), files=files)
    return Found(found)


def _reading(views: Iterable[FeatureView], labels: Iterable[Label]) -> Iterator[FeatureView | Label]:
    """Yield what reads sources of the warehouse; instead of a view of a view the one at its end, each once.

    What a view's rows hold is known when it is bound.
    """
    yield from dict.fromkeys((view, *views_below(view.source))[-1] for view in views)
    yield from labels


def relation_text(where: Relation, types: Types, dialect: str) -> str:
    """Return what FROM reads, as SQL; ``types`` are those in which columns of a CSV must be read."""
    engine = dialect_named(dialect)
    return engine.sql(relation(where, tuple(types.items()), engine))


def described(warehouse: Warehouse, where: Relation, types: Types) -> dict[str, EngineColumn]:
    """Return the columns of ``where`` by name, in order; what is not there raises FC401."""
    text = relation_text(where, types, warehouse.dialect)
    return {column.name: column for column in warehouse.describe(f"SELECT * FROM {text}")}  # noqa: S608


def _check_source(
    warehouse: Warehouse,
    source: Source,
    readers: list[_Reader],
    found: dict[str, Source],
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the source; ``found`` gets it as it is."""
    try:
        columns = described(warehouse, source.relation, {})
        declared = dict(csv_types(source, tuple(reader.rows for reader in readers)))
        read_as = {name: dtype for name, dtype in declared.items() if name in columns}
        if read_as:
            columns = described(warehouse, source.relation, read_as)
    except FcompileError as error:
        yield from (_unreadable(warehouse, d, source) for d in error.diagnostics)
        return
    found[source.name] = replace(source, nanoseconds=_times_in_nanoseconds(source, columns))
    live = _Live(columns, warehouse.folds_case)
    for need in _needs(source, readers):
        yield from _unmet(need, live, source)
    for reader in readers:
        yield from _mistyped(reader, source, live)


def _times_in_nanoseconds(source: Source, columns: EngineColumns) -> tuple[str, ...]:
    times = (source.timestamp_field, source.created_timestamp_field, source.available_at)
    fine = (t for t in times if t is not None and t in columns and columns[t].kind in NANOSECONDS)
    return tuple(dict.fromkeys(fine))


def _unreadable(warehouse: Warehouse, said: Diagnostic, source: Source) -> Diagnostic:
    """Explain why a source cannot be described, at the place of its definition."""
    match source.relation:
        case File(path, name) if said.code == MISSING_RELATION and not _reads_files(warehouse):
            message = f"source `{source.name}` reads {path}, and this warehouse reads tables"
            hint = f"load the rows into a table `{name}` of schema `{warehouse.default_schema}`"
            return Diagnostic(MISSING_RELATION, message, source.span, hint)
        case File(path) if said.code == MISSING_RELATION:
            message = f"source `{source.name}` reads {path}, and no such file is there"
            hint = "the path is relative to fcompile.yaml"
            return Diagnostic(MISSING_RELATION, message, source.span, hint)
        case Table(parts) if said.code == MISSING_RELATION:
            name = ".".join(parts)
            message = (
                f"source `{source.name}` reads the table {name}, and the warehouse has none of that name"
            )
            return Diagnostic(MISSING_RELATION, message, source.span, _near_table(warehouse, name))
        case Query():
            message = f"the query of source `{source.name}` cannot run: {said.message}"
            return Diagnostic(said.code, message, source.span, said.hint)
    message = f"source `{source.name}` cannot be read: {said.message}"
    return Diagnostic(said.code or ENGINE, message, source.span, said.hint)


def _reads_files(warehouse: Warehouse) -> bool:
    return dialect_named(warehouse.dialect).reads_files


def _near_table(warehouse: Warehouse, name: str) -> str:
    """Suggest tables whose name, or schema and name, is near; empty where none is."""
    known, default = warehouse.tables(), warehouse.default_schema
    last = name.rsplit(".", 1)[-1]
    texts = {t if "." in t else f"{default}.{t}": t for t in known}
    same = [text for full, text in texts.items() if full.rsplit(".", 1)[-1] == last]
    close = [texts[n] for n in near(name if "." in name else f"{default}.{name}", texts)]
    found = [text for text in [*same, *close] if text != name]
    return f"did you mean `{found[0]}`?" if found else ""


def _needs(source: Source, readers: list[_Reader]) -> Iterator[_Need]:
    contract = dict(source.columns)
    times = {
        "timestamp_field": source.timestamp_field,
        "created_timestamp_field": source.created_timestamp_field,
        "available_at": source.available_at,
    }
    for role, column in times.items():
        if column is not None and contract.get(column, TIMESTAMP) == TIMESTAMP:
            yield _Need(column, f"source `{source.name}` (its {role})", None, source.span, is_time=True)
    for column, dtype in contract.items():
        if column in times.values() and dtype == TIMESTAMP:
            continue
        yield _Need(column, f"the contract of source `{source.name}`", dtype, source.span)
    for reader in readers:
        for key in reader.join_keys:
            yield _Need(key.name, f"{reader.words} (its join key)", key.dtype, reader.span)
        for words, feature in reader.values:
            if isinstance(feature.expr, Column):
                read_as = None if _as_numbers(feature, contract) else _read_as(feature)
                yield _Need(feature.expr.name, words, read_as, feature.span)


def _read_as(feature: Feature) -> DType | None:
    return feature.window.input if feature.window else feature.dtype


def _as_numbers(feature: Feature, contract: Mapping[str, DType]) -> bool:
    """Whether any number will do: what a mean or a float64 sum reads as float64 only because nothing says more."""
    window = feature.window
    if window is None or window.input != FLOAT64 or not isinstance(feature.expr, Column):
        return False
    return AGGREGATES[window.function].gives in ("float", "sum") and feature.expr.name not in contract


def _unmet(need: _Need, live: _Live, source: Source) -> Iterator[Diagnostic]:
    column = live.get(need.column)
    if column is None:
        message = f"{need.reader} reads `{need.column}`, which source `{source.name}` does not have"
        yield Diagnostic(MISSING_COLUMN, message, need.span, _near_column(need.column, live.columns))
    elif need.is_time and not is_time(column.kind):
        message = f"{need.reader} reads `{need.column}` as a time, but it is {column.said}"
        yield Diagnostic(WRONG_TYPE, message, need.span, _time_hint(need.column, column.kind))
    elif need.dtype is not None and not serves(column.kind, need.dtype):
        message = f"{need.reader} reads `{need.column}` as {need.dtype}, but it is {column.said}"
        yield Diagnostic(WRONG_TYPE, message, need.span, _type_hint(need, column.kind))


def _near_column(name: str, columns: Iterable[str]) -> str:
    found = near(name, columns)
    return f"did you mean `{found[0]}`?" if found else f"its columns are {', '.join(columns)}"


def _time_hint(column: str, engine: str) -> str:
    if engine == "VARCHAR":
        return f"if it holds ISO text, say so: columns: {{{column}: string}}"
    return "use a timestamp or date column, or convert it in a `query:`"


def _type_hint(need: _Need, engine: str) -> str:
    if engine in NANOSECONDS:
        return f"convert it in a `query:` (CAST({need.column} AS TIMESTAMPTZ))"
    nearest = nearest_dtype(engine)
    return f"declare it as {nearest}" if nearest is not None else "convert it in the source's `query:`"


def _mistyped(reader: _Reader, source: Source, live: _Live) -> Iterator[Diagnostic]:
    """Type the expressions again, with the columns that are really there."""
    contract = dict(source.columns)
    keys = {key.name: key.dtype for key in reader.join_keys}
    types = {name: nearest_dtype(column.kind) for name, column in live.columns.items()}
    real = Columns({**types, **keys, **contract}, closed=True)
    for words, feature in reader.values:
        if isinstance(feature.expr, Column):
            yield from _not_taken(feature, feature.expr.name, words, live, contract)
        else:
            yield from _problems(feature.expr, real, words, feature.span)
        if feature.window is not None and feature.window.filter is not None:
            yield from _problems(feature.window.filter, real, f"the filter of {words}", feature.span)
    if reader.filter is not None:
        yield from _problems(reader.filter, real, f"the filter of {reader.words}", reader.span)


def _not_taken(
    feature: Feature, name: str, words: str, live: _Live, contract: Mapping[str, DType]
) -> Iterator[Diagnostic]:
    """A column that is read as the warehouse has it may be of a type that the aggregation does not take."""
    column = live.get(name)
    window = feature.window
    if window is None or column is None or not (window.input is None or _as_numbers(feature, contract)):
        return
    takes = AGGREGATES[window.function].takes
    found = nearest_dtype(column.kind)
    if window.function != "count" and (found is None or found.kind not in takes):
        message = f"{words}: {window.function} takes no {column.said}, as `{name}` is"
        yield Diagnostic("FC360", message, feature.span, f"it takes {listed(takes)}")


def _problems(expr: Expr, real: Columns, reader: str, span: Span) -> Iterator[Diagnostic]:
    for problem in infer(expr, real).problems:
        yield Diagnostic(problem.code, f"{reader}: {problem.message}", span, problem.hint)
