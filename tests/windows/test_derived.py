"""Features computed from windows: online they are what a historical join gives, and what their windows give by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fcompile import FeatureStore
from tests.windows.scratch import Scratch, bought, hours

FEATURES = [
    {"name": "share", "dtype": "float64", "expr": "total_2h / nullif(total_1d, 0)"},
    {"name": "busy", "dtype": "bool", "expr": "n_2h > 1 and total_2h is not null"},
    {"name": "twice", "dtype": "float64", "expr": "coalesce(share, 0) * 2"},
    {"name": "floor", "dtype": "float64", "expr": "low_1d + 1"},
    {"name": "fixed", "dtype": "int64", "expr": "7"},
]
VIEW: dict[str, Any] = {
    "aggregations": [
        {"name": "total", "function": "sum", "column": "amount", "windows": ["2h", "1d"]},
        {"name": "n", "function": "count", "windows": ["2h"]},
        {"name": "low", "function": "min", "column": "amount", "windows": ["1d"], "default": -1.0},
    ],
    "features": FEATURES,
}
NAMES = [str(feature["name"]) for feature in FEATURES]


def by_hand(total_2h: float | None, total_1d: float | None, n_2h: int, low_1d: float) -> dict[str, Any]:
    share = None if total_2h is None or not total_1d else total_2h / total_1d
    return {
        "share": share,
        "busy": n_2h > 1 and total_2h is not None,
        "twice": (share or 0.0) * 2,
        "floor": low_1d + 1,
        "fixed": 7,
    }


def historical(project: Scratch, user: int, at: float, features: list[str]) -> dict[str, Any]:
    spine = {"user_id": [user], "event_timestamp": [hours(at)]}
    import pyarrow as pa

    with FeatureStore(project.root) as store:
        (row,) = store.get_historical_features(pa.table(spine), features).to_arrow().to_pylist()
    return {name: value for name, value in row.items() if name not in ("user_id", "event_timestamp")}


def online(project: Scratch, user: int, at: float) -> dict[str, Any]:
    return {name: value for name, value in project.values(user, hours(at)).items() if name in NAMES}


def test_online_and_historical_are_what_the_windows_give(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=VIEW)
    project.land(
        bought(1, 0, 3.0), bought(1, 1, 5.0), bought(2, 0, 0.0), bought(3, 0, None), bought(3, 0.5, None)
    )
    expected = {
        (1, 1): by_hand(8.0, 8.0, 2, 3.0),
        (1, 2.5): by_hand(5.0, 8.0, 1, 3.0),
        (1, 24.5): by_hand(None, 5.0, 0, 5.0),
        (1, 30): by_hand(None, None, 0, -1.0),
        (2, 1): by_hand(0.0, 0.0, 1, 0.0),
        (3, 1): by_hand(None, None, 2, -1.0),
        (9, 1): by_hand(None, None, 0, -1.0),
    }
    for at in sorted({at for _, at in expected}):
        assert project.attempt(hours(at)).exit_code == 0
        for user in (user for user, when in expected if when == at):
            assert online(project, user, at) == expected[user, at], (user, at)
            found = historical(project, user, at, [f"spend:{name}" for name in NAMES])
            assert found == expected[user, at], (user, at)
            assert list(found) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_read_alone(name: str, tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=VIEW)
    project.land(bought(1, 0, 3.0), bought(1, 1, 5.0))
    assert historical(project, 1, 2.5, [f"spend:{name}"]) == {name: by_hand(5.0, 8.0, 1, 3.0)[name]}


def test_only_entities_whose_windows_changed_are_rewritten(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=VIEW)
    project.land(bought(1, 0, 3.0), bought(2, 1, 5.0))
    assert project.attempt(hours(1)).results[0].rows == 2
    assert project.attempt(hours(1.5)).results[0].rows == 0
    assert project.attempt(hours(2.5)).results[0].rows == 1


def test_a_changed_expression_is_computed_anew(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=VIEW)
    project.land(bought(1, 0, 3.0))
    assert project.attempt(hours(1)).exit_code == 0
    assert online(project, 1, 1)["fixed"] == 7
    changed = [*FEATURES[:-1], {**FEATURES[-1], "expr": "8"}]
    project.define(features=changed)
    assert project.attempt(hours(1)).exit_code == 0
    assert online(project, 1, 1)["fixed"] == 8
