"""docs/explanation/views-of-views.md holds: its definitions bind, its test passes, and both forms answer."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from fcompile import FeatureStore
from fcompile.runtime.project import load_project
from fcompile.runtime.run import materialize
from fcompile.runtime.testing import run_tests
from fcompile.runtime.why import CHOSEN, why, why_windows
from tests.example.shell_blocks import ROOT

PAGE = ROOT / "docs/explanation/views-of-views.md"
PURCHASES = """purchase_id,user_id,amount,bought_at,known_at
1,1,8,2026-01-01T13:00:00Z,2026-01-01T13:30:00Z
2,1,8,2026-01-01T13:10:00Z,2026-01-01T13:10:00Z
3,1,9.5,2026-01-01T13:20:00Z,2026-01-01T13:40:00Z
"""
PEAK = """feature_views:
  - name: peak
    entities: [user]
    source: {view: spend}
    features: [{name: spend_1h, dtype: float64}]
"""
"""The latest of the page's windows."""
END = datetime(2026, 1, 1, 13, 45)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "featuredefs").mkdir()
    (folder / "fcompile.yaml").write_text("project: page\n", encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for number, block in enumerate(blocks):
        (folder / "featuredefs" / f"{number}.yaml").write_text(block, encoding="utf-8")
    (folder / "featuredefs" / "peak.yaml").write_text(PEAK, encoding="utf-8")
    (folder / "purchases.csv").write_text(PURCHASES, encoding="utf-8")
    (folder / "spine.csv").write_text("user_id,event_timestamp\n1,2026-01-01T13:45:00Z\n", encoding="utf-8")
    return folder


def test_the_test_of_the_page_passes(project: Path) -> None:
    summary = run_tests(load_project(project))
    assert [problem.message for problem in summary.problems] == []
    assert summary.passed == 1


def test_both_forms_answer_in_one_statement(project: Path) -> None:
    with FeatureStore(project) as store:
        job = store.get_historical_features(
            str(project / "spine.csv"), ["burst", "large", "rise"], full_feature_names=False
        )
        (row,) = job.to_arrow().to_pylist()
        assert job.to_sql().count("READ_CSV") == 2  # the spine, and the one source
    assert (row["bursts_7d"], row["large_7d"], row["rise"], row["spend_7d"]) == (1, 1, 1.0, 25.5)


def test_a_view_runs_without_the_one_that_it_reads(project: Path) -> None:
    loaded = load_project(project)
    view = loaded.definitions.feature_views["burst"]
    assert materialize(loaded, [view], end=END).exit_code == 0
    with FeatureStore(project) as store:
        answer = store.get_online_features(["burst"], [{"user_id": 1}], at=END)
    assert answer.to_dict()["bursts_7d"] == [1]


def test_a_view_as_of_the_query_is_computed_online_from_the_one_that_it_reads(project: Path) -> None:
    loaded = load_project(project)
    assert materialize(loaded, [loaded.definitions.feature_views["spend"]], end=END).exit_code == 0
    with FeatureStore(project) as store:
        answer = store.get_online_features(["rise"], [{"user_id": 1}, {"user_id": 2}], at=END)
    assert answer.to_dict() == {"user_id": [1, 2], "rise": [1.0, None], "spend_7d": [25.5, None]}


def test_why_shows_the_rows_of_the_view_that_is_read(project: Path) -> None:
    loaded = load_project(project)
    report = why_windows(loaded, loaded.definitions.feature_views["burst"], {"user_id": 1}, END)
    out = "out: the filter of the aggregation is not true"
    assert [str(row.verdicts[0]) for row in report.rows] == ["in", out, out]
    chosen = next(
        row for row in why(loaded, loaded.definitions.feature_views["peak"], {"user_id": 1}, END).rows
    )
    assert (chosen.values, chosen.verdict) == ((25.5,), CHOSEN)
