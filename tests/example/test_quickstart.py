"""The quickstart does what it says: its commands, top to bottom, print what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.example.shell_blocks import ROOT, blocks, copy_example, run, without_clock


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    copy_example(folder)
    return folder


def test_every_command_prints_what_the_page_shows(example: Path) -> None:
    steps = blocks((ROOT / "docs/tutorial/quickstart.md").read_text(encoding="utf-8"))
    assert len(steps) >= 7
    for step in steps:
        printed = run(step.command, example)
        if step.output is not None:
            assert without_clock(printed) == without_clock(step.output), step.command
