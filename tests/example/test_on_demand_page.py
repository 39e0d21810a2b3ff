"""docs/explanation/on-demand.md holds: its examples pass, and its commands print what it says they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fcompile.runtime.project import load_project
from fcompile.runtime.testing import run_tests
from tests.example.shell_blocks import ROOT, blocks, run, without_clock

PAGE = ROOT / "docs/explanation/on-demand.md"
FILES = {
    "payments.csv": "user_id,paid_at,amount\n1,2026-01-01T09:00:00Z,30\n1,2026-01-05T09:00:00Z,10\n",
    "shops.csv": "shop_id,changed_at,country\na,2026-01-01T00:00:00Z,NL\n",
    "spine.csv": "user_id,shop_id,event_timestamp,amount,card_country\n"
    "1,a,2026-01-05T12:00:00Z,100,nl\n2,b,2026-01-05T12:00:00Z,20,de\n",
    "fcompile.yaml": "project: page\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's definitions as a project, with the rows of its test in files."""
    folder = tmp_path_factory.mktemp("page")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "featuredefs").mkdir()
    yaml = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for number, block in enumerate(yaml):
        (folder / "featuredefs" / f"{number}.yaml").write_text(block, encoding="utf-8")
    return folder


def test_the_example_on_the_page_passes(folder: Path) -> None:
    summary = run_tests(load_project(folder))
    assert ([problem.message for problem in summary.problems], summary.passed) == ([], 1)


def test_the_commands_on_the_page_print_what_it_says(folder: Path) -> None:
    found = blocks(PAGE.read_text(encoding="utf-8"))
    assert len(found) == 3
    for block in found:
        shown = without_clock(run(block.command, folder))
        assert block.output is not None
        assert shown == without_clock(block.output), block.command
