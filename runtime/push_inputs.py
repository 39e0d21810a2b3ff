"""What may be pushed: files, data frames and lists of rows, copied into a DuckDB in memory."""

# ruff: noqa: S608 - the texts are put together from constants

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcompile.compiler.definitions import FeatureView, File, Relation, Table
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.lower.events import csv_types
from fcompile.compiler.plan import rows_of
from fcompile.runtime.sources import described, relation_text
from fcompile.runtime.spine_inputs import frame_rows, named_relation, why_broken
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse

if TYPE_CHECKING:
    import pyarrow as pa

GIVEN = "__given"


def read_given(local: DuckDBWarehouse, view: FeatureView, given: object) -> int:
    """Copy the rows into the table ``GIVEN``; return how many there are."""
    relation: Relation = Table((GIVEN,))
    try:
        relation = _relation(local, given)
        types = _csv_types(local, view, relation)
        text = relation_text(relation, types, local.dialect)
        local.execute(f"CREATE TEMPORARY TABLE {GIVEN} AS SELECT * FROM {text}")
    except FcompileError as error:
        raise FcompileError(
            *(_unreadable(d, given) for d in why_broken(local, relation, error).diagnostics)
        ) from None
    ((count,),) = local.simple_rows(f"SELECT COUNT(*) FROM {GIVEN}")
    return int(str(count))


def _relation(local: DuckDBWarehouse, given: object) -> Relation:
    if isinstance(given, str | Path):
        return named_relation(Path(given), local.dialect) or Table((str(given),))
    local.register("__frame", _of_mappings(given) if _are_mappings(given) else frame_rows(given))
    return Table(("__frame",))


def _are_mappings(given: object) -> bool:
    return isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given)


def _of_mappings(rows: Any) -> pa.Table:
    """Return rows by column name as Arrow; a name that a row lacks is NULL there."""
    import pyarrow as pa

    names = dict.fromkeys(name for row in rows for name in row)
    try:
        return pa.table({str(name): pa.array(_one_kind([row.get(name) for row in rows])) for name in names})
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        message = f"the rows cannot be read: {error}"
        raise FcompileError(
            Diagnostic("FC535", message, hint="give each column values of one type")
        ) from error


def _one_kind(values: list[Any]) -> list[Any]:
    """Return times as text where some are text: messages come as JSON, and not all of them."""
    if any(isinstance(value, str) for value in values):
        return [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return values


def _csv_types(local: DuckDBWarehouse, view: FeatureView, relation: Relation) -> dict[str, DType]:
    """Return how a CSV file's columns are read, as where it is the source itself; none of other files."""
    if not isinstance(relation, File) or relation.format != "csv":
        return {}
    source = replace(view.source, relation=relation)
    held = described(local, relation, {})
    declared = csv_types(source, (rows_of(replace(view, source=source)),))
    return {name: dtype for name, dtype in declared if name in held}


def _unreadable(said: Diagnostic, given: object) -> Diagnostic:
    """Return what is said of a spine, said of what was given."""
    what = "the file" if isinstance(given, str | Path) else "the pushed rows"
    words = said.message.replace("is no spine", "cannot be pushed").replace("the spine", what)
    hint = said.hint.replace("a pandas, polars or pyarrow table, a path, a table's name or SQL", _TAKEN)
    return Diagnostic("FC535", words, hint=hint)


_TAKEN = "a Parquet or CSV file, a pandas, polars or pyarrow table, or a list of rows"
