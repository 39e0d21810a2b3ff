"""`why` names the row that a historical join takes, and says why each other was not taken."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.errors import UsageError
from fcompile.compiler.expressions.nodes import Call, Column, Literal
from fcompile.runtime.why import CHOSEN, WhyReport, why
from tests.historical.world import World, ask, feature, source, view

JAN = datetime(2026, 1, 1)
POSITIVE = Call("gt", (Column("v"), Literal(0, parse_dtype("int64"))))
FULL = view(
    rows=source(available_at="known", created_timestamp_field="made"),
    filter=None,
    ttl=timedelta(hours=2),
    features=[feature("v", "int64"), feature("w", "string", default="none")],
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.sql(
        "CREATE SCHEMA raw",
        "CREATE TABLE raw.s (driver_id BIGINT, ts TIMESTAMP, known TIMESTAMP, made TIMESTAMP, v BIGINT, w VARCHAR)",
    )
    return made


def ask_why(world: World, fv: FeatureView, key: dict[str, Any], at: datetime) -> WhyReport:
    return why(world.project, fv, key, at)


def test_every_verdict(world: World) -> None:
    world.sql(
        """INSERT INTO raw.s VALUES
        (1, '2026-01-01 05:00', '2026-01-01 05:00', NULL, 1, 'later'),
        (1, '2026-01-01 03:30', '2026-01-01 06:00', NULL, 2, 'unknown'),
        (1, '2026-01-01 03:00', '2026-01-01 03:00', '2026-01-02', 4, 'b'),
        (1, '2026-01-01 03:00', '2026-01-01 03:00', '2026-01-02', 4, 'b'),
        (1, '2026-01-01 03:00', '2026-01-01 03:00', '2026-01-02', 4, 'a'),
        (1, '2026-01-01 03:00', '2026-01-01 03:00', NULL, 5, 'c'),
        (1, '2026-01-01 02:30', '2026-01-01 02:30', NULL, 6, 'd'),
        (1, '2026-01-01 01:00', '2026-01-01 01:00', NULL, 7, 'old'),
        (1, NULL, '2026-01-01 01:00', NULL, 8, 'no event'),
        (1, '2026-01-01 03:00', NULL, NULL, 9, 'no known time'),
        (2, '2026-01-01 03:00', '2026-01-01 03:00', NULL, 10, 'another key')"""
    )
    report = ask_why(world, FULL, {"driver_id": "1"}, datetime(2026, 1, 1, 4, tzinfo=UTC))
    assert [(row.values[1], row.verdict) for row in report.rows] == [
        ("later", "later than 2026-01-01T04:00:00Z"),
        ("unknown", "not yet known at 2026-01-01T04:00:00Z: known at 2026-01-01T06:00:00Z"),
        ("b", CHOSEN),
        ("b", "loses the tie: an exact copy"),
        ("a", "loses the tie: lower in feature order"),
        ("no known time", "known time is NULL"),
        ("c", "loses the tie: created earlier"),
        ("d", "older than the chosen row"),
        ("old", "past ttl: more than 2h old"),
        ("no event", "event time is NULL"),
    ]
    assert report.answer == (4, "b")
    assert "> " in str(report)
    assert "v = 4, w = b" in str(report)
    rows: Any = report.to_dict()["rows"]
    assert rows[2]["values"] == {"v": 4, "w": "b"}
    assert rows[2]["event_time"] == "2026-01-01T03:00:00Z"


def test_no_row_gives_the_defaults(world: World) -> None:
    report = ask_why(world, FULL, {"driver_id": 9}, JAN)
    assert (report.rows, report.answer) == ((), (None, "none"))
    assert "no row of this key" in str(report)


def test_a_wrong_key_is_refused(world: World) -> None:
    for key in ({}, {"driver_id": None}, {"driver_id": "x"}, {"diver_id": 1}, {"driver_id": 1, "more": 2}):
        with pytest.raises(UsageError, match="FC430"):
            ask_why(world, FULL, key, JAN)


def test_many_rows_are_cut_but_the_chosen_one_stays(world: World) -> None:
    world.sql(
        "INSERT INTO raw.s SELECT 1, TIMESTAMP '2026-01-02' + to_seconds(i), '2026-01-01', NULL, i, 'x' "
        "FROM range(1500) AS r(i)",
        "INSERT INTO raw.s SELECT 1, TIMESTAMP '2026-01-01' - to_microseconds(i), '2026-02-01', NULL, i, 'x' "
        "FROM range(1200) AS r(i)",
        "INSERT INTO raw.s VALUES (1, '2025-12-31 23:59', '2026-01-01', NULL, -1, 'mine')",
    )
    report = ask_why(world, FULL, {"driver_id": 1}, JAN)
    assert (report.cut, report.rows_in_all, len(report.rows)) == (True, 2701, 1011)
    assert [row.values[0] for row in report.rows[:10]] == list(range(9, -1, -1))
    assert (report.rows[-1].verdict, report.answer) == (CHOSEN, (-1, "mine"))
    assert "1011 of 2701 rows" in str(report)


def test_exact_matches_that_are_off_are_said(world: World) -> None:
    world.sql(
        "INSERT INTO raw.s VALUES (1, '2026-01-01', '2026-01-01', NULL, 1, 'a'), "
        "(1, '2025-12-31', '2026-01-01', NULL, 1, 'b')"
    )
    strict = view(rows=FULL.source, features=FULL.features, allow_exact_matches=False)
    verdicts = [row.verdict for row in ask_why(world, strict, {"driver_id": 1}, JAN).rows]
    assert verdicts == [
        "happened exactly at 2026-01-01T00:00:00Z, and exact matches are off",
        "known exactly at 2026-01-01T00:00:00Z, and exact matches are off",
    ]


@pytest.mark.parametrize("seed", range(12))
def test_the_chosen_row_is_the_one_a_historical_join_takes(seed: int, world: World) -> None:
    draw = random.Random(seed)
    hours = [None, *(JAN + timedelta(hours=h) for h in range(6))]
    rows = [
        (draw.randint(1, 3), *draw.choices(hours, k=3), draw.randint(-1, 2), draw.choice("ab"))
        for _ in range(60)
    ]
    text = ", ".join("(" + ", ".join("NULL" if v is None else f"'{v}'" for v in row) + ")" for row in rows)
    world.sql(f"INSERT INTO raw.s VALUES {text}")
    fv = view(
        rows=source(
            available_at="known" if seed % 3 == 0 else None,
            availability_lag=timedelta(minutes=60 if seed % 3 == 1 else 0),
            created_timestamp_field="made" if seed % 2 else None,
        ),
        ttl=timedelta(hours=2) if seed % 4 < 2 else None,
        filter=POSITIVE if seed % 5 else None,
        allow_exact_matches=bool(seed % 2),
        features=FULL.features,
    )
    spine = [(key, JAN + timedelta(minutes=30 * step)) for key in (1, 2, 3, 4) for step in range(0, 14, 2)]
    table = pa.table({"driver_id": [k for k, _ in spine], "event_timestamp": [t for _, t in spine]})
    answers = world.job(table, ask(fv)).to_arrow().select(["v", "w"]).to_pylist()
    for (key, at), answer in zip(spine, answers, strict=True):
        report = ask_why(world, fv, {"driver_id": key}, at)
        assert report.answer == tuple(answer.values()), (key, at)
        assert sum(row.chosen for row in report.rows) <= 1
