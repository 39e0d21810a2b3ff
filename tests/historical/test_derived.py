"""Features of a latest view that read other features: the values of the chosen row, and defaults without one."""

from __future__ import annotations

from pathlib import Path

from tests.historical.computed_project import ask, hours, project_of

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
