"""Text of a definition file to nodes with their comments. The text is one that ``compiler/load.py`` takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from fcompile.compiler.format.nodes import BLOCKS, Collection, Comment, Entry, Leaf, Node, Text, lead
from fcompile.compiler.format.scalars import scalar_text

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"#[^\n]*")
_SIGNS = re.compile(r"\s*(?:[-?:]\s+)*")


def read(text: str) -> Text:
    """Return the nodes of ``text``: one document without anchors and tags, lines ending in ``\\n``, no BOM."""
    events: list[Any] = list(yaml.parse(text, Loader=_LOADER))
    head_end = _head_end(text, events)
    reader = _Reader(text, _comments(text, events, head_end))
    for event, after in zip(events, [*events[1:], None], strict=True):
        reader.take(event, after)
    head = tuple(line.rstrip() for line in text[:head_end].splitlines())
    root = reader.root
    if isinstance(root, Collection):
        root.below.extend(reader.rest())
        return Text(head, root)
    return Text(head, root if root is not None and root.written else None, tuple(reader.rest()))


def _head_end(text: str, events: list[Any]) -> int:
    """Return where the line of an explicit ``---`` ends, or the sign itself where content follows; else 0."""
    start: Any = next((e for e in events if isinstance(e, yaml.DocumentStartEvent)), None)
    if start is None or not start.explicit:
        return 0
    sign: int = start.end_mark.index
    end = text.find("\n", sign)
    end = len(text) if end < 0 else end
    return end if re.fullmatch(r"\s*(#.*)?", text[sign:end]) else sign


def _comments(text: str, events: list[Any], start: int) -> Iterator[tuple[int, Comment]]:
    """Yield each comment with where it stands: what begins with ``#`` outside all scalars."""
    for first, last in _gaps(text, events, start):
        for found in _COMMENT.finditer(text, first, last):
            line = text.rfind("\n", 0, found.start()) + 1
            before = text[line : found.start()]
            blank = not before.strip() and _is_blank_above(text, line)
            indent = len(before) if _SIGNS.fullmatch(before) else lead(before)
            yield found.start(), Comment(found.group().rstrip(), len(before), indent, blank)


def _gaps(text: str, events: list[Any], start: int) -> Iterator[tuple[int, int]]:
    for event in filter(_is_scalar, events):
        if event.end_mark.index > event.start_mark.index:
            yield start, event.start_mark.index
            start = event.end_mark.index
    yield start, len(text)


def _start(event: Any) -> int:
    """Return where an event begins, in characters."""
    index: int = event.start_mark.index
    return index


def _is_scalar(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent)


def _is_blank_above(text: str, line: int) -> bool:
    """Whether an empty line stands above the line that begins at ``line``."""
    above = text[text.rfind("\n", 0, line - 1) + 1 : line] if line > 0 else ""
    return line > 0 and not above.strip(" \t\n")


class _Reader:
    """Builds the tree from events; hands each comment to the entry it belongs to.

    Attributes:
        current: the entry that was read last; ``seen``: up to where the text is read, its comments too.
        follows: nothing but comments stands between ``current`` and ``seen``.
        above: comments that wait for the entry that comes.
    """

    def __init__(self, text: str, comments: Iterator[tuple[int, Comment]]) -> None:
        self.text = text
        self.comments = list(comments)
        self.next = 0
        self.root: Node | None = None
        self.stack: list[Collection] = []
        self.owners: list[tuple[Entry | None, int]] = []
        self.current: Entry | None = None
        self.seen = 0
        self.follows = True
        self.above: list[Comment] = []

    def take(self, event: Any, after: Any) -> None:
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(event, after)
        elif isinstance(event, yaml.NodeEvent):
            self._flush(_start(event))
            if _is_scalar(event):
                self._put(self._leaf(event), event)
            else:
                self._open(event)

    def rest(self) -> list[Comment]:
        self._flush(len(self.text))
        rest, self.above = self.above, []
        return rest

    def _flush(self, end: int) -> None:
        """Hand out the comments before ``end``."""
        while self.next < len(self.comments) and self.comments[self.next][0] < end:
            at, comment = self.comments[self.next]
            self.next += 1
            self.follows = self.follows and not self.text[self.seen : at].strip()
            self.seen = at + len(comment.text)
            self._give(comment)

    def _give(self, comment: Comment) -> None:
        """Hand a comment to what was read last, where it is beside or below that; else to what comes."""
        entry, inside = self.current, self.stack[-1] if self.stack else None
        if entry is None or inside is None or self.above:
            self.above.append(comment)
        elif comment.own_line:
            (entry.below if self._is_below(entry, inside, comment) else self.above).append(comment)
        elif inside is entry.value and entry.beside:
            self.above.append(comment)
        elif entry.beside or (inside is not entry.value and _is_long_flow(entry.value)):
            entry.below.append(comment)
        else:
            entry.beside = comment

    def _is_below(self, entry: Entry, inside: Collection, comment: Comment) -> bool:
        """Whether a comment is indented deeper than the entry before it; below a block text none may stand."""
        value = entry.value
        ended = value.flow if isinstance(value, Collection) else value and value.style not in BLOCKS
        return bool(ended) and self.follows and not inside.flow and comment.column > inside.column

    def _leaf(self, event: Any) -> Leaf:
        written = self.text[event.start_mark.index : event.end_mark.index]
        return Leaf(written, event.value, "" if event.style in (None, "") else event.style)

    def _open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        made = Collection(mapping, bool(event.flow_style), column=event.start_mark.column)
        self._put(made, event)
        self.owners.append((self.current, event.start_mark.line))
        self.stack.append(made)

    def _close(self, event: Any, after: Any) -> None:
        self._flush(_start(event if self.stack[-1].flow else after))
        done, (owner, line) = self.stack.pop(), self.owners.pop()
        if done.flow:
            done.one_line = event.end_mark.line == line
            done.below, self.above = self.above, []
            self._read_to(event, owner)
        elif self.stack:
            self._keep_below(done, max(self._column_of(after), min(done.column - 1, self.stack[-1].column)))

    def _keep_below(self, done: Collection, column: int) -> None:
        """Keep the comments that are indented deeper than ``column``: of what follows, or of what it is in."""
        count = 0
        for comment in self.above:
            if comment.column <= column:
                break
            count += 1
        done.below, self.above = self.above[:count], self.above[count:]

    def _column_of(self, after: Any) -> int:
        """Return the column of the entry that comes next; -1 at the end of the file."""
        if after.start_mark.index >= len(self.text.rstrip()):
            return -1
        line = self.text.rfind("\n", 0, after.start_mark.index) + 1
        found = re.compile(r" *").match(self.text, line)
        return len(found.group()) if found else 0

    def _put(self, node: Node, event: Any) -> None:
        """Store a key, a value or an item; comments that wait stand above the entry it begins."""
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        waits = top.mapping and top.entries and top.entries[-1].value is None
        if waits:
            entry = top.entries[-1]
            entry.value = node
        else:
            line = self.text.rfind("\n", 0, event.start_mark.index) + 1
            key = node if top.mapping and isinstance(node, Leaf) else None
            entry = Entry(key, None if top.mapping else node, blank=_is_blank_above(self.text, line))
            top.entries.append(entry)
        if not waits or isinstance(node, Leaf) or node.flow:
            self._hand_over(entry)
        self._read_to(event, entry)

    def _hand_over(self, entry: Entry) -> None:
        """Put the comments that wait above an entry, behind the one beside its key; one of a key's text too."""
        is_block = isinstance(entry.value, Leaf) and entry.value.style in BLOCKS
        if entry.beside and (self.above or is_block):
            self.above.insert(0, entry.beside)
            entry.beside = None
        if entry.key and (not entry.key.one_line or entry.key.written.startswith(("---", "..."))):
            self.above.extend(_header_comment(entry.key))
            entry.key = _on_one_line(entry.key)
        entry.above.extend(self.above)
        self.above = []

    def _read_to(self, event: Any, entry: Entry | None) -> None:
        self.current, self.seen, self.follows = entry, event.end_mark.index, True


def _is_long_flow(value: Node | None) -> bool:
    return isinstance(value, Collection) and not value.one_line


def _header_comment(leaf: Leaf) -> list[Comment]:
    found = _COMMENT.search(leaf.written.partition("\n")[0]) if leaf.style in BLOCKS else None
    return [Comment(found.group().rstrip())] if found else []


def _on_one_line(leaf: Leaf) -> Leaf:
    """Return a scalar of several lines on one, in quotes where they are needed."""
    written = scalar_text(leaf.value, flow=True)
    return Leaf(written, leaf.value, written[0] if written[0] in "\"'" else "")
