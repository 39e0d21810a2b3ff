"""The manifest: stable bytes, and fingerprints that move with meaning only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

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
from fcompile.compiler.dtypes import INT64, STRING
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.manifest import fingerprint, manifest, sha256

USER = Entity("user", (JoinKey("user_id", INT64),))
SOURCE = Source("profiles", Table(("profiles",)), "at")
VIEW = FeatureView("profile", (USER,), SOURCE, (Feature("age", INT64, Column("age")),))
PATH = "duckdb/feature_views/profile/historical.sql"


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
    assert loaded["schema_version"] == 1
    assert loaded["files"] == {PATH: sha256("SELECT 1;\n")}
    objects = loaded["objects"]
    assert isinstance(objects, dict)
    entry = objects["feature_view.profile"]
    assert entry["depends_on"] == ["entity.user", "source.profiles"]
    assert entry["sql"] == [PATH]
    assert list(objects) == sorted(objects)
