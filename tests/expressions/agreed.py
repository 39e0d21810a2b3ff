"""One expression over rows of any types, on DuckDB and in Python: what both give."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.evaluator import EvaluationFailed, Evaluator
from tests.expressions.running import sql_type, to_sql, typed

ERROR = "an error"


def agreed(text: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> list[Any]:
    """Return the values of ``text`` over columns of (dtype, values), ``ERROR`` where a row is one.

    DuckDB, and the evaluator row by row and as a batch, must give the same, and the type that is inferred.
    """
    types = {name: parse_dtype(dtype) for name, (dtype, _) in columns.items()}
    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    made = typed(text, **{name: dtype for name, (dtype, _) in columns.items()})
    assert made.dtype is not None
    evaluator = Evaluator([("out", made.expr, made.dtype)], list(types.items()))
    python = [_row(evaluator, row) for row in rows]
    good = [i for i, value in enumerate(python) if value is not ERROR]
    with duckdb.connect() as engine:
        _fill(engine, types, rows)
        found = _values(engine, to_sql(made), made.dtype, good)
        for i in range(len(rows)):
            assert i in good or _fails(engine, to_sql(made), i), (text, rows[i], "no error in SQL")
    for i, value in zip(good, found, strict=True):
        assert shown(python[i]) == shown(value), (text, rows[i], python[i], value, to_sql(made))
    batch = evaluator.batch([[rows[i][c] for i in good] for c in range(len(types))], len(good))[0]
    assert [shown(v) for v in batch] == [shown(python[i]) for i in good]
    return python


def _row(evaluator: Evaluator, row: Sequence[Any]) -> Any:
    try:
        return evaluator.row(row)[0]
    except EvaluationFailed:
        return ERROR


def _fill(
    engine: duckdb.DuckDBPyConnection, types: Mapping[str, DType], rows: Sequence[Sequence[Any]]
) -> None:
    names = {name: sql_type(dtype).sql("duckdb") for name, dtype in types.items()}
    declared = ", ".join(f'"{name}" {kind}' for name, kind in names.items())
    engine.execute(f'CREATE TABLE t ("row number" BIGINT, {declared})')
    marks = ", ".join(f"CAST(? AS {kind})" for kind in names.values())
    naive = [[v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in row] for row in rows]
    engine.executemany(f"INSERT INTO t VALUES (?, {marks})", [[i, *row] for i, row in enumerate(naive)])


def _values(engine: duckdb.DuckDBPyConnection, sql: str, dtype: DType, rows: Sequence[int]) -> list[Any]:
    query = f"SELECT {sql}, CAST(NULL AS {sql_type(dtype).sql('duckdb')}) FROM t"
    found = engine.execute(
        f'{query} WHERE "row number" IN (SELECT unnest(?)) ORDER BY "row number"', [list(rows)]
    )
    kind, wanted = (column[1] for column in engine.description or ())
    assert str(kind) == str(wanted), (sql, kind)
    return [value for value, _ in found.fetchall()]


def _fails(engine: duckdb.DuckDBPyConnection, sql: str, row: int) -> bool:
    try:
        engine.execute(f'SELECT {sql} FROM t WHERE "row number" = {row}').fetchall()
    except duckdb.Error:
        return True
    return False


def shown(value: Any) -> Any:
    """Equal for what is the same value of the same type; all NaN are one."""
    if isinstance(value, datetime):
        return "timestamp", value.replace(tzinfo=None) if value.tzinfo in (None, UTC) else value
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, list | tuple):
        return "list", [shown(item) for item in value]
    return type(value).__name__, str(value)


def single(value: float) -> float:
    """The nearest float32."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])
