"""Postgres as an engine that expressions are compared on: one table, one SELECT for all that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed
from tests.engines.servers import postgres_connection
from tests.expressions.engines import Failed, Rows
from tests.expressions.running import to_sql, type_name


class Postgres:
    """Its types are checked on the way. A temporary table, so that engines do not see each other's."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.connection = postgres_connection()
        set_json_loads(_json_text, self.connection)
        declared = ", ".join(f'"{name}" {type_name(dtype, "postgres")}' for name, dtype in types.items())
        self.connection.execute(f'CREATE TEMPORARY TABLE t ("row number" BIGINT, {declared})')
        mark = ", ".join(["%s", *(f"%s::{type_name(dtype, 'postgres')}" for dtype in types.values())])
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO t VALUES ({mark})", [[i, *map(_given, row)] for i, row in enumerate(rows)]
            )

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ", ".join(f"{to_sql(typed, 'postgres')} AS c{i}" for i, typed in enumerate(asked))
        numbers = ", ".join(map(str, rows))
        query = f'SELECT {chosen} FROM t WHERE "row number" IN ({numbers}) ORDER BY "row number"'
        # As text a float32 has fewer digits than its float64.
        with self.connection.cursor(binary=True) as cursor:
            try:
                values = cursor.execute(query.encode()).fetchall()
            except psycopg.DataError as error:
                raise Failed(str(error)) from error
            kinds = [column.type_code for column in cursor.description or ()]
        for typed, kind in zip(asked, kinds, strict=True):
            assert typed.dtype is not None
            assert kind == self._code(typed.dtype), (to_sql(typed, "postgres"), kind)
        return [[_plain(v) for v in column] for column in zip(*values, strict=True)]

    def _code(self, dtype: DType) -> int:
        """The number of a type."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT CAST(NULL AS {type_name(dtype, 'postgres')})".encode())
            assert cursor.description is not None
            return cursor.description[0].type_code

    def fails(self, asked: Typed, row: int) -> bool:
        try:
            self.columns([asked], [row])
        except Failed:
            return True
        return False

    def close(self) -> None:
        self.connection.close()


def _given(value: Any) -> Any:
    """Timestamps as the type without a zone holds them."""
    if isinstance(value, list):
        return [_given(v) for v in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _json_text(document: str | bytes) -> str:
    return document if isinstance(document, str) else bytes(document).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, memoryview):
        return bytes(value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
