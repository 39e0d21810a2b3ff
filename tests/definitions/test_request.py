"""References to columns: what is asked for, under which names."""

from __future__ import annotations

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.errors import UsageError
from fcompile.compiler.request import references_of, resolve

TEXT = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: place, join_keys: {place_id: int64}}
sources: [{name: s, table: t, timestamp_field: at}]
feature_views:
  - {name: profile, entities: [user], source: s, features: [{name: age, dtype: int64}, {name: score, dtype: int64}]}
  - {name: weather, entities: [place], source: s, features: [{name: temp, dtype: int64}, {name: score, dtype: int64}]}
feature_services:
  - name: trip
    features:
      - profile: [age]
      - {view: weather, alias: origin, join_key_map: {place_id: origin_id}, features: [temp]}
      - {view: weather, alias: target, join_key_map: {place_id: target_id}, features: [temp]}
  - {name: profile, features: [{profile: [score]}]}
"""
DEFINITIONS = bind({"f.yaml": TEXT}).definitions


def names(*references: str, full: bool = False) -> list[str]:
    return [c.name for c in resolve(DEFINITIONS, references, full).columns]


def codes(*references: str, full: bool = False) -> list[str]:
    with pytest.raises(UsageError) as caught:
        resolve(DEFINITIONS, references, full)
    return [d.code for d in caught.value.diagnostics]


def test_columns_come_in_the_order_asked_for() -> None:
    assert names("weather:temp", "profile:score", "profile:age") == ["temp", "score", "age"]


def test_features_of_one_view_share_one_join() -> None:
    request = resolve(DEFINITIONS, ["profile:score", "weather:temp", "profile:age"])
    assert [(s.label, [f.name for f in s.features]) for s in request.selected] == [
        ("profile", ["score", "age"]),
        ("weather", ["temp"]),
    ]


def test_a_plain_name_is_a_service_before_it_is_a_view() -> None:
    assert names("profile") == ["score"]
    assert names("weather") == ["temp", "score"]


def test_full_names_carry_the_view_or_its_alias() -> None:
    assert names("trip", full=True) == ["profile__age", "origin__temp", "target__temp"]
    assert resolve(DEFINITIONS, ["trip"], True).spine_keys == ("user_id", "origin_id", "target_id")


def test_two_columns_of_one_name_are_an_error_that_lists_both() -> None:
    with pytest.raises(UsageError) as caught:
        resolve(DEFINITIONS, ["trip"])
    (problem,) = caught.value.diagnostics
    assert problem.code == "FC214"
    assert "`origin:temp` and `target:temp`" in problem.message
    assert "full feature names" in problem.hint


def test_a_feature_asked_for_twice_collides_even_with_full_names() -> None:
    assert codes("profile:age", "profile:age", full=True) == ["FC214"]


def test_every_unknown_reference_is_reported_with_near_names() -> None:
    with pytest.raises(UsageError) as caught:
        resolve(DEFINITIONS, ["profil", "profile:aeg", "weather:", "nope:age", "temp"])
    problems = caught.value.diagnostics
    assert sorted(d.code for d in problems) == ["FC206", "FC213", "FC215", "FC215", "FC215"]
    hints = [d.hint for d in problems]
    assert "did you mean `profile`?" in hints
    assert "did you mean `age`?" in hints
    assert "did you mean `weather:temp`?" in hints


def test_asking_for_nothing_is_an_error() -> None:
    assert codes() == ["FC213"]


def test_a_service_lists_its_references() -> None:
    assert references_of(DEFINITIONS.feature_services["trip"]) == (
        "profile:age",
        "origin:temp",
        "target:temp",
    )
