"""docs/explanation/windows.md holds: its examples pass, its label says so, its pictures are what the script draws."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from fcompile.runtime.project import load_project
from fcompile.runtime.testing import run_tests
from tests.example.shell_blocks import ROOT

PAGE = ROOT / "docs/explanation/windows.md"

# Those of docs/images/labels.svg.
PURCHASES = """user_id,bought_at,known_at,amount,shop
1,2026-01-01T13:00:00Z,2026-01-01T13:00:00Z,10,
1,2026-01-01T13:15:00Z,2026-01-01T13:40:00Z,7,
1,2026-01-01T13:50:00Z,2026-01-01T14:20:00Z,8,
1,2026-01-01T14:10:00Z,2026-01-01T14:10:00Z,9,
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's definitions and tests as a project, with the purchases of its picture of a label."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "featuredefs").mkdir()
    (folder / "fcompile.yaml").write_text("project: page\n", encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for number, block in enumerate(blocks):
        (folder / "featuredefs" / f"{number}.yaml").write_text(block, encoding="utf-8")
    (folder / "purchases.csv").write_text(PURCHASES, encoding="utf-8")
    (folder / "spine.csv").write_text("user_id,event_timestamp\n1,2026-01-01T13:00:00Z\n", encoding="utf-8")
    return folder


def test_every_example_on_the_page_passes(project: Path) -> None:
    summary = run_tests(load_project(project))
    assert [problem.message for problem in summary.problems] == []
    assert summary.passed == PAGE.read_text(encoding="utf-8").count("    given:") == 4


@pytest.mark.parametrize(("as_of", "label"), [("14:29:59", None), ("14:30:00", 15.0), ("23:00:00", 15.0)])
def test_the_label_is_known_once_it_has_matured(project: Path, as_of: str, label: float | None) -> None:
    output = project / "out.parquet"
    command = [
        sys.executable,
        "-c",
        "from fcompile.cli import main; main()",
        "historical",
        "-f",
        "user_spend",
    ]
    command += ["--label", "next_1h", "--as-of", f"2026-01-01T{as_of}Z", "-p", str(project)]
    command += ["--spine", str(project / "spine.csv"), "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert duckdb.execute(f"SELECT next_1h FROM '{output}'").fetchall() == [(label,)]


def test_the_pictures_are_what_the_script_draws(tmp_path: Path) -> None:
    images = ROOT / "docs/images"
    shutil.copy(images / "make.py", tmp_path)
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    assert sorted(made) == ["labels.svg", "windows.svg"]
    assert made == {name: (images / name).read_text(encoding="utf-8") for name in made}
