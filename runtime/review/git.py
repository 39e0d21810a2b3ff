"""Questions to git that change nothing: no hooks, no prompts, no locks, no shell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_TIMEOUT = 60.0


def git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints, or None where it says no, is not there, or takes a minute.

    Who calls it has seen to it that no argument from outside can be read as an option: ``is_name``, ``--``.
    """
    command = ["git", "--literal-pathspecs", "--no-pager", "-C", str(folder), *arguments]
    try:
        ended = subprocess.run(  # noqa: S603 - git with a list of arguments
            command,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
            env=variables(),
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return ended.stdout if ended.returncode == 0 else None


def variables() -> dict[str, str]:
    """Return the environment that git runs in: of the folder's repository, also where a hook of another one runs us."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_A_REPOSITORY}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


_OF_A_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
)


def is_name(text: str) -> bool:
    """Whether ``text`` may be a ref or a commit: no option, no range, nothing that prints.

    >>> is_name("origin/main"), is_name("HEAD^1"), is_name("--upload-pack=x"), is_name("a..b"), is_name("")
    (True, True, False, False, False)
    """
    return bool(text) and text[0] not in "-^:" and ".." not in text and text.isprintable() and " " not in text


def commit(folder: Path, name: str) -> str | None:
    """Return the full id of the commit that ``name`` means, or None where there is none."""
    if not is_name(name):
        return None
    found = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.decode("ascii", "replace").strip() if found else None


def merge_base(folder: Path, one: str, other: str) -> str | None:
    """Return the last commit that the two have in common; None where there is none, or the clone is too shallow."""
    found = git(folder, "merge-base", "--end-of-options", one, other)
    return found.decode("ascii", "replace").strip() if found else None


def top_level(folder: Path) -> Path | None:
    """Return the folder of the work tree that ``folder`` is in, or None outside of one."""
    found = git(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(found.rstrip(b"\n"))) if found else None
