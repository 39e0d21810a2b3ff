"""What a read of the online store answers: values, statuses and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fcompile.compiler.definitions import Entity, Feature, FeatureView, JoinKey, Selected
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.errors import UsageError
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.interval import Wish
from fcompile.runtime.online.base import Ask, Found
from fcompile.runtime.online.response import OnlineResponse
from fcompile.runtime.online.sqlite import SqliteOnlineStore
from fcompile.runtime.serving import read_online
from tests.run.world import AMOUNT, NOTE, SPEND, World, hours, request_of, simple

AT = hours(2).replace(tzinfo=UTC)


def read(
    world: World, request: Request, rows: Sequence[Mapping[str, object]], at: datetime | None = None
) -> OnlineResponse:
    with world.online() as store:
        return read_online(store, request, rows, at)


@pytest.fixture
def loaded(world: World) -> World:
    world.put([simple(1, 2, 10.0, "a"), (2, hours(2), hours(2), None, None, "b")])
    world.run(Wish(hours(5)))
    return world


def test_each_value_has_its_status_and_event_time(loaded: World) -> None:
    answer = read(loaded, request_of(SPEND), [{"user_id": 2}, {"user_id": 9}, {"user_id": 1}])
    assert answer.to_dict() == {"user_id": [2, 9, 1], "amount": [None, None, 10.0], "note": ["b", None, "a"]}
    assert answer.statuses == {
        "amount": ["NULL_VALUE", "NOT_FOUND", "PRESENT"],
        "note": ["PRESENT", "NOT_FOUND", "PRESENT"],
    }
    assert answer.event_timestamps["amount"] == [AT, None, AT]


def test_a_ttl_ends_exactly_where_a_historical_join_ends_it(loaded: World) -> None:
    view = replace(SPEND, ttl=timedelta(hours=1), features=(replace(AMOUNT, default=-1.0), NOTE))
    row = [{"user_id": 1}]
    inside = read(loaded, request_of(view), row, at=hours(3))
    assert (inside.to_dict()["amount"], inside.statuses["amount"]) == ([10.0], ["PRESENT"])
    outside = read(loaded, request_of(view), row, at=hours(3) + timedelta(microseconds=1))
    assert outside.to_dict() == {"user_id": [1], "amount": [-1.0], "note": [None]}
    assert outside.statuses == {"amount": ["OUTSIDE_MAX_AGE"], "note": ["OUTSIDE_MAX_AGE"]}
    assert outside.event_timestamps["note"] == [AT]
    assert read(loaded, request_of(view), row).statuses["amount"] == ["OUTSIDE_MAX_AGE"]


def test_a_null_that_is_stored_is_no_missing_row_and_gets_no_default(loaded: World) -> None:
    view = replace(SPEND, features=(replace(AMOUNT, default=-1.0),))
    answer = read(loaded, request_of(view), [{"user_id": 2}, {"user_id": 9}])
    assert answer.to_dict()["amount"] == [None, -1.0]


def test_a_feature_added_since_is_not_found_until_the_next_run_and_the_old_ones_are(loaded: World) -> None:
    view = replace(SPEND, features=(AMOUNT, Feature("extra", AMOUNT.dtype, Column("amount")), NOTE))
    before = read(loaded, request_of(view), [{"user_id": 1}])
    assert before.statuses == {"amount": ["PRESENT"], "extra": ["NOT_FOUND"], "note": ["PRESENT"]}
    loaded.run(Wish(hours(5)), view)
    assert read(loaded, request_of(view), [{"user_id": 1}]).to_dict()["extra"] == [10.0]


def test_a_feature_whose_dtype_changed_is_not_found_until_the_next_run(loaded: World) -> None:
    view = replace(SPEND, features=(replace(AMOUNT, dtype=parse_dtype("int64")), NOTE))
    assert read(loaded, request_of(view), [{"user_id": 1}]).statuses["amount"] == ["NOT_FOUND"]


def test_text_and_whole_floats_are_read_as_the_join_keys_dtype(loaded: World) -> None:
    rows = [{"user_id": v} for v in ("1", 1, 1.0, "+1", None, float("nan"))]
    answer = read(loaded, request_of(SPEND), rows)
    assert answer.to_dict()["amount"] == [10.0] * 4 + [None] * 2
    assert answer.statuses["amount"][4:] == ["NOT_FOUND", "NOT_FOUND"]
    assert answer.to_dict()["user_id"] == [1, 1, 1, 1, None, None]


@pytest.mark.parametrize(
    "value", ["x", "1.5", 1.5, True, b"1", 2**63, "9" * 19, "", [1], float("inf"), 1e300]
)
def test_a_key_that_does_not_fit_is_an_error_that_names_it(value: object, loaded: World) -> None:
    with pytest.raises(UsageError) as error:
        read(loaded, request_of(SPEND), [{"user_id": 1}, {"user_id": value}])
    assert error.value.diagnostics[0].code == "FC512"
    assert "entity row 2" in str(error.value) and "user_id" in str(error.value)


def test_a_missing_join_key_is_named_with_its_row_and_what_is_near(loaded: World) -> None:
    with pytest.raises(UsageError) as error:
        read(loaded, request_of(SPEND), [{"user_id": 1}, {"usre_id": 1}, {}])
    assert [d.code for d in error.value.diagnostics] == ["FC511", "FC511"]
    assert "entity row 2 lacks the join key `user_id`" in str(error.value)
    assert "did you mean `usre_id`?" in str(error.value)


def test_a_thousand_wrong_rows_are_not_a_thousand_messages(loaded: World) -> None:
    with pytest.raises(UsageError) as error:
        read(loaded, request_of(SPEND), [{}] * 1_000)
    assert len(error.value.diagnostics) <= 20


def test_no_rows_and_unknown_keys_are_fine(loaded: World) -> None:
    empty = read(loaded, request_of(SPEND), [])
    assert empty.to_dict() == {"user_id": [], "amount": [], "note": []}
    assert empty.to_arrow().num_rows == 0
    assert read(loaded, request_of(SPEND), [{"user_id": 1, "x": 2}]).to_dict()["amount"] == [10.0]


def test_a_view_that_is_not_online_is_refused_by_name(loaded: World) -> None:
    with pytest.raises(UsageError, match="`spend` is not served online") as error:
        read(loaded, request_of(replace(SPEND, online=False)), [{"user_id": 1}])
    assert error.value.diagnostics[0].code == "FC510"


def test_aliases_read_the_view_by_their_own_keys(loaded: World) -> None:
    picks = tuple(
        Selected(SPEND, (AMOUNT,), alias, (("user_id", f"{alias}_id"),)) for alias in ("payer", "payee")
    )
    request = Request(picks, tuple(OutputColumn(f"{s.label}__amount", s, AMOUNT) for s in picks))
    answer = read(loaded, request, [{"payer_id": 1, "payee_id": 2}, {"payer_id": 9, "payee_id": 1}])
    assert answer.to_dict() == {
        "payer_id": [1, 9],
        "payee_id": [2, 1],
        "payer__amount": [10.0, None],
        "payee__amount": [None, 10.0],
    }


def test_a_view_is_read_once_for_all_rows_and_aliases(loaded: World) -> None:
    reads: list[list[str]] = []

    class Counting(SqliteOnlineStore):
        def read(self, asks: Sequence[Ask]) -> list[Found]:
            reads.extend(list(ask.keys) for ask in asks)
            return super().read(asks)

    picks = (Selected(SPEND, (AMOUNT,), "a"), Selected(SPEND, (NOTE,), "b"))
    request = Request(picks, (OutputColumn("x", picks[0], AMOUNT), OutputColumn("y", picks[1], NOTE)))
    store = Counting(loaded.root / "online.db", "p")
    read_online(store, request, [{"user_id": n % 2} for n in range(10)])
    store.close()
    assert reads == [["[0]", "[1]"]]


KEYS = {
    "bool": (True, "false", False),
    "int32": (7, "-7", -7),
    "string": ("1", "", ""),
    "bytes": (b"\x00", "AAE=", b"\x00\x01"),
    "date": (date(2026, 1, 1), "2026-01-02", date(2026, 1, 2)),
    "timestamp": (
        datetime(2026, 1, 1, tzinfo=UTC),
        "2026-01-01T01:00:00+01:00",
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize("kind", list(KEYS))
def test_keys_of_each_dtype_are_found_and_read_from_text(kind: str, world: World) -> None:
    own, text, meant = KEYS[kind]
    entity = Entity("e", (JoinKey("user_id", parse_dtype("int64")), JoinKey("k", parse_dtype(kind))))
    view = replace(SPEND, entities=(entity,))
    with world.warehouse() as warehouse:
        engine = {"string": "VARCHAR", "bytes": "BLOB", "int32": "INTEGER"}.get(kind, kind.upper())
        warehouse.execute("CREATE SCHEMA raw")
        warehouse.execute(
            f"CREATE TABLE raw.purchases AS SELECT 1 AS user_id, CAST($own AS {engine}) AS k, CAST($t AS TIMESTAMP)"
            ' AS "at", CAST($t AS TIMESTAMP) AS known, CAST(NULL AS TIMESTAMP) AS created, 1.0 AS amount, $n AS note',
            {"own": own, "t": hours(1), "n": "x"},
        )
        warehouse.execute(
            f"INSERT INTO raw.purchases SELECT 1, CAST($own AS {engine}), $t, $t, NULL, 2.0, $n",
            {"own": meant, "t": hours(2), "n": "y"},
        )
    assert world.run(Wish(hours(3)), view).exit_code == 0
    answer = read(world, request_of(view), [{"user_id": 1, "k": own}, {"user_id": "1", "k": text}])
    assert answer.to_dict()["amount"][1] == 2.0
    assert answer.to_dict()["amount"][0] == (2.0 if own == meant else 1.0)


def test_defaults_come_as_values_of_their_dtype(world: World) -> None:
    defaults: dict[str, tuple[Any, Any]] = {
        "int64": (3, 3),
        "float64": (3, 3.0),
        "decimal(5,2)": ("1.5", Decimal("1.50")),
        "date": ("2026-01-01", date(2026, 1, 1)),
        "timestamp": ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        "bool": (False, False),
        "string": ("x", "x"),
    }
    features = tuple(
        Feature(f"f{n}", parse_dtype(text), Column("amount"), default)
        for n, (text, (default, _)) in enumerate(defaults.items())
    )
    view: FeatureView = replace(SPEND, features=features)
    answer = read(world, request_of(view), [{"user_id": 1}])
    got = [answer.to_dict()[f.name][0] for f in features]
    assert got == [value for _, value in defaults.values()]
    assert [type(value) for value in got] == [type(value) for _, value in defaults.values()]


def test_the_answer_is_a_table_and_a_data_frame_and_shows_itself_escaped(loaded: World) -> None:
    view = replace(SPEND, features=(replace(NOTE, default="<b>"), AMOUNT))
    answer = read(loaded, request_of(view), [{"user_id": 1}, {"user_id": 9}])
    assert answer.to_arrow().column_names == ["user_id", "note", "amount"]
    assert answer.to_arrow().column("amount").to_pylist() == [10.0, None]
    assert list(answer.to_df()["user_id"]) == [1, 9]
    page = answer._repr_html_()
    assert "&lt;b&gt;" in page and "<b>" not in page and "NOT_FOUND" in page


def test_a_data_frame_has_every_digit_of_integers_beside_a_null(loaded: World) -> None:
    frame = read(loaded, request_of(SPEND), [{"user_id": 2**53 + 1}, {"user_id": None}]).to_df()
    assert str(frame["user_id"].dtype) == "Int64"
    assert frame["user_id"][0] == 2**53 + 1
