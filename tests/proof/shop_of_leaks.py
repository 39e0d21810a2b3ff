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


class Leaks:
    """Writes definitions and tables into ``root``, and tries them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "featuredefs").mkdir()
        (root / "fcompile.yaml").write_text(PROJECT)
        self.sql(EVENTS)

    def sql(self, statements: str) -> None:
        with duckdb.connect(str(self.root / "dev.duckdb")) as connection:
            connection.execute(statements)

    def define(self, text: str) -> None:
        (self.root / "featuredefs" / "all.yaml").write_text(ENTITY + text)

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
