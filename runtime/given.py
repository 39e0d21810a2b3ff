"""Rows that tests give, as tables of a DuckDB in which they stand for the rows of sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Feature, FeatureView, Row, Source, Table
from fcompile.compiler.dtypes import TIMESTAMP, DType
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.expressions.nodes import Column, column_names
from fcompile.compiler.nested import rebased, views_below
from fcompile.compiler.request import Request
from fcompile.runtime.sources import moved
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse
from fcompile.runtime.yaml_values import column_of

if TYPE_CHECKING:
    import pyarrow as pa

GIVEN = "__given_"


def register_given(
    warehouse: DuckDBWarehouse,
    request: Request,
    given: Mapping[str, Sequence[Row]],
    prefix: str = GIVEN,
) -> None:
    """Make a table for each source that ``request`` reads: ``prefix`` and its name. One without given rows is empty.

    Raises FcompileError (FC441) where a value is not of its column's dtype.
    """
    readers = [(s.view, *views_below(s.view.source))[-1] for s in request.selected]
    for source in dict.fromkeys(view.source for view in readers):
        views = [view for view in readers if view.source == source]
        types = _source_types(source, views)
        read = dict.fromkeys(name for view in views for name in _read(view))
        table = table_of(given.get(source.name, ()), {**read, **types}, f"given rows of `{source.name}`")
        warehouse.register(prefix + source.name, table)


def on_given_rows(request: Request, prefix: str = GIVEN) -> Request:
    """Return the request with every source replaced by its given rows."""

    def given(base: Source) -> Source:
        return replace(base, relation=Table((prefix + base.name,)))

    return moved(request, lambda view: replace(view, source=rebased(view.source, given)))


def table_of(rows: Sequence[Row], types: Mapping[str, DType | None], what: str) -> pa.Table:
    """Return the rows with the columns of ``types`` and any other that a row has."""
    import pyarrow as pa

    maps = [dict(row) for row in rows]
    names = dict.fromkeys([*types, *(name for row in maps for name in row)])
    columns: dict[str, pa.Array] = {}
    problems = []
    for name in names:
        try:
            columns[name] = column_of([row.get(name) for row in maps], types.get(name))
        except ValueError as error:
            problems.append(Diagnostic("FC441", f"{what}: `{name}`: {error}"))
    if problems:
        raise FcompileError(*problems)
    return pa.table(columns)


def _source_types(source: Source, views: Sequence[FeatureView]) -> dict[str, DType]:
    """The dtypes that the definitions say: the contract's, else of join keys, plain features and times."""
    types: dict[str, DType] = {}
    for view in views:
        types.update({name: dtype for name, dtype in _plain(view) if name not in types})
        types.update((key.name, key.dtype) for key in view.join_keys)
    times = (source.timestamp_field, source.created_timestamp_field, source.available_at)
    types.update((name, TIMESTAMP) for name in times if name)
    return {**types, **dict(source.columns)}


def _plain(view: FeatureView) -> Iterator[tuple[str, DType]]:
    """Yield the columns that features are or aggregate, with the type that they are read as, if one is said."""
    for feature in _from_source(view):
        dtype = feature.window.input if feature.window else feature.dtype
        if isinstance(feature.expr, Column) and dtype is not None:
            yield feature.expr.name, dtype


def _read(view: FeatureView) -> Iterator[str]:
    """Yield the columns that expressions read; their types may be unknown."""
    filters = (view.filter, *(f.window.filter for f in view.features if f.window))
    for expr in (*(f.expr for f in _from_source(view)), *(each for each in filters if each is not None)):
        yield from column_names(expr)


def _from_source(view: FeatureView) -> tuple[Feature, ...]:
    """The features that read columns of the source: in a view of windows some are made from the windows."""
    return tuple(f for f in view.features if f.window or not view.windowed)
