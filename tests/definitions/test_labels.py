"""``labels``: windows that look forward, checked as windows are, and never taken for features."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import Feature, Label, Window
from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64
from fcompile.compiler.errors import UsageError
from fcompile.compiler.expressions.nodes import Column, Literal
from fcompile.compiler.request import resolve
from tests.definitions.test_bind import PURCHASES, TYPED, USER, bound, codes, view

AMOUNT = view("features: [{name: amount, dtype: float64}]")
CHURN = "labels: [{name: churn, entities: [user], source: purchases, function: count, horizon: 30d}]\n"
SAID = "`churn` is a label: it looks at the future and is never a feature"
HINT = "ask for it with `historical --label churn`"


def label(body: str, name: str = "l", source: str = PURCHASES) -> Label:
    text = f"labels: [{{name: {name}, entities: [user], source: purchases, {body}}}]\n"
    return bound(USER, source, text).labels[name]


def problems(body: str, source: str = PURCHASES) -> list[tuple[str, str, str]]:
    """Code, what stands at its place and hint of each problem of a label."""
    text = f"labels: [{{name: l, entities: [user], source: purchases, {body}}}]\n"
    found = []
    for problem in bind({"a": USER, "b": source, "c": text}).diagnostics:
        assert problem.span is not None
        assert problem.span.line == 1
        at = problem.span.column - 1
        found.append((problem.code, text[at : at + problem.span.length], problem.hint))
    return found


def test_a_label_is_a_feature_of_its_own_name_with_a_window_of_its_horizon() -> None:
    found = label("function: count, horizon: 30d, maturity: 2d", "churn_30d")
    assert found.feature == Feature(
        "churn_30d", INT64, Literal(True, BOOL), window=Window("count", (), timedelta(days=30), None)
    )
    assert (found.horizon, found.maturity) == (timedelta(days=30), timedelta(days=2))
    assert [key.name for key in found.join_keys] == ["user_id"]


def test_a_label_s_types_are_told_as_those_of_windows() -> None:
    found = label("function: percentile(0.9), column: n, horizon: 1d, filter: n > 0", source=TYPED).feature
    assert (found.expr, found.dtype) == (Column("n"), FLOAT64)
    assert found.window is not None
    assert (found.window.arguments, found.window.input) == ((0.9,), INT64)
    assert found.window.filter is not None
    assert label("function: sum, column: amount, horizon: 1d", source=TYPED).feature.dtype == FLOAT64
    assert label("function: last, column: n, dtype: string, horizon: 1d").maturity == timedelta(0)


@pytest.mark.parametrize(
    ("body", "source", "expected"),
    [
        ("function: cuont, horizon: 1d", PURCHASES, ("FC358", "cuont", "did you mean `count`?")),
        ("function: avg, column: s, horizon: 1d", TYPED, ("FC360", "s", "")),
        ("function: avg, column: n, dtype: int64, horizon: 1d", TYPED, ("FC361", "int64", "")),
        ("function: avg, column: m, horizon: 1d", TYPED, ("FC312", "m", "known: `amount`, `n`")),
        ("function: count, filter: s, horizon: 1d", TYPED, ("FC355", "s", "")),
        ("function: count, horizon: 0s", PURCHASES, ("FC352", "0s", "")),
        ("function: count, horizon: lifetime", PURCHASES, ("FC352", "lifetime", "")),
        ("function: count, horizon: 1d, maturity: soon", PURCHASES, ("FC352", "soon", "")),
        ("function: count, horizon: 1d, windows: [1h]", PURCHASES, ("FC103", "windows", "")),
        ("function: count, horizon: 1d, default: 0", PURCHASES, ("FC103", "default", "")),
    ],
)
def test_a_label_s_mistakes_are_told_where_they_stand(
    body: str, source: str, expected: tuple[str, str, str]
) -> None:
    ((code, at, hint),) = problems(body, source)
    assert (code, at) == expected[:2]
    assert expected[2] in hint


def test_a_label_needs_a_column_a_type_and_a_horizon() -> None:
    assert [code for code, _, _ in problems("function: sum, horizon: 1d")] == ["FC114"]
    assert [code for code, _, _ in problems("function: sum, column: a, horizon: 1d")] == ["FC362"]
    assert [code for code, _, _ in problems("function: count")] == ["FC114"]


def test_all_mistakes_of_a_label_are_reported_in_one_run() -> None:
    found = problems("function: nope, column: __x, filter: n +, dtype: int46, horizon: 1, maturity: x", TYPED)
    assert sorted(code for code, _, _ in found) == ["FC115", "FC212", "FC301", "FC351", "FC352", "FC358"]


@pytest.mark.parametrize(
    "other",
    [
        AMOUNT.replace("spend", "churn"),
        AMOUNT + "feature_services: [{name: churn, features: [spend]}]\n",
    ],
)
def test_a_label_is_named_like_nothing_that_a_reference_may_name(other: str) -> None:
    (problem,) = bind({"a": USER, "b": PURCHASES, "c": other, "d": CHURN}).diagnostics
    assert (problem.code, problem.span and problem.span.file) == ("FC202", "d")
    assert problem.message.startswith("label `churn` is named like a feature ")


def test_a_label_and_an_on_demand_view_do_not_share_a_name() -> None:
    other = "on_demand_feature_views: [{name: churn, features: [{name: x, dtype: int64, expr: '1'}]}]\n"
    assert codes(USER, PURCHASES, CHURN, other) == ["FC202"]
    bound(USER, PURCHASES.replace("name: purchases", "name: churn"), CHURN.replace("purchases", "churn"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("feature_services: [{name: s, features: [spend, churn]}]\n", "churn]"),
        ("feature_services: [{name: s, features: [{churn: [churn]}]}]\n", "churn: "),
        ("feature_services: [{name: s, features: [{view: churn, alias: a}]}]\n", "churn, "),
        ("feature_services: [{name: s, features: ['churn:churn']}]\n", "'churn:churn'"),
        ("tests: [{name: t, features: [churn], spine: [], expect: []}]\n", "churn]"),
        ("tests: [{name: t, features: ['churn:churn'], spine: [], expect: []}]\n", "'churn:churn'"),
        (
            "feature_views: [{name: v, entities: [user], source: churn, features: [{name: x, dtype: int64}]}]",
            "churn,",
        ),
        (
            "feature_views: [{name: v, entities: [user], source: {view: churn}, features: [{name: x, dtype: int64}]}]",
            "churn}",
        ),
    ],
)
def test_a_label_is_never_a_feature(text: str, place: str) -> None:
    views = "" if "feature_views" in text else AMOUNT
    (problem,) = bind({"a": USER, "b": PURCHASES, "c": views, "d": CHURN, "e": text}).diagnostics
    assert (problem.code, problem.message, problem.hint) == ("FC221", SAID, HINT)
    assert problem.span is not None
    assert (problem.span.file, text[problem.span.column - 1 :].startswith(place)) == ("e", True)


def test_a_view_computed_on_demand_reads_no_label() -> None:
    text = (
        "on_demand_feature_views: [{name: o, features_from: ['churn:churn', 'spend:amount'],"
        " features: [{name: x, dtype: int64, expr: '1'}]}]\n"
    )
    found = bind({"a": USER, "b": PURCHASES, "c": AMOUNT, "d": CHURN, "e": text}).diagnostics
    assert [(d.code, d.message) for d in found] == [("FC221", SAID)]


def test_a_broken_label_is_never_a_feature_either() -> None:
    service = "feature_services: [{name: s, features: [churn]}]\n"
    assert codes(USER, PURCHASES, CHURN.replace("30d", "0s"), service) == ["FC221", "FC352"]


@pytest.mark.parametrize("reference", ["churn", "churn:churn"])
def test_a_request_for_a_label_among_features_says_how_to_ask(reference: str) -> None:
    definitions = bound(USER, PURCHASES, AMOUNT, CHURN)
    with pytest.raises(UsageError) as caught:
        resolve(definitions, ["spend", reference])
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.message, problem.hint) == ("FC221", SAID, HINT)


def test_a_test_knows_the_columns_that_a_label_reads() -> None:
    churn = CHURN.replace("function: count", "function: count, column: basket, filter: kind = 'x'")
    case = (
        "tests: [{name: t, features: [spend], given: {purchases: [{user_id: 1, at: 2026-01-01, ROW}]},"
        " spine: [], expect: []}]\n"
    )
    assert codes(USER, PURCHASES, AMOUNT, churn, case.replace("ROW", "basket: 1, kind: x")) == []
    assert codes(USER, PURCHASES, AMOUNT, churn, case.replace("ROW", "baskt: 1")) == ["FC219"]
