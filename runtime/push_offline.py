"""Pushed rows into the warehouse: appended to the table of the view's source."""

# ruff: noqa: S608 - the texts are put together from quoted names

from __future__ import annotations

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, File, Query, Table
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError, did_you_mean, listed
from fcompile.compiler.lower.sql import identifier
from fcompile.compiler.nested import base_of
from fcompile.runtime.push_rows import PUSHED, PushedRows
from fcompile.runtime.sources import described, relation_text
from fcompile.runtime.warehouses.base import Column, Warehouse
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted_name


def check_appendable(view: FeatureView) -> Table:
    """Return the table of the view's source; raise UsageError (FC538) where rows cannot be appended to it."""
    source = base_of(view.source)
    match source.relation:
        case Table():
            return source.relation
        case File(path):
            message = f"source `{source.name}` reads the files {path}, to which rows cannot be appended"
            hint = f"write another file beside them, then: fcompile run -s {view.name}"
        case Query():
            message = f"source `{source.name}` is a query, to which rows cannot be appended"
            hint = f"write to the tables that it reads, then: fcompile run -s {view.name}"
        case _:
            message, hint = f"source `{source.name}` has no table", ""
    raise UsageError(Diagnostic("FC538", message, view.span, hint))


def append(warehouse: Warehouse, view: FeatureView, rows: PushedRows) -> int:
    """Append all rows in one statement, columns by name, those that are not pushed NULL; return how many.

    Raises FcompileError: FC541 the table lacks a column that is pushed.
    """
    table = check_appendable(view)
    live = described(warehouse, table, {})
    names = _matched(rows, live, warehouse.folds_case, table)
    loaded = warehouse.load(rows.local.reader(_select(rows.local, names)))
    try:
        held = list(described(warehouse, Table(loaded), {}).values())
        warehouse.execute(_insert(warehouse, table, loaded, held, list(names.values())))
    finally:
        warehouse.drop(loaded)
    return rows.count


def _matched(rows: PushedRows, live: dict[str, Column], folds_case: bool, table: Table) -> dict[str, Column]:
    """Return the table's column for each pushed one."""
    by_name = {(name.lower() if folds_case else name): column for name, column in live.items()}
    pushed = [column.name for column in rows.local.describe(f"SELECT * FROM {PUSHED}")]
    found = {name: by_name.get(name.lower() if folds_case else name) for name in pushed}
    place = ".".join(table.parts)
    problems = [
        Diagnostic(
            "FC541",
            f"the pushed rows have `{name}`, which the table {place} does not have",
            hint=did_you_mean(name, live) or f"its columns are {listed(list(live))}",
        )
        for name, column in found.items()
        if column is None
    ]
    if problems:
        raise FcompileError(*problems)
    return {name: column for name, column in found.items() if column is not None}


def _select(local: DuckDBWarehouse, names: dict[str, Column]) -> str:
    """Return the SELECT of the rows, each column as the table has it where DuckDB knows that type."""
    shown = [
        f"{_cast(local, quoted_name(name), to.kind)} AS {quoted_name(name)}" for name, to in names.items()
    ]
    return f"SELECT {', '.join(shown)} FROM {PUSHED}"


def _cast(local: DuckDBWarehouse, name: str, kind: str) -> str:
    if kind in ("JSON", "UUID"):
        return f"CAST({name} AS VARCHAR)"
    try:
        local.describe(f"SELECT CAST(NULL AS {kind}) AS x")
    except FcompileError:
        return name
    return f"CAST({name} AS {kind})"


def _insert(
    warehouse: Warehouse, table: Table, loaded: tuple[str, ...], held: list[Column], columns: list[Column]
) -> str:
    engine = dialect_named(warehouse.dialect)
    targets = ", ".join(engine.sql(identifier(column.name)) for column in columns)
    values = []
    for have, want in zip(held, columns, strict=True):
        name = engine.sql(identifier(have.name))
        values.append(name if have.kind == want.kind else f"CAST({name} AS {want.said})")
    into = relation_text(table, {}, warehouse.dialect)
    come = relation_text(Table(loaded), {}, warehouse.dialect)
    return f"INSERT INTO {into} ({targets})\nSELECT {', '.join(values)} FROM {come}"
