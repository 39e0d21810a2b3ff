"""The manifest: stable bytes, and fingerprints that move with meaning only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    Feature,
    FeatureView,
    JoinKey,
    Meta,
    Source,
    Table,
)
from fcompile.compiler.digest import sha256
from fcompile.compiler.dtypes import INT64, STRING
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.fingerprints import parts
from fcompile.compiler.json_text import json_text
from fcompile.compiler.manifest import fingerprint, manifest
from fcompile.compiler.rebound import rebound

USER = Entity("user", (JoinKey("user_id", INT64),))
SOURCE = Source("profiles", Table(("profiles",)), "at")
VIEW = FeatureView("profile", (USER,), SOURCE, (Feature("age", INT64, Column("age")),))
PATH = "duckdb/feature_views/profile/historical.sql"
HARD = (Path(__file__).parents[1] / "definitions" / "hard.yaml").read_text()


def bound(text: str) -> Definitions:
    made = bind({"hard.yaml": text})
    assert made.diagnostics == ()
    return made.definitions


def content(view: FeatureView) -> dict[str, object]:
    definitions = Definitions({"user": USER}, {"profiles": SOURCE}, {"profile": view})
    loaded: dict[str, object] = json.loads(manifest(definitions, "shop", {PATH: "SELECT 1;\n"}))
    return loaded


def test_words_about_a_view_and_its_place_are_no_part_of_its_fingerprint() -> None:
    told = replace(VIEW, meta=Meta("Words.", "me", (("a", "b"),)), span=Span("x.yaml", 7, 3))
    assert fingerprint(told) == fingerprint(VIEW)


def test_what_a_view_means_is_its_fingerprint() -> None:
    others = [
        replace(VIEW, ttl=timedelta(days=1)),
        replace(VIEW, ttl=timedelta(0)),
        replace(VIEW, allow_exact_matches=False),
        replace(VIEW, features=(Feature("age", STRING, Column("age")),)),
        replace(VIEW, features=(Feature("age", INT64, Column("Age")),)),
        replace(VIEW, features=(Feature("age", INT64, Column("age"), default=0),)),
        replace(VIEW, features=(Feature("age", INT64, Column("age"), default=0.0),)),
        replace(VIEW, features=(Feature("age", INT64, Column("age"), default=False),)),
        replace(VIEW, features=(Feature("age", INT64, Column("age"), default="0"),)),
    ]
    assert len({fingerprint(view) for view in [VIEW, *others]}) == len(others) + 1


def test_a_changed_source_changes_its_own_fingerprint_only() -> None:
    other = replace(SOURCE, timestamp_field="then")
    assert fingerprint(other) != fingerprint(SOURCE)
    assert fingerprint(replace(VIEW, source=other)) == fingerprint(VIEW)


def test_the_manifest_lists_objects_and_digests_of_files() -> None:
    loaded = content(VIEW)
    assert loaded["schema_version"] == 2
    assert loaded["files"] == {PATH: sha256("SELECT 1;\n")}
    objects = loaded["objects"]
    assert isinstance(objects, dict)
    entry = objects["feature_view.profile"]
    assert entry["depends_on"] == ["entity.user", "source.profiles"]
    assert entry["sql"] == [PATH]
    assert list(objects) == sorted(objects)


def test_a_manifest_alone_is_enough_to_compare_with() -> None:
    definitions = bound(HARD)
    loaded = json.loads(manifest(definitions, "shop", {}))
    texts = {name: entry["definition"] for name, entry in loaded["objects"].items()}
    again = rebound(texts)
    assert again.diagnostics == ()
    assert again.definitions == definitions


def test_each_object_has_its_verdicts_its_lineage_and_three_fingerprints() -> None:
    entry = json.loads(manifest(bound(HARD), "shop", {}))["objects"]["feature_view.wide"]
    assert entry["certificates"]["a_1h"] == {"verdict": "PROVED"}
    assert entry["lineage"]["columns"]["a_1h"] == ["source.rows.amount"]
    assert entry["lineage"]["rows"] == ["source.rows.Country", "source.rows.at", "source.rows.user_id"]
    assert list(entry["fingerprints"]) == ["data", "schema", "metadata"]
    assert entry["fingerprints"]["data"] == entry["fingerprint"]


def test_an_assumption_is_in_the_manifest_with_its_sentence() -> None:
    objects = content(VIEW)["objects"]
    assert isinstance(objects, dict)
    certificate = objects["feature_view.profile"]["certificates"]["age"]
    assert certificate["verdict"] == "ASSUMES" and "profiles" in certificate["assumptions"][0]


def test_words_move_metadata_and_types_move_schema() -> None:
    age = VIEW.features[0]
    told = replace(VIEW, features=(replace(age, meta=Meta("Years.")),))
    wider = replace(VIEW, features=(replace(age, dtype=STRING),))
    sooner = replace(VIEW, ttl=timedelta(days=1))

    def moved(view: FeatureView) -> list[str]:
        before, after = parts(VIEW), parts(view)
        return [name for name in before if before[name] != after[name]]

    assert moved(told) == ["metadata"]
    assert moved(wider) == ["data", "schema"]
    assert moved(sooner) == ["data"]


def test_a_manifest_is_broken_into_lines_that_read_well() -> None:
    text = manifest(bound(HARD), "shop", {PATH: "SELECT 1;\n"})
    assert text.endswith("}\n")
    assert max(map(len, text.splitlines())) < 400
    assert json_text({"a": [1, 2.5, None], "b": float("-inf")}) == (
        '{"a": [1, 2.5, null], "b": {"$float": "-inf"}}\n'
    )


def test_floats_that_json_does_not_have_come_back() -> None:
    text = HARD.replace("default: 0}", "default: .inf}")
    loaded = json.loads(manifest(bound(text), "shop", {}), parse_constant=lambda _: pytest.fail("no JSON"))
    view = rebound({k: v["definition"] for k, v in loaded["objects"].items()}).definitions.feature_views[
        "wide"
    ]
    assert view.features[3].default == float("inf")
