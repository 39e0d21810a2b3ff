"""What a build changed, in words."""

from __future__ import annotations

from fcompile.runtime.build import Build
from fcompile.runtime.console.log import Log

_SIGNS = {"new": "+", "changed": "~", "gone": "-"}


def say_changes(log: Log, build: Build, check: bool, again: str = "fcompile build") -> None:
    """Say what a build wrote, or with ``check`` would have written; ``again`` is the command that writes it."""
    for change in build.changes:
        log.say(f"{_SIGNS[change.kind]} {change.path}", event="file", path=change.path, kind=change.kind)
    count, total = len(build.changes), len(build.files)
    files = "1 file" if total == 1 else f"{total} files"
    if not count:
        message = f"OK: {files} {'is' if total == 1 else 'are'} as {'it' if total == 1 else 'they'} should be"
    elif check:
        message = f"{count} of {files} under {build.folder} would change: run `{again}` and commit them"
    else:
        message = f"OK: {files}, {count} of them changed"
    log.say(message, event="built", files=total, changed=count)
