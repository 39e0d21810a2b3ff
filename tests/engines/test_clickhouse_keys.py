"""A spine's column as a key of another type on ClickHouse: what fits is found, what does not is NULL."""

from __future__ import annotations

from typing import Any

import pytest

from fcompile.compiler.dtypes import KEY_KINDS, parse_dtype
from fcompile.compiler.lower.sql import column
from fcompile.dialects.clickhouse import ClickHouse
from tests.engines.clickhouse_cases import literal_of
from tests.engines.servers import clickhouse
from tests.engines.test_key_casts import CASES, SAMPLES
from tests.expressions.running import sql_type

pytestmark = pytest.mark.engines

DIALECT = ClickHouse()
TYPES = {
    "string": "String",
    "int32": "Int32",
    "int64": "Int64",
    "float64": "Float64",
    "decimal": "Decimal(60, 2)",
    "bool": "Bool",
    "bytes": "String",
    "date": "Date32",
    "timestamp": "DateTime64(6)",
    "timestamptz": "DateTime64(6, 'America/New_York')",
    "other": "UUID",
}


def cast(kind: str, values: list[Any], to_kind: str) -> list[Any]:
    client = clickhouse()
    client.command(f"CREATE TABLE t (n Int64, x Nullable({TYPES[kind]})) ENGINE = Memory")
    rows = ", ".join(f"({n}, {literal_of(value, kind)})" for n, value in enumerate(values))
    client.command(f"INSERT INTO t VALUES {rows}")
    made = DIALECT.sql(
        DIALECT.key_cast(column("x"), kind, to_kind, sql_type(parse_dtype(to_kind), "clickhouse"))
    )
    formats: dict[str, str | dict[str, str]] = {"c": "bytes"} if to_kind == "bytes" else {}
    answer = client.query(f"SELECT {made} AS c FROM t ORDER BY n", column_formats=formats)
    return [row[0] for row in answer.result_rows]


@pytest.mark.parametrize(("kind", "values", "to_kind", "expected"), CASES, ids=str)
def test_a_key_of_another_type_is_found_where_it_fits(
    kind: str, values: list[Any], to_kind: str, expected: list[Any]
) -> None:
    if (kind, to_kind) == ("string", "bytes"):
        # One type holds texts and bytes.
        expected = [value.encode() for value in values]
    found = cast(kind, values, to_kind)
    assert [value == 1 if to_kind == "bool" and value is not None else value for value in found] == expected


@pytest.mark.parametrize("kind", SAMPLES)
def test_no_value_is_an_error(kind: str) -> None:
    for to_kind in KEY_KINDS:
        if to_kind != kind:
            cast(kind, SAMPLES[kind], to_kind)
