"""What earlier runs found out, under ``.fcompile/cache/``: only ever a shorter way to the same result.

A cache is one JSON file: a line with the SHA-256 of what follows, then texts by key. Whatever is wrong with it, it
is as if it were not there. It is replaced whole, so that of two processes that write the last one wins. Keys say
all that a result depends on, so that nothing in it is ever out of date.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fcompile.compiler.digest import sha256

FOLDER = ".fcompile/cache"
MOST = 50_000
"""Texts that a file holds at most; beyond these only those of the last run are kept."""

_PACKAGES = ("sqlglot", "sqlglotc", "jinja2", "yaml", "pydantic")


def read_cache(root: Path, name: str) -> dict[str, str]:
    """Return the texts of cache ``name`` of the project at ``root`` by key; none where it is missing or damaged."""
    try:
        digest, _, body = (root / FOLDER / name).read_text(encoding="utf-8").partition("\n")
        if digest != sha256(body):
            return {}
        found = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return {}
    return (
        {key: text for key, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
    )


def write_cache(root: Path, name: str, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Keep the texts of this run, and of earlier ones while there is room; a disk that refuses is no problem."""
    kept = {**before, **now} if len(before) + len(now) <= MOST else dict(now)
    if kept == before:
        return
    body = json.dumps(kept, sort_keys=True)
    path = root / FOLDER / name
    temporary = path.with_name(f".{name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(f"{sha256(body)}\n{body}", encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def key_of(*parts: object) -> str:
    """Return a digest of ``parts``, each by its ``repr``, and of the program that asks."""
    return sha256(repr((program(), *parts)))


@lru_cache(maxsize=1)
def program() -> str:
    """Return what tells this fcompile from any other: its own files and those of its packages, by size and time."""
    seen = [sys.version]
    package = Path(__file__).resolve().parent.parent
    for folder in ("compiler", "dialects", "runtime", "templates"):
        seen += sorted(_files(package / folder))
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            seen.append(_seen(Path(spec.origin)))
    return sha256("\n".join(seen))


def _files(folder: Path) -> list[str]:
    found: list[str] = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _files(Path(entry.path))
        else:
            status = entry.stat()
            found.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
    return found


def _seen(path: Path) -> str:
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"
