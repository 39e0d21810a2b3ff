"""Spines of data frames and files on warehouses that do not read them: checked here, then loaded in bulk.

What is given is read, checked and typed by a DuckDB in memory, exactly as on a DuckDB target, and goes from there to
the warehouse as a stream of Arrow batches, each row with its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.compiler.compile import Spine, dialect_named
from fcompile.compiler.definitions import File, Label, Table
from fcompile.compiler.dtypes import STRING, TIMESTAMP, DType
from fcompile.compiler.lower.events import relation
from fcompile.compiler.lower.spine import spine_time
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.request import Request
from fcompile.runtime.events import Report, silent
from fcompile.runtime.request_data import asked_data
from fcompile.runtime.sources import described
from fcompile.runtime.spine import asked_keys, key_dtypes, read_spine, spine_columns
from fcompile.runtime.spine_inputs import named_relation
from fcompile.runtime.spine_request import csv_dtypes
from fcompile.runtime.warehouses.base import Column, Warehouse
from fcompile.runtime.warehouses.duckdb import MEMORY, DuckDBWarehouse, open_database, quoted_name
from fcompile.runtime.warehouses.types import NANOSECONDS, NULL

if TYPE_CHECKING:
    import pyarrow as pa

_ORDINAL = "__fcompile_row"


@dataclass(frozen=True, slots=True)
class SpineAt:
    """A spine where the warehouse reads it; ``schema``: of one that was loaded, its columns' types as it came."""

    spine: Spine
    schema: pa.Schema | None = None


def spine_at(
    warehouse: Warehouse,
    entity_df: object,
    request: Request,
    timestamp_column: str | None,
    report: Report = silent,
    labels: Sequence[Label] = (),
    root: Path = Path(),
) -> SpineAt:
    """Return ``entity_df`` as ``read_spine`` does; data frames and files are loaded where they cannot be read in place.

    ``root`` is the project's folder, where what is too large for memory is put aside. Timestamps in nanoseconds
    are cut to microseconds as they are loaded.
    """
    if not isinstance(warehouse, DuckDBWarehouse):
        named = named_relation(entity_df, warehouse.dialect)
        if named is None or isinstance(named, File):
            return _loaded(warehouse, entity_df, request, timestamp_column, report, labels, root)
    return SpineAt(read_spine(warehouse, entity_df, request, timestamp_column, report, labels))


def _loaded(
    warehouse: Warehouse,
    entity_df: object,
    request: Request,
    timestamp_column: str | None,
    report: Report,
    labels: Sequence[Label],
    root: Path,
) -> SpineAt:
    with closing(open_database(MEMORY, root)) as local:
        spine = read_spine(local, entity_df, request, timestamp_column, report, labels)
        dtypes = {**csv_dtypes(asked_data(request)), **key_dtypes(tuple(asked_keys(request, labels)))}
        select, ordinal = _select(local, spine, {spine.timestamp: TIMESTAMP, **dtypes})
        reader = local.reader(select)
        schema = reader.schema
        table = warehouse.load(reader)
    found = described(warehouse, Table(table), {}).values()
    kinds = [replace(column, name=name) for name, column in zip(schema.names, found, strict=True)]
    return SpineAt(Spine(Table(table), spine_columns(kinds[:-1]), spine.timestamp, ordinal=ordinal), schema)


def _select(local: DuckDBWarehouse, spine: Spine, dtypes: Mapping[str, DType]) -> tuple[str, str]:
    """Return the SELECT of what is loaded, and its last column, the rows' numbers from 1."""
    engine = dialect_named("duckdb")
    types = spine.read_types if isinstance(spine.relation, File) else ()
    text = engine.sql(relation(spine.relation, types, engine, "s"))
    found = local.describe(f"SELECT * FROM {text}")  # noqa: S608
    shown = [f"{_loadable(each, spine, dtypes)} AS {quoted_name(each.name)}" for each in found]
    ordinal = _fresh(_ORDINAL, [each.name for each in found])
    shown.append(f"row_number() OVER () AS {quoted_name(ordinal)}")
    return f"SELECT {', '.join(shown)} FROM {text}", ordinal  # noqa: S608


def _loadable(column: Column, spine: Spine, dtypes: Mapping[str, DType]) -> str:
    """Return the column as other engines have a type for it: of nothing but NULL as what it is read as."""
    engine = dialect_named("duckdb")
    if column.kind in NANOSECONDS:
        return engine.sql(spine_time(spine, column.name, "s", engine))
    name = f"s.{quoted_name(column.name)}"
    if column.kind == NULL:
        return f"CAST({name} AS {engine.sql(lower_type(dtypes.get(column.name, STRING), engine))})"
    return name


def _fresh(name: str, taken: Iterable[str]) -> str:
    lower = {each.lower() for each in taken}
    while name in lower:
        name += "_"
    return name
