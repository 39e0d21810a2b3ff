"""What the last sound reading of a project found, so that after an edit only what it touches is read again.

It is a cache: without it, or where it does not fit, everything is read. Nothing in it is a definition.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from fcompile.compiler.kinds import Id
from fcompile.runtime.cache import key_of, read_cache, write_cache

if TYPE_CHECKING:
    from fcompile.runtime.project_files import Opened

_SOURCED = ("feature_views", "labels")


@dataclass(frozen=True, slots=True)
class KnownObject:
    """An object in which nothing was wrong.

    Attributes:
        file: that it stands in; ``line`` is its first one, from 1.
        digest: of what is written.
        reads: what it was made from, itself not among it; where it is ``wide``, so is all that reads these sources.
        outside: columns of its source that it reads though the source's contract does not list them, in order.
        verdicts: how many of its features have each.
    """

    file: str
    line: int
    digest: str
    reads: tuple[Id, ...]
    outside: tuple[str, ...] = ()
    verdicts: Mapping[str, int] = field(default_factory=dict)
    wide: bool = False


@dataclass(frozen=True)
class Known:
    """A project of which everything was read, and proved for a dialect.

    Attributes:
        files: path -> SHA-256 of all definition files; ``tuning``: that of tuning.yaml, "" where there was none.
        built: of the manifest that a build of it left, the SHA-256; by all that the build depends on besides.
    """

    files: Mapping[str, str]
    tuning: str
    objects: Mapping[Id, KnownObject]
    built: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _readers(self) -> Mapping[Id, tuple[Id, ...]]:
        return _turned({reader: each.reads for reader, each in self.objects.items()})

    @cached_property
    def _all_reads(self) -> Mapping[Id, tuple[Id, ...]]:
        found = {each: one.reads for each, one in self.objects.items()}
        for each, one in self.objects.items():
            if one.wide:
                sources = [read for read in one.reads if read[0] == "sources"]
                beside = (reader for read in sources for reader in self._readers.get(read, ()))
                found[each] = (*one.reads, *(reader for reader in beside if reader[0] in _SOURCED))
        return found

    def with_readers(self, ids: Iterable[Id]) -> frozenset[Id]:
        """Return ``ids`` and all that is made from them."""
        return _reached(ids, _turned(self._all_reads))

    def with_read(self, ids: Iterable[Id]) -> frozenset[Id]:
        """Return ``ids`` and all that they are made from."""
        return _reached(ids, self._all_reads)

    def verdicts(self) -> Counter[str]:
        """Return how many features of the project have each verdict."""
        found: Counter[str] = Counter()
        for each in self.objects.values():
            found.update(each.verdicts)
        return found

    def columns_read(self) -> dict[str, tuple[str, ...]]:
        """Return what is read of each source beyond its contract, in the order of who reads it."""
        found: dict[str, dict[str, None]] = {}
        for kind in _SOURCED:
            for name in sorted(name for own, name in self.objects if own == kind):
                for column in self.objects[kind, name].outside:
                    source, _, bare = column.partition(".")
                    found.setdefault(source, {})[bare] = None
        return {source: tuple(names) for source, names in found.items()}

    def is_of(self, opened: Opened) -> bool:
        """Whether the files are still those that were read."""
        return (self.files, self.tuning) == (opened.digests, opened.tuning_digest)


def read_known(opened: Opened, use: str) -> Known | None:
    """Return what the last ``use`` found out about the project, whatever its files are now; None where nothing."""
    texts = read_cache(opened.root, _name(opened, use))
    if texts.get("key") != _key(opened):
        return None
    try:
        objects = {
            (str(kind), str(name)): KnownObject(
                file, line, digest, tuple((k, n) for k, n in reads), tuple(outside), verdicts, wide
            )
            for kind, name, file, line, digest, reads, outside, verdicts, wide in json.loads(texts["objects"])
        }
        return Known(json.loads(texts["files"]), texts["tuning"], objects, json.loads(texts["built"]))
    except (KeyError, TypeError, ValueError):
        return None


def read_any(opened: Opened, uses: Iterable[str]) -> Known | None:
    """Return what the first of ``uses`` knows of the files as they are now, or else what the first one knows."""
    first: Known | None = None
    for use in uses if opened.sound else ():
        known = read_known(opened, use)
        if known is not None and known.is_of(opened):
            return known
        first = first or known
    return first


def write_known(opened: Opened, use: str, known: Known) -> None:
    """Keep what is known, in place of what was."""
    objects = [
        [*each, one.file, one.line, one.digest, one.reads, one.outside, dict(one.verdicts), one.wide]
        for each, one in known.objects.items()
    ]
    texts = {
        "key": _key(opened),
        "files": json.dumps(dict(known.files)),
        "tuning": known.tuning,
        "objects": json.dumps(objects),
        "built": json.dumps(dict(known.built)),
    }
    write_cache(opened.root, _name(opened, use), {}, texts)


def _name(opened: Opened, use: str) -> str:
    """One for each dialect: targets that differ in nothing else share it."""
    return f"{use}-{opened.dialect}.json"


def _key(opened: Opened) -> str:
    return key_of(opened.dialect)


def _turned(edges: Mapping[Id, tuple[Id, ...]]) -> dict[Id, tuple[Id, ...]]:
    found: dict[Id, list[Id]] = {}
    for each, reads in edges.items():
        for read in reads:
            found.setdefault(read, []).append(each)
    return {read: tuple(readers) for read, readers in found.items()}


def _reached(ids: Iterable[Id], edges: Mapping[Id, tuple[Id, ...]]) -> frozenset[Id]:
    found: set[Id] = set()
    front = list(ids)
    while front:
        each = front.pop()
        if each not in found:
            found.add(each)
            front.extend(edges.get(each, ()))
    return frozenset(found)
