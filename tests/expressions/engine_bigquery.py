"""GoogleSQL's reference implementation as an engine of the expression language: what BigQuery's text means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed
from tests.engines.googlesql import Refused, Table
from tests.engines.servers import bigquery
from tests.expressions.engines import Failed, Rows
from tests.expressions.running import to_sql, type_name

_DIALECT = "bigquery"
_RUN_TIME = "[OUT_OF_RANGE]"


class BigQuery:
    """One SELECT for all that is asked; its types are checked on the way."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.engine = bigquery()
        declared = [(name, _column_type(dtype)) for name, dtype in types.items()]
        numbered = [(i, *row) for i, row in enumerate(rows)]
        self.catalog = self.engine.register({"t": Table([("row number", "INT64"), *declared], numbered)})

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ",\n".join(f"{to_sql(typed, _DIALECT)} AS c{i}" for i, typed in enumerate(asked))
        numbers = ", ".join(map(str, rows))
        query = f"SELECT {chosen} FROM t WHERE `row number` IN ({numbers}) ORDER BY `row number`"
        try:
            answer = self.engine.query(query, self.catalog)
        except Refused as error:
            if _RUN_TIME in str(error):
                raise Failed(str(error)) from error
            raise AssertionError(f"{error}\n{query}") from error
        for typed, kind in zip(asked, answer.types, strict=True):
            assert typed.dtype is not None
            assert kind == _kind(typed.dtype), (to_sql(typed, _DIALECT), kind)
        columns = zip(asked, zip(*answer.rows, strict=True), strict=True)
        return [[_plain(v, typed.dtype) for v in column] for typed, column in columns]

    def fails(self, asked: Typed, row: int) -> bool:
        try:
            self.columns([asked], [row])
        except Failed:
            return True
        return False

    def close(self) -> None:
        self.engine.forget(self.catalog)


def _column_type(dtype: DType) -> str:
    """Without the sizes of decimals, which only a cast looks at."""
    name = type_name(dtype, _DIALECT)
    head, _, tail = name.partition("(")
    return head + tail.partition(")")[2]


def _kind(dtype: DType) -> str:
    """What GoogleSQL calls the type in its answers."""
    name = type_name(dtype, _DIALECT).partition("(")[0].partition("<")[0]
    return {"FLOAT64": "DOUBLE"}.get(name, name)


def _plain(value: Any, dtype: DType | None) -> Any:
    """A decimal with the digits of its scale."""
    if isinstance(value, Decimal) and dtype is not None:
        kept = round(value, dtype.scale)
        assert kept == value, (value, dtype)
        return kept
    if isinstance(value, list) and dtype is not None:
        return [_plain(v, dtype.item) for v in value]
    return value
