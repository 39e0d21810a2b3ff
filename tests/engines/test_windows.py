"""Windows on engines that keep no lists: what random projects are not likely to hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fcompile.compiler.tuning import UNTUNED
from fcompile.dialects.postgres import Postgres
from tests.engines.case_engine import CaseEngine, hold_to_reference
from tests.engines.plain_duckdb import PlainDuckDB, PlainEngine, script_of
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


@pytest.mark.parametrize(
    ("known", "exact"),
    [({}, True), ({"availability_lag": "90s"}, False), ({"available_at": "created"}, True)],
)
def test_lists_of_a_hot_key_hold_its_newest_rows(
    engine: CaseEngine, known: dict[str, str], exact: bool
) -> None:
    at, minute = datetime(2026, 1, 1), timedelta(minutes=1)
    rows = [
        {
            "id": 1,
            "at": at + n // 3 * 4 * minute,
            "created": at + n * minute if n % 4 or known else None,
            "x": n % 5 if n % 7 else None,
        }
        for n in range(620)
    ]
    lists = {"name": "n", "function": "last_n(4)", "column": "x", "windows": ["10m", "2d", "lifetime"]}
    first = {"name": "two", "function": "last_n(2)", "column": "x", "windows": ["7d"], "filter": "x > 1"}
    view = {
        "name": "v",
        "entities": ["e"],
        "source": "s",
        "aggregations": [lists, first],
        "allow_exact_matches": exact,
    }
    source = {"name": "s", "table": "raw.s", "timestamp_field": "at", "created_timestamp_field": "created"}
    types = {"id": "int64", "at": "timestamp", "created": "timestamp", "x": "int64"}
    moments = [at + n * 43 * minute for n in range(-1, 20)] + [at + timedelta(days=n) for n in range(12)]
    case = Case(
        project={
            "entities": [{"name": "e", "join_keys": {"id": "int64"}}],
            "sources": [{**source, **known, "columns": types}],
            "feature_views": [view],
        },
        types={"s": types},
        tables={"s": rows},
        spine_types={"id": "int64", "event_timestamp": "timestamp"},
        spine=[{"id": n % 8 and 1, "event_timestamp": t} for n, t in enumerate(moments)],
        features=["v"],
    )
    hold_to_reference(engine, case)
    # What is known in another order than it happened has no one place.
    assert ("__place" in script_of(case, engine.dialect, UNTUNED).text) == ("available_at" not in known)
