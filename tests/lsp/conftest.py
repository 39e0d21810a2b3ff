"""A project in a folder of its own, and an editor that has it open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.client import Editor, editor

PROJECT = """\
project: shop
default_target: dev
targets:
  dev:
    warehouse: {type: duckdb}
"""

BASE = """\
entities:
  - name: user
    description: Someone who *buys*.
    join_keys: {user_id: int64}
sources:
  - name: purchases
    table: raw.purchases
    timestamp_field: paid_at
    available_at: loaded_at
    columns: {user_id: int64, paid_at: timestamp, loaded_at: timestamp, amount: float64, city: string}
  - {name: profiles, table: profiles, timestamp_field: changed_at}
"""

VIEWS = """\
feature_views:
  - name: profile
    entities: [user]
    source: profiles
    features:
      - {name: age, dtype: int32}
      - {name: is_adult, dtype: bool, expr: "age >= 18"}
      - {name: label, dtype: string, expr: "case when is_adult then 'yes' else 'no' end"}
  - name: spend
    entities: [user]
    source: purchases
    aggregations:
      - {name: paid, function: sum, column: amount, windows: [1h, 7d], dtype: float64}
      - {name: buys, function: count, windows: [7d], filter: "amount > 0.0"}
    features:
      - {name: mean_7d, dtype: float64, expr: "paid_7d / nullif(cast(buys_7d as float64), 0.0)"}
"""

SERVICES = """\
on_demand_feature_views:
  - name: ratio
    request: {amount: float64}
    features_from: ["spend:paid_7d", "profile:age"]
    features:
      - {name: amount_vs_7d, dtype: float64, expr: "amount / nullif(spend__paid_7d, 0.0)"}
feature_services:
  - name: fraud
    features:
      - profile
      - spend: [paid_1h, paid_7d]
      - {view: profile, alias: other, join_key_map: {user_id: other_id}, features: [age]}
      - ratio
tests:
  - name: pays
    features: [spend:paid_1h, profile:age]
    given:
      purchases: [{user_id: 1, paid_at: 2026-01-01T00:00:00Z, loaded_at: 2026-01-01T00:00:00Z, amount: 5.0}]
    spine: [{user_id: 1, event_timestamp: 2026-01-01T00:10:00Z}]
    expect: [{paid_1h: 5.0, profile__age: null}]
"""


FILES = {"base": BASE, "views": VIEWS, "services": SERVICES}


def make_shop(root: Path) -> Path:
    """Write a project of three definition files."""
    (root / "featuredefs").mkdir()
    (root / "fcompile.yaml").write_text(PROJECT)
    for name, text in FILES.items():
        (root / "featuredefs" / f"{name}.yaml").write_text(text)
    return root


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_shop(tmp_path)


@pytest.fixture(scope="module")
def _one_editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """A server takes a second to start: the tests of a module share one."""
    with editor(make_shop(tmp_path_factory.mktemp("shop"))) as made:
        yield made


@pytest.fixture
def open_shop(_one_editor: Editor) -> Iterator[Editor]:
    """Return an editor in which the three files are open, as on disk; other files are closed again afterwards."""
    mine = {f"featuredefs/{name}.yaml": text for name, text in FILES.items()}
    for file, text in mine.items():
        if file not in _one_editor.texts:
            _one_editor.open(file)
        elif _one_editor.texts[file] != text:
            _one_editor.type(file, text)
    yield _one_editor
    for file in sorted(_one_editor.texts.keys() - mine):
        _one_editor.close(file)
