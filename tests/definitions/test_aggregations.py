"""``aggregations``: what binds, as what, and what is refused where, with which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Feature, FeatureView, Window
from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64, STRING, parse_dtype
from fcompile.compiler.expressions.nodes import Call, Column, Literal
from fcompile.compiler.manifest import fingerprint
from tests.definitions.test_bind import PURCHASES, USER, bound, codes, view

COLUMNS = {
    "i": "int32", "n": "int64", "f": "float32", "x": "float64", "d": "'decimal(10,2)'", "s": "string", "ok": "bool",
    "b": "bytes", "day": "date", "at2": "timestamp", "j": "json", "l": "list<int64>", "v": "'vector<float32,3>'",
}  # fmt: skip
CLOSED = (
    "sources: [{name: purchases, table: t, timestamp_field: at, columns: {"
    + ", ".join(f"{name}: {dtype}" for name, dtype in COLUMNS.items())
    + "}}]\n"
)
TAKE = {name: name for name in AGGREGATES} | {
    "percentile": "percentile(0.5)",
    "last_n": "last_n(3)",
    "last_distinct_n": "last_distinct_n(3)",
    "top_k": "top_k(3)",
}


def windows(*aggregations: str, more: str = "") -> str:
    return view(f"aggregations: [{', '.join('{' + a + '}' for a in aggregations)}]{more}")


def spend(text: str, source: str = PURCHASES) -> FeatureView:
    return bound(USER, source, text).feature_views["spend"]


def test_a_type_that_a_source_which_is_not_read_may_tell_is_not_missed() -> None:
    rest = windows("name: a, function: sum, column: m, windows: [1d]")
    label = (
        "labels: [{name: l, entities: [user], source: purchases, function: max, column: m, horizon: 1d}]\n"
    )
    assert codes(USER, "sources: [{name: purchases,\n", rest, label) == ["FC101"]
    assert codes(USER, PURCHASES.replace("name: purchases", "name: bought"), rest) == ["FC204"]


def one(aggregation: str, source: str = PURCHASES) -> Feature:
    (feature,) = spend(windows(f"name: a, {aggregation}, windows: [1h]"), source).features
    return feature


def problems(text: str, source: str = PURCHASES) -> list[tuple[str, str, str]]:
    """Code, what stands at its place (to the end of the word) and hint of each problem in ``text``."""
    found = []
    for problem in bind({"a": USER, "b": source, "c": text}).diagnostics:
        assert problem.span is not None
        assert problem.span.file == "c"
        at = text.split("\n")[problem.span.line - 1][problem.span.column - 1 :]
        found.append((problem.code, at[: problem.span.length], problem.hint))
    return found


def test_a_window_is_a_feature_named_after_both() -> None:
    found = spend(
        windows("name: spend, function: sum, column: amount, windows: [1h, 60m, lifetime], dtype: float64")
    )
    lengths = {f.name: f.window.length for f in found.features if f.window}
    assert lengths == {
        "spend_1h": timedelta(hours=1),
        "spend_60m": timedelta(hours=1),
        "spend_lifetime": None,
    }
    assert found.features[0] == Feature(
        "spend_1h", FLOAT64, Column("amount"), window=Window("sum", (), timedelta(hours=1), FLOAT64)
    )
    assert (found.windowed, found.every) == (True, None)


def test_rows_are_counted_without_a_column() -> None:
    feature = one("function: count")
    assert (feature.expr, feature.dtype) == (Literal(True, BOOL), INT64)
    assert feature.window == Window("count", (), timedelta(hours=1), None)


def test_an_argument_a_filter_and_a_default_are_kept() -> None:
    feature = one("function: percentile(0.25), column: n, filter: n > 0, default: 1.5", CLOSED)
    assert feature.window is not None
    assert (feature.window.arguments, feature.default) == ((0.25,), 1.5)
    assert isinstance(feature.window.filter, Call)


def test_every_is_kept_and_belongs_to_windows_only() -> None:
    assert spend(windows("name: a, function: count, windows: [1h]", more=", every: 1h")).every == timedelta(
        hours=1
    )
    plain = view("features: [{name: n, dtype: int64}], every: 1h")
    assert problems(plain) == [("FC120", "every", "remove it")]
    zero = windows("name: a, function: count, windows: [1h]", more=", every: 0s")
    assert [code for code, _, _ in problems(zero)] == ["FC352"]


@pytest.mark.parametrize(
    ("function", "column", "dtype"),
    [
        *(
            (name, c, "int64")
            for name in ("count", "count_distinct", "approx_count_distinct")
            for c in "nxds"
        ),
        *((name, c, "float64") for name in ("avg", "stddev_samp", "var_samp", "percentile") for c in "infxd"),
        ("sum", "i", "int64"),
        ("sum", "n", "int64"),
        ("sum", "f", "float64"),
        ("sum", "x", "float64"),
        ("sum", "d", "decimal(38,2)"),
        ("min", "i", "int32"),
        ("max", "d", "decimal(10,2)"),
        ("first", "ok", "bool"),
        ("last", "b", "bytes"),
        ("last_n", "day", "list<date>"),
        ("last_distinct_n", "at2", "list<timestamp>"),
        ("top_k", "s", "list<string>"),
        ("count", "j", "int64"),
        ("count", "v", "int64"),
        ("max", "at", "timestamp"),
        ("count_distinct", "user_id", "int64"),
    ],
)
def test_the_result_s_type_is_told_by_function_and_contract(function: str, column: str, dtype: str) -> None:
    feature = one(f"function: {TAKE[function]}, column: {column}", CLOSED)
    assert str(feature.dtype) == dtype
    held = {**COLUMNS, "at": "timestamp", "user_id": "int64"}[column].strip("'")
    assert feature.window is not None
    assert feature.window.input == parse_dtype(held)
    assert one(f"function: {TAKE[function]}, column: {column}, dtype: '{dtype}'", CLOSED) == feature


@pytest.mark.parametrize(
    ("function", "dtype", "read"),
    [
        ("sum", "int64", "int64"),
        ("sum", "decimal(20,2)", "decimal(20,2)"),
        ("min", "string", "string"),
        ("last", "int32", "int32"),
        ("last_n", "list<date>", "date"),
        ("top_k", "list<string>", "string"),
        ("avg", "float64", "float64"),
        ("percentile", "float64", "float64"),
        ("count", "int64", None),
        ("approx_count_distinct", "int64", None),
    ],
)
def test_without_a_contract_the_declared_type_says_how_the_column_is_read(
    function: str, dtype: str, read: str | None
) -> None:
    feature = one(f"function: {TAKE[function]}, column: a, dtype: '{dtype}'")
    assert feature.window is not None
    assert str(feature.dtype) == dtype
    assert feature.window.input == (parse_dtype(read) if read else None)


@pytest.mark.parametrize("function", [f for f, about in AGGREGATES.items() if about.told is None])
def test_a_type_that_nothing_tells_is_asked_for(function: str) -> None:
    text = windows(f"name: a, function: {TAKE[function]}, column: c, windows: [1h]")
    ((code, at, hint),) = problems(text)
    assert (code, at[0]) == ("FC362", "{")
    assert hint == "add `dtype: ...`, or declare `c` in the source's `columns`"


@pytest.mark.parametrize("function", list(AGGREGATES))
@pytest.mark.parametrize("column", list(COLUMNS))
def test_a_column_of_a_type_that_the_function_does_not_take_is_refused(function: str, column: str) -> None:
    text = windows(f"name: a, function: {TAKE[function]}, column: {column}, windows: [1h]")
    kind = parse_dtype(COLUMNS[column].strip("'")).kind
    found = [(code, at) for code, at, _ in problems(text, CLOSED)]
    assert found == ([] if kind in AGGREGATES[function].takes else [("FC360", column)])


def test_numbers_have_means_and_scalars_an_order() -> None:
    numeric = [name for name, about in AGGREGATES.items() if "string" not in about.takes]
    assert numeric == ["sum", "avg", "stddev_samp", "var_samp", "percentile"]
    assert [name for name, about in AGGREGATES.items() if "json" in about.takes] == ["count"]


@pytest.mark.parametrize(
    ("aggregation", "source", "hint"),
    [
        ("function: avg, column: x, dtype: int64", CLOSED, "write dtype: float64, or leave `dtype` out"),
        ("function: sum, column: i, dtype: int32", CLOSED, "write dtype: int64, or leave `dtype` out"),
        ("function: min, column: s, dtype: int64", CLOSED, "write dtype: string, or leave `dtype` out"),
        ("function: min, column: n, dtype: int32", CLOSED, "write dtype: int64, or leave `dtype` out"),
        (
            "function: last_n(2), column: n, dtype: int64",
            CLOSED,
            "write dtype: list<int64>, or leave `dtype` out",
        ),
        ("function: count, dtype: int32", CLOSED, "write dtype: int64"),
        ("function: count_distinct, column: a, dtype: float64", PURCHASES, "write dtype: int64"),
        ("function: sum, column: a, dtype: int32", PURCHASES, "write dtype: int64"),
        ("function: sum, column: a, dtype: float32", PURCHASES, "write dtype: float64"),
        ("function: sum, column: a, dtype: string", PURCHASES, "it gives int64, float64 or decimal(p,s)"),
        ("function: var_samp, column: a, dtype: float32", PURCHASES, "write dtype: float64"),
    ],
)
def test_a_declared_type_that_the_function_does_not_give_is_refused(
    aggregation: str, source: str, hint: str
) -> None:
    dtype = aggregation.rpartition(" ")[2]
    assert problems(windows(f"name: a, {aggregation}, windows: [1h]"), source) == [("FC361", dtype, hint)]


@pytest.mark.parametrize(
    "declared", ["min, dtype: json", "last, dtype: list<int64>", "top_k(2), dtype: int64"]
)
def test_without_a_contract_only_scalars_are_declared(declared: str) -> None:
    ((code, _, hint),) = problems(windows(f"name: a, column: c, windows: [1h], function: {declared}"))
    assert code == "FC361"
    assert hint.startswith("it gives ")


@pytest.mark.parametrize(
    ("aggregation", "dtype"),
    [
        ("function: max, column: i, dtype: int64", "int64"),
        ("function: first, column: f, dtype: float64", "float64"),
        ("function: last_n(2), column: i, dtype: list<int64>", "list<int64>"),
        ("function: sum, column: d, dtype: 'decimal(20,2)'", "decimal(20,2)"),
        ("function: sum, column: n, dtype: float64", "float64"),
        ("function: sum, column: d, dtype: float64", "float64"),
    ],
)
def test_a_declared_type_may_be_wider_than_the_column(aggregation: str, dtype: str) -> None:
    feature = one(aggregation, CLOSED)
    assert feature.window is not None
    column = aggregation.split(", ")[1].removeprefix("column: ")
    assert (str(feature.dtype), str(feature.window.input)) == (dtype, COLUMNS[column].strip("'"))


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        ("summ", "did you mean `sum`?"),
        ("mode", "did you mean"),
        ("percentile", "write percentile(p) with p from 0 to 1"),
        ("percentile(90)", "write percentile(p) with p from 0 to 1"),
        ("last_n(0)", "write last_n(n) with n at least 1"),
        ("top_k(1.5)", "write top_k(k) with k at least 1"),
        ("sum(1)", "write sum"),
        ("'sum('", "write sum"),
        ("'('", "one of `count`"),
    ],
)
def test_a_function_is_well_formed(function: str, hint: str) -> None:
    text = windows(f"name: a, function: {function}, column: c, windows: [1h], dtype: float64")
    ((code, at, said),) = problems(text)
    assert (code, at) == ("FC358", function)
    assert said.startswith(hint) or function == "mode"


@pytest.mark.parametrize("function", [name for name in AGGREGATES if name != "count"])
def test_all_but_count_need_a_column(function: str) -> None:
    text = windows(f"name: a, function: {TAKE[function]}, windows: [1h]")
    assert [(code, hint) for code, _, hint in problems(text)] == [("FC114", "add `column: ...`")]


def test_a_contract_tells_which_columns_there_are() -> None:
    text = windows(
        "name: a, function: count, column: nn, windows: [1h]",
        "name: b, function: sum, column: DAY, windows: [1h]",
    )
    assert problems(text, CLOSED) == [
        ("FC312", "nn", "did you mean `n`?"),
        ("FC312", "DAY", "did you mean `day`?"),
    ]


def test_a_declared_type_tells_of_a_column_that_the_contract_leaves_out() -> None:
    feature = one("function: last, column: other, dtype: string, filter: other <> 'x'", CLOSED)
    assert feature.window is not None
    assert feature.window.input == STRING
    text = windows("name: a, function: count, windows: [1h], filter: other > 1")
    assert [code for code, _, _ in problems(text, CLOSED)] == ["FC312"]


def test_columns_keep_to_the_rules_of_names() -> None:
    text = windows(
        "name: a, function: count, column: __event, windows: [1h]",
        "name: b, function: count, column: '', windows: [1h]",
    )
    assert [code for code, _, _ in problems(text)] == ["FC212", "FC112"]


@pytest.mark.parametrize(
    ("window", "code", "hint"),
    [
        ("1 h", "FC352", "or write `lifetime`"),
        ("0s", "FC352", "or write `lifetime`"),
        ("liftime", "FC352", "or write `lifetime`"),
        ("-1h", "FC352", "or write `lifetime`"),
        ("7", "FC115", "write it with a unit, as 7d"),
    ],
)
def test_a_window_is_a_duration_longer_than_0_or_lifetime(window: str, code: str, hint: str) -> None:
    text = windows(f"name: a, function: count, windows: [1h, {window}]")
    assert problems(text) == [(code, window, hint)]


def test_there_is_at_least_one_window_and_one_aggregation() -> None:
    assert [c for c, _, _ in problems(windows("name: a, function: count, windows: []"))] == ["FC115"]
    assert [c for c, _, _ in problems(windows("name: a, function: count"))] == ["FC114"]
    assert [c for c, _, _ in problems(view("aggregations: []"))] == ["FC115"]


def test_a_view_without_features_and_aggregations_is_incomplete() -> None:
    ((code, _, hint),) = problems(view("ttl: 1d"))
    assert (code, hint) == ("FC114", "add `features: [...]`, or `aggregations: [...]`")


def test_a_window_stands_once() -> None:
    text = windows("name: a, function: count, windows: [1h, 7d, 1h]")
    assert problems(text) == [("FC207", "1h", "remove one of the two")]


def test_names_of_windows_are_unique_in_the_view() -> None:
    text = windows("name: a, function: count, windows: [1h, 7d]", "name: a, function: count, windows: [7d]")
    assert problems(text) == [("FC207", "7d", "rename or remove one of the two")]


def test_a_window_is_not_named_like_a_join_key() -> None:
    text = windows("name: user, function: count, windows: [1h]")
    assert codes("entities: [{name: user, join_keys: {user_1h: int64}}]\n", PURCHASES, text) == ["FC208"]


def test_a_window_s_name_is_no_longer_than_a_name_may_be() -> None:
    text = windows(f"name: {'a' * 60}, function: count, windows: [1h, 500ms]")
    assert problems(text) == [("FC201", "500ms", "give the aggregation a shorter name")]


@pytest.mark.parametrize(
    ("aggregation", "code"),
    [
        ("function: count, default: 0", "FC354"),
        ("function: count_distinct, column: n, default: 1", "FC354"),
        ("function: last_n(2), column: n, default: 1", "FC354"),
        ("function: sum, column: n, default: 0.5", "FC354"),
        ("function: sum, column: n, default: 0", ""),
        ("function: avg, column: n, default: 0", ""),
        ("function: min, column: s, default: none", ""),
        ("function: count, default: ~", ""),
        ("function: summ, column: n, dtype: int64, default: x", "FC354"),
    ],
)
def test_a_default_is_of_the_result_s_type(aggregation: str, code: str) -> None:
    found = [c for c, _, _ in problems(windows(f"name: a, {aggregation}, windows: [1h]"), CLOSED)]
    assert [c for c in found if c != "FC358"] == ([code] if code else [])


def test_the_default_of_a_count_is_said_to_be_0() -> None:
    text = windows("name: a, function: count, windows: [1h], default: 7")
    assert problems(text) == [("FC354", "7", "remove `default`")]


@pytest.mark.parametrize(
    ("where", "code"), [("n + 1", "FC355"), ("n >", "FC301"), ("m > 1", "FC312"), ("n > 'x'", "FC307")]
)
def test_a_filter_is_a_condition_on_the_source_s_columns(where: str, code: str) -> None:
    text = windows(f'name: a, function: count, windows: [1h], filter: "{where}"')
    assert [c for c, _, _ in problems(text, CLOSED)][:1] == [code]


def test_a_column_beside_aggregations_is_read_by_one_of_them() -> None:
    text = view(
        "features: [{name: n, dtype: int64}], aggregations: [{name: a, function: count, windows: [1h]}]"
    )
    assert [(code, hint) for code, _, hint in problems(text)] == [("FC114", "add `expr: ...`")]


def test_every_mistake_of_all_aggregations_is_reported_in_one_run() -> None:
    text = windows(
        "name: a, function: summ, column: __x, windows: [soon, 0s], filter: 'n +', dtype: int46",
        "name: b, function: avg, column: s, windows: [1h], owner: 5",
        "name: c, function: max, column: n, windows: [1h], dtype: string, default: 1",
        "name: c, function: count, windows: [1h], colum: n",
        more=", every: soon, filter: 'n'",
    )
    assert sorted(code for code, _, _ in problems(text, CLOSED)) == [
        "FC103", "FC115", "FC207", "FC212", "FC301", "FC351", "FC352", "FC352", "FC352", "FC354", "FC355", "FC358",
        "FC360", "FC361",
    ]  # fmt: skip


def test_a_broken_source_leaves_its_columns_unjudged() -> None:
    broken = CLOSED.replace("at,", "at, availability_lag: soon,").replace("n: int64", "n: int46")
    text = windows("name: a, function: sum, column: q, windows: [1h], dtype: int64")
    assert codes(USER, broken, text) == ["FC351", "FC352"]


TEST = """\
tests:
  - name: t
    features: [spend:a_1h]
    given: {purchases: [GIVEN]}
    spine: [{user_id: 1, event_timestamp: 2026-01-01}]
    expect: [{EXPECT: 2}]
"""


@pytest.mark.parametrize(
    ("given", "expect", "expected"),
    [
        ("{user_id: 1, at: 2026-01-01, amount: 1, kind: x, ok: true}", "a_1h", []),
        ("{user_id: 1, at: 2026-01-01}", "spend__a_1h", []),
        ("{user_id: 1, at: 2026-01-01, kin: x}", "a_1h", ["FC219"]),
        ("{user_id: 1, at: 2026-01-01}", "a_2h", ["FC216"]),
        ("{user_id: 1, at: 2026-01-01}", "a", ["FC216"]),
        ("{at: 2026-01-01}", "a_1h", ["FC217"]),
    ],
)
def test_a_test_knows_the_columns_that_windows_read(given: str, expect: str, expected: list[str]) -> None:
    text = windows(
        "name: a, function: count, column: amount, windows: [1h], filter: kind = 'x'", more=", filter: ok"
    )
    case = TEST.replace("GIVEN", given).replace("EXPECT", expect)
    assert codes(USER, PURCHASES, text, case) == expected


def test_services_and_tests_pick_windows_by_name() -> None:
    text = windows("name: a, function: count, windows: [1h, 7d]")
    service = "feature_services: [{name: s, features: [{spend: [a_7d]}, {view: spend, alias: o}]}]\n"
    found = bound(USER, PURCHASES, text, service).feature_services["s"]
    assert [[f.name for f in m.features] for m in found.members] == [["a_7d"], ["a_1h", "a_7d"]]
    wrong = service.replace("a_7d", "a_8d")
    (problem,) = bind({"a": USER, "b": PURCHASES, "c": text, "d": wrong}).diagnostics
    assert (problem.code, problem.hint) == ("FC206", "did you mean `a_7d`?")


def test_what_a_window_means_is_in_its_fingerprint() -> None:
    text = windows(
        "name: a, function: last_n(2), column: n, windows: [1h], filter: n > 1", more=", every: 1h"
    )
    changed = [
        text,
        text.replace("last_n(2)", "last_n(3)"),
        text.replace("last_n", "last_distinct_n"),
        text.replace("n > 1", "n > 2"),
        text.replace("column: n", "column: i"),
        text.replace("every: 1h", "every: 2h"),
    ]
    assert len({fingerprint(spend(each, CLOSED)) for each in changed}) == len(changed)


def test_a_view_of_latest_values_keeps_the_fingerprint_it_had_before_there_were_windows() -> None:
    plain = spend(view("features: [{name: amount, dtype: float64}]"))
    assert fingerprint(plain) == "23ca1e0ec8061e937ef59fef40f0f6090fb34fb33b1e70999fe411b3901a1823"
