"""What a completion proposes, and where its cursor is; proposals of names and keys, which many places take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fcompile.compiler.editor.cursor import Cursor
from fcompile.compiler.editor.expected import keys_at
from fcompile.compiler.editor.written import VIEWS, Book, Written, entries_of, text_at
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.tree import Mapping, Node, Sequence, follow

ASKED = ("feature_services", *VIEWS)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may be written.

    Attributes:
        label: what it is called; also what is written, unless ``text`` says otherwise.
        kind: "key", "value", "entity", "source", "view", "service", "feature", "column", "function", "type", "word".
        detail: in a few words, beside the label.
        doc: sentences, as Markdown.
        snippet: ``text`` has places to fill in, as ``${1:name}``.
    """

    label: str
    kind: str
    detail: str = ""
    doc: str = ""
    text: str = ""
    snippet: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """A cursor in a kind of file, with what is known of the project."""

    file: str
    cursor: Cursor
    book: Book

    @property
    def path(self) -> tuple[str | int, ...]:
        return self.cursor.path

    @property
    def key(self) -> str:
        """The nearest key at or above the cursor."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def list(self) -> str:
        return str(self.path[0]) if self.path else ""

    def node(self, depth: int) -> Node | None:
        """Return what is ``depth`` steps down the path; None where the path ends before."""
        found = list(follow(self.cursor.root, self.path))
        return found[depth] if depth < len(found) else None

    @property
    def object(self) -> Written | None:
        """The object that the cursor is in, as far as it is written."""
        node = self.node(2) if self.list in SHAPES else None
        return (
            Written(self.list, text_at(node, "name"), node.span, node) if isinstance(node, Mapping) else None
        )


_WORDS = {kind: kind.replace("_", " ").removesuffix("s").replace("entitie", "entity") for kind in SHAPES}


_KINDS = {
    "entities": "entity",
    "sources": "source",
    "feature_views": "view",
    "on_demand_feature_views": "view",
    "feature_services": "service",
}


def objects(at: At, *kinds: str) -> Iterator[Proposal]:
    for each in at.book.names(*kinds):
        yield Proposal(
            each.name, _KINDS.get(each.kind, "value"), _WORDS[each.kind], text_at(each.node, "description")
        )


def features(view: Written) -> Iterator[Proposal]:
    for each in view.features():
        yield Proposal(each.name, "feature", each.dtype, text_at(each.node, "description"))


def as_keys(at: At, kind: object, node: Node | None) -> Iterator[Proposal]:
    """Yield the keys of a mapping that may begin where a single word stands now."""
    if at.cursor.around or isinstance(node, Mapping):
        return
    for key in keys_at(kind, None):
        text = f"{key.name}{key.snippet}"
        yield Proposal(key.name, "key", "required" if key.required else "", key.description, text)


def join_keys(at: At, entity: str) -> Iterator[Proposal]:
    found = at.book.find(("entities",), entity)
    keys = entries_of(found.node, "join_keys") if found else None
    for name in keys.items if keys else ():
        yield Proposal(name, "column", text_at(keys, name) if keys else "", f"Join key of `{entity}`.")


def texts(node: Node, key: str) -> list[str]:
    found = node.items.get(key) if isinstance(node, Mapping) else None
    return [text for item in found.items if (text := text_at(item))] if isinstance(found, Sequence) else []


def name_of(at: At) -> str:
    return at.object.name if at.object else ""
