"""Request data in a spine: each field is a column of its name, of a type that holds values of its dtype."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, did_you_mean, listed
from fcompile.runtime.request_data import Asked
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import quoted_name
from fcompile.runtime.warehouses.types import serves_key

_CSV_KINDS = ("bytes",)
"""Kinds that a CSV file has no text for."""
_FLOATS = ("FLOAT", "DOUBLE")
_BITS = {"int32": 31, "int64": 63}


def csv_dtypes(asked: tuple[Asked, ...]) -> dict[str, DType]:
    """Return the dtypes in which a CSV file's columns must be read; of two for one column the first."""
    dtypes: dict[str, DType] = {}
    for each in asked:
        if each.field.dtype.kind not in _CSV_KINDS:
            dtypes.setdefault(each.field.name, each.field.dtype)
    return dtypes


def missing_data(columns: Mapping[str, str], asked: tuple[Asked, ...]) -> Iterator[Diagnostic]:
    """Yield FC423 for each field that is no column of the spine; letter case counts."""
    for each in asked:
        name = each.field.name
        if name not in columns:
            message = (
                f"the spine has no column `{name}` ({each.field.dtype}), request data of `{each.reader}`"
            )
            other = next((c for c in columns if c.lower() == name.lower()), None)
            hint = f"rename its `{other}` to `{name}`: letter case counts" if other else ""
            hint = hint or did_you_mean(name, columns) or f"its columns are {listed(list(columns))}"
            yield Diagnostic("FC423", message, hint=hint)


def unfit_data(
    warehouse: Warehouse, text: str, columns: Mapping[str, str], asked: tuple[Asked, ...], time: str | None
) -> Iterator[Diagnostic]:
    """Yield FC424 for each field whose column has another type; the spine's time column is checked as such.

    ``text`` is what FROM reads. Data frames turn whole numbers beside a missing one into floats, so a
    column of floats serves an integer where all of its values are whole and in range.
    """
    for each in asked:
        name, dtype = each.field.name, each.field.dtype
        engine = columns.get(name)
        if engine is None or (name == time and dtype.kind == "timestamp"):
            continue
        if engine in _FLOATS and dtype.kind in _BITS:
            yield from _broken_number(warehouse, text, each)
            continue
        if serves_key(engine, dtype):
            continue
        message = f"the spine's `{name}` is {engine}, but `{each.reader}` takes it as {dtype}"
        yield Diagnostic("FC424", message, hint=f"convert the column to {dtype}")


def _broken_number(warehouse: Warehouse, text: str, asked: Asked) -> Iterator[Diagnostic]:
    """Yield the first float that is no whole number of the field's dtype, with its row (the first is 1)."""
    name, bound = quoted_name(asked.field.name), 2 ** _BITS[asked.field.dtype.kind]
    bad = warehouse.rows(
        f"SELECT row, value FROM (SELECT row_number() OVER () AS row, {name} AS value FROM {text}) AS r "  # noqa: S608
        f"WHERE NOT (value >= -{bound}.0 AND value < {bound}.0 AND value = floor(value)) ORDER BY row LIMIT 1"
    )
    if bad:
        message = (
            f"row {bad[0][0]} of the spine: `{asked.field.name}` is {bad[0][1]}, "
            f"but `{asked.reader}` takes it as {asked.field.dtype}"
        )
        yield Diagnostic("FC424", message, hint="give whole numbers, or declare it float64")
