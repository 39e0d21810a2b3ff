"""The SQL of a project for `build`: compiled where it is not known to be on disk already, on all processors.

The cache holds digests alone. A file is left as it is where the object and all that it is made from, what else its
SQL depends on, and its content are what they were when it was compiled: its text then comes from the disk.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fcompile.compiler.digest import sha256
from fcompile.runtime.cache import key_of, read_cache, write_cache
from fcompile.runtime.interruption import WATCHER, obey_the_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from fcompile.compiler.build import Unit
    from fcompile.runtime.project import Project

CACHE = "sql.json"
FEW = 60
"""Units that are compiled faster than processes are started for them."""

Files = dict[str, str]
T = TypeVar("T")


def sql_files(
    project: Project, units: Sequence[Unit], folder: Path, beside: Callable[[], T]
) -> tuple[Files, T]:
    """Return path -> text of all files of ``units``; ``folder`` is where they lie if they were built before.

    ``beside`` is called first, while other processes compile; what it returns is returned, what it raises is raised.
    """
    known = read_cache(project.root, CACHE)
    keys = _keys(project, units)
    files: Files = {}
    missing: list[Unit] = []
    for unit, key in zip(units, keys, strict=True):
        found = _on_disk(folder, unit.folder, known.get(key, "")) if key else None
        if found is None:
            missing.append(unit)
        else:
            files.update(found)
    made, result = compiled(project, missing, beside)
    files.update(made)
    write_cache(project.root, CACHE, known, _said(units, keys, files))
    return files, result


def _keys(project: Project, units: Sequence[Unit]) -> list[str]:
    """Return what each unit's SQL depends on, as one text; "" where that is not known."""
    made = project.digests
    name, schema = project.config.project, project.target.warehouse.schema_
    rest = key_of(name, schema, repr(project.tuning))
    objects = [made.get((unit.kind, unit.definition.name), "") for unit in units]
    return [
        sha256(f"{rest} {unit.folder} {each}") if each else ""
        for unit, each in zip(units, objects, strict=True)
    ]


def _said(units: Sequence[Unit], keys: Sequence[str], files: Mapping[str, str]) -> Files:
    """Return key -> lines of `SHA-256 path`: what `sha256sum` would say."""
    paths: dict[str, list[str]] = {}
    for path in sorted(files):
        paths.setdefault(path.rpartition("/")[0], []).append(f"{sha256(files[path])} {path}")
    return {key: "\n".join(paths[unit.folder]) for unit, key in zip(units, keys, strict=True) if key}


def _on_disk(folder: Path, own: str, said: str) -> Files | None:
    """Return the files that ``said`` tells of, if all are there as they were and in the unit's ``own`` folder."""
    found: Files = {}
    for line in said.splitlines():
        digest, _, path = line.partition(" ")
        if path.rpartition("/")[0] != own:
            return None
        try:
            content = (folder / path).read_bytes()
        except (OSError, ValueError):
            return None
        if hashlib.sha256(content).hexdigest() != digest:
            return None
        found[path] = content.decode()
    return found or None


def compiled(project: Project, units: Sequence[Unit], beside: Callable[[], T]) -> tuple[Files, T]:
    """Return path -> text of the files of ``units``, compiled anew, and what ``beside`` returns."""
    workers = min(_processors(), 8)
    if len(units) < FEW or workers < 2 or not _alone():
        result = beside()
        return _compile(project, units), result
    return _forked(project, [units[n::workers] for n in range(workers)], beside)


def _alone() -> bool:
    """Whether no other thread of Python is at work: one that holds a lock would hold it in a fork for ever."""
    return {each.name for each in threading.enumerate()} <= {threading.current_thread().name, WATCHER}


def _processors() -> int:
    """How many this process may use; 1 where processes cannot be forked."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "fork") and hasattr(os, "sched_getaffinity") else 1


def _compile(project: Project, units: Sequence[Unit]) -> Files:
    from fcompile.compiler.build import unit_files  # sqlglot: only where SQL is made

    name, schema = project.config.project, project.target.warehouse.schema_
    files: Files = {}
    for unit in units:
        files.update(unit_files(unit, name, schema, project.tuning))
    return files


def _forked(project: Project, shares: Sequence[Sequence[Unit]], beside: Callable[[], T]) -> tuple[Files, T]:
    """Compile each share in a process of its own, with ``beside`` here; one that fails there is compiled here."""
    import multiprocessing

    import fcompile.compiler.build  # noqa: F401 - once, before there are many

    context = multiprocessing.get_context("fork")
    children: list[tuple[BaseProcess, Connection]] = []
    gc.freeze()  # memory that nobody looks at is not copied
    try:
        for share in shares:
            here, there = context.Pipe(duplex=False)
            child = context.Process(target=_compile_apart, args=(there, project, share), daemon=True)
            child.start()
            there.close()  # so that the end of the child is the end of what there is to read
            children.append((child, here))
        result = beside()
        files: Files = {}
        for (_, here), share in zip(children, shares, strict=True):
            files.update(_received(here) or _compile(project, share))
    finally:
        gc.unfreeze()
        for process, here in children:
            here.close()
            process.terminate()
            process.join()
    return files, result


def _compile_apart(there: Connection, project: Project, units: Sequence[Unit]) -> None:
    """In a forked process: send the files, or nothing where something is wrong, for the parent to say."""
    obey_the_parent()
    with suppress(Exception):
        there.send_bytes(json.dumps(_compile(project, units)).encode())


def _received(here: Connection) -> Files:
    try:
        found: Files = json.loads(here.recv_bytes())
    except (EOFError, OSError, ValueError):
        return {}
    return found
