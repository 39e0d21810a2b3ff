"""A small project made by hand: what the runtime needs of one, without files of YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    Feature,
    FeatureView,
    File,
    JoinKey,
    Relation,
    Selected,
    Source,
    Table,
    TestCase,
)
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Column, Expr
from fcompile.compiler.request import OutputColumn, Request
from fcompile.compiler.schema.project import DuckDBWarehouse
from fcompile.compiler.tuning import UNTUNED
from fcompile.runtime.historical import HistoricalJob
from fcompile.runtime.warehouses.duckdb import open_database

SPAN = Span("featuredefs/a.yaml", 2, 3, 4)
FILES = {"featuredefs/a.yaml": "first line\n  name: fv\nthird line\n"}


def source(name: str = "s", relation: Relation | None = None, **options: Any) -> Source:
    where = relation if relation is not None else Table(("raw", name))
    return Source(name, where, options.pop("timestamp_field", "ts"), span=SPAN, **options)


def feature(name: str, dtype: str = "float64", expr: Expr | None = None, default: Any = None) -> Feature:
    return Feature(name, parse_dtype(dtype), expr or Column(name), default, span=SPAN)


def view(
    name: str = "fv",
    keys: Sequence[tuple[str, str]] = (("driver_id", "int64"),),
    rows: Source | None = None,
    features: Sequence[Feature] = (feature("v"),),
    **options: Any,
) -> FeatureView:
    join_keys = tuple(JoinKey(k, parse_dtype(t)) for k, t in keys)
    entities = (Entity("driver", join_keys, span=SPAN),) if keys else ()
    return FeatureView(name, entities, rows or source(), tuple(features), span=SPAN, **options)


def ask(*views: FeatureView, full_names: bool = False) -> Request:
    selected = tuple(Selected(v, v.features) for v in views)
    columns = tuple(
        OutputColumn(f"{s.view.name}__{f.name}" if full_names else f.name, s, f)
        for s in selected
        for f in s.features
    )
    return Request(selected, columns)


@dataclass
class World:
    """A project's folder with a warehouse in a file."""

    root: Path
    definitions: Definitions = field(default_factory=Definitions)

    @property
    def project(self) -> Any:
        warehouse = DuckDBWarehouse(path="w.duckdb")
        return SimpleNamespace(
            root=self.root,
            config=SimpleNamespace(project="p"),
            target_name="dev",
            target=SimpleNamespace(warehouse=warehouse, online=None),
            definitions=self.definitions,
            files=FILES,
            tuning=UNTUNED,
        )

    def sql(self, *statements: str) -> None:
        with open_database("w.duckdb", self.root) as warehouse:
            for statement in statements:
                warehouse.execute(statement)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with open_database("w.duckdb", self.root) as warehouse:
            return warehouse.rows(sql)

    def job(self, entity_df: object, request: Request | None = None, **options: Any) -> HistoricalJob:
        return HistoricalJob(cast(Any, self.project), request or ask(view()), entity_df, **options)

    def drivers(self, values: str) -> None:
        """Make the table that ``source()`` reads, of (driver_id, ts, v)."""
        self.sql(
            "CREATE SCHEMA IF NOT EXISTS raw",
            "CREATE OR REPLACE TABLE raw.s (driver_id BIGINT, ts TIMESTAMP, v DOUBLE)",
            f"INSERT INTO raw.s VALUES {values}",
        )


__all__ = ["FILES", "SPAN", "File", "TestCase", "World", "ask", "feature", "source", "view"]
