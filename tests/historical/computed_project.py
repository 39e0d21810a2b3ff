"""A project in a folder with two tables, for tests of computed features; asked as users ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from fcompile import FeatureStore

START = datetime(2026, 1, 1)
PROJECT = "project: p\ndefault_target: dev\ntargets: {dev: {warehouse: {type: duckdb, path: w.duckdb}}}\n"
BASE = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: place, join_keys: {place_id: string}}
sources:
  - {name: purchases, table: purchases, timestamp_field: ts}
  - {name: weather, table: weather, timestamp_field: ts, columns: {temp: float64, wind: int64, ts: timestamp}}
"""
TABLES = (
    "CREATE TABLE purchases (user_id BIGINT, ts TIMESTAMP, amount DOUBLE, n BIGINT)",
    "INSERT INTO purchases VALUES (1, '2026-01-01 01:00', 4, 3), (1, '2026-01-01 03:00', 10, NULL),"
    " (2, '2026-01-01 02:00', 0, 5)",
    "CREATE TABLE weather (place_id VARCHAR, ts TIMESTAMP, temp DOUBLE, wind BIGINT)",
    "INSERT INTO weather VALUES ('a', '2026-01-01 00:30', 1.5, 2), ('b', '2026-01-01 00:30', -3, 7),"
    " ('a', '2026-01-01 04:00', 9, NULL)",
)


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def project_of(root: Path, definitions: str) -> Path:
    (root / "featuredefs").mkdir()
    (root / "fcompile.yaml").write_text(PROJECT)
    (root / "featuredefs" / "base.yaml").write_text(BASE)
    (root / "featuredefs" / "views.yaml").write_text(definitions)
    with duckdb.connect(str(root / "w.duckdb")) as database:
        for statement in TABLES:
            database.execute(statement)
    return root


def ask(
    root: Path, features: str | Sequence[str], spine: pa.Table | Mapping[str, Any], **options: Any
) -> list[dict[str, Any]]:
    """Return the training set's rows; the spine passes through, and is left out of them."""
    table = spine if isinstance(spine, pa.Table) else pa.table(dict(spine))
    names = [features] if isinstance(features, str) else list(features)
    with FeatureStore(root) as store:
        found = store.get_historical_features(table, names, **options).to_arrow()
    assert found.column_names[: len(table.column_names)] == table.column_names
    assert found.num_rows == table.num_rows
    rows: list[dict[str, Any]] = found.select(found.column_names[len(table.column_names) :]).to_pylist()
    return rows
