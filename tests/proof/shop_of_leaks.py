"""A project in a folder with a DuckDB file: small tables, and sources that see the future in every known way."""

from __future__ import annotations

from pathlib import Path

import duckdb

from fcompile.compiler.definitions import FeatureView, OnDemandView
from fcompile.runtime.dynamic.check import CheckedFeature, DynamicCheck, dynamic_check
from fcompile.runtime.project import load_project

PROJECT = """
project: leaks
targets:
  dev:
    warehouse: {type: duckdb, path: dev.duckdb}
  prod:
    warehouse: {type: postgres, dsn: "host=nowhere"}
default_target: dev
"""
ENTITY = "entities:\n  - {name: user, join_keys: {user_id: int64}}\n"
EVENTS = """
CREATE SCHEMA raw;
CREATE TABLE raw.events AS
SELECT i AS event_id, i % 5 AS user_id, TIMESTAMP '2026-01-01' + to_minutes(17 * i) AS ts,
    TIMESTAMP '2026-01-01' + to_minutes(17 * i + 40 + 13 * (i % 3)) AS loaded_at,
    CAST((i * 7919) % 101 AS DOUBLE) AS amount
FROM range(120) AS r(i);
CREATE TABLE raw.countries AS SELECT i AS user_id, 'country ' || i AS country FROM range(5) AS r(i);
"""
WHOLE = """
sources:
  - {name: events, table: raw.events, timestamp_field: ts, available_at: loaded_at}
  - {name: early, table: raw.events, timestamp_field: ts}
  - {name: lagging, table: raw.events, timestamp_field: ts, availability_lag: 40m}
feature_views:
  - name: latest
    entities: [user]
    source: events
    ttl: 7h
    features: [{name: amount, dtype: float64}, {name: is_large, dtype: bool, expr: amount > 50}]
  - name: spend
    entities: [user]
    source: lagging
    every: 1h
    allow_exact_matches: false
    aggregations:
      - {name: total, function: sum, column: amount, windows: [3h, 1d], dtype: float64}
      - {name: ids, function: last_n(3), column: event_id, windows: [1d], dtype: list<int64>}
  - {name: of_early, entities: [user], source: early, features: [{name: amount, dtype: float64}]}
  - {name: totals, entities: [], source: events, aggregations: [{name: n, function: count, windows: [lifetime]}]}
  - name: twice
    entities: [user]
    source: {view: latest}
    aggregations: [{name: big, function: count, filter: is_large, windows: [1d]}]
on_demand_feature_views:
  - name: ratio
    request: {price: float64, day: date, note: string, paid: "decimal(5,2)"}
    features_from: [latest:amount, spend:total_1d]
    features:
      - {name: share, dtype: float64, expr: "price * amount / nullif(total_1d, 0)"}
      - {name: words, dtype: string, expr: "concat(note, cast(day as string))"}
      - {name: rest, dtype: bool, expr: "paid > 1"}
  - name: tagged
    request: {tags: list<string>}
    features_from: [latest:amount]
    features: [{name: n, dtype: float64, expr: "amount + cast(list_length(tags) as float64)"}]
"""
"""Views of every kind, on honest tables."""


class Folder:
    """A project in a folder, with ``dev.duckdb`` as its warehouse."""

    def __init__(self, root: Path, project: str) -> None:
        self.root = root
        (root / "featuredefs").mkdir()
        (root / "fcompile.yaml").write_text(project)

    def sql(self, statements: str) -> None:
        with duckdb.connect(str(self.root / "dev.duckdb")) as connection:
            connection.execute(statements)

    def write(self, definitions: str) -> None:
        (self.root / "featuredefs" / "all.yaml").write_text(definitions)


class Leaks(Folder):
    """Writes definitions and tables into ``root``, and tries them."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, PROJECT)
        self.sql(EVENTS)

    def define(self, text: str) -> None:
        self.write(ENTITY + text)

    def query(self, sql: str, features: str = "{name: x, dtype: float64}", more: str = "") -> None:
        """Define a source of ``sql`` with the event time ``ts``, and the view ``v`` of it."""
        body = "".join(f"      {line}\n" for line in sql.strip().splitlines())
        self.define(
            f"sources:\n  - name: s\n    query: |\n{body}    timestamp_field: ts\n{more}"
            "feature_views:\n  - name: v\n    entities: [user]\n    source: s\n"
            f"    features: [{features}]\n"
        )

    def tried(self, sample: int = 30) -> DynamicCheck:
        project = load_project(self.root)
        known = project.definitions
        views: list[FeatureView | OnDemandView] = [*known.feature_views.values()]
        views += known.on_demand_feature_views.values()
        return dynamic_check(project, views, sample)

    def feature(self, name: str = "v:x") -> CheckedFeature:
        return next(feature for feature in self.tried().features if feature.name == name)
