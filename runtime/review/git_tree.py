"""Files of a commit, read without checking it out. Names and sizes come from others: all is bounded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.load import MAX_BYTES
from fcompile.runtime.review.git import git, variables

MAX_FILES = 20_000
MAX_TOTAL = 256 * 1024 * 1024
_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Blob:
    """A regular file of a commit; ``path`` is relative to the repository's top, ``size`` in bytes."""

    path: str
    id: str
    size: int


def blobs(folder: Path, commit: str, paths: Sequence[str]) -> tuple[Blob, ...]:
    """Return the regular files at and below ``paths`` (relative to the top; "" is all), sorted by path.

    Links and submodules are left out. Raises UsageError (FC553, FC557).
    """
    asked = [path for path in paths if path]
    where = ["--", *asked] if asked else []
    listed = git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, *where)
    if listed is None:
        raise unreadable(f"it does not list the files of {commit[:12]}")
    found = (_blob(entry) for entry in listed.split(b"\0") if entry)
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.path))


def contents(folder: Path, wanted: Iterable[Blob]) -> Mapping[str, bytes]:
    """Return what files hold, by path; those above 1 MiB are cut one byte behind it. Raises UsageError."""
    files = list(wanted)
    if len(files) > MAX_FILES or sum(each.size for each in files) > MAX_TOTAL:
        message = (
            f"there are more than {MAX_FILES:,} definition files, or more than {MAX_TOTAL >> 20} MiB of them"
        )
        raise UsageError(Diagnostic("FC557", message, hint="compare with a manifest: --base FILE"))
    data = _batch(folder, b"".join(f"{each.id}\n".encode() for each in files))
    read: dict[str, bytes] = {}
    at = 0
    for each in files:
        end = data.find(b"\n", at)
        head = data[at:end].split(b" ")
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            raise unreadable(f"it does not have what `{each.path}` held: fetch more of it")
        size = int(head[2])
        read[each.path] = data[end + 1 : end + 1 + min(size, MAX_BYTES + 1)]
        at = end + 1 + size + 1
    return read


def unreadable(why: str) -> UsageError:
    """Return the problem that git does not answer (FC553)."""
    message = f"git does not read this repository: {why}"
    return UsageError(
        Diagnostic("FC553", message, hint="see what `git status` says, or name a manifest as --base")
    )


def _blob(entry: bytes) -> Blob | None:
    """Return the file of one line of ``ls-tree -l``: mode, type, id and size, then a tab and the path."""
    head, _, name = entry.partition(b"\t")
    fields = head.split()
    if len(fields) != 4 or fields[0] not in (b"100644", b"100755") or fields[1] != b"blob":
        return None
    try:
        path = name.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Blob(PurePosixPath(path).as_posix(), fields[2].decode("ascii"), int(fields[3]))


def _batch(folder: Path, ids: bytes) -> bytes:
    if not ids:
        return b""
    command = ["git", "--no-pager", "-C", str(folder), "cat-file", "--batch"]
    try:
        ended = subprocess.run(  # noqa: S603 - git with a list of arguments
            command, input=ids, capture_output=True, check=False, timeout=_TIMEOUT, env=variables()
        )
    except (OSError, subprocess.TimeoutExpired):
        raise unreadable("reading takes too long, or git is not installed") from None
    if ended.returncode:
        raise unreadable("its objects cannot be read")
    return ended.stdout
