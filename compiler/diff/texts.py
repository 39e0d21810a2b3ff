"""Definitions as they stand in their files: the place of each key, and the lines of each object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from fcompile.compiler.errors import Span
from fcompile.compiler.load import load
from fcompile.compiler.tree import Mapping as Written
from fcompile.compiler.tree import Node, Scalar, Sequence


class Placed(Protocol):
    """An object or a feature: ``span`` is where its name stands."""

    @property
    def span(self) -> Span: ...


@dataclass(frozen=True)
class Texts:
    """The files of one state of a project, by name; each is read when something of it is asked for.

    A file that is not at hand tells nothing: keys then stand where the object's name does.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    _read: dict[str, dict[tuple[int, int], Written]] = field(default_factory=dict, compare=False, repr=False)
    _roots: dict[str, Node | None] = field(default_factory=dict, compare=False, repr=False)
    _objects: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict, compare=False, repr=False)

    def span(self, placed: Placed, key: str = "") -> Span | None:
        """Return where ``key`` of an object or feature stands, else its name; None for what is in no file."""
        node = self._node(placed) if key else None
        found = node.items.get(key) if node is not None else None
        if found is not None:
            return found.span
        return placed.span if placed.span.file else None

    def written(self, placed: Placed, key: str) -> str:
        """Return the text under ``key``, if it is one value; "" where it is not or cannot be told."""
        node = self._node(placed)
        found = node.items.get(key) if node is not None else None
        if not isinstance(found, Scalar) or found.value is None:
            return ""
        return str(found.value).lower() if isinstance(found.value, bool) else str(found.value)

    def object_text(self, placed: Placed) -> str | None:
        """Return the lines of an object, from the comments above it on; None where they are not at hand."""
        span = placed.span
        if span.file not in self.files:
            return None
        if span.file not in self._objects:
            self._objects[span.file] = dict(_objects(self._root(span.file), self.files[span.file]))
        return self._objects[span.file].get((span.line, span.column))

    def head(self, placed: Placed) -> tuple[str, ...] | None:
        """Return the comments of a file before those of its first object; None for what is not that object."""
        span = placed.span
        if span.file not in self.files:
            return None
        first = next(_named(self._root(span.file), deep=False), None)
        if first is None or (first[0].line, first[0].column) != (span.line, span.column):
            return None
        lines = [line.strip() for line in self.files[span.file].removeprefix("\ufeff").split("\n")]
        above = lines[: _above(lines, first[1].span.line) - 1]
        return tuple(line for line in above if line.startswith("#"))

    def _root(self, file: str) -> Node | None:
        if file not in self._roots:
            self._roots[file] = load(self.files[file], file).root
        return self._roots[file]

    def _node(self, placed: Placed) -> Written | None:
        file = placed.span.file
        if file not in self.files:
            return None
        if file not in self._read:
            self._read[file] = {
                (name.line, name.column): node for name, node in _named(self._root(file), deep=True)
            }
        return self._read[file].get((placed.span.line, placed.span.column))


def _named(root: Node | None, *, deep: bool) -> Iterator[tuple[Span, Written]]:
    """Yield the mappings that have a name, in the file's order: objects, and with ``deep`` what is named in them."""
    stack: list[Node] = [root] if isinstance(root, Written) else []
    while stack:
        node = stack.pop()
        if isinstance(node, Sequence):
            stack.extend(reversed(node.items))
        elif isinstance(node, Written):
            name = node.items.get("name")
            if isinstance(name, Scalar):
                yield name.span, node
            if name is None or deep:
                stack.extend(reversed(node.items.values()))


def _objects(root: Node | None, text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the text of each object under the place of its name.

    It reaches from the comments right above it to those above the next object or list; spaces at the ends of lines
    and the kind of line ends do not count.
    """
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").split("\n")]
    named = list(_named(root, deep=False))
    starts = {(node.span.line, node.span.column) for _, node in named}
    if isinstance(root, Written):
        starts |= {(span.line, span.column) for span in root.keys.values()}
    ordered = sorted(starts)
    ends = dict(zip(ordered, [*ordered[1:], (len(lines) + 1, 1)], strict=True))
    for name, node in named:
        start = (node.span.line, node.span.column)
        yield (name.line, name.column), _between(lines, start, ends[start])


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    (first, column), (last, until) = start, end
    if first == last:
        return lines[first - 1][column - 1 : until - 1].rstrip(" ,]")
    # An item of a block begins on its own line, and the comments above that are its own.
    own = not lines[first - 1][: column - 1].strip(" -")
    body = [lines[first - 1][0 if own else column - 1 :], *lines[first : _above(lines, last) - 1]]
    above = lines[_above(lines, first) - 1 : first - 1] if own else []
    return "\n".join((*above, *body)).rstrip(" ,\n]")


def _above(lines: list[str], line: int) -> int:
    """Return the first of the lines of comments that stand right above ``line``; it where there are none."""
    while line > 1 and line - 2 < len(lines) and lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line
