"""Percentiles of a hot key, which are found by rank: the reference says what they are, whichever form makes them."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fcompile import FeatureStore
from fcompile.compiler.tuning import Form
from tests.differential.engine import Engine, compiled_of
from tests.differential.test_training_sets import compare
from tests.oracle.case import Case, Row
from tests.windows.scratch import SOURCE, TYPES, Scratch, bought, hours

NAN, INF = float("nan"), float("inf")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORMS = {
    "rows": Form("rows", timedelta(0), timedelta(0)),
    "tiles": Form("tiles", HOUR, DAY),
    "mixed": Form("mixed", HOUR, DAY, hot=40),
}
LENGTHS = ["30m", "6h", "2d", "lifetime"]
ASKED: list[dict[str, Any]] = [
    {"name": "most", "function": "percentile(0.9)", "column": "amount", "windows": LENGTHS},
    {"name": "half", "function": "percentile(0.5)", "column": "amount", "windows": ["6h"], "default": -1.0},
    {"name": "least", "function": "percentile(0)", "column": "amount", "windows": ["1d"]},
    {"name": "top", "function": "percentile(1)", "column": "amount", "windows": ["1d", "30m"]},
    {
        "name": "a",
        "function": "percentile(0.25)",
        "column": "amount",
        "windows": ["2d"],
        "filter": "note = 'a'",
    },
    {"name": "units", "function": "percentile(0.37)", "column": "units", "windows": ["6h"]},
]
BESIDE: list[dict[str, Any]] = [
    {"name": "n", "function": "count", "windows": ["3d"]},
    {"name": "kinds", "function": "count_distinct", "column": "note", "windows": ["6h"]},
    {"name": "newest", "function": "last_n(2)", "column": "amount", "windows": ["1d"]},
]


def purchases(seed: int) -> list[Row]:
    """Of two keys, the first with three times the rows; a quarter of an hour apart, so that many share a time."""
    draw = random.Random(seed)
    strange: list[float | None] = [None, NAN, INF, -INF, 0.0, -0.0, 1e16]
    return [
        {
            "user_id": draw.choice([1, 1, 1, 2]),
            "ts": hours(draw.randrange(240) / 4),
            "amount": draw.choice(strange) if draw.random() < 0.3 else draw.randrange(40) / 8,
            "note": draw.choice("ab"),
            "units": draw.choice([None, 1, 2, 7, -3]),
        }
        for _ in range(100)
    ]


def case(seed: int, asked: list[dict[str, Any]], **view: Any) -> Case:
    types = {**TYPES, "units": "int64"}
    project = {
        "entities": [{"name": "user", "join_keys": {"user_id": "int64"}}],
        "sources": [{**SOURCE, "columns": types}],
        "feature_views": [
            {"name": "v", "entities": ["user"], "source": "purchases", "aggregations": asked, **view}
        ],
    }
    draw = random.Random(-seed)
    keys = [1, 1, 2, 3, None]
    spine = [
        {"user_id": draw.choice(keys), "event_timestamp": hours(draw.randrange(-8, 280) / 4)}
        for _ in range(60)
    ]
    return Case(project, {"purchases": types}, {"purchases": purchases(seed)},
                {"user_id": "int64", "event_timestamp": "timestamp"}, spine, ["v"])  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("view", [{}, {"allow_exact_matches": False}, {"every": "1h"}], ids=str)
def test_every_form_says_what_the_reference_says(engine: Engine, form: str, view: dict[str, Any]) -> None:
    compare(engine, case(1, ASKED, **view), (FORMS[form],))
    compare(engine, case(2, [*BESIDE, *ASKED], **view), (FORMS[form],))


def test_a_run_and_a_training_set_agree_on_a_hot_key(tmp_path: Path) -> None:
    asked = [{"name": "p", "function": "percentile(0.9)", "column": "amount", "windows": ["2h", "1d"]}]
    project = Scratch(tmp_path / "p", view={"aggregations": asked})
    project.land(*(bought(1, n / 20, float(n * 7919 % 1000)) for n in range(700)), bought(2, 5))
    for hour in (5, 34.95, 36, 60):
        project.run(hours(hour))


def test_a_row_without_a_value_is_in_the_window(tmp_path: Path) -> None:
    asked = [{"name": "p", "function": "percentile(0.5)", "column": "amount", "windows": ["1h", "1d"]}]
    project = Scratch(tmp_path / "p", view={"aggregations": asked})
    project.land(*(bought(1, n / 600, None) for n in range(600)))
    with FeatureStore(project.root) as store, duckdb.connect() as connection:
        spine = connection.sql(
            "SELECT 1::BIGINT AS user_id, unnest([TIMESTAMP '2026-01-01 00:30', '2026-01-01 20:00', "
            "'2026-01-03']) AS event_timestamp"
        ).to_arrow_table()
        job = store.get_historical_features(spine, ["spend:p_1h", "spend:p_1d"])
        assert job.to_arrow().column("p_1d").to_pylist() == [None, None, None]
        assert job.matched == {"spend": 2}


def test_windows_of_a_hot_key_need_no_memory_for_their_values(engine: Engine) -> None:
    """800 windows of 60,000 values on average: as lists they are 400 MB."""
    asked = [{"name": "p", "function": "percentile(0.9)", "column": "amount", "windows": ["lifetime"]}]
    compiled = compiled_of(case(1, asked))
    with duckdb.connect() as connection:
        connection.execute(
            "SET TimeZone = 'UTC'; SET threads = 1; SET memory_limit = '100MB'; SET temp_directory = ''"
        )
        connection.execute(
            "CREATE SCHEMA raw; CREATE TABLE raw.purchases AS SELECT 1::BIGINT AS user_id, 'a' AS note, "
            "TIMESTAMP '2026-01-01' + to_seconds(i) AS ts, (i * 7919 % 100000)::DOUBLE AS amount, i AS units "
            "FROM range(100000) AS numbers(i); CREATE TABLE spine AS SELECT 1::BIGINT AS user_id, "
            "TIMESTAMP '2026-01-01 05:00' + to_seconds(100 * i) AS event_timestamp FROM range(800) AS numbers(i)"
        )
        rows = connection.sql(compiled.select).fetchall()
        first = "SELECT quantile_cont(amount, 0.9) FROM raw.purchases WHERE ts <= '2026-01-01 05:00'"
        assert rows[0][-1] == pytest.approx(connection.sql(first).fetchall()[0][0])
