"""What one binding of a project leaves for the next: only what a change touches is bound again.

An object is taken from the last time if it is written as before and every look at another object finds what it
found then: the very same object, or again none. So the result is that of binding everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fcompile.compiler.tree import Mapping as Written
from fcompile.compiler.tree import plain

T = TypeVar("T")
Look = tuple[tuple[str, str], str, object]
"""In which table (what, kind), for which name, and what was found: an object, or one of the two below."""

_ABSENT = object()
_PRESENT = object()
_SPARE = 1_000


@dataclass(slots=True)
class Notes:
    """All looks at tables since ``clear``. ``all``: something was gone through as a whole."""

    looks: list[Look] = field(default_factory=list)
    all: bool = False

    def distinct(self) -> tuple[Look, ...]:
        """Return the looks, one for each name in each table: that an object is there goes without saying."""
        found: dict[tuple[tuple[str, str], str], Look] = {}
        for look in self.looks:
            if look[2] is not _PRESENT or look[:2] not in found:
                found[look[:2]] = look
        return tuple(found.values())

    def clear(self) -> None:
        self.looks = []
        self.all = False


class Table(dict[str, T]):
    """Objects by name, that notes each look at it."""

    __slots__ = ("key", "notes")

    def __init__(self, key: tuple[str, str], notes: Notes) -> None:
        super().__init__()
        self.key = key
        self.notes = notes

    def __contains__(self, name: object) -> bool:
        found = super().__contains__(name)
        self.notes.looks.append((self.key, str(name), _PRESENT if found else _ABSENT))
        return found

    def __getitem__(self, name: str) -> T:
        value = super().__getitem__(name)
        self.notes.looks.append((self.key, name, value))
        return value

    def get(self, name: str, default: Any = None) -> Any:
        value: Any = super().get(name, _ABSENT)
        self.notes.looks.append((self.key, name, value))
        return default if value is _ABSENT else value

    def __iter__(self) -> Iterator[str]:
        self.notes.all = True
        return super().__iter__()

    def keys(self) -> Any:
        self.notes.all = True
        return super().keys()

    def values(self) -> Any:
        self.notes.all = True
        return super().values()

    def items(self) -> Any:
        self.notes.all = True
        return super().items()

    def finds(self, name: str, found: object) -> bool:
        """Whether a look for ``name`` finds what was ``found`` before; this look is not noted."""
        value: Any = super().get(name, _ABSENT)
        return value is found or (found is _PRESENT and value is not _ABSENT)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of an object written as ``node``, and the looks on the way."""

    node: Written
    made: Any
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The objects of one file. ``text`` is None where something was wrong with the file by itself."""

    text: str | None
    items: tuple[Any, ...]


@dataclass(slots=True)
class Memory:
    """Of one project, and of the ``dialect`` of its first use: with another one it is left alone.

    Attributes:
        files: what each file holds, by its name.
        objects: by kind and name, what was bound without a problem.
        columns: by a view's name, that view and the columns that it reads.
    """

    files: dict[str, Kept] = field(default_factory=dict)
    objects: dict[tuple[str, str], Made] = field(default_factory=dict)
    dialect: str | None = None
    columns: dict[str, tuple[Any, tuple[str, ...]]] = field(default_factory=dict)

    def columns_read(self, view: Any, find: Callable[[Any], Iterable[str]]) -> tuple[str, ...]:
        """Return what ``find`` finds for a view, each once; it is asked once for the same object."""
        known = self.columns.get(view.name)
        if known is None or known[0] is not view:
            known = self.columns[view.name] = view, tuple(dict.fromkeys(find(view)))
        return known[1]

    def read(self, file: str, text: object) -> tuple[Any, ...] | None:
        """Return the objects of a file that is as it was, and in which nothing is wrong by itself; else None."""
        kept = self.files.get(file)
        return kept.items if kept is not None and kept.text is not None and kept.text == text else None

    def keep(self, file: str, text: str | None, items: Iterable[Any]) -> tuple[Any, ...]:
        """Keep the objects of a file, and return them: those that stand there as before are the ones of before.

        Of a file that cannot be read at all, those of before are kept, for when it can be read again.
        """
        kept = self.files.get(file)
        before = {(item.kind, item.name): item for item in kept.items} if kept else {}
        same = tuple(_same(before.get((item.kind, item.name)), item) for item in items)
        unread = text is None and not same
        self.files[file] = Kept(text, kept.items if unread and kept else same)
        return same

    def forget(self, files: Container[str], declared: Mapping[str, Collection[str]]) -> None:
        """Forget files that are gone, and objects that are, once these are many: some come back soon."""
        self.files = {file: kept for file, kept in self.files.items() if file in files}
        self.columns = {
            name: known for name, known in self.columns.items() if name in declared["feature_views"]
        }
        if len(self.objects) > 2 * sum(map(len, declared.values())) + _SPARE:
            self.objects = {key: made for key, made in self.objects.items() if key[1] in declared[key[0]]}


def digests(memory: Memory) -> dict[tuple[str, str], str]:
    """Return a digest of each object by kind and name: of what is written of it and of all that it is made from.

    What binding makes of two objects with one digest differs in places at most. Places count by the file.
    """
    found: dict[tuple[str, str], str] = {}

    def digest(key: tuple[str, str]) -> str:
        if key not in found:
            object_ = memory.objects[key]
            looks = [_told(look, key, digest) for look in object_.looks]
            text = json.dumps([*key, object_.node.span.file, repr(plain(object_.node)), looks])
            found[key] = hashlib.sha256(text.encode()).hexdigest()
        return found[key]

    return {key: digest(key) for key in memory.objects}


def _told(look: Look, asking: tuple[str, str], digest: Callable[[tuple[str, str]], str]) -> list[str]:
    """What was found, in words: an object bound by its digest, one that is only declared by how it is written."""
    (what, kind), name, found = look
    if found is _ABSENT or found is _PRESENT or (kind, name) == asking:
        return [what, kind, name, str(found is not _ABSENT)]
    return [what, kind, name, digest((kind, name)) if what == "bound" else repr(plain(found.node))]  # type: ignore[attr-defined]


def _same(before: Any, item: Any) -> Any:
    """``1``, ``1.0`` and ``true`` are equal in Python, but not as they are written."""
    if before is None or not (before.sound and item.sound) or before.node != item.node:
        return item
    return before if repr(plain(before.node)) == repr(plain(item.node)) else item
