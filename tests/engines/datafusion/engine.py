"""DataFusion as an engine of the expression language: one table, one SELECT for all that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from datafusion import SessionConfig, SessionContext

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed
from tests.expressions.engines import Failed, Rows
from tests.expressions.running import to_sql, type_name

_DIALECT = "datafusion"
_RAISED = ("Arrow error:", "Execution error:")
"""The errors that rows cause; those of a statement are of its plan."""

_ARROW = {
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string_view(),
    "bytes": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "json": pa.string_view(),
}


class DataFusion:
    """Each is asked for as its type, as features are cast to theirs."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.session = SessionContext(SessionConfig().with_target_partitions(1))
        columns = list(zip(*rows, strict=True)) or [() for _ in types]
        # What is a list is asked of no expression here, and stays out.
        held = [(n, t, c) for (n, t), c in zip(types.items(), columns, strict=True) if _holds(t)]
        arrays = [pa.array([_given(v) for v in column], type=_stored(dtype)) for _, dtype, column in held]
        names = ["row number", *(name for name, _, _ in held)]
        self.rows = pa.table([pa.array(range(len(rows))), *arrays], names=names)

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ", ".join(f"{_as_its_type(typed)} AS c{i}" for i, typed in enumerate(asked))
        query = f"SELECT {chosen} FROM t"
        # Not by WHERE: the optimizer computes what is selected below the filter, of all rows [RAN].
        self.session.deregister_table("t")
        self.session.from_arrow(self.rows.take(rows), "t")
        try:
            answer = self.session.sql(query).to_arrow_table()
        except Exception as error:
            if any(mark in str(error) for mark in _RAISED):
                raise Failed(str(error)[:300]) from error
            raise AssertionError(f"{str(error)[:500]}\n{query[:1500]}") from error
        for typed, field in zip(asked, answer.schema, strict=True):
            assert typed.dtype is not None
            assert field.type == _arrow(typed.dtype), (query, field)
        return [[_plain(v) for v in column.to_pylist()] for column in answer.columns]

    def fails(self, asked: Typed, row: int) -> bool:
        try:
            self.columns([asked], [row])
        except Failed:
            return True
        return False

    def close(self) -> None:
        pass


def _as_its_type(typed: Typed) -> str:
    assert typed.dtype is not None
    return f"CAST({to_sql(typed, _DIALECT)} AS {type_name(typed.dtype, _DIALECT)})"


def _holds(dtype: DType) -> bool:
    return dtype.kind in _ARROW or dtype.kind == "decimal"


def _arrow(dtype: DType) -> pa.DataType:
    return pa.decimal128(dtype.precision, dtype.scale) if dtype.kind == "decimal" else _ARROW[dtype.kind]


def _stored(dtype: DType) -> pa.DataType:
    """Texts as tables have them; what is cast to TEXT is a view of one."""
    return pa.string() if _arrow(dtype) == pa.string_view() else _arrow(dtype)


def _given(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
