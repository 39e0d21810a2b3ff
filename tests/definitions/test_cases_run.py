"""Rows of ``tests:`` may leave out columns: what they leave out is NULL when the test runs."""

from __future__ import annotations

from pathlib import Path

from fcompile.runtime.project import load_project
from fcompile.runtime.testing import run_tests

DEFINITIONS = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources: [{name: purchases, table: raw.p, timestamp_field: at, created_timestamp_field: c, available_at: loaded}]
feature_views:
  - name: spend
    entities: [user]
    source: purchases
    filter: "coalesce(kind, 'a') = 'a'"
    features:
      - {name: amount, dtype: float64}
      - {name: twice, dtype: float64, expr: amount * 2}
      - {name: large, dtype: bool, expr: other > 5}
tests:
  - name: t
    features: [spend]
    given:
      purchases:
        - {user_id: 1, at: 2026-01-01, loaded: 2026-01-01, amount: 2.0}
        - {user_id: 1, at: 2026-01-01T12:00:00Z, amount: 9.0}
        - {user_id: 1, at: 2026-01-02, loaded: 2026-01-02}
    spine:
      - {user_id: 1, event_timestamp: 2026-01-01}
      - {user_id: 1, event_timestamp: 2026-01-01T20:00:00Z}
      - {user_id: 1, event_timestamp: 2026-01-03}
    expect: [{amount: 2.0, twice: 4.0, large: null}, {amount: 2.0}, {amount: null, twice: null}]
"""


def test_columns_that_all_rows_leave_out_are_null(tmp_path: Path) -> None:
    (tmp_path / "fcompile.yaml").write_text("project: p\n")
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "featuredefs" / "a.yaml").write_text(DEFINITIONS)
    summary = run_tests(load_project(tmp_path))
    assert [result.problems for result in summary.results] == [()]
