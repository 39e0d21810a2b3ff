"""``build --watch``: builds again each time that a file of the project is saved, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.console.session import Session
from fcompile.runtime.project_files import PROJECT_FILE, TUNING_FILE, definition_paths, find_root

_PAUSE = 0.1
"""Seconds between two looks at the files."""

Seen = tuple[tuple[str, int, int], ...]


def watched(session: Session, build: Callable[[Session], None]) -> None:
    """Call ``build`` now and after each change, each time with a session of its own; what is wrong is said.

    Raises UsageError where there is no project to begin with.
    """
    root = find_root(Path(session.settings.project))
    before: Seen | None = None
    folders = _folders(session)
    while True:
        now = tuple(_seen(root, folders))
        if now != before:
            begun, again = monotonic(), session.anew()
            try:
                build(again)
            except FcompileError as error:
                again.log.errors(error)
            folders = _folders(again) or folders
            before = now
            again.log.say(f"Done in {monotonic() - begun:.2f} s. Waiting for changes; Ctrl-C ends it.")
        sleep(_PAUSE)


def _folders(session: Session) -> tuple[str, ...]:
    """Return the folders of definitions; none where fcompile.yaml does not tell just now."""
    try:
        config = session.opened.config
    except FcompileError:
        return ()
    return config.definitions if config is not None else ()


def _seen(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of each file that a build reads, and that is there."""
    found = (path for folder in folders for path in definition_paths(root / folder))
    for path in sorted({root / PROJECT_FILE, root / TUNING_FILE, *found}):
        try:
            status = path.stat()
        except OSError:
            continue
        yield str(path), status.st_size, status.st_mtime_ns
