"""Names and keys on GoogleSQL's reference implementation, in the words for BigQuery."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fcompile.compiler.dtypes import KEY_KINDS
from fcompile.compiler.lower.sql import column
from fcompile.dialects.bigquery import BigQuery
from tests.engines.bigquery_cases import BigQueryEngine
from tests.engines.case_engine import hold_to_reference
from tests.engines.googlesql import Table
from tests.engines.servers import bigquery
from tests.engines.test_key_casts import CASES, SAMPLES
from tests.oracle.case import Case

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def engine() -> BigQueryEngine:
    return BigQueryEngine(BigQuery())


def test_a_column_may_be_named_like_a_table_of_the_statement(engine: BigQueryEngine) -> None:
    at = datetime(2026, 1, 1)
    columns = {"e": "string", "at": "timestamp", "known": "timestamp", "s": "int64"}
    case = Case(
        project={
            "entities": [{"name": "x", "join_keys": {"e": "string"}}],
            "sources": [
                {
                    "name": "r",
                    "table": "raw.r",
                    "timestamp_field": "at",
                    "available_at": "known",
                    "columns": columns,
                }
            ],
            "feature_views": [
                {
                    "name": "m",
                    "entities": ["x"],
                    "source": "r",
                    "features": [{"name": "s", "dtype": "int64"}],
                }
            ],
        },
        types={"r": columns},
        tables={"r": [{"e": "a", "at": at, "known": at, "s": 5}]},
        spine_types={"e": "string", "event_timestamp": "timestamp"},
        spine=[{"e": "a", "event_timestamp": at}],
        features=["m"],
    )
    hold_to_reference(engine, case)


# -- keys of a spine ----------------------------------------------------------------------------------

TYPES = {
    "string": "STRING",
    "int32": "INT64",
    "int64": "INT64",
    "float64": "FLOAT64",
    "decimal": "BIGNUMERIC",
    "bool": "BOOL",
    "bytes": "BYTES",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP",
}


def cast(kind: str, values: list[Any], to_kind: str) -> list[Any]:
    """Keys as the engine gives them, a row a value; timestamps naive."""
    dialect = BigQuery()
    text = dialect.sql(dialect.key_cast(column("k", "s"), kind, to_kind, dialect.scalar(to_kind)))
    rows = [[i, _aware(value)] for i, value in enumerate(values)]
    catalog = bigquery().register({"s": Table([("i", "INT64"), ("k", TYPES[kind])], rows)})
    found = bigquery().query(f"SELECT {text} FROM s ORDER BY i", catalog).rows
    return [v.replace(tzinfo=None) if isinstance(v, datetime) else v for (v,) in found]


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize(
    ("kind", "values", "to_kind", "expected"), [case for case in CASES if case[0] in TYPES]
)
def test_a_key_that_fits_is_found_and_another_is_null(
    kind: str, values: list[Any], to_kind: str, expected: list[Any]
) -> None:
    assert cast(kind, values, to_kind) == expected


@pytest.mark.parametrize("to_kind", KEY_KINDS)
def test_every_kind_becomes_every_key_without_an_error(to_kind: str) -> None:
    for kind, samples in SAMPLES.items():
        given = [v for v in samples if not (isinstance(v, Decimal) and abs(v) > 10**38)]
        assert kind == to_kind or cast(kind, [*given, None], to_kind)[-1] is None


def test_a_key_is_never_rounded_to_another() -> None:
    assert cast("float64", [1.5, 2.0, float("nan"), float("inf")], "int64") == [None, 2, None, None]
    assert cast("date", [date(2024, 1, 2)], "timestamp") == [datetime(2024, 1, 2)]
