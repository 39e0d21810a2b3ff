"""Features: types that hold more, columns that are read in another type, and ties."""

from __future__ import annotations

import pytest

from fcompile.compiler.diff.widening import widens
from fcompile.compiler.dtypes import parse_dtype
from tests.diff.shop import SHOP, changes, classes, only, reason

WIDER = [
    ("int32", "int64"),
    ("decimal(10,2)", "decimal(12,2)"),
    ("list<int32>", "list<int64>"),
    ("struct<a:int32,b:string>", "struct<a:int64,b:string>"),
    ("list<struct<a:decimal(5,1)>>", "list<struct<a:decimal(9,1)>>"),
]
OTHERS = [
    ("float32", "float64"),
    ("int32", "float64"),
    ("int64", "float64"),
    ("int64", "int32"),
    ("int32", "decimal(10,0)"),
    ("decimal(10,2)", "decimal(12,4)"),
    ("decimal(12,2)", "decimal(10,2)"),
    ("date", "timestamp"),
    ("string", "json"),
    ("bool", "int64"),
    ("list<float32>", "list<float64>"),
    ("struct<a:int32>", "struct<a:int32,b:string>"),
    ("struct<a:int32>", "struct<b:int32>"),
    ("vector<float32,2>", "vector<float32,3>"),
]


@pytest.mark.parametrize(("old", "new"), WIDER)
def test_a_type_that_holds_the_same_values_and_more_is_wider(old: str, new: str) -> None:
    assert widens(parse_dtype(old), parse_dtype(new))
    found = only((f'age, dtype: "{old}"', f'age, dtype: "{new}"'), base=_with(old))
    assert found.change == "widening"


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_a_type_in_which_a_value_is_another_is_not_wider(old: str, new: str) -> None:
    assert not widens(parse_dtype(old), parse_dtype(new))
    found = only((f'age, dtype: "{old}"', f'age, dtype: "{new}"'), base=_with(old))
    assert found.change == "value"


def _with(dtype: str) -> str:
    """The shop with ``age`` of that type, which nothing else reads."""
    text = SHOP.replace("{name: age, dtype: int32}", f'{{name: age, dtype: "{dtype}"}}')
    text = text.replace('"age >= 18"', '"score >= 18.0"').replace(", profile:age]", "]")
    return text.replace('      - {name: years, dtype: string, expr: "cast(age as string)"}\n', "")


def test_what_is_computed_may_be_held_in_a_wider_type() -> None:
    base = SHOP.replace(
        "amount: float64, quantity", "amount: float64, price: 'decimal(10,2)', quantity"
    ).replace(
        "{name: last_amount, dtype: float64, column: amount}",
        '{name: twice, dtype: "decimal(12,2)", expr: "price + price"}',
    )
    assert only(('"decimal(12,2)"', '"decimal(13,2)"'), base=base).change == "widening"
    cut = base.replace('"price + price"', '"cast(price as decimal(12,1)) + price"')
    assert only(("decimal(12,1)", "decimal(13,1)"), base=cut.replace("(12,2)", "(20,2)")).change == "value"


def test_arguments_of_functions_are_told_as_they_are_written() -> None:
    base = SHOP.replace("function: max, column: warmth", "function: last_n(3), column: warmth")
    function = reason(only(("last_n(3)", "last_n(4)"), base=base), "features.warmest_14d.function")
    assert (function.before, function.after) == ("last_n(3)", "last_n(4)")


def test_a_contract_may_widen_too() -> None:
    base = SHOP.replace("amount: float64, quantity", "amount: float64, extra: int32, quantity").replace(
        "{name: last_amount, dtype: float64, column: amount}",
        "{name: last_amount, dtype: int64, column: extra}",
    )
    found = changes(("extra: int32", "extra: int64"), base=base)
    assert {id: each.change for id, each in found.items()} == {
        "source.purchases": "widening",
        "feature_view.raw_only": "widening",
    }


@pytest.mark.parametrize(("before", "after"), [("float32", "float64"), ("float64", "float32")])
def test_what_brings_a_column_to_its_own_type_does_not_mind_the_contract(before: str, after: str) -> None:
    base = SHOP.replace("amount: float64, quantity", f"amount: float64, extra: {before}, quantity").replace(
        "last_amount, dtype: float64, column: amount", "last_amount, dtype: float64, column: extra"
    )
    found = only((f"extra: {before}", f"extra: {after}"), base=base)
    assert (found.id, found.change, found.backfill) == ("source.purchases", "metadata", None)
    computed = base.replace("column: extra", "expr: extra + 1.0")
    both = changes((f"extra: {before}", f"extra: {after}"), base=computed)
    assert {both[id].change for id in ("source.purchases", "feature_view.raw_only")} == {"value"}


def test_an_estimate_of_distinct_values_moves_with_their_type() -> None:
    found = changes(("quantity: int32", "quantity: int64"))
    assert found["source.purchases"].change == "widening"
    kinds = reason(found["feature_view.spend"], "features.kinds_1d.column")
    assert (kinds.change, kinds.before, kinds.after) == ("value", "int32", "int64")


def test_what_is_made_of_a_wider_feature_changes_type_by_its_own_rules() -> None:
    """The greatest of int32 is of int32; an estimate is a count, whatever is counted."""
    found = changes(
        ("warmth, dtype: int32", "warmth, dtype: int64"), ("place, dtype: int64", "place, dtype: int32")
    )
    moods = classes(found["feature_view.moods"])
    assert moods["features.warmest_14d.dtype"] == "widening"
    assert moods["features.places_14d.column"] == "value"


def test_an_expression_over_a_wider_column_keeps_its_values() -> None:
    found = changes(("{name: age, dtype: int32}", "{name: age, dtype: int64}"))
    assert found["feature_view.profile"].change == "widening"
    assert "on_demand_view.ratio" not in found or found["on_demand_view.ratio"].change == "widening"


def test_a_feature_that_others_are_computed_from_changes_them_too() -> None:
    base = SHOP.replace(
        'expr: "age >= 18"}',
        'expr: "age >= 18"}\n      - {name: is_child, dtype: bool, expr: "not is_adult"}',
    )
    found = only(("age >= 18", "age >= 21"), base=base)
    assert classes(found) == {"features.is_adult.expr": "value", "features.is_child.expr": "value"}


def test_a_feature_that_is_gone_from_between_others_changes_their_ties() -> None:
    middle = only(("      - {name: home, dtype: string, column: city}\n", ""))
    assert [each.change for each in middle.reasons] == ["removal", "value"]
    last = only(("      - {name: score, dtype: float64, default: 0.0}\n", ""))
    assert [each.change for each in last.reasons] == ["removal"]
    window = only(
        ("      - {name: kinds, function: approx_count_distinct, column: quantity, windows: [1d]}\n", "")
    )
    assert [each.change for each in window.reasons] == ["removal"]


def test_raw_sql_of_a_dialect_is_part_of_an_expression() -> None:
    raw = '{default: "age >= 18", snowflake: "AGE >= 18"}'
    base = SHOP.replace('expr: "age >= 18"', f"expr: {raw}")
    found = only(("AGE >= 18", "AGE >= 21"), base=base)
    assert found.change == "value"
    assert "AGE >= 21" in reason(found, "features.is_adult.expr").after


def test_a_default_of_zero_below_zero_is_another() -> None:
    found = only(("default: 0.0}", "default: -0.0}"))
    assert classes(found) == {"features.score.default": "value"}
