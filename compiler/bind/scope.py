"""What binding one project knows and has found wrong so far."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

from fcompile.compiler.bind.memory import Made, Memory, Notes, Table
from fcompile.compiler.errors import Diagnostic, Span, did_you_mean, listed
from fcompile.compiler.kinds import WORDS
from fcompile.compiler.leak import label_as_feature
from fcompile.compiler.tree import Mapping, Node, Scalar, step

VIEWS = ("feature_views", "on_demand_feature_views")
"""The kinds whose names stand for values; they share none."""
UNKNOWN = {"entities": "FC203", "sources": "FC204", "feature_views": "FC205"}

MOST_HINTS = 1_000
"""Problems of one run beyond which near names are looked for among a few only, so that hostile files stay cheap."""


@dataclass(frozen=True, slots=True)
class Item:
    """An object as written.

    Attributes:
        name: empty where it has none.
        shape: its model (compiler/schema); of a broken object what could be salvaged, so that what the model
            holds to be required may be None.
        sound: False where its file or its shape has a mistake: it is checked further, but not bound.
    """

    kind: str
    name: str
    node: Mapping
    shape: Any
    sound: bool = True

    @property
    def words(self) -> str:
        """What it is written as: a view with ``as_of: query`` is a feature view, though it is declared otherwise."""
        moved = self.kind == "on_demand_feature_views" and hasattr(self.shape, "source")
        return WORDS["feature_views" if moved else self.kind]

    @property
    def title(self) -> str:
        return f"{self.words} `{self.name}`" if self.name else f"this {self.words}"

    def has(self, key: str) -> bool:
        """Whether something is written under ``key``, well formed or not, or might have been."""
        return has(self.node, key)

    def span(self, *path: str | int) -> Span:
        """Where the value at ``path`` stands; the nearest value around it where it is absent."""
        return at(self.node, *path).span

    def key_span(self, *path: str | int) -> Span:
        """Where the key at the end of ``path`` stands; the mapping that lacks it where it is absent."""
        around = at(self.node, *path[:-1])
        return around.keys.get(str(path[-1]), around.span) if isinstance(around, Mapping) else around.span


@dataclass(slots=True)
class Scope:
    """Objects by kind and name: as declared, and those bound without a problem.

    Attributes:
        items: all objects as written, also those without a name or with one that is taken.
        salvaged: objects with a mistake that leaves whole what others look up in them.
        leaned: whether one of those was looked up since this was last set to False.
        unread: texts of files that are no YAML; what is looked for in vain may be defined there.
        memory: what the last binding left; what this one leaves.
        notes: what is looked up for the object at hand.
    """

    dialect: str = "duckdb"
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=lambda: {kind: [] for kind in WORDS})
    leaned: bool = False
    memory: Memory = field(default_factory=Memory)
    notes: Notes = field(default_factory=Notes)
    declared: dict[str, Table[Item]] = field(init=False)
    bound: dict[str, Table[Any]] = field(init=False)
    salvaged: dict[str, Table[Any]] = field(init=False)
    tables: dict[tuple[str, str], Table[Any]] = field(init=False)
    readers: dict[str, list[Item]] | None = None

    def __post_init__(self) -> None:
        self.declared = {kind: Table(("declared", kind), self.notes) for kind in WORDS}
        self.bound = {kind: Table(("bound", kind), self.notes) for kind in WORDS}
        self.salvaged = {kind: Table(("salvaged", kind), self.notes) for kind in WORDS}
        every = (*self.declared.values(), *self.bound.values(), *self.salvaged.values())
        self.tables = {table.key: table for table in every}

    def narrow(self, only: Container[tuple[str, str]]) -> None:
        """Leave out all objects but ``only`` these, by kind and name."""
        for kind, items in self.items.items():
            self.items[kind] = [item for item in items if (kind, item.name) in only]
            declared = self.declared[kind]
            for name in [
                item.name for item in items if (kind, item.name) not in only and item.name in declared
            ]:
                del declared[name]

    def problem(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, span, hint))

    def recalled(self, item: Item) -> Any:
        """Return what was made of ``item`` the last time, if all is as it was; else None. Begins new notes."""
        self.notes.clear()
        last = self.memory.objects.get((item.kind, item.name))
        if last is None or last.node is not item.node:
            return None
        for table, name, found in last.looks:
            if not self.tables[table].finds(name, found):
                return None
        return last.made

    def remember(self, item: Item, made: Any) -> None:
        """Keep what was made without a problem of ``item``, and what was looked up for it."""
        last = self.memory.objects.get((item.kind, item.name))
        if not self.notes.all and (last is None or last.made is not made):
            self.memory.objects[item.kind, item.name] = Made(item.node, made, self.notes.distinct())

    def placed(self, kind: str, order: Iterable[str]) -> list[Item]:
        """Return all objects of a kind: those named in ``order`` in that order, then the others as they are written."""
        declared = dict(self.declared[kind].items())
        first = [declared[name] for name in order if name in declared]
        known = {id(item) for item in first}
        return [*first, *(item for item in self.items[kind] if id(item) not in known)]

    def reading(self, source: str) -> list[Item]:
        """Return the feature views and labels that read a source, and those of which that is not known."""
        if self.readers is None:
            self.readers = {}
            for item in (*self.items["feature_views"], *self.items["labels"]):
                name = item.shape.source
                if name is None or isinstance(name, str):
                    self.readers.setdefault(name or "", []).append(item)
        return [*self.readers.get("", ()), *self.readers.get(source, ())]

    def find(self, kind: str, name: str | None, span: Span) -> Any:
        """Return the bound object; None after reporting that there is none, or silently if it is broken.

        One that is broken elsewhere than in what is looked up is returned too, for further checks. A label's name
        in its place gets an error of its own.
        """
        if name is None:
            return None
        if name in self.bound[kind]:
            return self.bound[kind][name]
        if name in self.salvaged[kind]:
            self.leaned = True
            return self.salvaged[kind][name]
        if name not in self.declared[kind] and not self.refuses_label(name, span):
            self.unknown(UNKNOWN[kind], f"{WORDS[kind]} `{name}`", name, self.declared[kind], span)
        return None

    def refuses_label(self, name: str, span: Span) -> bool:
        """Whether ``name``, which stands for nothing else here, is a label's or begins with one; reported then."""
        label = name.partition(":")[0]
        found = label in self.declared["labels"]
        if found:
            self.diagnostics.append(label_as_feature(label, span))
        return found

    def unknown(self, code: str, what: str, name: str, known: Iterable[str], span: Span) -> None:
        names = list(known)
        if any(re.search(rf"\bname *: *[\"']?{re.escape(name)}\b", text) for text in self.unread):
            return
        if len(self.diagnostics) > MOST_HINTS:
            names = names[:6]
        hint = did_you_mean(name, names) or (f"known: {listed(names, 6)}" if names else "none is defined")
        self.problem(code, f"there is no {what}", span, hint)


def has(node: Node, key: str) -> bool:
    """Whether something is written under ``key`` of a mapping, well formed or not, or might have been."""
    if not isinstance(node, Mapping):
        return False
    written = node.items.get(key)
    nothing = isinstance(written, Scalar) and written.value is None and written.sound
    return not node.sound or (written is not None and not nothing)


def at(node: Node, *path: str | int) -> Node:
    """Follow ``path`` as far as it goes."""
    for part in path:
        below = step(node, part)
        if below is None:
            return node
        node = below
    return node
