"""A spine's column as a key of another type on Spark: what fits is found, what does not is NULL."""

from __future__ import annotations

from typing import Any

import pytest

from fcompile.compiler.dtypes import KEY_KINDS, parse_dtype
from fcompile.compiler.lower.sql import column
from fcompile.dialects.registry import DIALECTS
from tests.engines.servers import spark
from tests.engines.test_key_casts import CASES, SAMPLES
from tests.expressions.running import sql_type

pytestmark = pytest.mark.engines

DIALECT = DIALECTS["spark"]
TYPES = {
    "string": "STRING",
    "int32": "INT",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "decimal": "DECIMAL(38, 2)",
    "bool": "BOOLEAN",
    "bytes": "BINARY",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
    "timestamptz": "TIMESTAMP",
    "other": "STRING",
}
_TOO_WIDE = 10**36


def cast(kind: str, values: list[Any], to_kind: str) -> list[Any]:
    fitting = [None if kind == "decimal" and v is not None and abs(v) > _TOO_WIDE else v for v in values]
    spark().createDataFrame(list(enumerate(fitting)), f"n INT, x {TYPES[kind]}").createOrReplaceTempView("k")
    tree = DIALECT.key_cast(column("x"), kind, to_kind, sql_type(parse_dtype(to_kind), "spark"))
    return [row[0] for row in spark().sql(f"SELECT {DIALECT.sql(tree)}, n FROM k ORDER BY n").collect()]


@pytest.mark.parametrize(("kind", "values", "to_kind", "expected"), CASES, ids=str)
def test_a_key_of_another_type_is_found_where_it_fits(
    kind: str, values: list[Any], to_kind: str, expected: list[Any]
) -> None:
    if (kind, to_kind) == ("string", "bytes"):
        expected = [value.encode() for value in values]
    assert cast(kind, values, to_kind) == expected


def test_a_float_is_a_whole_number_only_if_it_fits() -> None:
    values = [2.0, 2.5, -0.0, 2.0**63, -(2.0**63), 1e300, float("nan"), float("inf")]
    assert cast("float64", values, "int64") == [2, None, 0, None, -(2**63), None, None, None]


@pytest.mark.parametrize("kind", SAMPLES)
def test_no_value_is_an_error(kind: str) -> None:
    for to_kind in KEY_KINDS:
        assert cast(kind, [*SAMPLES[kind], None], to_kind)[-1] is None
