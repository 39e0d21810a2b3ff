"""On-demand features when they are read: online, in a training set, and what is said of data that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.runtime import computing
from fcompile.runtime.online.base import Ask, Found
from fcompile.runtime.online.sqlite import SqliteOnlineStore

DEFINITIONS = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: place, join_keys: {place_id: string}}
sources:
  - {name: purchases, path: purchases.csv, timestamp_field: at, columns: {amount: float64}}
  - {name: places, path: places.csv, timestamp_field: at, columns: {temp: float64}}
feature_views:
  - name: user_spend
    entities: [user]
    source: purchases
    aggregations:
      - {name: spend, function: sum, column: amount, windows: [7d], dtype: float64}
      - {name: buys, function: count, windows: [7d]}
  - name: latest
    entities: [user]
    source: purchases
    ttl: 1d
    features: [{name: amount, dtype: float64, default: -1.0}, {name: note, dtype: string}]
  - {name: place, entities: [place], source: places, features: [{name: temp, dtype: float64}]}
  - {name: offline, entities: [user], source: purchases, online: false, features: [{name: note, dtype: string}]}
  - name: shares
    entities: [user]
    source: purchases
    aggregations:
      - {name: total, function: sum, column: amount, windows: [2d, 7d]}
      - {name: times, function: count, windows: [7d]}
    features:
      - {name: share, dtype: float64, expr: "total_2d / nullif(total_7d, 0)"}
      - {name: more, dtype: int64, expr: "times_7d + 1"}
  - name: seen
    entities: [user]
    source: {view: latest, as_of: query}
    features: [{name: shouted, dtype: string, expr: "upper(note)"}]
on_demand_feature_views:
  - {name: of_shares, features_from: [shares:more], features: [{name: twice, dtype: int64, expr: "more * 2"}]}
  - name: ratio
    request: {price: float64}
    features_from: [user_spend]
    features:
      - {name: vs_7d, dtype: float64, expr: "price / nullif(spend_7d, 0)"}
      - {name: is_large, dtype: bool, expr: "vs_7d > 1"}
      - {name: buys_now, dtype: int64, expr: "buys_7d + 1"}
  - name: both
    features_from: [latest:amount, user_spend:spend_7d]
    features: [{name: share, dtype: float64, expr: "amount / nullif(spend_7d, 0)"}]
  - name: warmer
    features_from:
      - {view: place, alias: from_, join_key_map: {place_id: from_id}}
      - {view: place, alias: to_, join_key_map: {place_id: to_id}}
    features: [{name: by, dtype: float64, expr: "to___temp - from___temp"}]
  - name: strict
    request: {text: string, x: int64}
    features_from: [user_spend:buys_7d]
    features:
      - {name: number, dtype: int64, expr: "cast(text as int64)"}
      - {name: product, dtype: int64, expr: "x * (buys_7d + 1)"}
  - name: alone
    request: {price: float64, asked_at: timestamp}
    features: [{name: cents, dtype: int64, expr: "cast(round(price * 100) as int64)"}]
  - name: hidden
    features_from: [offline:note]
    features: [{name: shout, dtype: string, expr: "upper(note)"}]
  - name: kept
    request: {whole: int64, small: int32, price: "decimal(6,2)", at: timestamp, near: "vector<float32,2>", doc: json,
      text: string, single: float32, double: float64}
    features:
      - {name: o_whole, dtype: int64, expr: whole}
      - {name: o_small, dtype: int32, expr: small}
      - {name: o_price, dtype: "decimal(6,2)", expr: price}
      - {name: o_at, dtype: timestamp, expr: at}
      - {name: o_near, dtype: "vector<float32,2>", expr: near}
      - {name: o_doc, dtype: json, expr: doc}
      - {name: o_text, dtype: string, expr: text}
      - {name: o_single, dtype: float32, expr: single}
      - {name: o_double, dtype: float64, expr: double}
      - {name: o_number, dtype: int64, expr: "cast(text as int64)"}
  - name: typed
    request: {i: int32, f: float32, d: "decimal(6,2)", s: string, t: timestamp, day: date, l: list<int64>, b: bool}
    features:
      - {name: i2, dtype: int32, expr: i}
      - {name: f2, dtype: float32, expr: f}
      - {name: d2, dtype: "decimal(6,2)", expr: d}
      - {name: s2, dtype: string, expr: s}
      - {name: t2, dtype: timestamp, expr: t}
      - {name: day2, dtype: date, expr: day}
      - {name: l2, dtype: list<int64>, expr: l}
      - {name: b2, dtype: bool, expr: "not b"}
labels:
  - {name: next_buys, entities: [user], source: purchases, function: count, horizon: 2d}
feature_services:
  - {name: fraud_v1, features: [ratio, {user_spend: [buys_7d]}]}
  - name: trade
    features:
      - {view: ratio, alias: buyer, join_key_map: {user_id: buyer_id}}
      - {view: ratio, alias: seller, join_key_map: {user_id: seller_id}, features: [vs_7d]}
"""
PURCHASES = """\
user_id,at,amount,note
1,2026-01-01T00:00:00Z,5,a
1,2026-01-02T00:00:00Z,10,b
2,2026-01-03T00:00:00Z,,c
"""
PLACES = "place_id,at,temp\nx,2026-01-01T00:00:00Z,10\ny,2026-01-02T00:00:00Z,14.5\n"
END = datetime(2026, 1, 3)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("on_demand")
    (root / "featuredefs").mkdir()
    (root / "fcompile.yaml").write_text("project: shop\n")
    (root / "featuredefs/all.yaml").write_text(DEFINITIONS)
    (root / "purchases.csv").write_text(PURCHASES)
    (root / "places.csv").write_text(PLACES)
    with FeatureStore(root) as store:
        store.materialize_incremental(END)
    return root


@pytest.fixture
def store(root: Path) -> Iterator[FeatureStore]:
    with FeatureStore(root) as opened:
        yield opened


def codes(error: FcompileError) -> list[str]:
    return [each.code for each in error.diagnostics]


# -- online -------------------------------------------------------------------------------------


def test_a_service_answers_with_what_is_stored_and_what_is_computed_and_no_more(store: FeatureStore) -> None:
    rows: list[dict[str, Any]] = [
        {"user_id": 1, "price": 30.0},
        {"user_id": 2, "price": 1},
        {"user_id": 9, "price": None},
    ]
    answer = store.get_online_features("fraud_v1", rows, at=END)
    assert answer.to_dict() == {
        "user_id": [1, 2, 9],
        "vs_7d": [2.0, None, None],
        "is_large": [True, None, None],
        "buys_now": [3, 2, 1],
        "buys_7d": [2, 1, 0],
    }
    assert answer.statuses["vs_7d"] == ["PRESENT", "NULL_VALUE", "NULL_VALUE"]
    assert answer.statuses["buys_now"] == ["PRESENT"] * 3
    assert answer.statuses["buys_7d"] == ["PRESENT", "PRESENT", "NOT_FOUND"]
    assert list(answer.to_arrow().schema.names) == list(answer.to_dict())


def test_a_value_bears_the_latest_event_time_of_what_it_is_made_of(store: FeatureStore) -> None:
    rows: list[dict[str, Any]] = [
        {"from_id": "x", "to_id": "y"},
        {"from_id": "x", "to_id": "z"},
        {"from_id": None, "to_id": "z"},
    ]
    answer = store.get_online_features("warmer", rows, at=END)
    assert answer.to_dict() == {
        "from_id": ["x", "x", None],
        "to_id": ["y", "z", "z"],
        "by": [4.5, None, None],
    }
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert answer.event_timestamps["by"] == [second, first, None]


def test_an_alias_reads_the_inputs_by_its_own_keys(store: FeatureStore) -> None:
    row = {"buyer_id": 1, "seller_id": 9, "price": 30.0}
    answer = store.get_online_features("trade", [row], full_feature_names=True, at=END).to_dict()
    assert answer == {
        "buyer_id": [1],
        "seller_id": [9],
        "buyer__vs_7d": [2.0],
        "buyer__is_large": [True],
        "buyer__buys_now": [3],
        "seller__vs_7d": [None],
    }
    spine = pa.Table.from_pylist([{**row, "event_timestamp": END}])
    job = store.get_historical_features(spine, "trade", full_feature_names=True)
    assert {name: job.to_arrow()[name].to_pylist() for name in answer} == answer


def test_an_input_past_its_ttl_counts_as_its_default(store: FeatureStore) -> None:
    asked = ["latest:amount", "both"]
    inside = store.get_online_features(asked, [{"user_id": 1}], at=datetime(2026, 1, 3))
    assert inside.to_dict() == {"user_id": [1], "amount": [10.0], "share": [10.0 / 15.0]}
    outside = store.get_online_features(asked, [{"user_id": 1}], at=datetime(2026, 1, 4))
    assert outside.to_dict() == {"user_id": [1], "amount": [-1.0], "share": [-1.0 / 15.0]}
    assert outside.statuses == {"amount": ["OUTSIDE_MAX_AGE"], "share": ["PRESENT"]}


def test_request_data_alone_needs_no_store_and_no_key(store: FeatureStore) -> None:
    answer = store.get_online_features(["alone"], [{"price": 1.005}, {"price": "2"}, {"price": None}])
    assert answer.to_dict() == {"cents": [100, 200, None]}
    assert answer.event_timestamps["cents"] == [None] * 3
    assert store.get_online_features(["alone"], []).to_dict() == {"cents": []}


def test_an_input_is_read_once_whoever_shows_it(store: FeatureStore, root: Path) -> None:
    reads: list[str] = []

    class Counting(SqliteOnlineStore):
        def read(self, asks: Sequence[Ask]) -> list[Found]:
            reads.extend(ask.view for ask in asks)
            return super().read(asks)

    store._online = Counting(root / ".fcompile/online.db", "shop")
    rows = [{"user_id": n, "price": 1.0} for n in range(5)]
    store.get_online_features(["fraud_v1", "user_spend:spend_7d", "both"], rows, at=END)
    assert sorted(reads) == ["latest", "user_spend"]


def test_what_a_request_computes_is_made_ready_once(store: FeatureStore) -> None:
    first = store._prepared(("ratio",), False)
    store.get_online_features("ratio", [{"user_id": 1, "price": 1.0}])
    store.get_online_features(["ratio"], [{"user_id": 1, "price": 2.0}])
    assert store._prepared(("ratio",), False) is first
    assert store._prepared.cache_info().currsize == 1
    assert store._prepared.cache_info().maxsize == 128


def test_many_rows_are_answered_as_few(store: FeatureStore, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"user_id": n % 4, "price": [1.5, None, float("inf")][n % 3]} for n in range(300)]
    many = store.get_online_features("fraud_v1", rows, at=END).to_dict()
    monkeypatch.setattr(computing, "FEWEST_IN_BATCH", 10**9)
    assert many == store.get_online_features("fraud_v1", rows, at=END).to_dict()


def test_values_are_given_and_come_as_pythons_own(store: FeatureStore) -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    own: dict[str, Any] = {
        "i": 7, "f": 0.1, "d": Decimal("1.50"), "s": "x", "t": moment, "day": date(2026, 1, 1), "l": [1, None],
        "b": True,
    }  # fmt: skip
    texts = {
        "i": "7", "f": "0.1", "d": "1.5", "s": "x", "t": "2026-01-01T13:00:00+01:00", "day": "2026-01-01",
        "l": "[1, null]", "b": "true",
    }  # fmt: skip
    others = {
        "i": np.int64(7), "f": np.float64(0.1), "d": 1.5, "s": "x", "t": pd.Timestamp(moment), "day": date(2026, 1, 1),
        "l": np.array([1, None], object), "b": np.bool_(True),
    }  # fmt: skip
    answer = store.get_online_features("typed", [own, texts, others, dict.fromkeys(own)]).to_dict()
    single = float(np.float32(0.1))
    expected = [7, single, Decimal("1.50"), "x", moment, date(2026, 1, 1), [1, None], False]
    for (name, values), wanted in zip(answer.items(), expected, strict=True):
        assert values == [wanted] * 3 + [None], name
        assert {type(value) for value in values[:3]} == {type(wanted)}, name


def test_one_store_serves_many_threads_from_its_first_read_on(root: Path) -> None:
    rows = [{"user_id": n % 3, "price": float(n)} for n in range(300)]
    with FeatureStore(root) as shared:

        def read(count: int) -> list[dict[str, list[Any]]]:
            return [shared.get_online_features("fraud_v1", rows[:count], at=END).to_dict() for _ in range(20)]

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(read, [1, 3, 300] * 3))
        expected = {count: read(count)[0] for count in (1, 3, 300)}
    for count, answers in zip([1, 3, 300] * 3, found, strict=True):
        assert answers == [expected[count]] * 20


# -- what does not fit --------------------------------------------------------------------------


def test_missing_request_data_is_named_with_its_row_dtype_and_view(store: FeatureStore) -> None:
    with pytest.raises(UsageError) as error:
        store.get_online_features(
            "ratio", [{"user_id": 1, "price": 1.0}, {"user_id": 1}, {"user_id": 1, "Price": 2}]
        )
    assert codes(error.value) == ["FC514", "FC514"]
    assert "entity row 2 lacks `price` (float64), request data of `ratio`" in str(error.value)
    assert "did you mean `Price`?" in str(error.value)


WRONG = [
    ("i", 2**31), ("i", 1.5), ("f", "x"), ("f", 1e39), ("f", True), ("d", "1.234"), ("d", 10_000), ("s", 1),
    ("i", float("nan")), ("i", Decimal("1.5")), ("i", Decimal("NaN")), ("i", Decimal("1e999999999")), ("i", True),
    ("d", float("nan")), ("d", Decimal("NaN")), ("d", Decimal("sNaN")), ("s", float("nan")), ("b", float("nan")),
    ("s", "\ud800"), ("s", "a\udfff"), ("l", "[" * 100_000), ("i", np.float32("nan")),
    ("t", "soon"), ("day", "1.1.2026"), ("l", "[1"), ("l", 5), ("l", ["x"]), ("b", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_that_does_not_fit_its_dtype_is_refused(store: FeatureStore, name: str, value: Any) -> None:
    row = dict.fromkeys(["i", "f", "d", "s", "t", "day", "l", "b"]) | {name: value}
    with pytest.raises(UsageError, match=f"entity row 1: `{name}`: ") as error:
        store.get_online_features("typed", [row])
    assert codes(error.value) == ["FC515"]


def test_text_that_is_no_unicode_is_refused_in_keys_data_and_json(store: FeatureStore) -> None:
    with pytest.raises(UsageError) as error:
        store.get_online_features("place", [{"place_id": "\ud800"}])
    assert codes(error.value) == ["FC512"]
    for value in ("\ud800", '"\ud800"', '"\\ud800"', ["\ud800"], {"\ud800": 1}):
        with pytest.raises(UsageError) as error:
            store.get_online_features("kept:o_doc", [{"doc": value}])
        assert codes(error.value) == ["FC515"]
    with pytest.raises(UsageError) as error:
        store.get_online_features("kept:o_doc", [{"\ud800": 1}])
    assert codes(error.value) == ["FC514"]
    str(error.value).encode()
    spine = pd.DataFrame({"event_timestamp": [END], "text": pd.Series(["\ud800"], dtype=object)})
    with pytest.raises(FcompileError) as wrong:
        store.get_historical_features(spine, "kept:o_text").to_df()
    assert codes(wrong.value) == ["FC419"]


def test_wrong_keys_and_wrong_request_data_are_told_together_but_not_a_thousand_times(
    store: FeatureStore,
) -> None:
    rows: list[dict[str, object]] = [{"user_id": "x", "price": "y"}, {}]
    with pytest.raises(UsageError) as error:
        store.get_online_features("ratio", rows)
    assert codes(error.value) == ["FC511", "FC512", "FC514", "FC515"]
    with pytest.raises(UsageError) as error:
        store.get_online_features("ratio", [{}] * 1_000)
    assert len(error.value.diagnostics) == 20


@pytest.mark.parametrize("count", [3, 400])
def test_what_cannot_be_computed_is_named_with_its_row_and_the_reason(
    store: FeatureStore, count: int
) -> None:
    rows = [{"user_id": 1, "text": "1", "x": 1} for _ in range(count)]
    rows[1] |= {"text": "abc"}
    rows[2] |= {"x": 2**62}
    with pytest.raises(FcompileError) as error:
        store.get_online_features("strict", rows, at=END)
    first, second = error.value.diagnostics
    assert (first.code, second.code) == ("FC516", "FC516")
    assert first.message.startswith("entity row 2: `strict:number` cannot be computed: ")
    assert "abc" in first.message
    assert second.message.startswith("entity row 3: `strict:product` cannot be computed: ")


def test_a_view_that_is_not_online_is_named_with_what_reads_it(store: FeatureStore) -> None:
    with pytest.raises(UsageError) as error:
        store.get_online_features("hidden", [{"user_id": 1}])
    assert codes(error.value) == ["FC510"]
    assert "`offline` is not served online, and `hidden:shout` is computed from it" in str(error.value)


# -- training sets ------------------------------------------------------------------------------

SPINE: dict[str, list[Any]] = {"user_id": [1, 2, 9], "event_timestamp": [END] * 3, "price": [30.0, 1.0, None]}


def test_request_data_is_read_from_the_spine_and_passes_through(store: FeatureStore) -> None:
    job = store.get_historical_features(pa.table(SPINE), "fraud_v1")
    table = job.to_arrow()
    assert table.column_names == [*SPINE, "vs_7d", "is_large", "buys_now", "buys_7d"]
    rows = [{"user_id": u, "price": p} for u, p in zip(SPINE["user_id"], SPINE["price"], strict=True)]
    online = store.get_online_features("fraud_v1", rows, at=END).to_dict()
    assert {name: table[name].to_pylist() for name in online} == online
    assert job.matched == {"user_spend": 2}


@pytest.mark.parametrize("kind", ["parquet", "csv", "sql", "pandas"])
def test_any_spine_carries_request_data(store: FeatureStore, tmp_path: Path, kind: str) -> None:
    moment = datetime(2026, 1, 1, 12)
    columns: dict[str, Any] = {
        "event_timestamp": [END, END], "i": [7, None], "f": [0.1, None], "s": ["x", None], "b": [True, None],
        "d": [Decimal("1.50"), None], "t": [moment, None], "day": [date(2026, 1, 1), None], "l": [[1, 2], None],
    }  # fmt: skip
    values = "TIMESTAMP '2026-01-03' event_timestamp, 7 i, 0.1::FLOAT f, 'x' s, true b, 1.5 d"
    sql = f"SELECT {values}, TIMESTAMP '2026-01-01 12:00:00' t, DATE '2026-01-01' AS day, [1, 2] l"
    with FeatureStore(store.repo_path) as other:
        spine: Any = sql
        if kind == "pandas":
            spine = pd.DataFrame(columns)
        elif kind != "sql":
            import duckdb

            spine = tmp_path / f"spine.{kind}"
            duckdb.execute(f"COPY ({sql} UNION ALL SELECT TIMESTAMP '2026-01-03'{', NULL' * 8}) TO '{spine}'")
        table = other.get_historical_features(spine, "typed").to_arrow()
    names = ["i2", "f2", "d2", "s2", "t2", "day2", "l2", "b2"]
    row = {name: table[name][0].as_py() for name in names}
    assert row == {
        "i2": 7, "f2": float(np.float32(0.1)), "d2": Decimal("1.50"), "s2": "x", "t2": moment, "day2": date(2026, 1, 1),
        "l2": [1, 2], "b2": False,
    }  # fmt: skip
    assert all(table[name].null_count == len(table) - 1 for name in names)


def test_a_spine_without_request_data_is_told_all_of_it_at_once(store: FeatureStore) -> None:
    spine = pa.table({"event_timestamp": [END], "Price": [1.0], "user_id": [1]})
    with pytest.raises(FcompileError) as error:
        store.get_historical_features(spine, ["ratio", "strict"]).to_arrow()
    assert codes(error.value) == ["FC423", "FC423", "FC423"]
    text = str(error.value)
    assert "the spine has no column `price` (float64), request data of `ratio`" in text
    assert "rename its `Price` to `price`: letter case counts" in text
    assert "`text` (string), request data of `strict`" in text


def test_a_spine_whose_request_data_is_of_another_type_is_refused(store: FeatureStore) -> None:
    spine = pa.table({**SPINE, "price": ["1", "2", "3"]})
    with pytest.raises(
        FcompileError, match=r"the spine's `price` is VARCHAR, but `ratio` takes it as float64"
    ) as error:
        store.get_historical_features(spine, "ratio").to_arrow()
    assert codes(error.value) == ["FC424"]


@pytest.mark.parametrize(
    ("values", "row"), [([1.0, None, 1.5], 3), ([1.0, 2.0**63, 0.0], 2), ([float("nan"), 1.0, 2.0], 1)]
)
def test_floats_serve_as_whole_numbers_where_they_are_whole(
    store: FeatureStore, values: list[float | None], row: int
) -> None:
    columns = {"user_id": [1, 2, 9], "event_timestamp": [END] * 3, "text": ["1"] * 3}
    good = store.get_historical_features(pa.table({**columns, "x": [2.0, None, -3.0]}), "strict").to_arrow()
    assert good["product"].to_pylist() == [6, None, -3]
    with pytest.raises(FcompileError, match=f"row {row} of the spine: `x` is ") as error:
        store.get_historical_features(pa.table({**columns, "x": values}), "strict").to_arrow()
    assert codes(error.value) == ["FC424"]


def test_a_stream_whose_values_are_checked_is_still_read(store: FeatureStore) -> None:
    table = pa.table({"event_timestamp": [END] * 3, "whole": [1.0, None, 3.0]})
    made = store.get_historical_features(table.to_reader(max_chunksize=1), "kept:o_whole").to_arrow()
    assert made["o_whole"].to_pylist() == [1, None, 3]


NAN = float("nan")
ALIKE: list[tuple[str, pa.DataType, Any, Any]] = [
    ("whole", pa.float64(), 1e18, 10**18),
    ("whole", pa.float64(), -(2.0**63), -(2**63)),
    ("whole", pa.float64(), 2.0**63, None),
    ("whole", pa.float64(), 1.5, None),
    ("whole", pa.float64(), NAN, None),
    ("whole", pa.float64(), float("inf"), None),
    ("whole", pa.decimal128(20, 0), Decimal(5), 5),
    ("whole", pa.decimal128(20, 0), Decimal(2**63), None),
    ("whole", pa.uint64(), 2**63, None),
    ("small", pa.int64(), 2**31 - 1, 2**31 - 1),
    ("small", pa.int64(), 2**31, None),
    ("price", pa.float64(), 19.99, Decimal("19.99")),
    ("price", pa.float32(), np.float32(0.1), Decimal("0.10")),
    ("price", pa.float64(), 1.255, None),
    ("price", pa.float64(), 0.1 + 0.2, None),
    ("price", pa.float64(), 1e4, None),
    ("price", pa.float64(), NAN, None),
    ("price", pa.int64(), 7, Decimal("7.00")),
    ("price", pa.int64(), 10_000, None),
    ("at", pa.date32(), date(2026, 1, 1), datetime(2026, 1, 1)),
    ("near", pa.list_(pa.float64()), [0.5, NAN], [0.5, NAN]),
    ("near", pa.list_(pa.float64()), [0.5, None], None),
    ("near", pa.list_(pa.float64(), 2), [0.5, None], None),
    ("near", pa.list_(pa.float64()), [0.5], None),
    ("near", pa.list_(pa.float64()), [0.5, 1e39], None),
    ("doc", pa.string(), '{"a": ["nan", 1.50]}', '{"a": ["nan", 1.50]}'),
    ("doc", pa.string(), '{"a": NaN}', None),
    ("doc", pa.string(), "[1,]", None),
    ("doc", pa.string(), "nope", None),
    ("doc", pa.string(), '"\\ud800"', None),
    ("single", pa.float64(), 0.1, float(np.float32(0.1))),
    ("single", pa.float64(), 1e39, None),
    ("single", pa.float64(), NAN, NAN),
    ("double", pa.float64(), NAN, NAN),
]
"""A field of `kept`, the type of a spine's column, a value, and what it is read as; None: refused."""


@pytest.mark.parametrize(("name", "kind", "value", "expected"), ALIKE)
def test_a_value_is_read_as_the_same_online_and_in_a_training_set_or_refused_by_both(
    store: FeatureStore, name: str, kind: pa.DataType, value: Any, expected: Any
) -> None:
    asked = f"kept:o_{name}"
    spine = pa.table({"event_timestamp": [END] * 2, name: pa.array([None, value], kind)})
    if expected is None:
        with pytest.raises(UsageError) as online:
            store.get_online_features(asked, [{name: None}, {name: value}])
        with pytest.raises(FcompileError) as offline:
            store.get_historical_features(spine, asked).to_arrow()
        assert (codes(online.value), codes(offline.value)) == (["FC515"], ["FC424"])
        assert "entity row 2" in str(online.value) and "row 2 of the spine" in str(offline.value)
        return
    found = store.get_online_features(asked, [{name: None}, {name: value}]).to_arrow()[f"o_{name}"]
    made = store.get_historical_features(spine, asked).to_arrow()[f"o_{name}"]
    for values in (found.to_pylist(), made.to_pylist()):
        values = [v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in values]
        assert repr(values) == repr([None, expected])


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("whole", "5", 5),
        ("whole", "+5.0", 5),
        ("whole", " 5", 5),
        ("whole", "1.5", None),
        ("whole", "1e3", None),
        ("small", "7.5", None),
        ("price", "1.5", Decimal("1.50")),
        ("price", "-1.500", Decimal("-1.50")),
        ("price", "1e1", Decimal("10.00")),
        ("price", "1.255", None),
        ("price", "1255e-3", None),
    ],
)
def test_a_text_is_read_as_the_same_number_in_a_csv_file_and_online_and_never_rounded(
    store: FeatureStore, tmp_path: Path, name: str, text: str, expected: Any
) -> None:
    asked = f"kept:o_{name}"
    path = tmp_path / "spine.csv"
    path.write_text(f"event_timestamp,{name}\n2026-01-03,\n2026-01-03,{text}\n")
    if expected is None:
        with pytest.raises(UsageError) as online:
            store.get_online_features(asked, [{name: text}])
        with pytest.raises(FcompileError, match=f"row 2 of the spine: `{name}` is {text}, ") as offline:
            store.get_historical_features(path, asked).to_arrow()
        assert (codes(online.value), codes(offline.value)) == (["FC515"], ["FC424"])
        return
    assert store.get_online_features(asked, [{name: text}]).to_dict()[f"o_{name}"] == [expected]
    made = store.get_historical_features(path, asked).to_arrow()
    assert made[f"o_{name}"].to_pylist() == [None, expected]


def test_a_cast_that_fails_in_a_training_set_says_which_text_is_no_number(store: FeatureStore) -> None:
    spine = pa.table({"event_timestamp": [END], "text": ['it\'s Hello "World"']})
    with pytest.raises(FcompileError) as error:
        store.get_historical_features(spine, "kept:o_number").to_arrow()
    (said,) = error.value.diagnostics
    assert (said.code, said.message) == ("FC454", "'it's Hello \"World\"' is no int64")
    assert "try_cast" in said.hint


def test_request_data_may_be_the_spines_time(store: FeatureStore) -> None:
    spine = pa.table({"asked_at": ["2026-01-03T01:00:00+01:00"], "price": [1.0]})
    assert store.get_historical_features(spine, "alone", timestamp_column="asked_at").to_arrow()[
        "cents"
    ].to_pylist() == [100]


def test_labels_stand_after_what_is_computed_and_each_is_counted(store: FeatureStore, tmp_path: Path) -> None:
    early = {**SPINE, "event_timestamp": [datetime(2026, 1, 1, 12)] * 3}
    mature = datetime(2026, 1, 4)
    job = store.get_historical_features(pa.table(early), "ratio", labels="next_buys", as_of=mature)
    table = job.to_arrow()
    assert table.column_names == [*SPINE, "vs_7d", "is_large", "buys_now", "next_buys"]
    assert table["vs_7d"].to_pylist() == [6.0, None, None]
    assert table["next_buys"].to_pylist() == [1, 1, 0]
    assert (job.matched, job.labelled) == ({"user_spend": 1}, {"next_buys": 3})
    summary = job.persist(tmp_path / "train.parquet")
    assert (summary.rows, summary.matched, summary.labelled) == (3, {"user_spend": 1}, {"next_buys": 3})


def test_a_preview_computes_too(store: FeatureStore) -> None:
    page = store.get_historical_features(pa.table(SPINE), "ratio")._repr_html_()
    assert "is_large" in page and "2.0" in page


@pytest.mark.parametrize("kind", [pa.decimal128(5, 0), pa.int8(), pa.uint64()])
def test_any_whole_number_serves_as_an_integer(store: FeatureStore, kind: pa.DataType) -> None:
    columns = {"user_id": [1], "event_timestamp": [END], "text": ["1"]}
    spine = pa.table(columns).append_column("x", pa.array([2], kind))
    assert store.get_historical_features(spine, "strict").to_arrow()["product"].to_pylist() == [6]


# -- computed from windows ----------------------------------------------------------------------


def test_a_feature_computed_from_windows_is_stored_and_without_a_row_it_is_that_of_the_defaults(
    store: FeatureStore,
) -> None:
    rows = [{"user_id": n} for n in (1, 2, 9)]
    answer = store.get_online_features("shares", rows, at=END)
    spine = pa.table({"user_id": [1, 2, 9], "event_timestamp": [END] * 3})
    offline = store.get_historical_features(spine, "shares").to_arrow()
    found = {name: values for name, values in answer.to_dict().items() if name != "user_id"}
    assert found == {name: offline[name].to_pylist() for name in found}
    assert (found["share"], found["more"]) == ([10 / 15, None, None], [3, 2, 1])
    assert answer.statuses["more"] == ["PRESENT", "PRESENT", "NOT_FOUND"]
    assert answer.statuses["share"] == ["PRESENT", "NULL_VALUE", "NOT_FOUND"]


def test_an_on_demand_view_reads_what_is_computed_from_windows(store: FeatureStore) -> None:
    answer = store.get_online_features("of_shares", [{"user_id": 1}, {"user_id": 9}], at=END)
    assert answer.to_dict() == {"user_id": [1, 9], "twice": [6, 2]}


def test_values_as_of_the_request_are_served_without_being_materialized(store: FeatureStore) -> None:
    answer = store.get_online_features("seen", [{"user_id": 1}, {"user_id": 9}], at=END)
    spine = pa.table({"user_id": [1, 9], "event_timestamp": [END] * 2})
    offline = store.get_historical_features(spine, "seen").to_arrow()
    assert answer.to_dict()["shouted"] == offline["shouted"].to_pylist() == ["B", None]


# -- the API ------------------------------------------------------------------------------------


def test_on_demand_views_are_listed_and_looked_up_by_feasts_names(store: FeatureStore) -> None:
    names = [view.name for view in store.list_on_demand_feature_views()]
    assert names == sorted(names) and "ratio" in names
    assert "ratio" not in [view.name for view in store.list_feature_views()]
    assert store.get_on_demand_feature_view("ratio").request[0].name == "price"
    with pytest.raises(UsageError, match="no on-demand feature view `ratoi`"):
        store.get_on_demand_feature_view("ratoi")
    page = store._repr_html_()
    assert "on demand, from request data price: float64; user_spend:spend_7d" in page
