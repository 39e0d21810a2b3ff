"""The newest rows of a hot key, which are found by their times: where many share one, and where none is in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fcompile import FeatureStore
from tests.windows.scratch import TYPES, Scratch, bought, hours

SHARING = 170
"""Rows of one instant; four such instants make a key hot."""


def newest(**view: Any) -> dict[str, Any]:
    functions = {
        "notes": "last_n(3)",
        "kinds": "last_distinct_n(2)",
        "note": "last",
        "many": "count_distinct",
    }
    lengths = ["20m", "6h", "2d"]
    asked = [{"name": n, "function": f, "column": "note", "windows": lengths} for n, f in functions.items()]
    return {"aggregations": asked, **view}


def crowd(at: float) -> list[dict[str, Any]]:
    return [bought(1, at, n, None if n % 5 == 0 else f"{at}-{n % 9}") for n in range(SHARING)]


def test_many_rows_of_one_instant(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=newest())
    project.land(
        *(row for at in (0, 1, 1.5, 5.5) for row in crowd(at)), bought(1, 5.7, 1.0, None), bought(2, 5)
    )
    for hour in (0.5, 1.5, 5.5, 6, 11.7, 47, 53.5, 54):
        project.run(hours(hour))


def test_the_instant_itself_is_left_out_where_matches_must_be_earlier(tmp_path: Path) -> None:
    project = Scratch(tmp_path / "p", view=newest(allow_exact_matches=False))
    project.land(*(row for at in (0, 1, 1.5, 5.5) for row in crowd(at)))
    for hour in (1.5, 5.5, 7.5, 53.5):
        project.run(hours(hour))


def test_created_times_settle_which_of_one_instant_is_newer(tmp_path: Path) -> None:
    columns = {**TYPES, "made": "timestamp"}
    source = {"created_timestamp_field": "made", "columns": columns}
    project = Scratch(tmp_path / "p", view=newest(), source=source)
    rows = [row for at in (0, 1, 1.5, 5.5) for row in crowd(at)]
    project.land(
        *({**row, "made": hours(-(n % 11))} for n, row in enumerate(rows)), {**bought(2, 5), "made": None}
    )
    for hour in (1.5, 5.5, 7.5, 53.5):
        project.run(hours(hour))


@pytest.mark.parametrize("function", ["last", "last_n(3)", "last_distinct_n(2)", "count_distinct"])
def test_a_row_older_than_the_window_is_no_match_though_its_tile_is_read(
    function: str, tmp_path: Path
) -> None:
    asked = [{"name": "v", "function": function, "column": "note", "windows": ["2d"]}]
    project = Scratch(tmp_path / "p", view={"aggregations": asked})
    project.land(*(row for at in (0, 0.1, 0.2, 1.5) for row in crowd(at)))
    times = [hours(h) for h in (-1, 1, 48.15, 48.3, 49.4, 49.5, 70)]
    spine = pa.table({"user_id": [1] * len(times), "event_timestamp": times})
    with FeatureStore(project.root) as store:
        job = store.get_historical_features(spine, ["spend:v_2d"])
        empty = [not value for value in job.to_arrow().column("v_2d").to_pylist()]
        assert empty == [True, False, False, False, False, True, True]
        assert job.matched == {"spend": 4}
