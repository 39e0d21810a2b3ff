"""Settled nodes to text: two spaces a level, one empty line at most, and one between objects."""

from __future__ import annotations

from fcompile.compiler.format.nodes import BLOCKS, Collection, Comment, Entry, Leaf, Text, lead
from fcompile.compiler.format.scalars import key_lines, leaf_lines
from fcompile.compiler.format.settle import EXPRESSIONS, STEP, flow_text

_NEAREST = 2
"""Spaces before a comment at the end of a line, at least."""


def write(text: Text) -> str:
    """Return the file's text; it ends with one line end, and is empty where there is nothing to write."""
    lines = _Lines(list(text.head))
    root = text.root
    for comment in text.comments:
        lines.comment(comment, 0)
    if isinstance(root, Collection) and root.entries:
        _write_block(root, 0, lines)
    elif isinstance(root, Collection):
        lines.put(flow_text(root))
        for comment in root.below:
            lines.comment(comment, 0)
    return "".join(f"{line}\n" for line in lines.lines)


class _Lines:
    """Lines as they are written; ``sealed``: an empty line here would be part of a text (``|+``)."""

    def __init__(self, head: list[str]) -> None:
        self.lines = head
        self.sealed = False

    def put(self, *lines: str) -> None:
        self.lines.extend(lines)
        self.sealed = False

    def blank(self) -> None:
        """Put an empty line, if none stands there."""
        if self.lines and self.lines[-1] and not self.sealed:
            self.lines.append("")

    def comment(self, comment: Comment, indent: int) -> None:
        if comment.blank:
            self.blank()
        self.put(" " * indent + comment.text)


def _write_block(collection: Collection, indent: int, lines: _Lines) -> None:
    before: Entry | None = None
    for entry in collection.entries:
        if before is not None and _stands_apart(before, entry, indent):
            lines.blank()
        _write_above(entry, indent, lines, first=before is None)
        _write_entry(entry, indent, lines)
        before = entry
    for comment in collection.below:
        lines.comment(comment, indent)


def _stands_apart(before: Entry, entry: Entry, indent: int) -> bool:
    """Whether an empty line belongs between: two lists of a file, or two objects of more than a line."""
    if entry.key is not None:
        return indent == 0
    return indent == STEP and any(
        isinstance(e.value, Collection) and not e.value.flow for e in (before, entry)
    )


def _write_above(entry: Entry, indent: int, lines: _Lines, first: bool) -> None:
    """Write the comments above, and the empty lines that stood there; none at a collection's begin."""
    for number, comment in enumerate(entry.above):
        if comment.blank and not (first and not number and indent):
            lines.blank()
        lines.put(" " * indent + comment.text)
    if entry.blank and (entry.above or not first):
        lines.blank()


def _write_entry(entry: Entry, indent: int, lines: _Lines) -> None:
    value = entry.value
    *before, head = (" " * indent + line for line in (["-"] if entry.key is None else key_lines(entry.key)))
    lines.put(*before)
    if not isinstance(value, Collection) or value.flow:
        _write_value(head, entry, indent, lines)
    elif entry.key is not None:
        lines.put(_beside(head, entry.beside))
        _write_block(value, indent + STEP, lines)
    else:
        at = len(lines.lines)
        _write_block(value, indent + STEP, lines)
        lines.lines[at] = f"{head} {lines.lines[at][indent + STEP :]}"


def _write_value(head: str, entry: Entry, indent: int, lines: _Lines) -> None:
    """Write an entry whose value begins on its own line; a comment beside a text of lines is behind the last."""
    value = entry.value
    if isinstance(value, Leaf):
        keep = entry.key is not None and entry.key.value in EXPRESSIONS
        first, *rest = leaf_lines(value, indent + STEP, keep=keep)
    else:
        first, *rest = [flow_text(value)]
    written = [f"{head} {first}" if first else head, *rest]
    is_block = isinstance(value, Leaf) and value.style in BLOCKS
    if not is_block:
        written[-1] = _beside(written[-1], entry.beside)
    lines.put(*written)
    lines.sealed = is_block and "+" in first.partition("#")[0]
    for comment in entry.below:
        lines.comment(comment, _column_below(entry, comment, written[-1], indent))


def _column_below(entry: Entry, comment: Comment, line: str, indent: int) -> int:
    """Return the column of a comment below: that of the one at the line's end, if it goes on with that."""
    beside = entry.beside
    is_more = beside is not None and comment.own_line and comment.column == beside.column
    return len(line) - len(beside.text) if beside and is_more else indent + STEP


def _beside(line: str, comment: Comment | None) -> str:
    """Return the line with its comment, in the column where it stood, as far as there is room."""
    if comment is None:
        return line
    column = comment.column + lead(line) - comment.indent
    return line + " " * max(_NEAREST, column - len(line)) + comment.text
