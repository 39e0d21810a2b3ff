"""A pinned point-in-time join is another statement with the same answers; a dialect without it takes its own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import canonical_spine, historical_script
from fcompile.compiler.request import resolve
from fcompile.compiler.tuning import Join, Tuning
from fcompile.compiler.tuning_file import read_tuning, write_tuning
from fcompile.dialects.registry import DIALECTS
from tests.differential.engine import definitions_of
from tests.differential.settings import examples
from tests.engines.postgres_cases import PostgresEngine
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same

YAML = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
sources:
  - {name: purchases, table: raw.purchases, timestamp_field: at}
feature_views:
  - {name: spend, entities: [user], source: purchases, features: [{name: amount, dtype: float64}]}
  - name: recent
    entities: [user]
    source: purchases
    aggregations: [{name: total, function: sum, column: amount, windows: [7d], dtype: float64}]
"""


def pinned(kind: str) -> Tuning:
    return Tuning(joins={"spend": Join(kind)})


def text(dialect: str, tuning: Tuning) -> str:
    definitions = bind({"featuredefs/all.yaml": YAML}).definitions
    request = resolve(definitions, ["spend:amount"])
    return historical_script(request, canonical_spine(request), DIALECTS[dialect], (), tuning).whole()


@pytest.mark.parametrize(
    ("dialect", "kind", "words"),
    [
        ("postgres", "lateral", "LEFT JOIN LATERAL ("),
        ("spark", "as_of", "LEFT ASOF JOIN"),
        ("databricks", "as_of", "LEFT ASOF JOIN"),
        ("trino", "as_of", "LEFT JOIN NEAREST ("),
        ("duckdb", "portable", "ROWS BETWEEN UNBOUNDED PRECEDING"),
        ("duckdb", "lateral", "ASOF LEFT JOIN"),
        ("bigquery", "as_of", "ROWS BETWEEN UNBOUNDED PRECEDING"),
    ],
)
def test_a_join_is_made_as_pinned_where_the_dialect_can(dialect: str, kind: str, words: str) -> None:
    assert words in text(dialect, pinned(kind))


def test_what_is_pinned_is_read_back_as_it_was_written() -> None:
    definitions = bind({"featuredefs/all.yaml": YAML}).definitions
    tuning = Tuning(joins={"spend": Join("lateral", "few rows ask, and there is an index")})
    read = read_tuning(write_tuning(tuning), "tuning.yaml", definitions)
    assert (read.tuning, read.diagnostics) == (tuning, ())


@pytest.mark.parametrize(
    ("name", "said"), [("recent", "has windows, and no latest row"), ("spnd", "is no feature view")]
)
def test_a_join_is_pinned_of_views_without_windows_only(name: str, said: str) -> None:
    definitions = bind({"featuredefs/all.yaml": YAML}).definitions
    read = read_tuning(f"version: 1\njoins:\n  {name}: {{join: portable}}\n", "tuning.yaml", definitions)
    (problem,) = read.diagnostics
    assert (problem.code, said in problem.message) == ("FC222", True)


@pytest.fixture(scope="module")
def engine() -> PostgresEngine:
    return PostgresEngine(DIALECTS["postgres"])


def all_lateral(case: Case) -> Mapping[str, Join]:
    views = definitions_of(case).feature_views
    return {view.name: Join("lateral") for view in views.values() if not view.windowed}


@pytest.mark.engines
@examples(dev=15, ci=30)
@given(case=cases(windowed=False))
def test_a_look_up_for_each_row_is_what_the_reference_says(engine: PostgresEngine, case: Case) -> None:
    columns, rows = engine.historical(case, Tuning(joins=all_lateral(case)))
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)
