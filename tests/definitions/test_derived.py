"""Features computed from other features of their view: what a name means, in which order, and what is refused."""

from __future__ import annotations

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.expressions.text import to_text
from tests.definitions.test_bind import PURCHASES, TYPED, USER, bound, view

WINDOWS = (
    "aggregations: [{name: spend, function: sum, column: amount, windows: [1h, 7d]}, "
    "{name: n, function: count, windows: [7d]}], features: ["
)


def latest(features: str, source: str = PURCHASES) -> dict[str, str]:
    found = bound(USER, source, view(f"features: [{features}]")).feature_views["spend"]
    return texts(found)


def windowed(features: str) -> FeatureView:
    return bound(USER, TYPED, view(f"{WINDOWS}{features}]")).feature_views["spend"]


def texts(found: FeatureView) -> dict[str, str]:
    return {f.name: to_text(f.expr) for f in found.features if f.window is None}


def problems(body: str, source: str = TYPED) -> list[tuple[str, str]]:
    files = {"a": USER, "b": source, "c": view(body)}
    found = bind(files).diagnostics
    assert all(d.span and d.span.file == "c" for d in found)
    return [(d.code, d.message) for d in found]


def codes(body: str, source: str = TYPED) -> list[str]:
    return [code for code, _ in problems(body, source)]


def test_a_feature_reads_others_whatever_their_order() -> None:
    found = latest(
        "{name: quarter, dtype: float64, expr: 'half / 2'}, {name: half, dtype: float64, expr: 'amount / 2'}",
        TYPED,
    )
    assert found == {"quarter": "amount / 2.0 / 2.0", "half": "amount / 2.0"}


def test_a_column_of_the_contract_goes_before_a_feature() -> None:
    features = (
        "{name: amount, dtype: float64, expr: 'amount * 2'}, {name: b, dtype: float64, expr: 'amount + 1'}"
    )
    assert latest(features, TYPED)["b"] == "amount + 1.0"
    untyped = latest(features)
    assert untyped == {"amount": "amount * 2", "b": "cast(amount * 2 as float64) + 1.0"}


def test_without_a_contract_a_name_is_another_feature_then_a_column() -> None:
    found = latest(
        "{name: city, dtype: string, column: home_city},"
        "{name: place, dtype: string, expr: 'lower(city)'},"
        "{name: other, dtype: string, expr: 'upper(region)'}"
    )
    assert found["place"] == "lower(home_city)"
    assert found["other"] == "upper(region)"


@pytest.mark.parametrize("source", [PURCHASES, TYPED])
def test_a_column_that_a_plain_feature_reads_does_not_go_before_a_feature(source: str) -> None:
    features = (
        "{name: a, dtype: int64, expr: 'n + 1'}, {name: b, dtype: int64, expr: 'n * 10'},"
        "{name: e, dtype: int64, expr: 'n + b'}"
    ).replace("n ", "x " if source == PURCHASES else "n ")
    before = latest(features, source)
    more = latest(features + ", {name: c, dtype: int64, column: b}", source)
    assert before == {name: text for name, text in more.items() if name != "c"}
    assert more["c"] == "b"
    assert "* 10" in more["e"]


def test_a_plain_feature_of_a_column_s_name_is_the_column() -> None:
    features = "{name: b, dtype: int64}, {name: e, dtype: int64, expr: 'b + 1'}"
    assert latest(features) == {"b": "b", "e": "b + 1"}
    own = "{name: b, dtype: int64, expr: 'b * 2'}, {name: c, dtype: int64, column: b}"
    assert latest(own) == {"b": "b * 2", "c": "b"}


def test_an_empty_expression_is_none() -> None:
    assert codes(f"{WINDOWS}{{name: a, dtype: int64, expr: ''}}]") == ["FC301"]
    assert codes("features: [{name: a, dtype: int64, expr: ''}]") == ["FC301"]


def test_an_expression_that_is_null_is_not_written() -> None:
    assert codes(f"{WINDOWS}{{name: a, dtype: int64, expr: null}}]") == ["FC114"]
    assert latest("{name: a, dtype: int64, expr: null, column: null}") == {"a": "a"}


def test_constants_and_unknown_types_are_read_as_their_dtype() -> None:
    found = latest(
        "{name: one, dtype: int32, expr: '1'}, {name: two, dtype: int64, expr: 'one + x'},"
        "{name: raw, dtype: int64, expr: y}, {name: more, dtype: float64, expr: 'cast(raw as float64)'}"
    )
    assert found["two"] == "cast(cast(1 as int32) as int64) + x"
    assert found["more"] == "cast(cast(y as int64) as float64)"


def test_types_of_other_features_are_checked() -> None:
    text = "features: [{name: a, dtype: string, expr: 's'}, {name: b, dtype: int64, expr: 'a + 1'}]"
    assert codes(text) == ["FC306"]
    assert codes("features: [{name: a, dtype: int64, expr: 'n'}, {name: b, dtype: bool, expr: a}]") == [
        "FC356"
    ]


@pytest.mark.parametrize(
    ("features", "circle"),
    [
        ("{name: a, dtype: int64, expr: b}, {name: b, dtype: int64, expr: a}", "a -> b -> a"),
        (
            "{name: x, dtype: int64, expr: a}, {name: a, dtype: int64, expr: 'b + n'},"
            "{name: b, dtype: int64, expr: c}, {name: c, dtype: int64, expr: 'a + x'}",
            "a -> b -> c -> a",
        ),
    ],
)
def test_a_circle_is_an_error_with_its_path(features: str, circle: str) -> None:
    ((code, message),) = problems(f"features: [{features}]")
    assert code == "FC223"
    assert message == f"features of feature view `spend` read one another in a circle: {circle}"


def test_each_circle_is_reported_once_and_hides_no_other_mistake() -> None:
    text = (
        "features: [{name: a, dtype: int64, expr: b}, {name: b, dtype: int64, expr: a},"
        "{name: c, dtype: int64, expr: d}, {name: d, dtype: int64, expr: c},"
        "{name: e, dtype: int64, expr: 'a + c'}, {name: f, dtype: int64, expr: 'nope'}]"
    )
    assert codes(text) == ["FC223", "FC223", "FC312"]


def test_a_long_chain_that_doubles_is_too_much_sql() -> None:
    features = ",".join(f"{{name: f{i}, dtype: int64, expr: 'f{i - 1} + f{i - 1}'}}" for i in range(1, 40))
    found = codes(f"features: [{{name: f0, dtype: int64, expr: n}},{features}]")
    assert found == ["FC311"]


def test_a_long_chain_is_too_deep() -> None:
    features = ",".join(f"{{name: f{i}, dtype: int64, expr: 'f{i - 1} + 1'}}" for i in range(1, 3_000))
    assert codes(f"features: [{{name: f0, dtype: int64, expr: n}},{features}]") == ["FC311"]


def test_raw_sql_reads_columns_only() -> None:
    text = (
        "features: [{name: a, dtype: int64, expr: 'n + 1'},"
        "{name: b, dtype: int64, expr: {default: 'a * 2', duckdb: 'a * 2'}}]"
    )
    assert codes(text) == ["FC341"]
    text = text.replace("duckdb: 'a * 2'", "duckdb: 'n * 2'")
    (_, raw) = bound(USER, TYPED, view(text)).feature_views["spend"].features
    assert to_text(raw.expr.default) == "(n + 1) * 2"  # type: ignore[union-attr]


def test_windows_are_computed_with_beside_aggregations() -> None:
    found = windowed(
        "{name: share, dtype: float64, expr: 'spend_1h / nullif(spend_7d, 0)'},"
        "{name: tenfold, dtype: float64, expr: 'share * 10'}, {name: some, dtype: bool, expr: 'n_7d > 0'}"
    )
    assert [f.name for f in found.features] == ["spend_1h", "spend_7d", "n_7d", "share", "tenfold", "some"]
    assert texts(found) == {
        "share": "spend_1h / nullif(spend_7d, 0.0)",
        "tenfold": "spend_1h / nullif(spend_7d, 0.0) * 10.0",
        "some": "n_7d > 0",
    }
    assert found.windowed


@pytest.mark.parametrize(
    ("feature", "code", "said"),
    [
        (
            "{name: x, dtype: float64, expr: amount}",
            "FC312",
            "feature view `spend` has no window or feature `amount`",
        ),
        ("{name: x, dtype: float64, expr: spend_1d}", "FC312", "no window or feature `spend_1d`"),
        ("{name: x, dtype: float64, expr: x}", "FC223", "x -> x"),
        ("{name: x, dtype: int64, expr: spend_1h}", "FC356", "the expression is float64, not int64"),
        ("{name: x, dtype: float64, column: amount}", "FC123", "reads no column"),
        ("{name: x, dtype: float64, expr: spend_1h, default: 0.0}", "FC123", "takes no default"),
        ("{name: x, dtype: float64}", "FC114", "missing key `expr`"),
        ("{name: x, dtype: float64, expr: {default: spend_1h, duckdb: spend_1h}}", "FC341", "raw SQL"),
        ("{name: spend_1h, dtype: float64, expr: spend_7d}", "FC207", "stands twice"),
        ("{name: user_id, dtype: float64, expr: spend_7d}", "FC208", "named like a join key"),
    ],
)
def test_what_a_feature_beside_aggregations_may_not_be(feature: str, code: str, said: str) -> None:
    ((found, message),) = problems(f"{WINDOWS}{feature}]")
    assert found == code
    assert said in message


def test_a_broken_window_brings_no_second_error_where_it_is_read() -> None:
    text = (
        "aggregations: [{name: spend, function: summ, column: amount, windows: [1h, soon]}],"
        "features: [{name: x, dtype: float64, expr: 'spend_1h + spend_7d'}]"
    )
    assert codes(text) == ["FC358", "FC352"]


def test_a_feature_without_a_name_beside_windows_is_a_mistake_among_others() -> None:
    features = "{dtype: float64, expr: spend_1h}, {name: share, dtype: float64, expr: 'spnd_1h'}"
    assert codes(f"{WINDOWS}{features}]") == ["FC114", "FC312"]
