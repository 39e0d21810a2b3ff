"""A project in a real git repository."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git; raise where it says no."""
    ended = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **_IDENTITY},
    )
    return ended.stdout


@dataclass(frozen=True)
class Repository:
    """``top`` is the repository's folder, ``project`` the one of fcompile.yaml."""

    top: Path
    project: Path

    def commit(self, message: str = "a change") -> str:
        """Commit everything; return the commit's id."""
        git(self.top, "add", "-A")
        git(self.top, "commit", "-q", "--allow-empty", "-m", message)
        return git(self.top, "rev-parse", "HEAD").strip()

    def edit(self, old: str, new: str, file: str = "featuredefs/customers.yaml") -> None:
        """Replace text that stands in a file."""
        path = self.project / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
