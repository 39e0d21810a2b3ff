"""Renames: one change, not a removal and something new; readers by the old name find nothing."""

from __future__ import annotations

from datetime import timedelta

from tests.diff.shop import SHOP, changes, classes, only, reason


def _everywhere(old: str, new: str) -> tuple[tuple[str, str], ...]:
    return ((SHOP, SHOP.replace(old, new)),)


def test_a_renamed_view_is_one_removal_that_says_what_it_was() -> None:
    found = changes(*_everywhere("temps", "climate"))
    view = found.pop("feature_view.climate")
    assert (view.change, view.was) == ("removal", "feature_view.temps")
    assert (reason(view, "name").before, reason(view, "name").after) == ("temps", "climate")
    assert view.backfill is not None
    assert view.backfill.history is None
    assert "temps" in view.backfill.online
    # The service has it under an alias: it is written otherwise, and its columns are what they were.
    assert {id: each.change for id, each in found.items()} == {"feature_service.picked": "cosmetic"}


def test_a_renamed_view_takes_its_name_to_full_names_of_services() -> None:
    found = changes(*_everywhere("spend", "paid"))
    assert found["feature_view.paid"].was == "feature_view.spend"
    service = found["feature_service.picked"]
    assert service.change == "removal"
    assert {(each.before, each.after) for each in service.reasons} == {
        ("spend:total_1h", "paid:total_1h"),
        ("spend:mean", "paid:mean"),
    }
    assert found["feature_view.paid"].downstream == (
        "feature_service.all_of_it",
        "feature_service.picked",
        "on_demand_view.ratio",
    )


def test_a_renamed_feature_is_seen_wherever_it_is_read() -> None:
    found = changes(
        ("{name: warmth, dtype: int32}", "{name: heat, dtype: int32, column: warmth}"),
        ("column: warmth, windows", "column: heat, windows"),
    )
    assert found["feature_view.moods"].change == "cosmetic"
    view = found["feature_view.visits"]
    assert view.change == "removal"
    assert classes(view) == {"features.heat.name": "removal"}


def test_a_renamed_window_is_seen_in_what_is_computed_from_it() -> None:
    found = only(("{name: buys,", "{name: bought,"), ("nullif(cast(buys_7d", "nullif(cast(bought_7d"))
    assert classes(found) == {"features.bought_7d.name": "removal"}


def test_a_window_of_the_same_length_in_other_words_is_a_rename() -> None:
    found = changes(("windows: [1h, 7d]", "windows: [60m, 7d]"), ("total_1h, mean", "total_60m, mean"))
    assert classes(found["feature_view.spend"]) == {"features.total_60m.name": "removal"}
    assert classes(found["feature_service.picked"]) == {"features.spend:total_1h": "removal"}


def test_a_renamed_source_or_entity_has_no_readers_by_name() -> None:
    plain = SHOP.replace("raw.profiles", "raw.p")
    found = changes((plain, plain.replace("profiles", "people")), base=plain)
    assert (found["source.people"].change, found["source.people"].was) == ("additive", "source.profiles")
    assert classes(found["feature_view.profile"]) == {"source": "additive"}
    found = changes(("  - name: place\n", "  - name: town\n"), ("entities: [place]", "entities: [town]"))
    assert found["entity.town"].backfill is None
    assert {id: each.change for id, each in found.items()} == {
        "entity.town": "additive",
        "feature_view.temps": "cosmetic",
    }


def test_a_renamed_source_of_files_is_another_table_where_there_are_no_files() -> None:
    found = changes(("  - name: weather", "  - name: climate"), *[("source: weather", "source: climate")] * 2)
    assert (found["source.climate"].change, found["source.climate"].was) == ("value", "source.weather")


def test_what_is_not_the_same_is_a_removal_and_something_new() -> None:
    found = changes(
        ("  - name: raw_only\n", "  - name: other\n"),
        ("last_amount, dtype: float64, column: amount", "n, dtype: int32, column: quantity"),
    )
    assert {id: (each.change, each.was) for id, each in found.items()} == {
        "feature_view.other": ("additive", ""),
        "feature_view.raw_only": ("removal", ""),
    }
    found_feature = only(
        ("{name: home, dtype: string, column: city}", "{name: town, dtype: string, column: place}")
    )
    assert {each.what: each.change for each in found_feature.reasons if each.change == "removal"} == {
        "features.home": "removal"
    }


def test_a_renamed_service_label_and_on_demand_view_break_their_readers() -> None:
    for old, new, id in (
        ("  - name: picked", "  - name: chosen", "feature_service.chosen"),
        ("{name: buys_later", "{name: bought_later", "label.bought_later"),
    ):
        assert (only((old, new)).id, only((old, new)).change) == (id, "removal")
    found = changes(("  - name: ratio", "  - name: share"), ("[profile, ratio]", "[profile, share]"))
    assert found["on_demand_view.share"].change == "removal"
    assert found["feature_service.all_of_it"].change == "removal"


def test_a_renamed_test_is_metadata() -> None:
    assert only(("{name: t, ", "{name: u, ")).change == "metadata"


def test_a_renamed_view_with_a_shorter_history_moves_no_more_than_that() -> None:
    found = changes(
        *_everywhere("name: profile\n", "name: person\n"),
        ("[profile, ratio]", "[person, ratio]"),
        ("profile:age", "person:age"),
        ("features: [profile]", "features: [person]"),
    )
    backfill = found["feature_view.person"].backfill
    assert backfill is not None
    assert backfill.history == timedelta(days=30)


def test_a_view_that_is_renamed_and_changed_at_once_is_one_change_that_tells_both() -> None:
    found = changes(
        *_everywhere("name: profile\n", "name: person\n"),
        ("features: [profile]", "features: [person]"),
        ("[profile, ratio]", "[person, ratio]"),
        ("profile:age", "person:age"),
        ("age >= 18", "age >= 21"),
        ("ttl: 30d", "ttl: 7d"),
    )
    view = found["feature_view.person"]
    assert (view.change, view.was) == ("removal", "feature_view.profile")
    assert classes(view) == {"name": "removal", "ttl": "time", "features.is_adult.expr": "value"}
    assert "feature_view.profile" not in found


def test_a_source_that_is_renamed_and_changed_at_once_is_as_great_as_its_change() -> None:
    found = changes(
        ("  - name: purchases\n", "  - name: buys\n"),
        *(("source: purchases", "source: buys"),) * 3,
        ("available_at: loaded_at", "available_at: seen_at"),
    )
    source = found["source.buys"]
    assert (source.change, source.was, source.leak_risk) == ("time", "source.purchases", True)
    assert classes(source) == {"name": "additive", "available_at": "time"}
    assert {found[id].change for id in ("feature_view.spend", "label.buys_later")} == {"additive"}
    assert {"feature_view.spend", "label.buys_later"} < set(source.downstream)


def test_a_feature_that_is_renamed_and_changed_at_once_is_one_feature() -> None:
    found = only(
        (
            "{name: home, dtype: string, column: city}",
            "{name: town, dtype: string, column: city, default: ''}",
        )
    )
    assert classes(found) == {"features.town.name": "removal", "features.town.default": "value"}
    window = changes(
        (
            "name: total, function: sum, column: amount,",
            "name: paid, function: sum, column: amount, filter: 'quantity > 1',",
        ),
        ("total_7d / ", "paid_7d / "),
        ("amount / nullif(total_7d, 0.0)", "amount / nullif(paid_7d, 0.0)"),
        ("[spend:total_7d,", "[spend:paid_7d,"),
        ("[total_1h, mean]", "[paid_1h, mean]"),
    )["feature_view.spend"]
    assert classes(window) == {
        f"features.paid_{length}.{key}": change
        for length in ("1h", "7d")
        for key, change in (("name", "removal"), ("filter", "value"))
    }


def test_a_feature_that_may_be_one_of_two_is_neither() -> None:
    found = only(
        (
            "{name: home, dtype: string, column: city}",
            "{name: a, dtype: string, column: city, default: a}\n"
            "      - {name: b, dtype: string, column: city, default: b}",
        )
    )
    assert "feature `home` is gone" in [each.text for each in found.reasons]
    assert not any(each.what.endswith(".name") for each in found.reasons)
