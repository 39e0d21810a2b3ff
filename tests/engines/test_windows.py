"""Windows on engines that keep no lists: what random projects are not likely to hold."""

from __future__ import annotations

from datetime import datetime

import pytest

from fcompile.dialects.postgres import Postgres
from tests.engines.case_engine import CaseEngine
from tests.engines.plain_duckdb import PlainDuckDB, PlainEngine
from tests.engines.postgres_cases import PostgresEngine
from tests.oracle.case import Case


@pytest.fixture(scope="module", params=["plain", pytest.param("postgres", marks=pytest.mark.engines)])
def engine(request: pytest.FixtureRequest) -> CaseEngine:
    return PlainEngine(PlainDuckDB()) if request.param == "plain" else PostgresEngine(Postgres())


def test_zeros_of_either_sign_are_one_value_without_a_contract_too(engine: CaseEngine) -> None:
    at = datetime(2026, 1, 1)
    rows = [{"id": 1, "at": at, "x": x} for x in (0.0, -0.0, 1.0)]
    case = Case(
        project={
            "entities": [{"name": "e", "join_keys": {"id": "int64"}}],
            "sources": [{"name": "s", "table": "raw.s", "timestamp_field": "at"}],
            "feature_views": [
                {
                    "name": "v",
                    "entities": ["e"],
                    "source": "s",
                    "aggregations": [
                        {"name": "n", "function": "approx_count_distinct", "column": "x", "windows": ["1h"]}
                    ],
                }
            ],
        },
        types={"s": {"id": "int64", "at": "timestamp", "x": "float64"}},
        tables={"s": rows},
        spine_types={"id": "int64", "event_timestamp": "timestamp"},
        spine=[{"id": 1, "event_timestamp": at}],
        features=["v"],
    )
    assert engine.historical(case)[1] == [(1, at, 2)]
