"""Services: what a reader gets by name; and on-demand views, what a reader must send."""

from __future__ import annotations

from tests.diff.shop import SHOP, changes, classes, only

_AGE = "      - {name: age, dtype: int32}\n"
_WARMTH = "      - {name: warmth, dtype: int32}\n"


def test_what_a_service_gets_from_all_of_a_view_is_the_views_change() -> None:
    found = only(("default: 0.0}", "default: 0.0}\n      - {name: city, dtype: string}"))
    assert found.id == "feature_view.profile"
    assert found.columns == ("all_of_it.city",)


def test_naming_all_features_of_a_view_changes_nothing_yet() -> None:
    found = only(("[profile, ratio]", "[{profile: [age, home, is_adult, score]}, ratio]"))
    assert (found.id, found.change) == ("feature_service.all_of_it", "cosmetic")
    assert found.columns == ()


def test_a_service_that_names_all_features_stays_as_it_is_when_there_is_one_more() -> None:
    base = SHOP.replace("[profile, ratio]", "[{profile: [age, home, is_adult, score]}, ratio]")
    found = only(("default: 0.0}", "default: 0.0}\n      - {name: city, dtype: string}"), base=base)
    assert found.id == "feature_view.profile"
    assert found.columns == ()


def test_two_columns_of_one_name_break_readers_by_short_names() -> None:
    """The service is as it was; a view of which it takes all got a feature that another view has too."""
    base = SHOP.replace("[profile, ratio]", "[profile, visits, ratio]")
    found = changes((_AGE, f"{_AGE}{_WARMTH}"), base=base)
    assert found["feature_view.profile"].change == "value"
    assert found["feature_service.all_of_it"].change == "removal"
    back = changes((f"{_AGE}{_WARMTH}", _AGE), base=base.replace(_AGE, f"{_AGE}{_WARMTH}"))
    assert back["feature_service.all_of_it"].change == "additive"


def test_request_data_that_are_read_must_be_sent() -> None:
    found = only(
        ("request: {amount: float64}", "request: {amount: float64, tax: float64}"),
        ("amount / nullif(total_7d, 0.0)", "(amount + tax) / nullif(total_7d, 0.0)"),
    )
    assert classes(found) == {"request": "key", "features.times.expr": "value"}


def test_request_data_that_nothing_reads_are_metadata() -> None:
    found = only(("request: {amount: float64}", "request: {amount: float64, tax: float64}"))
    assert found.change == "metadata"


def test_an_input_under_an_alias_is_the_same_input() -> None:
    alias = "{view: spend, alias: paid, features: [total_7d]}"
    found = only(("[spend:total_7d, profile:age]", f"[{alias}, profile:age]"))
    assert classes(found) == {"features_from": "additive"}


def test_an_input_joined_on_another_column_is_of_another_entity() -> None:
    mapped = "{view: spend, join_key_map: {user_id: giver_id}, features: [total_7d]}"
    found = only(("[spend:total_7d, profile:age]", f"[{mapped}, profile:age]"))
    assert classes(found)["features_from"] == "key"
    assert found.change == "key"


def test_a_view_as_of_the_time_that_asks_is_another_thing() -> None:
    computed = (
        "  - name: recent\n    entities: [user]\n    source: {view: profile, as_of: query}\n"
        "    features: [{name: years, dtype: int32, column: age}]\non_demand_feature_views:\n"
    )
    stored = computed.replace(", as_of: query", "")
    base = SHOP.replace("on_demand_feature_views:\n", stored)
    found = changes((stored, computed), base=base)
    assert {id: each.change for id, each in found.items()} == {
        "feature_view.recent": "removal",
        "on_demand_view.recent": "additive",
    }
