"""Expressions run on a real DuckDB: one table whose rows hold the edges of every type."""

from __future__ import annotations

from typing import Any

import duckdb
from sqlglot import exp

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.infer import Columns, Typed, infer
from fcompile.compiler.expressions.lower import lower
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.problems import ExpressionError, Problem
from fcompile.compiler.lower.types import lower_type
from fcompile.dialects.registry import DIALECTS


def sql_type(dtype: DType, dialect: str = "duckdb") -> exp.DataType:
    return lower_type(dtype, DIALECTS[dialect])


def type_name(dtype: DType, dialect: str = "duckdb") -> str:
    return DIALECTS[dialect].sql(sql_type(dtype, dialect))


def columns(**types: str) -> Columns:
    return Columns({name: parse_dtype(text) for name, text in types.items()}, closed=True)


def typed(text: str, **types: str) -> Typed:
    return infer(parse(text), columns(**types))


def problems(text: str, known: Columns) -> tuple[Problem, ...]:
    """What is wrong with ``text``, be it written or typed so."""
    try:
        return infer(parse(text), known).problems
    except ExpressionError as error:
        return error.problems


def only_problem(text: str, known: Columns) -> tuple[str, str, str]:
    """Return the code of the only one, the part of the text that it is about, and its hint."""
    (problem,) = problems(text, known)
    return problem.code, text[problem.place.start :][: problem.place.length], problem.hint


def to_sql(expr: Typed, dialect: str = "duckdb") -> str:
    assert not expr.problems, expr.problems
    tree = lower(
        expr.expr, lambda name: exp.column(name, quoted=True), lambda dtype: sql_type(dtype, dialect), dialect
    )
    return tree.sql("duckdb") if dialect == "duckdb" else DIALECTS[dialect].sql(tree)


def sql(text: str, **types: str) -> str:
    return to_sql(typed(text, **types))


def value(text: str, **given: tuple[str, Any]) -> Any:
    """Return what ``text`` is on DuckDB, for columns given as (dtype, value)."""
    statement = sql(text, **{name: dtype for name, (dtype, _) in given.items()})
    chosen = ", ".join(
        f'CAST(${name} AS {type_name(parse_dtype(dtype))}) AS "{name}"' for name, (dtype, _) in given.items()
    )
    # A table, so that nothing is folded before it runs.
    with duckdb.connect() as connection:
        parameters = {name: v for name, (_, v) in given.items()}
        connection.execute(f"CREATE TABLE t AS SELECT {chosen or '1 AS one'}", parameters)
        row = connection.execute(f"SELECT {statement} FROM t").fetchall()
    return row[0][0]
