"""The spine: whatever the caller gives as the rows that ask, read and checked against the request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fcompile.compiler.compile import Spine, SpineColumn
from fcompile.compiler.definitions import File, Label, Query, Relation
from fcompile.compiler.dtypes import STRING, DType
from fcompile.compiler.errors import Diagnostic, FcompileError, did_you_mean, listed, near
from fcompile.compiler.request import Request
from fcompile.runtime.events import Note, Report, silent
from fcompile.runtime.request_data import Asked, asked_data
from fcompile.runtime.sources import described, relation_text
from fcompile.runtime.spine_inputs import REGISTERED, named_relation, opened, raw_names, why_broken
from fcompile.runtime.spine_request import (
    csv_dtypes,
    missing_data,
    reads_values,
    rounded_fields,
    unfit_data,
    unfit_texts,
)
from fcompile.runtime.warehouses.base import Column, Warehouse
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted_name
from fcompile.runtime.warehouses.types import NULL, is_time, serves_key, spine_kind

EVENT_TIMESTAMP = "event_timestamp"
_TEXT_DTYPES = ("bool", "int32", "int64", "string", "date", "timestamp")
"""Join keys whose columns a CSV file is read with, as declared."""


def read_spine(
    warehouse: Warehouse,
    entity_df: object,
    request: Request,
    timestamp_column: str | None = None,
    report: Report = silent,
    labels: Sequence[Label] = (),
) -> Spine:
    """Return ``entity_df`` as a spine for ``request`` and ``labels``, where the warehouse reads it.

    Its columns are those it has, in order, its rows are not copied. Data frames and files are read by DuckDB
    alone: ``spine_loaded.py`` brings them to other warehouses.

    ``entity_df``: a Parquet or CSV file or glob (relative to the current directory), a table's name,
    one SELECT, or a pyarrow, pandas or polars object. The time is ``timestamp_column``; else
    ``event_timestamp``; else the only column of a time's type. A time without a zone is UTC, a date is
    its midnight in UTC, text is ISO 8601 with or without an offset, and nanoseconds are cut.

    Raises FcompileError with every problem: FC410 it cannot be read, FC411 a join key is missing,
    FC412 the time is missing, FC413 a column is named like a feature or label of the result, FC414 two columns
    have one name, FC415 a column has a type that its join key cannot have, FC416 a time that does not
    parse, FC417 not one SELECT, FC418 a broken CSV row, FC419 an object of an unknown kind, FC423 request
    data is missing, FC424 a column has a type that its request data cannot have.
    """
    time_name = timestamp_column or EVENT_TIMESTAMP
    keys, data = tuple(asked_keys(request, labels)), asked_data(request)
    relation = _opened(warehouse, entity_df, time_name, {**csv_dtypes(data), **key_dtypes(keys)})
    read = _Reading(warehouse, relation, keys, data)
    columns, read_as = read.columns(timestamp_column)
    read_all = getattr(entity_df, "read_all", None)
    if isinstance(warehouse, DuckDBWarehouse) and read_all is not None and reads_values(columns, data):
        # A stream is read once, and the check of its values would be that.
        warehouse.register(REGISTERED, read_all())
    time = _time_column(columns, timestamp_column)
    problems = [
        *_duplicates(raw_names(warehouse, relation, list(columns))),
        *_missing_keys(columns, keys),
        *missing_data(columns, data),
        *_collisions(columns, request, labels),
        *_unfit_keys(columns, keys),
        *unfit_data(warehouse, read.text(read_as), columns, data, time if isinstance(time, str) else None),
    ]
    if rounded := rounded_fields(data, read_as):
        texts = {each.field.name: STRING for each in rounded}
        problems += unfit_texts(warehouse, read.text({**read_as, **texts}), rounded)
    if isinstance(time, Diagnostic):
        problems.append(time)
    else:
        problems += read.bad_times(columns[time])
    if problems or isinstance(time, Diagnostic):
        raise FcompileError(*problems)
    if timestamp_column is None and time != EVENT_TIMESTAMP:
        report(Note(f"the spine's times are read from `{time}`, its only column of a time's type"))
    return Spine(relation, spine_columns(columns.values()), time, tuple(read_as.items()))


def spine_columns(columns: Iterable[Column]) -> tuple[SpineColumn, ...]:
    return tuple(SpineColumn(column.name, spine_kind(column.kind)) for column in columns)


def _opened(warehouse: Warehouse, entity_df: object, time: str, keys: Collection[str]) -> Relation:
    if isinstance(warehouse, DuckDBWarehouse):
        return opened(warehouse, entity_df, time, keys)
    relation = named_relation(entity_df, warehouse.dialect)
    if relation is None or isinstance(relation, File):
        raise ValueError("only DuckDB reads files and data frames in place")
    return relation


@dataclass(frozen=True, slots=True)
class _Key:
    """A column of the spine that ``reader`` (a view, its alias, or a label) joins on, as ``dtype``."""

    name: str
    dtype: DType
    reader: str


def asked_keys(request: Request, labels: Sequence[Label]) -> Iterator[_Key]:
    for selected in request.selected:
        for key in selected.view.join_keys:
            yield _Key(selected.spine_key(key.name), key.dtype, selected.label)
    for label in labels:
        for key in label.join_keys:
            yield _Key(key.name, key.dtype, label.name)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The spine's relation with what it is to be read for."""

    warehouse: Warehouse
    relation: Relation
    keys: tuple[_Key, ...]
    data: tuple[Asked, ...]

    def columns(self, timestamp_column: str | None) -> tuple[dict[str, Column], dict[str, DType]]:
        """Return the columns, and the dtypes that a CSV's keys and request data are read as."""
        try:
            columns = self._described({})
            if not (isinstance(self.relation, File) and self.relation.format == "csv"):
                return columns, {}
            keys = {n: dtype for n, dtype in key_dtypes(self.keys).items() if dtype.kind in _TEXT_DTYPES}
            data = {n: dtype for n, dtype in csv_dtypes(self.data).items() if n != EVENT_TIMESTAMP}
            wanted = {**data, **keys}
            read_as = {n: wanted[n] for n in wanted if n in columns and n != timestamp_column}
            return (self._described(read_as) if read_as else columns), read_as
        except FcompileError as error:
            raise why_broken(self.warehouse, self.relation, error) from error

    def _described(self, read_as: Mapping[str, DType]) -> dict[str, Column]:
        if isinstance(self.relation, Query):
            named = self.warehouse.describe(self.relation.sql)
            if problems := list(_duplicates([column.name for column in named])):
                raise FcompileError(*problems)
            return {column.name: column for column in named}
        return described(self.warehouse, self.relation, read_as)

    def text(self, read_as: Mapping[str, DType]) -> str:
        """Return what FROM reads."""
        return relation_text(self.relation, read_as, self.warehouse.dialect)

    def bad_times(self, column: Column) -> Iterator[Diagnostic]:
        """Yield the first text that is no time, with its row (the first is 1), or a type that is no time."""
        if is_time(column.kind) or column.kind in (NULL, "TIMESTAMPTZ_NS"):
            return
        if column.kind != "VARCHAR":
            message = (
                f"the spine's `{column.name}` is {column.said}; a time is a timestamp, a date or ISO text"
            )
            yield Diagnostic("FC416", message, hint="convert it, or name another column as the time")
            return
        if self.warehouse.dialect != "duckdb":
            return  # the statement itself fails on the first text that does not convert
        name = quoted_name(column.name)
        text = self.text({})
        bad = self.warehouse.rows(
            f"SELECT row, value FROM (SELECT row_number() OVER () AS row, {name} AS value FROM {text}) AS r "  # noqa: S608
            "WHERE value IS NOT NULL AND try_cast(value AS TIMESTAMPTZ) IS NULL ORDER BY row LIMIT 1"
        )
        if bad:
            message = f"row {bad[0][0]} of the spine: `{column.name}` holds {str(bad[0][1])[:60]!r}, which is no time"
            yield Diagnostic("FC416", message, hint="write times as 2026-01-31T12:00:00Z")


def key_dtypes(keys: Sequence[_Key]) -> dict[str, DType]:
    """The dtype of each spine column that is a join key; the first view or label that reads it decides."""
    dtypes: dict[str, DType] = {}
    for key in keys:
        dtypes.setdefault(key.name, key.dtype)
    return dtypes


def _time_column(columns: Mapping[str, Column], wanted: str | None) -> str | Diagnostic:
    if wanted is not None and wanted not in columns:
        hint = did_you_mean(wanted, columns) or f"its columns are {listed(list(columns))}"
        return Diagnostic("FC412", f"the spine has no column `{wanted}` to read the times from", hint=hint)
    if wanted is not None or EVENT_TIMESTAMP in columns:
        return wanted or EVENT_TIMESTAMP
    times = [c.name for c in columns.values() if is_time(c.kind) or c.kind == "TIMESTAMPTZ_NS"]
    if len(times) == 1:
        return times[0]
    found = f"these columns hold times: {listed(times)}" if times else "no other column holds times"
    likely = near(EVENT_TIMESTAMP, columns) or times
    return Diagnostic(
        "FC412",
        f"the spine has no column `{EVENT_TIMESTAMP}`, and {found}",
        hint="name the column with --timestamp-column (timestamp_column=)"
        + (f", such as `{likely[0]}`" if likely else ""),
    )


def _duplicates(names: list[str]) -> Iterator[Diagnostic]:
    count = Counter(name.lower() for name in names)
    twice = [name for name in dict.fromkeys(n.lower() for n in names) if count[name] > 1]
    if twice:
        message = f"the spine has more than one column named {listed(twice)}"
        yield Diagnostic("FC414", message, hint="rename them; letter case does not tell columns apart")


def _missing_keys(columns: Mapping[str, Column], keys: Sequence[_Key]) -> Iterator[Diagnostic]:
    for key in keys:
        if key.name not in columns:
            message = f"the spine has no column `{key.name}`, a join key of `{key.reader}`"
            hint = did_you_mean(key.name, columns) or f"its columns are {listed(list(columns))}"
            yield Diagnostic("FC411", message, hint=hint)


def _collisions(
    columns: Mapping[str, Column], request: Request, labels: Sequence[Label]
) -> Iterator[Diagnostic]:
    features = {column.name.lower(): column for column in request.columns}
    names = {label.name.lower(): label.name for label in labels}
    for name in columns:
        if (column := features.get(name.lower())) is not None:
            message = f"the spine's column `{name}` is named like the requested feature `{column.reference}`"
            hint = "rename it, or ask for full feature names (--full-feature-names)"
            yield Diagnostic("FC413", message, hint=hint)
        if (label := names.get(name.lower())) is not None:
            message = f"the spine's column `{name}` is named like the requested label `{label}`"
            yield Diagnostic("FC413", message, hint="rename it, or leave it out of the spine")


def _unfit_keys(columns: Mapping[str, Column], keys: Sequence[_Key]) -> Iterator[Diagnostic]:
    seen: set[tuple[str, DType]] = set()
    for key in keys:
        if key.name not in columns or (key.name, key.dtype) in seen:
            continue
        seen.add((key.name, key.dtype))
        if not serves_key(columns[key.name].kind, key.dtype):
            needed = f"the join key of `{key.reader}` is {key.dtype}"
            message = f"the spine's `{key.name}` is {columns[key.name].said}, but {needed}"
            yield Diagnostic("FC415", message, hint=f"convert the column to {key.dtype}")
