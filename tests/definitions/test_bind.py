"""Definitions from YAML: what SPEC 3 allows binds, and every mistake of all files is reported in one run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Computed, Definitions, File, Query, RequestField, Selected, Table
from fcompile.compiler.dtypes import FLOAT64, INT64
from fcompile.compiler.expressions.nodes import Column

USER = "entities: [{name: user, join_keys: {user_id: int64}}]\n"
PURCHASES = "sources: [{name: purchases, table: raw.purchases, timestamp_field: at}]\n"
TYPED = "sources: [{name: purchases, table: t, timestamp_field: at, columns: {amount: float64, n: int64, s: string}}]\n"


def view(body: str, name: str = "spend") -> str:
    return f"feature_views:\n  - {{name: {name}, entities: [user], source: purchases, {body}}}\n"


def bound(*texts: str) -> Definitions:
    result = bind({f"{i}.yaml": text for i, text in enumerate(texts)})
    assert [d.render({}) for d in result.diagnostics] == []
    return result.definitions


def codes(*texts: str) -> list[str]:
    files = {f"{i}.yaml": text for i, text in enumerate(texts)}
    diagnostics = bind(files).diagnostics
    assert all(d.span is not None and d.render(files) for d in diagnostics)
    return sorted(d.code for d in diagnostics)


SPEC = """\
entities:
  - name: user
    join_keys: {user_id: int64}               # one or more
  - {name: place, join_keys: {place_id: string}}
sources:
  - name: purchases
    table: raw.purchases                      # or path: data/*.parquet | *.csv
    timestamp_field: purchased_at             # event time
    created_timestamp_field: loaded_at
    available_at: loaded_at
    columns: {purchase_id: int64, amount: float64}
  - {name: profiles, path: data/*.parquet, timestamp_field: changed_at}
  - {name: temps, query: SELECT * FROM weather WHERE temp > 0, timestamp_field: at, availability_lag: 15m}
feature_views:
  - name: user_profile                        # latest value
    entities: [user]
    source: profiles
    ttl: 30d
    filter: "country is not null"
    allow_exact_matches: true
    features:
      - {name: age, dtype: int32}
      - {name: city, dtype: string, column: home_city}
      - {name: is_adult, dtype: bool, expr: "age >= 18"}
      - {name: score, dtype: float64, default: 0.0}
    online: true
  - name: place_temp
    entities: [place]
    source: temps
    lookback: 7d
    features: [{name: temp, dtype: float64}]
  - {name: user_spend, entities: [user], source: purchases, features: [{name: amount, dtype: float64}]}
feature_services:
  - name: fraud_v1
    features:
      - user_profile
      - user_spend: [amount]
      - {view: place_temp, alias: origin, join_key_map: {place_id: origin_id}, features: [temp]}
labels:
  - {name: churn_30d, entities: [user], source: purchases, function: count, column: purchase_id,
     horizon: 30d, maturity: 2d}
  - {name: p90, entities: [user], source: purchases, function: percentile(0.9), column: amount, horizon: 30d}
tests:
  - name: spend_counts_only_what_was_known
    features: [user_spend:amount]
    given:
      purchases: [{user_id: 1, purchased_at: 2026-01-01T00:00:00Z, loaded_at: 2026-01-01T00:30:00Z, amount: 5.0}]
    spine:
      - {user_id: 1, event_timestamp: 2026-01-01T00:10:00Z}
      - {user_id: 1, event_timestamp: 2026-01-01T00:40:00Z}
    expect: [{amount: null}, {amount: 5.0}]
"""


def test_the_example_of_the_contract_binds() -> None:
    found = bound(SPEC)
    profile = found.feature_views["user_profile"]
    assert profile.ttl == timedelta(days=30)
    assert profile.feature("city").expr == Column("home_city")  # type: ignore[union-attr]
    assert found.sources["purchases"].relation == Table(("raw", "purchases"))
    assert found.sources["profiles"].relation == File("data/*.parquet")
    assert isinstance(found.sources["temps"].relation, Query)
    assert found.sources["temps"].availability_lag == timedelta(minutes=15)
    assert found.feature_views["place_temp"].lookback == timedelta(days=7)
    origin = found.feature_services["fraud_v1"].members[2]
    assert isinstance(origin, Selected)
    assert (origin.label, origin.spine_key("place_id")) == ("origin", "origin_id")
    assert (found.labels["churn_30d"].horizon, found.labels["churn_30d"].maturity) == (
        timedelta(days=30),
        timedelta(days=2),
    )
    assert found.labels["p90"].maturity == timedelta(0)
    assert found.tests["spend_counts_only_what_was_known"].expect == ((("amount", None),), (("amount", 5.0),))


def test_names_resolve_across_files_in_any_order() -> None:
    parts = [view("features: [{name: amount, dtype: float64}]"), PURCHASES, USER]
    assert bound(*parts) == bound(*reversed(parts))


def test_no_files_and_empty_lists_define_nothing() -> None:
    assert bound() == bound("", "# nothing\n", "entities:\nsources: []\n") == Definitions()


def test_every_mistake_of_all_files_is_reported_in_one_run() -> None:
    broken = (
        USER.replace("int64", "int46"),
        PURCHASES.replace("at}", "at, availability_lag: soon}"),
        view(
            "ttl: 0s, filter: 'amount +', features: [{name: amount, dtype: float65}, {name: B, dtype: int64}]"
        ),
        "feature_services: [{name: s, features: [nope]}]\n",
        "entities: [{name: x}]\n",
        "nonsense: 1\n",
    )
    assert codes(*broken) == [
        "FC103", "FC114", "FC201", "FC205", "FC301", "FC351", "FC351", "FC352", "FC352",
    ]  # fmt: skip


def test_all_mistakes_inside_one_view_are_reported() -> None:
    body = (
        "ttl: 0s, lookback: 1x, filter: 'n + 1', features: ["
        "{name: a, dtype: float65}, {name: a2, dtype: int64, expr: 'amuont > 1'}, {name: user_id, dtype: int64},"
        "{name: n, dtype: int64, default: x}, {name: n, dtype: int64}, {name: b, dtype: bool, column: n}]"
    )
    assert codes(USER, TYPED, view(body)) == [
        "FC207", "FC208", "FC312", "FC351", "FC352", "FC352", "FC354", "FC355", "FC359",
    ]  # fmt: skip


def test_a_broken_object_brings_no_second_error_where_it_is_used() -> None:
    rest = (
        view("features: [{name: amount, dtype: float64}]"),
        "feature_services: [{name: s, features: [{spend: [amount]}, {view: spend, alias: x}]}]\n",
        "labels: [{name: l, entities: [user], source: purchases, function: count, horizon: 1d}]\n",
        "tests: [{name: t, features: [spend:amount, s], given: {purchases: []}, spine: [], expect: []}]\n",
    )
    assert codes(USER.replace("int64", "int46"), PURCHASES, *rest) == ["FC351"]
    assert codes(USER.replace("int64", "&a int64"), PURCHASES, *rest) == ["FC106"]
    assert codes(USER, PURCHASES.replace("at}", "at, lag: 1h}"), *rest) == ["FC103"]


def test_a_key_with_a_slip_is_not_missing_as_well() -> None:
    assert codes("entities: [{name: user, join_key: {user_id: int64}}]\n") == ["FC103"]


@pytest.mark.parametrize(
    ("dtype", "default"),
    [
        ("int32", "2147483647"),
        ("int64", "-9223372036854775808"),
        ("float64", "1"),
        ("float64", ".nan"),
        ("bool", "false"),
        ("string", "no"),
        ("date", "2026-01-31"),
        ("timestamp", "2026-01-31T12:00:00Z"),
        ("'decimal(5,2)'", "123.45"),
        ("json", "'{\"a\": 1}'"),
        ("bytes", "null"),
        ("list<int64>", "null"),
    ],
)
def test_a_default_of_the_dtype_is_taken(dtype: str, default: str) -> None:
    bound(USER, PURCHASES, view(f"features: [{{name: x, dtype: {dtype}, default: {default}}}]"))


@pytest.mark.parametrize(
    ("dtype", "default"),
    [
        ("int32", "2147483648"),
        ("int64", "1.0"),
        ("int64", "true"),
        ("float64", "'1'"),
        ("float64", "true"),
        ("bool", "1"),
        ("string", "1"),
        ("date", "2026-13-01"),
        ("timestamp", "soon"),
        ("'decimal(5,2)'", "1234.5"),
        ("'decimal(5,2)'", "1.234"),
        ("'decimal(5,2)'", ".inf"),
        ("json", "'{'"),
        ("bytes", "x"),
        ("list<int64>", "1"),
    ],
)
def test_a_default_of_another_type_is_refused(dtype: str, default: str) -> None:
    text = view(f"features: [{{name: x, dtype: {dtype}, default: {default}}}]")
    assert codes(USER, PURCHASES, text) == ["FC354"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DROP TABLE x",
        "DROP TABLE x",
        "",
        "-- nothing",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "INSERT INTO t SELECT 1",
        "SELECT * INTO t FROM u",
        "COPY t TO 'x.csv'",
        "PRAGMA version",
        "SELECT $as_of",
        "SELECT ?",
        "SELECT FROM FROM",
        "SELECT 'x",
        "(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "abs(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "1," * 20_000 + "1",
    ],
)
def test_a_query_that_is_not_one_select_is_refused(query: str) -> None:
    quoted = query.replace("'", "''")
    assert codes(f"sources: [{{name: s, query: '{quoted}', timestamp_field: at}}]\n") == ["FC357"]


@pytest.mark.parametrize(
    "query", ["SELECT * FROM t;", "WITH a AS (SELECT 1) SELECT * FROM a", "SELECT 1 UNION ALL SELECT 2"]
)
def test_a_query_that_is_one_select_is_taken(query: str) -> None:
    bound(f"sources: [{{name: s, query: '{query}', timestamp_field: at}}]\n")


def test_an_expression_s_problem_stands_at_its_place_in_the_file() -> None:
    text = view("features: [{name: x, dtype: int64, expr: 'n + m'}]")
    (problem,) = bind({"a": USER, "b": TYPED, "c": text}).diagnostics
    assert problem.span is not None
    assert text.split("\n")[problem.span.line - 1][problem.span.column - 1] == "m"


def test_an_open_source_takes_any_column_and_a_closed_one_only_its_own() -> None:
    text = view("features: [{name: x, dtype: int64, expr: 'm + 1'}]")
    bound(USER, PURCHASES, text)
    assert codes(USER, TYPED, text) == ["FC312"]


def test_an_expression_widens_to_the_declared_type_only() -> None:
    bound(
        USER,
        TYPED,
        view("features: [{name: x, dtype: int64, expr: 'n + 1'}, {name: y, dtype: int64, expr: 'null'}]"),
    )
    assert codes(USER, TYPED, view("features: [{name: x, dtype: int32, expr: n + 1}]")) == ["FC356"]


def test_a_comma_inside_an_unquoted_type_gets_a_hint() -> None:
    text = view("features: [{name: x, dtype: decimal(10, 2)}]")
    hints = [d.hint for d in bind({"a": USER, "b": PURCHASES, "c": text}).diagnostics]
    assert "quote a type that holds a comma" in hints


def test_join_keys_keep_their_order_and_types() -> None:
    text = "entities: [{name: pair, join_keys: {b: int64, a: string}}]\n"
    assert [(k.name, k.dtype.kind) for k in bound(text).entities["pair"].join_keys] == [
        ("b", "int64"),
        ("a", "string"),
    ]
    assert INT64.kind == "int64"
    assert FLOAT64.kind == "float64"


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("percentile", "FC358"),
        ("percentile(2)", "FC358"),
        ("last_n(0)", "FC358"),
        ("sum(1)", "FC358"),
        ("x(", "FC358"),
    ],
)
def test_a_label_s_function_is_checked(function: str, code: str) -> None:
    label = (
        f"labels: [{{name: l, entities: [user], source: purchases, function: {function},"
        " column: a, horizon: 1d}]\n"
    )
    assert codes(USER, PURCHASES, label) == [code]


def test_column_and_expr_exclude_one_another() -> None:
    assert codes(USER, PURCHASES, view("features: [{name: x, dtype: int64, column: a, expr: b}]")) == [
        "FC118"
    ]


def test_a_mistake_of_shape_hides_no_other_mistake_of_its_object() -> None:
    body = "ttl: soon, owner: 5, filtr: 'n + ', features: [{name: a, dtyp: int46, expr: 'n +'}, {name: B, dtype: 1}]"
    broken = view(body).replace("source: purchases", "source: purchased")
    found = bind({"a": USER, "b": TYPED, "c": broken}).diagnostics
    assert [(d.code, d.hint) for d in found] == [
        ("FC204", "did you mean `purchases`?"),
        ("FC352", ""),
        ("FC115", "quote it"),
        ("FC103", "did you mean `filter`?"),
        ("FC301", ""),
        ("FC103", "did you mean `dtype`?"),
        ("FC351", "did you mean `int64`?"),
        ("FC301", ""),
        ("FC201", "write `b`"),
        ("FC115", "quote it"),
    ]


def test_the_second_object_of_a_name_is_checked_too() -> None:
    twice = view("features: [{name: amount, dtype: float64}]") + (
        "  - {name: spend, entities: [usr], source: purchases, ttl: x, features: [{name: n, dtype: int46}]}\n"
    )
    assert codes(USER, PURCHASES, twice) == ["FC202", "FC203", "FC351", "FC352"]


def test_an_object_without_a_name_is_checked_too() -> None:
    assert codes("sources: [{table: a, path: b.csv}]\n") == ["FC114", "FC114", "FC117"]
    assert codes("sources: [{name: [x], timestamp_field: t}]\n") == ["FC115", "FC117"]


def test_what_stands_in_a_file_that_is_no_yaml_is_not_missed_elsewhere() -> None:
    rest = view("features: [{name: amount, dtype: float64}]")
    assert codes(USER.replace("]", ""), PURCHASES, rest) == ["FC101"]
    assert codes(USER.replace("user", "usr").replace("]", ""), PURCHASES, rest) == ["FC101", "FC203"]


def test_a_broken_entity_s_keys_are_not_missed_in_expressions() -> None:
    text = view("features: [{name: x, dtype: int64, expr: user_id + 1}]")
    assert codes(USER.replace("int64", "int46"), TYPED, text) == ["FC351"]


def test_names_that_differ_in_case_only_are_told_apart_by_nobody() -> None:
    assert codes("sources: [{name: s, table: t, timestamp_field: at, columns: {a: int64, A: int64}}]\n") == [
        "FC220"
    ]


def test_an_on_demand_view_and_a_feature_view_do_not_share_a_name() -> None:
    both = view("features: [{name: amount, dtype: float64}]") + (
        "on_demand_feature_views: [{name: spend, features: [{name: x, dtype: int64, expr: '1'}]}]\n"
    )
    assert codes(USER, PURCHASES, both) == ["FC202"]


CASE = """\
tests:
  - name: t
    features: [spend:amount]
    given: {purchases: [GIVEN]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01}]
    expect: [{amount: 2.0}]
"""
SPEND = (
    "feature_views: [{name: spend, entities: [user], source: purchases, filter: kind = 'a',"
    " features: [{name: amount, dtype: float64}]}]\n"
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{user_id: 1, at: 2026-01-01}", []),
        ("{user_id: ~, at: ~, amount: 1.0, kind: a}", []),
        ("{user_id: 1, amount: 1.0}", ["FC217"]),
        ("{}", ["FC217", "FC217"]),
        ("{user_id: 1, at: 2026-01-01, amuont: 1.0}", ["FC219"]),
        ("{usr_id: 1, at: 2026-01-01}", ["FC219"]),
    ],
)
def test_a_given_row_may_leave_out_all_but_keys_and_time(row: str, expected: list[str]) -> None:
    assert codes(USER, PURCHASES, SPEND, CASE.replace("GIVEN", row)) == expected


def test_a_column_that_only_a_broken_view_may_read_is_not_blamed() -> None:
    broken = SPEND.replace("kind = 'a'", "kind =")
    row = "{user_id: 1, at: 2026-01-01, kind: a}"
    assert codes(USER, PURCHASES, broken, CASE.replace("GIVEN", row)) == ["FC301"]


def test_a_list_under_a_key_with_a_slip_is_not_missed() -> None:
    rest = view("features: [{name: amount, dtype: float64}]")
    assert codes(USER.replace("entities", "entitise"), PURCHASES, rest) == ["FC103"]
    assert codes(USER, PURCHASES, rest.replace("feature_views", "views"), "labels: []\n") == ["FC103"]


def test_a_broken_object_hides_no_mistake_in_what_refers_to_it() -> None:
    source = TYPED.replace("at,", "at, available_at: b, availability_lag: 1h,")
    text = view("ttl: 0s, features: [{name: x, dtype: int64, expr: m + 1}, {name: n, dtype: int64}]")
    rest = (
        "feature_services: [{name: s, features: [{spend: [n, y]}]}]\n"
        "tests: [{name: t, features: [spend:z], given: {purchases: []}, spine: [], expect: []}]\n"
    )
    assert codes(USER, source, text, rest) == ["FC118", "FC206", "FC206", "FC312", "FC352"]
    given = CASE.replace("GIVEN", "{user_id: 1, att: 2026-01-01}").replace("spend:amount", "spend:n")
    assert codes(USER, TYPED, view("ttl: 0s, features: [{name: n, dtype: int64}]"), given) == [
        "FC216", "FC217", "FC352",
    ]  # fmt: skip


def test_a_window_that_does_not_exist_is_missed_in_a_broken_view_too() -> None:
    text = view("aggregations: [{name: spend, function: summ, column: a, windows: [1h, lifetime]}]")
    service = "feature_services: [{name: s, features: [{spend: [spend_1h, spend_lifetime, spend_2h]}]}]\n"
    assert codes(USER, PURCHASES, text, service) == ["FC206", "FC358"]


CONTRACT = """\
entities:
  - name: user
    join_keys: {user_id: int64}               # one or more
  - {name: place, join_keys: {place_id: int64}}
sources:
  - name: purchases
    table: raw.purchases
    timestamp_field: purchased_at             # event time
    created_timestamp_field: loaded_at        # optional: breaks ties between rows of one key and event time
    available_at: loaded_at                   # optional column: when the row became known (knowledge time)
    columns: {purchase_id: int64, amount: float64}   # optional contract
  - {name: profiles, table: raw.profiles, timestamp_field: at}
feature_views:
  - name: user_profile                        # latest value
    entities: [user]
    source: profiles
    features: [{name: age, dtype: int32}]
  - {name: place, entities: [place], source: profiles, features: [{name: temp, dtype: float64}]}
  - name: user_spend                          # trailing windows
    entities: [user]
    source: purchases
    aggregations:
      - {name: spend, function: sum, column: amount, windows: [1h, 7d, lifetime], dtype: float64}
      - {name: buys, function: count, windows: [1h, 7d], filter: "amount > 0"}
    every: 1h
on_demand_feature_views:                      # computed at request time, from features and request data
  - name: spend_ratio
    request: {amount: float64}
    features_from: [user_spend:spend_7d]
    features:
      - {name: amount_vs_7d, dtype: float64, expr: "amount / nullif(spend_7d, 0)"}
feature_services:
  - name: fraud_v1
    features:
      - user_profile                          # all of a view
      - user_spend: [spend_1h, spend_7d]
      - {view: place, alias: origin, join_key_map: {place_id: origin_id}, features: [temp]}
      - spend_ratio
labels:                                       # windows that look forward; never served online
  - {name: churn_30d, entities: [user], source: purchases, function: count, column: purchase_id, horizon: 30d, maturity: 2d}
tests:
  - name: spend_counts_only_what_was_known
    features: [user_spend:spend_1h]
    given: {purchases: [{user_id: 1, purchased_at: 2026-01-01T00:00:00Z, loaded_at: 2026-01-01T00:30:00Z, amount: 5.0}]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:10:00Z}, {user_id: 1, event_timestamp: 2026-01-01T00:40:00Z}]
    expect: [{spend_1h: null}, {spend_1h: 5.0}]
"""  # noqa: E501


def test_the_contract_s_whole_example_binds() -> None:
    found = bound(CONTRACT)
    view = found.feature_views["user_spend"]
    names = ["spend_1h", "spend_7d", "spend_lifetime", "buys_1h", "buys_7d"]
    assert ([f.name for f in view.features], view.windowed) == (names, True)
    assert view.every == timedelta(hours=1)
    assert [f.name for f in found.feature_services["fraud_v1"].members[1].features] == [
        "spend_1h",
        "spend_7d",
    ]
    ratio = found.on_demand_feature_views["spend_ratio"]
    assert ratio.request == (RequestField("amount", FLOAT64),)
    assert [each.name for each in ratio.inputs] == ["user_spend__spend_7d"]
    assert found.feature_services["fraud_v1"].members[3] == Computed(ratio, ratio.features)
    assert found.labels["churn_30d"].feature.dtype == INT64
    assert found.tests["spend_counts_only_what_was_known"].features == ("user_spend:spend_1h",)
