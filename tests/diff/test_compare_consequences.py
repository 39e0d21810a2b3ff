"""What a change reaches, what must be computed again, and what an ``allow:`` entry excuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fcompile.compiler.diff.compare import compare
from fcompile.compiler.diff.gates import fail_on
from fcompile.compiler.diff.model import Allowed, Backfill, ChangeClass
from tests.diff.shop import SHOP, bound, changes, only

TIME, VALUE, ADDITIVE = ChangeClass.TIME, ChangeClass.VALUE, ChangeClass.ADDITIVE
ALLOW = "    allow: [{change: time, reason: The feed is faster now.}]\n"


def test_what_is_made_of_a_changed_source_is_downstream_all_the_way() -> None:
    found = only(("raw.purchases", "raw.bought"))
    assert found.downstream == (
        "feature_service.all_of_it",
        "feature_service.picked",
        "feature_view.raw_only",
        "feature_view.spend",
        "label.buys_later",
        "on_demand_view.ratio",
    )
    assert found.columns == ("all_of_it.times", "all_of_it.years", "picked.mean", "picked.total_1h")


def test_a_changed_feature_reaches_the_columns_that_are_made_of_it() -> None:
    assert only(("amount > 0", "amount > 1")).columns == ("picked.mean",)
    assert only(
        ("column: amount, windows: [1h, 7d]", "column: quantity, windows: [1h, 7d]"), *_AS_FLOATS
    ).columns == (
        "all_of_it.times",
        "picked.mean",
        "picked.total_1h",
    )
    assert only(("amount / nullif", "2.0 * amount / nullif")).columns == ("all_of_it.times",)


_AS_FLOATS = (("function: sum, column: quantity", "function: avg, column: quantity"),)


def test_ties_reach_all_features_of_latest_values() -> None:
    found = only(("      - {name: age,", "      - {name: city, dtype: string}\n      - {name: age,"))
    assert found.columns == tuple(
        f"all_of_it.{n}" for n in ("age", "city", "home", "is_adult", "score", "years")
    )


def test_another_value_settles_ties_otherwise_for_those_after_it() -> None:
    assert only(("age >= 18", "age >= 21")).columns == ("all_of_it.is_adult", "all_of_it.score")
    assert only(("default: 0.0", "default: 1.0")).columns == ("all_of_it.score",)
    wider = only(("home, dtype: string, column: city", "home, dtype: string, column: town"))
    assert wider.columns == ("all_of_it.home", "all_of_it.is_adult", "all_of_it.score")


def test_a_column_that_is_gone_is_named_as_it_was() -> None:
    assert only(("      - {name: score, dtype: float64, default: 0.0}\n", "")).columns == ("all_of_it.score",)
    assert only(("spend: [total_1h, mean]", "spend: [total_1h]")).columns == ("picked.mean",)


def test_what_is_said_or_laid_out_reaches_no_column() -> None:
    assert only(("  - name: spend\n", "  - name: spend\n    owner: me\n")).columns == ()


HISTORY = {
    "windows, as far as the longest": (("amount > 0", "amount > 1"), timedelta(days=7)),
    "latest values until their ttl": (("age >= 18", "age >= 21"), timedelta(days=30)),
    "latest values that never expire": (("name: temp, dtype: float64", "name: temp, dtype: float32"), None),
    "windows of rows of latest values": (("function: max", "function: min"), timedelta(days=14)),
    "all that is made of a source": (("raw.profiles", "raw.people"), timedelta(days=30)),
    "all that is made of a source, one of which never expires": (("raw.purchases", "raw.bought"), None),
    "all that is made of an entity": (("{item_id:", "{thing_id:"), None),
    "lifetimes": (("windows: [14d]", "windows: [14d, lifetime]"), None),
}


@pytest.mark.parametrize("case", HISTORY)
def test_what_must_be_computed_again_reaches_back(case: str) -> None:
    edit, history = HISTORY[case]
    (found, *_) = changes(edit).values()
    assert found.backfill is not None
    assert found.backfill.history == history


def test_windows_of_windows_reach_back_both_lengths() -> None:
    base = SHOP.replace("source: {view: visits}", "source: {view: heat}").replace(
        "  - name: moods\n",
        "  - name: heat\n    entities: [item]\n    source: weather\n    aggregations:\n"
        "      - {name: w, function: last, column: warmth, dtype: int32, windows: [2d]}\n  - name: moods\n",
    )
    base = base.replace("column: warmth, windows", "column: w_2d, windows").replace(
        "column: place,", "column: w_2d,"
    )
    found = changes(("function: max", "function: min"), base=base)
    assert found["feature_view.moods"].backfill is not None
    assert found["feature_view.moods"].backfill.history == timedelta(days=16)


@pytest.mark.parametrize(
    "edit",
    [
        ("ttl: 30d", "ttl: 31d"),
        ("  - name: spend\n", "  - name: spend\n    owner: me\n"),
        ("horizon: 30d", "horizon: 31d"),
        ("amount / nullif", "2.0 * amount / nullif"),
        ("spend: [total_1h, mean]", "spend: [mean]"),
        ("    ttl: 30d\n", "    ttl: 30d\n    online: false\n"),
    ],
)
def test_what_is_asked_when_it_is_read_is_not_computed_again(edit: tuple[str, str]) -> None:
    assert only(edit).backfill is None


def test_a_view_that_is_not_online_has_readers_in_training_only() -> None:
    found = only(("last_amount, dtype: float64", "last_amount, dtype: float64, default: 1.0"))
    assert found.backfill == Backfill(None, "")


def test_rows_that_expire_are_loaded_again_and_not_computed() -> None:
    base = SHOP.replace("    ttl: 30d\n", "    ttl: 30d\n    expire: true\n")
    found = only(("ttl: 30d", "ttl: 31d"), base=base)
    assert found.backfill is not None
    assert found.backfill.history == timedelta(0)


# -- gates ------------------------------------------------------------------------------------------


def test_an_entry_excuses_the_change_that_it_comes_with() -> None:
    found = only(("availability_lag: 1h\n", f"availability_lag: 30m\n{ALLOW}"))
    assert found.allowed == Allowed(TIME, "The feed is faster now.")
    assert fail_on([found], {TIME, VALUE}) == ()


def test_an_entry_that_stood_there_before_excuses_nothing_new() -> None:
    base = SHOP.replace("availability_lag: 1h\n", f"availability_lag: 1h\n{ALLOW}")
    found = only(("availability_lag: 1h", "availability_lag: 30m"), base=base)
    assert found.allowed is None
    assert fail_on([found], {TIME}) == (found,)
    again = only(("availability_lag: 1h", "availability_lag: 30m"), ("faster now", "faster still"), base=base)
    assert fail_on([again], {TIME}) == ()


def test_an_entry_excuses_its_own_class_and_no_other() -> None:
    both = ("availability_lag: 1h\n", f"availability_lag: 30m\n{ALLOW}"), ("WHERE ok", "WHERE NOT ok")
    found = only(*both)
    assert found.allowed is not None
    assert fail_on([found], {TIME}) == ()
    assert fail_on([found], {VALUE}) == (found,)
    assert fail_on([found], {ADDITIVE}) == ()
    other = only(("availability_lag: 1h\n", f"availability_lag: 30m\n{ALLOW.replace('time', 'value')}"))
    assert fail_on([other], {TIME}) == (other,)


def test_a_lesser_class_of_a_greater_change_is_seen_by_a_gate() -> None:
    found = only(("ttl: 30d", "ttl: 31d"), ("age >= 18", "age >= 21"))
    assert found.change == TIME
    assert fail_on([found], {VALUE}) == (found,)


def test_allow_is_no_part_of_what_an_object_means() -> None:
    text = SHOP.replace("    ttl: 30d\n", f"    ttl: 30d\n{ALLOW}")
    assert bound(text) == bound(SHOP)
    (found,) = compare(bound(SHOP), bound(text))
    assert found.change == "metadata"
