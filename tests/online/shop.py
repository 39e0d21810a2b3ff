"""A project of purchases in a DuckDB table, to push to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fcompile import FeatureStore
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.packed import read_version
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import RunSummary
from fcompile.runtime.project import Project, load_project
from fcompile.runtime.run import materialize
from fcompile.runtime.warehouses.duckdb import connect

PROJECT = """
project: shop
default_target: dev
targets:
  dev:
    warehouse: {type: duckdb, path: .fcompile/dev.duckdb}
    online: {type: sqlite, path: .fcompile/online.db}
"""
DEFINITIONS = """
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: purchases, table: raw.purchases, timestamp_field: at, created_timestamp_field: made, available_at: known}
  - {name: files, path: data/*.csv, timestamp_field: at}
  - {name: asked, query: "SELECT user_id, at AS at, amount FROM raw.purchases", timestamp_field: at}
  - {name: lagging, table: raw.purchases, timestamp_field: at, availability_lag: 15m}
feature_views:
  - name: spend
    entities: [user]
    source: purchases
    filter: "amount is null or amount >= 0"
    features:
      - {name: amount, dtype: float64}
      - {name: note, dtype: string}
      - {name: many, dtype: int32}
      - {name: twice, dtype: float64, expr: "amount * 2"}
  - name: windows
    entities: [user]
    source: purchases
    lookback: 1h
    aggregations: [{name: total, function: sum, column: amount, windows: [7d, lifetime], dtype: float64}]
  - {name: hidden, entities: [user], source: purchases, online: false, features: [{name: amount, dtype: float64}]}
  - {name: of_files, entities: [user], source: files, features: [{name: amount, dtype: float64}]}
  - {name: of_query, entities: [user], source: asked, features: [{name: amount, dtype: float64}]}
  - {name: late, entities: [user], source: lagging, features: [{name: amount, dtype: float64}]}
  - {name: of_spend, entities: [user], source: {view: spend}, features: [{name: amount, dtype: float64}]}
"""
TABLE = (
    'CREATE TABLE raw.purchases (user_id BIGINT, "at" TIMESTAMP, known TIMESTAMP, made TIMESTAMP,'
    " amount DOUBLE, note VARCHAR, many INTEGER)"
)
START = datetime(2026, 1, 1)

Row = dict[str, Any]


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def row(user: int | None, at: float, amount: float | None, made: float | None = None, **more: Any) -> Row:
    """A purchase known at once; times in hours."""
    when = hours(at)
    created = None if made is None else hours(made)
    base: Row = {"user_id": user, "at": when, "known": when, "made": created, "amount": amount}
    return {**base, "note": None, "many": None, **more}


@dataclass(frozen=True)
class Shop:
    root: Path

    @classmethod
    def made(cls, root: Path, definitions: str = DEFINITIONS) -> Shop:
        (root / "featuredefs").mkdir(parents=True)
        (root / "fcompile.yaml").write_text(PROJECT)
        shop = cls(root)
        shop.define(definitions)
        with closing(connect(shop.project)) as warehouse:
            warehouse.execute("CREATE SCHEMA raw")
            warehouse.execute(TABLE)
        return shop

    def define(self, definitions: str) -> None:
        (self.root / "featuredefs" / "shop.yaml").write_text(definitions)

    @property
    def project(self) -> Project:
        return load_project(self.root, None)

    def store(self) -> FeatureStore:
        return FeatureStore(self.root)

    def online(self) -> OnlineStore:
        project = self.project
        return open_online(project.target.online, project.root, project.online_namespace)

    def append(self, rows: Sequence[Row]) -> None:
        with closing(connect(self.project)) as warehouse:
            values = [tuple(row.values()) for row in rows]
            if values:
                warehouse.connection.executemany(
                    "INSERT INTO raw.purchases VALUES (?, ?, ?, ?, ?, ?, ?)", values
                )

    def source(self) -> int:
        with closing(connect(self.project)) as warehouse:
            ((count,),) = warehouse.simple_rows("SELECT COUNT(*) FROM raw.purchases")
            return int(str(count))

    def run(self, view: str = "spend", end: datetime | None = None, **more: Any) -> RunSummary:
        project = self.project
        summary = materialize(project, [project.definitions.feature_views[view]], end=end, **more)
        assert summary.exit_code == 0, summary
        return summary

    def stored(self, view: str = "spend") -> dict[bytes, tuple[int, int | None, bytes]]:
        """What readers see: event time, created and payload by key."""
        with closing(self.online()) as store:
            current = store.generations(view).current
            if current is None:
                return {}
            pairs = [pair for rows in store.scan(view, current.number) for pair in rows.pairs()]
        return {key: (*read_version(value)[:2], value[24:]) for key, value in pairs}

    def read(self, *features: str, users: Sequence[int] = (1, 2, 3)) -> dict[str, list[Any]]:
        with self.store() as store:
            found = store.get_online_features(list(features), [{"user_id": user} for user in users]).to_dict()
        return {name: values for name, values in found.items() if name != "user_id"}


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
