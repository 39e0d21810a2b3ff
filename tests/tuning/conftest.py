"""A project with windows over rows of three keys, made by hand in a folder."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

DEFINITIONS = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: buys, table: buys, timestamp_field: bought_at, available_at: known, columns: {amount: float64, item: string}}
feature_views:
  - name: spend
    entities: [user]
    source: buys
    aggregations:
      - {name: total, function: sum, column: amount, windows: [90s, 1h, 3d, lifetime]}
      - {name: buys, function: count, windows: [1h, 3d]}
      - {name: items, function: count_distinct, column: item, windows: [1h, 3d]}
      - {name: recent, function: "last_n(3)", column: item, windows: [3d]}
  - name: quick
    entities: [user]
    source: buys
    aggregations:
      - {name: most, function: max, column: amount, windows: [10m]}
labels:
  - {name: more, entities: [user], source: buys, function: count, horizon: 1d, maturity: 1h}
"""


class Folder:
    """A project's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "featuredefs").mkdir()
        (root / ".fcompile").mkdir()
        (root / "fcompile.yaml").write_text("project: p\n")
        (root / "featuredefs" / "a.yaml").write_text(DEFINITIONS)

    def rows(self, select: str) -> None:
        """Make the source's table: user_id, bought_at, known, amount, item."""
        with duckdb.connect(str(self.root / ".fcompile" / "dev.duckdb")) as connection:
            connection.execute(f"CREATE OR REPLACE TABLE buys AS {select}")

    def pin(self, entries: str) -> None:
        self.tuning.write_text(f"version: 1\nwindows:\n{entries}")

    @property
    def tuning(self) -> Path:
        return self.root / "tuning.yaml"


def skewed(hot: int, others: int) -> str:
    """``hot`` rows of key 1 over ten days, and three of each of ``others`` keys."""
    return f"""
        SELECT CASE WHEN i < {hot} THEN 1 ELSE 2 + i % {max(others, 1)} END AS user_id,
          TIMESTAMP '2024-01-01' + to_seconds((i * 864000.0 / {hot + 3 * others})::BIGINT) AS bought_at,
          bought_at + to_seconds(i % 100) AS known, i / 4.0 AS amount, 'i' || (i % 7) AS item
        FROM range({hot + 3 * others}) AS numbers(i)"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
