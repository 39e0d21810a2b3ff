"""docs/explanation/point-in-time.md holds: its examples are tests, and they pass."""

from __future__ import annotations

import re
from pathlib import Path

from fcompile.runtime.project import load_project
from fcompile.runtime.testing import run_tests

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "point-in-time.md"


def test_every_example_on_the_page_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "fcompile.yaml").write_text("project: page\n")
    for number, block in enumerate(blocks):
        (tmp_path / "featuredefs" / f"{number}.yaml").write_text(block)
    summary = run_tests(load_project(tmp_path))
    assert [problem.message for problem in summary.problems] == []
    assert summary.passed == len(
        re.findall(r"^  - name: [a-z_0-9]+\n    features: \[\w+\]\n    given", "".join(blocks), re.M)
    )
    assert summary.passed >= 8
