"""On-demand features in training sets, against values computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError
from tests.historical.computed_project import ask, hours, project_of

VIEWS = """\
feature_views:
  - name: spend
    entities: [user]
    source: purchases
    ttl: 2h
    features: [{name: amount, dtype: float64, default: 1.0}, {name: n, dtype: int64}]
  - name: windows
    entities: [user]
    source: purchases
    aggregations: [{name: sum, function: sum, column: amount, windows: [1h, 1d], dtype: float64}]
    features: [{name: part, dtype: float64, expr: sum_1h / sum_1d}]
  - {name: weather, entities: [place], source: weather, features: [{name: temp, dtype: float64}]}
on_demand_feature_views:
  - name: ratio
    request: {paid: float64}
    features_from: [spend, 'windows:part', 'windows:sum_1d']
    features:
      - {name: of_last, dtype: float64, expr: "paid / nullif(amount, 0)"}
      - {name: percent, dtype: float64, expr: of_last * 100}
      - {name: parts, dtype: float64, expr: "coalesce(part, 0) + coalesce(sum_1d, 0)"}
      - {name: constant, dtype: string, expr: "'x'"}
  - name: warmer
    features_from: [{view: weather, alias: here, join_key_map: {place_id: from_id}}, weather]
    features: [{name: by, dtype: float64, expr: weather__temp - here__temp}]
feature_services:
  - {name: mixed, features: ['ratio', {spend: [n]}, {windows: [part]}]}
  - name: twice
    features:
      - {view: warmer, alias: out, join_key_map: {from_id: home_id, place_id: work_id}}
      - {view: warmer, alias: back, join_key_map: {from_id: work_id, place_id: home_id}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project_of(tmp_path, VIEWS)


SPINE = {
    "user_id": [1, 1, 2, 2, 9, None],
    "event_timestamp": [hours(1.5), hours(3), hours(2.5), hours(9), hours(9), hours(3)],
    "paid": [2.0, 5.0, 3.0, 7.0, None, 6.0],
}


def ratio(paid: float | None, amount: float, part: float | None, sum_1d: float | None) -> dict[str, Any]:
    of_last = None if paid is None or not amount else paid / amount
    return {
        "of_last": of_last,
        "percent": None if of_last is None else of_last * 100,
        "parts": (part or 0.0) + (sum_1d or 0.0),
        "constant": "x",
    }


EXPECTED = [
    ratio(2.0, 4.0, 1.0, 4.0),
    ratio(5.0, 10.0, 10 / 14, 14.0),
    ratio(3.0, 0.0, None, 0.0),
    ratio(7.0, 1.0, None, 0.0),
    ratio(None, 1.0, None, None),
    ratio(6.0, 1.0, None, None),
]


def test_values_are_those_of_the_training_set_s_features_and_the_spine_s_data(root: Path) -> None:
    assert ask(root, "ratio", SPINE) == EXPECTED


def test_each_feature_alone_is_the_same(root: Path) -> None:
    for name in EXPECTED[0]:
        spine = {k: v for k, v in SPINE.items() if k != "paid" or name in ("of_last", "percent")}
        assert ask(root, f"ratio:{name}", spine) == [{name: row[name]} for row in EXPECTED]


def test_beside_other_features_columns_come_in_the_order_asked_for(root: Path) -> None:
    found = ask(root, "mixed", SPINE)
    assert list(found[0]) == ["of_last", "percent", "parts", "constant", "n", "part"]
    assert [{k: row[k] for k in EXPECTED[0]} for row in found] == EXPECTED
    assert [row["n"] for row in found] == [3, None, 5, None, None, None]
    assert [row["part"] for row in found] == [1.0, 10 / 14, None, None, None, None]
    full = ask(root, ["spend:amount", "ratio:of_last"], SPINE, full_feature_names=True)
    assert list(full[0]) == ["spend__amount", "ratio__of_last"]
    assert [row["spend__amount"] for row in full] == [4.0, 10.0, 0.0, 1.0, 1.0, 1.0]
    assert [row["ratio__of_last"] for row in full] == [row["of_last"] for row in EXPECTED]


def test_aliases_join_the_inputs_on_other_columns(root: Path) -> None:
    spine = {"home_id": ["a", "b"], "work_id": ["b", "x"], "event_timestamp": [hours(1), hours(1)]}
    assert ask(root, "twice", spine, full_feature_names=True) == [
        {"out__by": -4.5, "back__by": 4.5},
        {"out__by": None, "back__by": None},
    ]
    own = {"from_id": ["a"], "place_id": ["b"], "event_timestamp": [hours(1)]}
    assert ask(root, "warmer", own) == [{"by": -4.5}]


def test_an_empty_spine_gives_an_empty_training_set(root: Path) -> None:
    schema = pa.schema({"user_id": pa.int64(), "event_timestamp": pa.timestamp("us"), "paid": pa.float64()})
    assert ask(root, "ratio", schema.empty_table()) == []


def test_columns_of_the_spine_may_be_named_like_hidden_ones(root: Path) -> None:
    names = [
        "__spend__amount",
        "__windows__part",
        "__request__paid",
        "joined",
        "computed",
        "j",
        "__matched_1",
    ]
    assert ask(root, "ratio", {**SPINE, **{name: [0] * 6 for name in names}}) == EXPECTED


TYPED = """\
on_demand_feature_views:
  - name: same
    request: {x: DTYPE}
    features: [{name: y, dtype: DTYPE, expr: x}, {name: is_null, dtype: bool, expr: x is null}]
"""
AT = datetime(2026, 1, 1, 12, 0, 0, 123456)


@pytest.mark.parametrize(
    ("dtype", "column", "expected"),
    [
        ("int64", pa.array([1, None], pa.int32()), [1, None]),
        ("int64", pa.array([1.0, None], pa.float64()), [1, None]),
        ("int32", pa.array([7, None], pa.int64()), [7, None]),
        ("float64", pa.array([1, None], pa.int64()), [1.0, None]),
        ("float64", pa.array([float("inf"), None]), [float("inf"), None]),
        ("string", pa.array(["a'b", None]), ["a'b", None]),
        ("bool", pa.array([True, None]), [True, None]),
        ("decimal(10,2)", pa.array([Decimal("1.25"), None], pa.decimal128(10, 2)), [Decimal("1.25"), None]),
        ("timestamp", pa.array([AT, None], pa.timestamp("us")), [AT, None]),
        ("timestamp", pa.array([AT.replace(tzinfo=UTC), None], pa.timestamp("us", "UTC")), [AT, None]),
        ("timestamp", pa.array([AT, None], pa.timestamp("ns")), [AT, None]),
        ("date", pa.array([AT.date(), None]), [AT.date(), None]),
        ("list<int64>", pa.array([[1, 2], None], pa.list_(pa.int64())), [[1, 2], None]),
        ("list<string>", pa.array([["a"], None], pa.list_(pa.string())), [["a"], None]),
    ],
)
def test_request_data_of_every_type(
    dtype: str, column: pa.Array, expected: list[Any], tmp_path: Path
) -> None:
    root = project_of(tmp_path, TYPED.replace("DTYPE", f"'{dtype}'"))
    spine = pa.table({"event_timestamp": [hours(1), hours(2)], "x": column})
    found = ask(root, "same", spine)
    plain = [
        row["y"].replace(tzinfo=None) if dtype == "timestamp" and row["y"] else row["y"] for row in found
    ]
    assert plain == expected
    assert [row["is_null"] for row in found] == [value is None for value in expected]


@pytest.mark.parametrize(
    ("dtype", "column"),
    [("int64", pa.array([1.5])), ("int64", pa.array([float("nan")])), ("int32", pa.array([2**40]))],
)
def test_request_data_that_do_not_fit_are_an_error(dtype: str, column: pa.Array, tmp_path: Path) -> None:
    root = project_of(tmp_path, TYPED.replace("DTYPE", dtype))
    with pytest.raises(FcompileError):
        ask(root, "same", pa.table({"event_timestamp": [hours(1)], "x": column}))


MOMENT = """\
  - name: moment
    request: {event_timestamp: timestamp, user_id: int64}
    features_from: ['spend:n']
    features:
      - {name: evening, dtype: bool, expr: "event_timestamp > timestamp '2026-01-01 02:00:00'"}
      - {name: who, dtype: int64, expr: user_id + n}
"""


def test_request_data_may_be_the_spine_s_time_and_its_keys(tmp_path: Path) -> None:
    views = VIEWS.replace("on_demand_feature_views:\n", f"on_demand_feature_views:\n{MOMENT}")
    root = project_of(tmp_path, views)
    spine = {"user_id": [1, 2], "event_timestamp": [hours(1.5), hours(2.5)]}
    assert ask(root, "moment", spine) == [{"evening": False, "who": 4}, {"evening": True, "who": 7}]
