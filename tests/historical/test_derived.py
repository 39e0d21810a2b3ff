"""Features of a latest view that read other features: the values of the chosen row, and defaults without one."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import given

from fcompile.compiler import late
from fcompile.compiler.compile import canonical_spine
from fcompile.compiler.plan import plan_training_set
from fcompile.compiler.request import resolve
from fcompile.compiler.rewrites import rewrite
from fcompile.runtime.project import load_project
from tests.differential.engine import Engine
from tests.differential.settings import examples
from tests.differential.test_training_sets import hold_to_reference
from tests.historical.computed_project import ask, hours, project_of
from tests.oracle.case import Case
from tests.oracle.projects import cases

VIEWS = """\
feature_views:
  - name: weather
    entities: [place]
    source: weather
    ttl: 3h
    features:
      - {name: kelvin, dtype: float64, expr: temp + 273.15}
      - {name: double, dtype: float64, expr: kelvin * 2, default: -1.0}
      - {name: windy, dtype: bool, expr: breeze > 5}
      - {name: breeze, dtype: int64, column: wind}
      - {name: temp, dtype: float64, expr: round(temp)}
      - {name: high, dtype: bool, expr: temp > 1.7}
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_everything_comes_from_the_chosen_row(tmp_path: Path) -> None:
    root = project_of(tmp_path, VIEWS)
    spine = {"place_id": ["a", "b", "a", "x"], "event_timestamp": [hours(1), hours(1), hours(5), hours(1)]}
    assert ask(root, "weather", spine) == [
        {"kelvin": 274.65, "double": 549.3, "windy": False, "breeze": 2, "temp": 2.0, "high": False},
        {"kelvin": 270.15, "double": 540.3, "windy": True, "breeze": 7, "temp": -3.0, "high": False},
        {"kelvin": 282.15, "double": 564.3, "windy": None, "breeze": None, "temp": 9.0, "high": True},
        {"kelvin": None, "double": -1.0, "windy": None, "breeze": None, "temp": None, "high": None},
    ]


def test_past_the_ttl_a_feature_has_its_own_default(tmp_path: Path) -> None:
    root = project_of(tmp_path, VIEWS)
    spine = {"place_id": ["b"], "event_timestamp": [hours(4)]}
    assert ask(root, ["weather:double", "weather:kelvin"], spine) == [{"double": -1.0, "kelvin": None}]


COMPUTED = (
    "amount * 2",
    "cast(n as float64) + 1",
    "coalesce(amount, 0) + 1",
    "amount / nullif(cast(n as float64), 0)",
    "half - 1",
    "case when n is null then -1.0 else amount end",
    "ifnull(amount, 5)",
    "abs(amount) * cast(n as float64)",
    "amount - 3",
)


def wide(first: int, more: str = "") -> str:
    """Views of the first of ``COMPUTED``, and one of them all: many of few columns are computed after the join."""
    made = [f'      - {{name: f{i}, dtype: float64, expr: "{text}"}}' for i, text in enumerate(COMPUTED)]
    plain = ["      - {name: amount, dtype: float64, default: 9.5}", "      - {name: n, dtype: int64}"]
    half = ["      - {name: half, dtype: float64, expr: amount / 2, default: 0.5}"]
    head = "  - name: {}\n    entities: [user]\n    source: purchases\n" + more + "    features:\n"
    lines = [head.format("few"), *plain, *half, *made[:first], head.format("many"), *plain, *half, *made]
    return "feature_views:\n" + "\n".join(line.rstrip("\n") for line in lines) + "\n"


@pytest.mark.parametrize("more", ["", "    ttl: 90m\n", "    allow_exact_matches: false\n"])
def test_many_features_of_few_columns_are_those_that_a_few_are(more: str, tmp_path: Path) -> None:
    root = project_of(tmp_path, wide(4, more))
    with duckdb.connect(str(root / "w.duckdb")) as database:
        # Ties at one instant, and a row of NULLs.
        database.execute(
            "INSERT INTO purchases VALUES (1, '2026-01-01 03:00', 11, NULL), (1, '2026-01-01 03:00', 10, 8),"
            " (5, '2026-01-01 01:00', NULL, NULL)"
        )
    spine = {
        "user_id": [1, 1, 1, 2, 5, 5, 9, None],
        "event_timestamp": [hours(h) for h in (1, 2.6, 3.5, 3, 1.5, 3, 3, 3)],
    }
    names = ["amount", "half", *(f"f{i}" for i in range(len(COMPUTED)))]
    together = ask(root, [f"many:{name}" for name in names], spine)
    for name in names:
        assert ask(root, f"many:{name}", spine) == [{name: row[name]} for row in together], name
    few = ask(root, "few", spine)
    assert [{k: row[k] for k in few[0] if k != "n"} for row in few] == [
        {k: row[k] for k in few[0] if k != "n"} for row in together
    ]
    both = ask(root, ["many", "few"], spine, full_feature_names=True)
    assert [{k: row[f"many__{k}"] for k in names} for row in both] == together
    assert together[6]["f2"] is None
    assert together[6]["half"] == 0.5


def test_they_are_computed_after_the_join(tmp_path: Path) -> None:
    root = project_of(tmp_path, wide(4))
    definitions = load_project(root).definitions
    request = resolve(definitions, ["many"])
    plan = rewrite(plan_training_set(request, canonical_spine(request)))
    (join,) = plan.joins
    assert join.events.raw == ("amount", "n")
    assert [len(stage) for stage in plan.computed] == [len(COMPUTED) + 1]
    assert rewrite(plan_training_set(resolve(definitions, ["few"]), canonical_spine(request))).computed == ()


@examples(dev=40, ci=125)
@given(case=cases())
def test_wherever_expressions_are_computed_the_values_are_the_reference_s(engine: Engine, case: Case) -> None:
    """As if computing after the join always paid."""
    with patch.object(late, "_pays", lambda columns, reads: bool(columns)):
        hold_to_reference(engine, case)
