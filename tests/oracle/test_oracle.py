"""The reference against cases worked by hand: what everything else is held to must itself be right."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.feast_cases.cases import CASES, FeastCase
from tests.oracle import oracle
from tests.oracle.expressions import evaluate
from tests.oracle.order import compare
from tests.oracle.same import comparable

HOUR = timedelta(hours=1)
T = datetime(2026, 1, 1, 12)
NAN = float("nan")


def project(source: dict[str, Any] | None = None, **view: Any) -> dict[str, Any]:
    return {
        "entities": [{"name": "user", "join_keys": {"k": "int64"}}],
        "sources": [{"name": "s", "timestamp_field": "e", **(source or {})}],
        "feature_views": [
            {
                "name": "fv",
                "entities": ["user"],
                "source": "s",
                "features": [{"name": "x", "dtype": "int64"}],
                **view,
            }
        ],
    }


def rows(names: str, *values: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), v, strict=True)) for v in values]


def value(defined: dict[str, Any], given: list[dict[str, Any]], t: datetime | None, key: Any = 1) -> Any:
    (row,) = oracle.historical(defined, {"s": given}, [{"k": key, "event_timestamp": t}], ["fv:x"])
    return row["x"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_reference_gives_the_answers_worked_by_hand(case: FeastCase) -> None:
    c = case.case
    found = oracle.historical(
        c.project,
        c.tables,
        c.spine,
        c.features,
        full_feature_names=c.full_feature_names,
        timestamp_column=c.timestamp_column,
    )
    assert len(found) == len(case.expected)
    for spine_row, row, expected in zip(c.spine, found, case.expected, strict=True):
        want = {**spine_row, **expected}
        assert {n: comparable(v) for n, v in row.items()} == {n: comparable(v) for n, v in want.items()}


def test_a_row_counts_from_the_later_of_event_and_known_time() -> None:
    defined = project({"available_at": "a"})
    given = rows("k e a x", (1, T, T + HOUR, 1), (1, T - HOUR, T - HOUR, 0))
    assert value(defined, given, T) == 0
    assert value(defined, given, T + HOUR - timedelta(microseconds=1)) == 0
    assert value(defined, given, T + HOUR) == 1


def test_strict_matching_is_strict_for_both_times() -> None:
    defined = project({"available_at": "a"}, allow_exact_matches=False)
    given = rows("k e a x", (1, T - HOUR, T, 1))
    assert value(defined, given, T) is None
    assert value(defined, given, T + timedelta(microseconds=1)) == 1


def test_ttl_is_tested_on_the_winner_and_never_uncovers_an_older_row() -> None:
    defined = project({"available_at": "a"}, ttl="1h")
    given = rows("k e a x", (1, T, T, 1), (1, T + HOUR, T + 3 * HOUR, 2))
    assert value(defined, given, T + HOUR) == 1
    assert value(defined, given, T + 3 * HOUR) is None


def test_strict_matching_leaves_the_lower_end_of_ttl_closed() -> None:
    defined = project(ttl="1h", allow_exact_matches=False)
    assert value(defined, rows("k e x", (1, T - HOUR, 1)), T) == 1


def test_ties_fall_to_later_features_when_the_first_are_level() -> None:
    features = [{"name": "y", "dtype": "float64"}, {"name": "x", "dtype": "int64"}]
    given = rows("k e y x", (1, T, 0.0, 1), (1, T, -0.0, 3), (1, T, None, 9), (1, T, -1.0, 8))
    assert value(project(features=features), given, T) == 3


def test_online_withholds_what_is_too_old_at_the_time_of_reading() -> None:
    defined = project(ttl="1h", features=[{"name": "x", "dtype": "int64", "default": 5}])
    given = rows("k e x", (1, T, 1), (2, T, None), (3, T + 2 * HOUR, 3))
    asked: list[dict[str, Any]] = [{"k": 1}, {"k": 2}, {"k": 3}, {"k": None}]
    found = oracle.online(defined, {"s": given}, T, asked, ["fv:x"])
    assert [r["x"] for r in found] == [
        (1, "PRESENT"),
        (None, "NULL_VALUE"),
        (5, "NOT_FOUND"),
        (5, "NOT_FOUND"),
    ]
    late = oracle.online(defined, {"s": given}, T, asked[:1], ["fv:x"], read_at=T + 2 * HOUR)
    assert late[0]["x"] == (5, "OUTSIDE_MAX_AGE")


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("x > 3", {"x": None}, None),
        ("not x > 3 and x is not null", {"x": 2}, True),
        ("x is null or x > 3", {"x": None}, True),
        ("s like 'a%_b'", {"s": "a.\nb"}, True),
        ("s not in ('a', null)", {"s": "b"}, None),
        ("s in ('it''s', null)", {"s": "it's"}, True),
        ("x between 1 and 1 + 1", {"x": 2}, True),
        ("x * 2 - 1 = -(-5)", {"x": 3}, True),
        ("case when x > 1 then 'hi' else 'lo' end", {"x": None}, "lo"),
        ("coalesce(nullif(x, 1), 7)", {"x": 1}, 7),
        ("x > 1.5", {"x": NAN}, True),
        ("x = x", {"x": NAN}, True),
    ],
)
def test_expressions_follow_sql(text: str, row: dict[str, Any], expected: object) -> None:
    assert evaluate(text, row) is expected or evaluate(text, row) == expected


def test_values_order_as_the_contract_says() -> None:
    ordered: list[list[Any]] = [
        [None, False, True],
        [None, float("-inf"), -1.0, 0.0, 1.0, float("inf"), NAN],
        [None, "", " ", "A", "a", "ab", "a|b", "é", "日", "\U0001f600"],
        [None, b"", b"\x00", b"a", b"\xff"],
    ]
    for values in ordered:
        assert all(
            compare(a, b) == (i > j) - (i < j) for i, a in enumerate(values) for j, b in enumerate(values)
        )


def test_the_reference_shares_no_code_with_what_it_judges() -> None:
    for name in ("oracle", "rows", "windows", "functions", "labels", "order", "expressions", "case", "same"):
        tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text())
        imported = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert not [m for m in imported if m.startswith(("fcompile", "sqlglot", "duckdb"))], name
