"""One expression over many rows of text, on DuckDB and in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions.evaluator import Evaluator
from tests.expressions.running import to_sql, typed


def texts(
    text: str, columns: Mapping[str, Sequence[Any]], connection: duckdb.DuckDBPyConnection | None = None
) -> list[Any]:
    """Return the values of ``text`` over columns of strings, after checking that both engines give them.

    The evaluator is asked row by row and as a batch.
    """
    made = typed(text, **dict.fromkeys(columns, "string"))
    assert made.dtype is not None
    statement = to_sql(made)
    rows = len(next(iter(columns.values())))
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    table = pa.table({**arrays, "row number": list(range(rows))})
    with (connection or duckdb.connect()).cursor() as cursor:
        cursor.register("given", table)
        query = f'SELECT {statement} FROM given ORDER BY "row number"'
        found = [value for (value,) in cursor.execute(query).fetchall()]
    evaluator = Evaluator([("out", made.expr, made.dtype)], [(n, parse_dtype("string")) for n in columns])
    by_row = [evaluator.row(row)[0] for row in zip(*columns.values(), strict=True)]
    for given, sql, python in zip(zip(*columns.values(), strict=True), found, by_row, strict=True):
        assert type(sql) is type(python) and sql == python, (text, given, sql, python, statement)
    assert evaluator.batch(list(columns.values()), rows) == [found]
    return found
