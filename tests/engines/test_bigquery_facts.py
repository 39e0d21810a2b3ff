"""What GoogleSQL does that the words for BigQuery rely on, and what they keep away from."""

from __future__ import annotations

import math
from typing import Any

import pytest

from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.parser import parse
from tests.engines.googlesql import Refused, Table
from tests.engines.servers import bigquery
from tests.expressions.running import to_sql

pytestmark = pytest.mark.engines

NAN = "CAST('nan' AS FLOAT64)"


def value(expression: str) -> Any:
    catalog = bigquery().register({"t": Table([("x", "INT64")], [[1]])})
    return bigquery().query(f"SELECT {expression} FROM t", catalog).rows[0][0]


def written(text: str) -> str:
    """An expression of the language over columns without a contract."""
    return to_sql(infer(parse(text), Columns({}, closed=False)), "bigquery")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"{NAN} = {NAN}", False),
        ("GREATEST(1, NULL)", None),
        ("CAST(2.5 AS INT64)", 3),
        ("SAFE_CAST('x' AS INT64)", None),
        ("CAST('0x10' AS INT64)", 16),
        ("SUBSTR('abc', -1)", "c"),
        ("ROUND(2.675, 2)", 2.67),
        ("UPPER('ß')", "SS"),
        ("SAFE.LN(-1.0)", None),
        ("'a\\\\b' LIKE 'a\\\\b'", False),
        ("JSON_VALUE('{\"a\": 1,}', '$.a')", "1"),
        ("TIMESTAMP_DIFF(TIMESTAMP '2024-01-02 00:00:00+00', TIMESTAMP '2024-01-01 00:00:01+00', DAY)", 0),
    ],
)
def test_the_engine_has_meanings_of_its_own(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0",
        "1e308 * 10",
        "EXP(1000.0)",
        "9223372036854775807 + 1",
        "CAST('2024-02-29 10:30' AS TIMESTAMP)",
        "TIMESTAMP_SUB(TIMESTAMP '0001-01-01 00:00:00+00', INTERVAL 1 DAY)",
        "ROW_NUMBER() OVER (PARTITION BY 1.5)",
        "COUNT(*) FILTER (WHERE TRUE)",
        "IS_NAN('x')",
        "TRY_CAST('x' AS INT64)",
    ],
)
def test_the_engine_refuses(expression: str) -> None:
    with pytest.raises(Refused):
        value(expression)


def test_nan_is_the_least_in_an_order_and_eats_a_minimum() -> None:
    assert math.isnan(value(f"(SELECT v FROM UNNEST([1.0, {NAN}]) AS v ORDER BY v LIMIT 1)"))
    assert math.isnan(value(f"(SELECT MIN(v) FROM UNNEST([1.0, {NAN}]) AS v)"))


def test_asof_is_taken_for_a_name() -> None:
    """So no analyzer would find an ASOF JOIN in our text: none is written (`point_in_time`)."""
    catalog = bigquery().register({"s": Table([("x", "INT64")]), "f": Table([("y", "INT64")])})
    assert bigquery().columns("SELECT asof.x, f.y FROM s ASOF JOIN f ON TRUE", catalog, {}).columns


def test_columns_without_a_contract_are_compared_as_whatever_they_are() -> None:
    """NaN is told by ``x <> x``, which every type can be asked: no function that takes floats alone."""
    for text in ("a = b", "a < b", "a > 1", "a in (b, 1)", "greatest(a, b)", "nullif(a, b)"):
        assert "IS_NAN" not in written(text)
