"""What each change of one key is called, and whether it lets a value be seen earlier."""

from __future__ import annotations

import pytest

from tests.diff.shop import SHOP, changes, classes, only

PURCHASES, PROFILE, SPEND = "source.purchases", "feature_view.profile", "feature_view.spend"

CASES = {
    "a description": (
        "  - name: profile\n",
        "  - name: profile\n    description: Who.\n",
        PROFILE,
        "description",
        "metadata",
    ),
    "an owner": ("  - name: user\n", "  - name: user\n    owner: me\n", "entity.user", "owner", "metadata"),
    "tags": (
        "  - name: purchases\n",
        "  - name: purchases\n    tags: {a: b}\n",
        PURCHASES,
        "tags",
        "metadata",
    ),
    "a feature's description": (
        "{name: age, dtype: int32}",
        "{name: age, dtype: int32, description: Years.}",
        PROFILE,
        "features.age.description",
        "metadata",
    ),
    "a test": (
        "spine: [], expect: []",
        "spine: [{user_id: 1, event_timestamp: 2026-01-01T00:00:00Z}], expect: [{age: null}]",
        "test.t",
        "",
        "metadata",
    ),
    "a contract of a column that nothing reads": (
        ", colour: string",
        ", colour: json",
        PURCHASES,
        "columns",
        "metadata",
    ),
    "a column that nothing reads, off the contract": (
        ", colour: string",
        "",
        PURCHASES,
        "columns",
        "metadata",
    ),
    "a contract of a column that is computed with": (
        "amount: float64",
        "amount: float32",
        PURCHASES,
        "columns",
        "value",
    ),
    "a contract of a time, as it was read without": (
        "note: string",
        "note: string, bought_at: timestamp",
        PURCHASES,
        "columns",
        "metadata",
    ),
    "a contract of a time that is text": (
        "note: string",
        "note: string, loaded_at: string",
        PURCHASES,
        "columns",
        "value",
    ),
    "a contract of a key": (
        "note: string",
        "note: string, user_id: int32",
        PURCHASES,
        "columns",
        "metadata",
    ),
    "a feature at the end": (
        "default: 0.0}",
        "default: 0.0}\n      - {name: city, dtype: string}",
        PROFILE,
        "features.city",
        "additive",
    ),
    "a feature before others": (
        "      - {name: age, dtype: int32}\n",
        "      - {name: city, dtype: string}\n      - {name: age, dtype: int32}\n",
        PROFILE,
        "features.city",
        "value",
    ),
    "an aggregation, wherever it stands": (
        "      - {name: buys,",
        "      - {name: most, function: max, column: amount, windows: [7d]}\n      - {name: buys,",
        SPEND,
        "features.most_7d",
        "additive",
    ),
    "one more window": ("windows: [1h, 7d]", "windows: [1h, 2h, 7d]", SPEND, "features.total_2h", "additive"),
    "features of latest values in another order": (
        "      - {name: age, dtype: int32}\n      - {name: home, dtype: string, column: city}\n",
        "      - {name: home, dtype: string, column: city}\n      - {name: age, dtype: int32}\n",
        PROFILE,
        "features",
        "value",
    ),
    "windows in another order": ("windows: [1h, 7d]", "windows: [7d, 1h]", SPEND, "features", "additive"),
    "a feature that is gone": ("      - {name: total", "      - {name: other", SPEND, "", ""),
    "a wider whole number": (
        "{name: age, dtype: int32}",
        "{name: age, dtype: int64}",
        PROFILE,
        "features.age.dtype",
        "widening",
    ),
    "a narrower number": (
        "float64, default: 0.0",
        "float32, default: 0.0",
        PROFILE,
        "features.score.dtype",
        "value",
    ),
    "an expression": ("age >= 18", "age >= 21", PROFILE, "features.is_adult.expr", "value"),
    "a column": ("column: city", "column: town", PROFILE, "features.home.column", "value"),
    "a default": ("default: 0.0", "default: 1.0", PROFILE, "features.score.default", "value"),
    "a default that is gone": (", default: 0.0", "", PROFILE, "features.score.default", "value"),
    "a filter": ("    ttl: 30d\n", "    ttl: 30d\n    filter: age > 1\n", PROFILE, "filter", "value"),
    "a function": ("function: sum", "function: max", SPEND, "features.total_7d.function", "value"),
    "an aggregation's filter": ("amount > 0", "amount > 1", SPEND, "features.buys_7d.filter", "value"),
    "an aggregated column": ("column: quantity", "column: note", SPEND, "features.kinds_1d.column", "value"),
    "a table": ("raw.purchases", "raw.bought", PURCHASES, "table", "value"),
    "a query": ("WHERE ok", "WHERE NOT ok", "source.profiles", "query", "value"),
    "a path": ("weather.csv", "climate.csv", "source.weather", "path", "value"),
    "what breaks ties": (
        "    available_at: loaded_at\n",
        "    available_at: loaded_at\n    created_timestamp_field: made_at\n",
        PURCHASES,
        "created_timestamp_field",
        "value",
    ),
    "a longer ttl": ("ttl: 30d", "ttl: 31d", PROFILE, "ttl", "time"),
    "no ttl": ("    ttl: 30d\n", "", PROFILE, "ttl", "time"),
    "a longer lag": (
        "availability_lag: 1h",
        "availability_lag: 2h",
        "source.profiles",
        "availability_lag",
        "time",
    ),
    "exact matches off": (
        "    ttl: 30d\n",
        "    ttl: 30d\n    allow_exact_matches: false\n",
        PROFILE,
        "allow_exact_matches",
        "time",
    ),
    "windows that move less often": ("every: 1h", "every: 2h", SPEND, "every", "time"),
    "a lookback": ("    every: 1h\n", "    every: 1h\n    lookback: 2d\n", SPEND, "lookback", "time"),
    "rows that expire": ("    ttl: 30d\n", "    ttl: 30d\n    expire: true\n", PROFILE, "expire", "time"),
    "a horizon": ("horizon: 30d", "horizon: 31d", "label.buys_later", "horizon", "time"),
    "a longer maturity": ("maturity: 2d", "maturity: 3d", "label.buys_later", "maturity", "time"),
    "a label's function": (
        "function: count, horizon",
        "function: sum, column: amount, horizon",
        "label.buys_later",
        "function",
        "value",
    ),
    "a join key": ("{place_id: int64}", "{place_id: string}", "entity.place", "join_keys", "key"),
    "a view's entities": (
        "    entities: [user]\n    source: profiles",
        "    entities: [item]\n    source: profiles",
        PROFILE,
        "entities",
        "key",
    ),
    "request data that must be sent": (
        "request: {amount: float64}",
        "request: {amount: float64, tax: float64}",
        "on_demand_view.ratio",
        "request",
        "metadata",
    ),
    "not online any more": (
        "    ttl: 30d\n",
        "    ttl: 30d\n    online: false\n",
        PROFILE,
        "online",
        "removal",
    ),
    "online from now on": ("    online: false\n", "", "feature_view.raw_only", "online", "additive"),
    "a new view": (
        "on_demand_feature_views:",
        "  - {name: brand_new, entities: [user], source: profiles,\n     features: [{name: age, dtype: int32}]}\n"
        "on_demand_feature_views:",
        "feature_view.brand_new",
        "",
        "additive",
    ),
    "a new service": (
        "labels:",
        "  - {name: more, features: [temps]}\nlabels:",
        "feature_service.more",
        "",
        "additive",
    ),
    "a service with one more column": (
        "spend: [total_1h, mean]",
        "spend: [total_1h, mean, buys_7d]",
        "feature_service.picked",
        "features.spend:buys_7d",
        "additive",
    ),
    "a service with one column less": (
        "spend: [total_1h, mean]",
        "spend: [total_1h]",
        "feature_service.picked",
        "features.spend:mean",
        "removal",
    ),
    "a service's columns in another order": (
        "spend: [total_1h, mean]",
        "spend: [mean, total_1h]",
        "feature_service.picked",
        "features",
        "additive",
    ),
    "other join keys of a service": (
        "place_id: home_id",
        "place_id: work_id",
        "feature_service.picked",
        "features.at_home:temp",
        "key",
    ),
    "another alias": (
        "alias: at_home",
        "alias: at_work",
        "feature_service.picked",
        "features.at_home:temp",
        "removal",
    ),
    "a service that is gone": (
        "  - name: picked\n    features:\n      - spend: [total_1h, mean]\n"
        "      - {view: temps, alias: at_home, join_key_map: {place_id: home_id}}\n",
        "",
        "feature_service.picked",
        "",
        "removal",
    ),
}
CASES.pop("a feature that is gone")


@pytest.mark.parametrize("case", CASES)
def test_a_change_has_the_class_of_what_it_means(case: str) -> None:
    before, after, id, what, expected = CASES[case]
    found = changes((before, after))
    assert id in found, list(found)
    assert classes(found[id])[what] == expected, found[id]
    assert found[id].change == expected
    assert not found[id].leak_risk
    assert all(each.change.rank <= found[id].change.rank for each in found.values()), found


RISKS = {
    "a shorter lag": ("availability_lag: 1h", "availability_lag: 30m", "availability_lag"),
    "no lag": ("    availability_lag: 1h\n", "", "availability_lag"),
    "no known time": ("    available_at: loaded_at\n", "", "available_at"),
    "another known time": ("available_at: loaded_at", "available_at: sent_at", "available_at"),
    "a lag in place of a known time": ("available_at: loaded_at", "availability_lag: 5m", "available_at"),
    "a known time in place of a lag": ("availability_lag: 1h", "available_at: loaded_at", "available_at"),
    "another event time": ("timestamp_field: bought_at", "timestamp_field: sold_at", "timestamp_field"),
    "windows at every instant": ("    every: 1h\n", "", "every"),
    "windows that move at other times": ("every: 1h", "every: 90m", "every"),
    "a label that is settled sooner": ("maturity: 2d", "maturity: 1d", "maturity"),
}


@pytest.mark.parametrize("case", RISKS)
def test_what_may_be_seen_earlier_than_before_is_flagged(case: str) -> None:
    before, after, what = RISKS[case]
    found = only((before, after))
    assert found.change == "time"
    assert found.leak_risk
    assert [each.what for each in found.reasons if each.leak_risk] == [what]


def test_exact_matches_turned_on_are_flagged() -> None:
    strict = SHOP.replace("    ttl: 30d\n", "    ttl: 30d\n    allow_exact_matches: false\n")
    found = only(("    allow_exact_matches: false\n", ""), base=strict)
    assert found.change == "time"
    assert found.leak_risk


def test_another_source_is_told_with_what_differs_of_its_times() -> None:
    found = only(("    source: purchases\n    online: false", "    source: profiles\n    online: false"))
    assert classes(found)["source"] == "value"
    assert classes(found)["source.available_at"] == "time"
    assert found.leak_risk


def test_a_known_time_where_there_was_none_lets_nothing_be_seen_earlier() -> None:
    found = only(("data/weather.csv\n", "data/weather.csv\n    available_at: seen_at\n"))
    assert found.change == "time"
    assert not found.leak_risk


def test_a_reason_shows_what_was_written_and_points_at_it() -> None:
    found = only(("availability_lag: 1h", "availability_lag: 30m"))
    (reason,) = found.reasons
    assert (reason.before, reason.after) == ("1h", "30m")
    assert reason.span is not None
    assert SHOP.split("\n")[reason.span.line - 1][reason.span.column - 1 :] == "1h"
    assert found.span is not None
    assert SHOP.split("\n")[found.span.line - 1].endswith("name: profiles")


def test_a_key_that_is_gone_is_shown_at_its_object_and_a_feature_where_it_was() -> None:
    found = only(("    ttl: 30d\n", ""))
    (reason,) = found.reasons
    assert (reason.before, reason.after) == ("30d", "")
    assert reason.span == found.span
    gone = only(("      - {name: score, dtype: float64, default: 0.0}\n", ""))
    span = gone.reasons[0].span
    assert span is not None
    assert "name: score" in SHOP.split("\n")[span.line - 1]


def test_a_change_of_several_classes_is_of_the_greatest() -> None:
    found = only(("ttl: 30d", "ttl: 31d\n    owner: me"), ("age >= 18", "age >= 21"))
    assert found.change == "time"
    assert [each.change for each in found.reasons] == ["time", "value", "metadata"]


def test_nothing_changed_where_nothing_did() -> None:
    assert changes() == {}


def test_changes_stand_in_the_order_of_the_graph() -> None:
    found = changes(
        ("horizon: 30d", "horizon: 31d"),
        ("raw.purchases", "raw.b"),
        ("ttl: 30d", "ttl: 1d"),
        ("{user_id:", "{uid:"),
    )
    assert list(found) == ["entity.user", "source.purchases", "feature_view.profile", "label.buys_later"]
