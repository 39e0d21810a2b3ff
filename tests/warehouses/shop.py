"""One project with two targets, DuckDB and another warehouse, that hold the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from fcompile.compiler.compile import dialect_named
from fcompile.runtime.project import load_project
from fcompile.runtime.warehouses.registry import open_warehouse

DAY = datetime(2026, 1, 10)

PROJECT = """\
project: shop
default_target: here
targets:
  here:
    warehouse: {{type: duckdb}}
    online: {{type: sqlite, path: here.db}}
  there:
    warehouse: {there}
    online: {{type: sqlite, path: there.db}}
"""

DEFINITIONS = """\
entities:
  - name: user
    join_keys: {user_id: int64}
sources:
  - name: profiles
    table: profiles
    timestamp_field: updated_at
    created_timestamp_field: created_at
    columns: {age: int32, city: string}
  - name: purchases
    table: raw.purchases
    timestamp_field: purchased_at
    available_at: loaded_at
    columns: {amount: float64}
feature_views:
  - name: profile
    entities: [user]
    source: profiles
    ttl: 30d
    features:
      - {name: age, dtype: int32}
      - {name: town, dtype: string, column: city, default: nowhere}
      - {name: is_adult, dtype: bool, expr: "age >= 18"}
  - name: spend
    entities: [user]
    source: purchases
    aggregations:
      - {name: total, function: sum, column: amount, windows: [1d, 7d, lifetime], dtype: float64}
      - {name: buys, function: count, windows: [1d, 7d]}
labels:
  - {name: comes_back, entities: [user], source: purchases, function: count, column: amount, horizon: 1d}
feature_services:
  - name: all
    features: [profile, spend]
"""


def tables() -> dict[tuple[str, ...], pa.Table]:
    """The rows of the sources: with ties, NULLs, rows known late, and rows of nobody."""
    users = [1, 1, 1, 2, 2, 3, None, 4]
    hours = [0, 24, 24, 5, 48, None, 3, -24 * 60]
    profiles = {
        "user_id": pa.array(users, pa.int64()),
        "updated_at": pa.array(
            [None if h is None else DAY + timedelta(hours=h) for h in hours], pa.timestamp("us")
        ),
        "created_at": pa.array([DAY + timedelta(days=3, hours=n) for n in range(8)], pa.timestamp("us")),
        "age": pa.array([17, 17, 18, None, 40, 5, 6, 99], pa.int32()),
        "city": pa.array(["Ulm", "", "Köln", None, "a'b\"c", "x", "y", "z"], pa.string()),
    }
    count = 60
    when = [DAY + timedelta(minutes=97 * n) for n in range(count)]
    purchases = {
        "user_id": pa.array([1 + n % 4 for n in range(count)], pa.int64()),
        "purchased_at": pa.array(when, pa.timestamp("us")),
        "loaded_at": pa.array(
            [None if n % 17 == 5 else t + timedelta(minutes=n % 7) for n, t in enumerate(when)],
            pa.timestamp("us"),
        ),
        "amount": pa.array([None if n % 11 == 3 else n * 1.25 for n in range(count)], pa.float64()),
    }
    return {("profiles",): pa.table(profiles), ("raw", "purchases"): pa.table(purchases)}


def spine() -> pa.Table:
    """Rows that ask, in no order; some twice, some of nobody, some at no time."""
    count = 40
    at = [None if n % 13 == 7 else DAY + timedelta(hours=(n * 29) % 120) for n in range(count)]
    return pa.table(
        {
            "note": pa.array([f"row {n % 5}" if n % 6 else None for n in range(count)]),
            "user_id": pa.array([None if n % 9 == 8 else n % 6 for n in range(count)], pa.int64()),
            "event_timestamp": pa.array(at, pa.timestamp("us")),
            "price": pa.array([n / 3 for n in range(count)], pa.float32()),
        }
    )


def write_project(root: Path, there: str) -> Path:
    """Write the project and fill both targets; ``there`` is the other's ``warehouse``, as YAML."""
    (root / "featuredefs").mkdir(parents=True)
    (root / "fcompile.yaml").write_text(PROJECT.format(there=there))
    (root / "featuredefs" / "all.yaml").write_text(DEFINITIONS)
    for target in ("here", "there"):
        put_tables(root, target, {**tables(), ("spine",): spine()})
    return root


def put_tables(root: Path, target: str, content: Mapping[tuple[str, ...], pa.Table]) -> None:
    with closing(open_warehouse(load_project(root, target))) as warehouse:
        quoted = dialect_named(warehouse.dialect).quoted
        for name, rows in content.items():
            loaded = warehouse.load(rows)
            warehouse.replace(name, f"SELECT * FROM {'.'.join(map(quoted, loaded))}")
            warehouse.drop(loaded)
