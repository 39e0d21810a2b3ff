"""Writes the outputs of the quickstart anew: `PYTHONPATH=. python tests/example/write_quickstart.py`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.example.shell_blocks import ROOT, copy_example, rewritten

PAGE = ROOT / "docs/tutorial/quickstart.md"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        copy_example(Path(name))
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
