"""Request data in a spine: each field is a column of its name, of a type that holds values of its dtype."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, did_you_mean, listed
from fcompile.runtime.request_data import Asked
from fcompile.runtime.warehouses.base import Column, Warehouse
from fcompile.runtime.warehouses.duckdb import quoted_name
from fcompile.runtime.warehouses.types import NULL, serves_key

_CSV_KINDS = ("bytes",)
"""Kinds that a CSV file has no text for."""
_FLOATS = ("FLOAT", "DOUBLE")
_BITS = {"int32": 31, "int64": 63}
_INTEGERS = {"int32": "INTEGER", "int64": "BIGINT"}
_STRINGS = r'"([^"\\]|\\.)*"'
_LENIENT = r"(?i)nan|inf|,\s*[]}]"
"""What DuckDB takes for JSON, outside its strings, and nobody else does: NaN, Infinity, and a last comma."""


def csv_dtypes(asked: tuple[Asked, ...]) -> dict[str, DType]:
    """Return the dtypes in which a CSV file's columns must be read; of two for one column the first."""
    dtypes: dict[str, DType] = {}
    for each in asked:
        if each.field.dtype.kind not in _CSV_KINDS:
            dtypes.setdefault(each.field.name, each.field.dtype)
    return dtypes


def missing_data(columns: Mapping[str, Column], asked: tuple[Asked, ...]) -> Iterator[Diagnostic]:
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
    warehouse: Warehouse,
    text: str,
    columns: Mapping[str, Column],
    asked: tuple[Asked, ...],
    time: str | None,
) -> Iterator[Diagnostic]:
    """Yield FC424 for each field whose column has another type, or a value that ``read_value`` would refuse.

    ``text`` is what FROM reads; the spine's time column is checked as such. Where the type does not decide,
    the values do: floats serve an integer where all are whole and in range. Values are looked at on DuckDB;
    elsewhere the statement itself fails on one that does not convert.
    """
    for each in asked:
        name, dtype = each.field.name, each.field.dtype
        column = columns.get(name)
        if column is None or (name == time and dtype.kind == "timestamp"):
            continue
        if serves_data(column.kind, dtype):
            fits = fitting(column.kind, dtype) if warehouse.dialect == "duckdb" else None
            yield from _unfit_value(warehouse, text, each, fits) if fits else ()
            continue
        message = f"the spine's `{name}` is {column.said}, but `{each.reader}` takes it as {dtype}"
        yield Diagnostic("FC424", message, hint=f"convert the column to {dtype}")


def serves_data(engine: str, dtype: DType) -> bool:
    """Whether a column of this type may hold request data: as a join key's, and floats for decimals."""
    return serves_key(engine, dtype) or (engine in _FLOATS and dtype.kind == "decimal")


def reads_values(columns: Mapping[str, Column], asked: tuple[Asked, ...]) -> bool:
    """Whether ``unfit_data`` must read the spine: types alone do not decide."""
    return any(
        fitting(columns[each.field.name].kind, each.field.dtype) is not None
        for each in asked
        if each.field.name in columns
    )


def fitting(engine: str, dtype: DType) -> str | None:
    """Return SQL that is true of the values of ``value``, NULL apart, that are of ``dtype``; None: they all are."""
    if engine == NULL:
        return None
    match dtype.kind:
        case "int32" | "int64" if engine in _FLOATS:
            bound = 2 ** _BITS[dtype.kind]
            return f"value >= -{bound}.0 AND value < {bound}.0 AND value = floor(value)"
        case "int32" | "int64" if engine != _INTEGERS[dtype.kind]:
            return f"try_cast(value AS {_INTEGERS[dtype.kind]}) IS NOT NULL"
        case "float32" if engine != "FLOAT":
            return "try_cast(value AS FLOAT) IS NOT NULL"
        case "decimal" if engine in _FLOATS:
            return _decimal_of_float(engine, f"DECIMAL({dtype.precision}, {dtype.scale})")
        case "decimal" if not engine.startswith("DECIMAL"):
            return f"try_cast(value AS DECIMAL({dtype.precision}, {dtype.scale})) IS NOT NULL"
        case "vector":
            length = dtype.length
            return f"len(value) = {length} AND list_count(try_cast(value AS FLOAT[])) = {length}"
        case "json":
            return _strict_json("CAST(value AS VARCHAR)")
    return None


def rounded_fields(asked: tuple[Asked, ...], read_as: Mapping[str, DType]) -> tuple[Asked, ...]:
    """Return the fields whose texts the engine would round as it reads a CSV file with ``read_as``."""
    kinds = (*_BITS, "decimal")
    return tuple(
        a for a in asked if a.field.dtype.kind in kinds and read_as.get(a.field.name) == a.field.dtype
    )


def unfit_texts(warehouse: Warehouse, text: str, fields: tuple[Asked, ...]) -> Iterator[Diagnostic]:
    """Yield FC424 for each field with a text that says another number than its dtype holds.

    ``text`` is what FROM reads, the fields' columns as text.
    """
    for each in fields:
        yield from _unfit_value(warehouse, text, each, _written(each.field.dtype))


def _written(dtype: DType) -> str:
    """Return SQL that is true of the texts that are numbers of ``dtype``; zeros may follow its last digit."""
    if dtype.kind != "decimal":
        return f"regexp_full_match(value, '{_WHOLE_TEXT}')"
    decimal = f"DECIMAL({dtype.precision}, {dtype.scale})"
    digits = rf"\s*[+-]?\d*(\.\d{{0,{dtype.scale}}}0*)?\s*"
    power = _decimal_of_float("DOUBLE", decimal).replace("value", "try_cast(value AS DOUBLE)")
    return (
        f"try_cast(value AS {decimal}) IS NOT NULL AND "
        f"(regexp_full_match(value, '{digits}') OR (contains(lower(value), 'e') AND {power}))"
    )


_WHOLE_TEXT = r"\s*[+-]?\d+(\.0*)?\s*"


def _decimal_of_float(engine: str, decimal: str) -> str:
    """True where the float as it is printed has no digit too many: the decimal's text is the same float again.

    And where the engine's own cast, which multiplies, comes to that decimal.
    """
    printed = f"try_cast(CAST(value AS VARCHAR) AS {decimal})"
    same = f"try_cast(CAST({printed} AS VARCHAR) AS {engine}) = value"
    return f"{same} AND try_cast(value AS {decimal}) = {printed}"


def _strict_json(text: str) -> str:
    bare = f"regexp_replace({text}, '{_STRINGS}', '0', 'g')"
    lenient = f"regexp_matches({text}, '{_LENIENT}') AND regexp_matches({bare}, '{_LENIENT}')"
    return f"json_valid({text}) AND NOT ({lenient})"


def _unfit_value(warehouse: Warehouse, text: str, asked: Asked, fits: str) -> Iterator[Diagnostic]:
    """Yield the first value that is none of the field's dtype, with its row (the first is 1)."""
    name, dtype = quoted_name(asked.field.name), asked.field.dtype
    bad = warehouse.rows(
        f"SELECT row, shown FROM (SELECT row_number() OVER () AS row, {name} AS value, "  # noqa: S608
        f"CAST({name} AS VARCHAR) AS shown FROM {text}) AS r "
        f"WHERE value IS NOT NULL AND NOT coalesce({fits}, false) ORDER BY row LIMIT 1"
    )
    if bad:
        shown = str(bad[0][1])
        shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 3]}..."
        message = (
            f"row {bad[0][0]} of the spine: `{asked.field.name}` is {shown}, "
            f"but `{asked.reader}` takes it as {dtype}"
        )
        yield Diagnostic("FC424", message, hint=_HINTS.get(dtype.kind, f"give values of {dtype}"))


_MOST_SHOWN = 60
_WHOLE = "give whole numbers in its range, or declare it float64"
_HINTS = {
    "int32": _WHOLE,
    "int64": _WHOLE,
    "decimal": "give numbers of no more digits than it has, or declare it float64",
    "vector": "give as many numbers as it has, none of them NULL",
    "json": "give strict JSON (no NaN, no comma after the last element), or declare it string",
}
