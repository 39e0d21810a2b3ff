"""What a process needs to find this checkout, whatever is installed."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[3]


def child_environment() -> dict[str, str]:
    """The environment of this process, with this checkout first."""
    paths = [str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
