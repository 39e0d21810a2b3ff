"""Expressions run on a real DuckDB: one table whose rows hold the edges of every type."""

from __future__ import annotations

from typing import Any

import duckdb
from sqlglot import exp

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.infer import Columns, Typed, infer
from fcompile.compiler.expressions.lower import lower
from fcompile.compiler.expressions.parser import parse

NAMES = {
    "bool": "BOOLEAN",
    "int32": "INT",
    "int64": "BIGINT",
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "bytes": "VARBINARY",
    "json": "JSON",
}
"""DuckDB's names, as sqlglot knows them."""


def sql_type(dtype: DType) -> exp.DataType:
    if dtype.kind == "decimal":
        sizes = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (dtype.precision, dtype.scale)]
        return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes)
    if dtype.item is not None:
        size = [exp.Literal.number(dtype.length)] if dtype.kind == "vector" else []
        return exp.DataType(
            this=exp.DType.ARRAY,
            expressions=[sql_type(dtype.item)],
            nested=True,
            **({"values": size} if size else {}),
        )
    return exp.DataType(this=exp.DType[NAMES[dtype.kind]])


def columns(**types: str) -> Columns:
    return Columns({name: parse_dtype(text) for name, text in types.items()}, closed=True)


def typed(text: str, **types: str) -> Typed:
    return infer(parse(text), columns(**types))


def to_sql(expr: Typed) -> str:
    assert not expr.problems, expr.problems
    return lower(expr.expr, lambda name: exp.column(name, quoted=True), sql_type).sql("duckdb")


def sql(text: str, **types: str) -> str:
    return to_sql(typed(text, **types))


def value(text: str, **given: tuple[str, Any]) -> Any:
    """Return what ``text`` is on DuckDB, for columns given as (dtype, value)."""
    statement = sql(text, **{name: dtype for name, (dtype, _) in given.items()})
    chosen = ", ".join(
        f'CAST(${name} AS {sql_type(parse_dtype(dtype)).sql("duckdb")}) AS "{name}"'
        for name, (dtype, _) in given.items()
    )
    # A table, so that nothing is folded before it runs.
    with duckdb.connect() as connection:
        parameters = {name: v for name, (_, v) in given.items()}
        connection.execute(f"CREATE TABLE t AS SELECT {chosen or '1 AS one'}", parameters)
        row = connection.execute(f"SELECT {statement} FROM t").fetchall()
    return row[0][0]
