"""ClickHouse within the process as an engine of the expression language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from clickhouse_connect.driver.exceptions import DatabaseError

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed
from fcompile.compiler.expressions.time_values import EPOCH
from fcompile.dialects.clickhouse import ClickHouse as Dialect
from tests.engines.servers import clickhouse
from tests.expressions.engines import Failed, Rows
from tests.expressions.running import to_sql, type_name

_DIALECT = "clickhouse"
_RAISED = ("(FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)", "(CANNOT_CONVERT_TYPE)", "(DECIMAL_OVERFLOW)")
"""The errors that rows cause: ours, and those of ``accurateCast`` and of decimals."""


class ClickHouse:
    """One SELECT for all that is asked, each as its type, as features are cast to theirs."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.client = clickhouse(
            max_query_size=10**8, max_ast_elements=10**7, max_expanded_ast_elements=10**7
        )
        # Whole numbers carry times: the driver's own way goes through floats.
        raw = ", ".join(f'"{name}" {_raw_type(dtype)}' for name, dtype in types.items())
        self.client.command(f'CREATE TABLE raw ("row number" Int64, {raw}) ENGINE = Memory')
        given = [(i, *map(_raw, row)) for i, row in enumerate(rows)]
        self.client.insert("raw", given, column_names=["row number", *types])
        made = ", ".join(f'{_from_raw(name, dtype)} AS "{name}"' for name, dtype in types.items())
        self.client.command(f'CREATE TABLE t ENGINE = Memory AS SELECT "row number", {made} FROM raw AS r')

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ", ".join(f"{_as_its_type(typed)} AS c{i}" for i, typed in enumerate(asked))
        numbers = ", ".join(map(str, rows))
        query = f'SELECT {chosen} FROM t WHERE "row number" IN ({numbers}) ORDER BY "row number"'
        # Times as whole numbers: the driver reads what lies hidden under a NULL, and may fail for that.
        raw: dict[str, str | dict[str, str]] = {
            f"c{i}": "bytes" for i, typed in enumerate(asked) if _kind(typed) == "bytes"
        }
        try:
            answer = self.client.query(
                f"{query} {Dialect().statement_suffix}",
                column_formats=raw,
                query_formats={"Date32": "int", "DateTime64": "int"},
            )
        except DatabaseError as error:
            if any(code in str(error) for code in _RAISED):
                raise Failed(str(error)[:300]) from error
            raise AssertionError(f"{str(error)[:2000]}") from error
        for typed, kind in zip(asked, answer.column_types, strict=True):
            assert typed.dtype is not None
            assert kind.name.replace("`", '"') == type_name(typed.dtype, _DIALECT), kind.name
        columns = zip(asked, zip(*answer.result_rows, strict=True), strict=True)
        return [[_plain(v, typed.dtype) for v in column] for typed, column in columns]

    def fails(self, asked: Typed, row: int) -> bool:
        try:
            self.columns([asked], [row])
        except Failed:
            return True
        return False

    def close(self) -> None:
        self.client.close()


def _as_its_type(typed: Typed) -> str:
    assert typed.dtype is not None
    return f"CAST({to_sql(typed, _DIALECT)} AS {type_name(typed.dtype, _DIALECT)})"


def _kind(typed: Typed) -> str:
    return typed.dtype.kind if typed.dtype is not None else ""


def _raw_type(dtype: DType) -> str:
    return type_name(dtype, _DIALECT).replace("DateTime64(6, 'UTC')", "Int64")


def _raw(value: Any) -> Any:
    if isinstance(value, list):
        return [_raw(v) for v in value]
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


def _from_raw(name: str, dtype: DType) -> str:
    moment = "fromUnixTimestamp64Micro({}, 'UTC')"
    if dtype.kind == "timestamp":
        return moment.format(f'r."{name}"')
    if dtype.item is not None and dtype.item.kind == "timestamp":
        array = f'CAST(r."{name}" AS Array(Nullable(Int64)))'
        return f'CASE WHEN r."{name}" IS NOT NULL THEN arrayMap(v -> {moment.format("v")}, {array}) END'
    return f'r."{name}"'


def _plain(value: Any, dtype: DType | None) -> Any:
    if isinstance(value, list) and dtype is not None:
        return [_plain(v, dtype.item) for v in value]
    if dtype is not None and dtype.kind == "timestamp" and value is not None:
        return EPOCH + timedelta(microseconds=value)
    if dtype is not None and dtype.kind == "date" and value is not None:
        return EPOCH.date() + timedelta(days=value)
    return value
