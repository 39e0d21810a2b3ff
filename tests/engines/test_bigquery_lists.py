"""BigQuery's tables have no NULL lists: what is computed from a list is the same online, where an empty one is NULL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import canonical_spine, historical_script
from fcompile.compiler.request import resolve
from fcompile.dialects.registry import DIALECTS
from tests.engines.bigquery_cases import BigQueryEngine
from tests.engines.googlesql import Table

pytestmark = pytest.mark.engines
YAML = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: profiles, table: raw.profiles, timestamp_field: at}
feature_views:
  - {name: profile, entities: [user], source: profiles, features: [{name: tags, dtype: list<string>}]}
on_demand_feature_views:
  - name: tagged
    features_from: [profile:tags]
    features:
      - {name: count, dtype: int64, expr: list_length(tags)}
      - {name: missing, dtype: bool, expr: tags is null}
      - {name: least, dtype: int64, expr: "coalesce(list_length(tags), 0)"}
"""
AT = datetime(2026, 1, 1, tzinfo=UTC)
EXPECTED: dict[int, tuple[Any, ...]] = {1: (2, False, 2), 2: (None, True, 0), 3: (None, True, 0)}


def test_what_is_computed_from_an_empty_list_is_what_is_computed_online() -> None:
    definitions = bind({"featuredefs/all.yaml": YAML}).definitions
    request = resolve(definitions, ["tagged"])
    script = historical_script(request, canonical_spine(request), DIALECTS["bigquery"])
    columns = [("user_id", "INT64"), ("tags", "ARRAY<STRING>"), ("at", "TIMESTAMP")]
    tables = {
        "raw.profiles": Table(columns, [[1, ["a", "b"], AT], [2, [], AT]]),
        "spine": Table([("user_id", "INT64"), ("event_timestamp", "TIMESTAMP")], [[n, AT] for n in EXPECTED]),
    }
    answer = BigQueryEngine(DIALECTS["bigquery"]).answer(script, tables, {})
    found = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    assert {r["user_id"]: (r["count"], r["missing"], r["least"]) for r in found} == EXPECTED
