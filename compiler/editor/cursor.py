"""Where a cursor stands in a YAML text that is being typed, and so is mostly not whole.

The word at the cursor is replaced by a mark, the text is read, and the mark is looked for in the tree. Where the
text cannot be read so, the mark is read as a key, then without what follows its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fcompile.compiler.load import load
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence

MARK = "zqmarkqz"
_BEFORE = re.compile(r"[A-Za-z0-9_]*$")
_AFTER = re.compile(r"[A-Za-z0-9_]*")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a tree.

    Attributes:
        path: of the value at the cursor; of a key the mapping that it is in.
        is_key: whether a key is typed, of a mapping or of what may become one.
        around: the text of the scalar up to the word; of a value only.
        word: the part of the word before the cursor.
        first, last: from where to where the word stands in its line, in characters from 0.
        root: the tree with the mark in place of the word.
    """

    path: Path
    is_key: bool
    around: str
    word: str
    first: int
    last: int
    root: Node


def cursor(text: str, lines: list[str], line: int, column: int) -> Cursor | None:
    """Return the cursor at ``column`` characters of line ``line``, both from 0; None where nothing can be told."""
    if not 0 <= line < len(lines):
        return None
    here = lines[line]
    before, after = here[:column], here[column:]
    word = _match(_BEFORE, before)
    first, last = len(before) - len(word), column + len(_match(_AFTER, after))
    head, tail = here[:first], here[last:]
    for tried in _texts(lines, line, head, tail):
        root = load(tried, "").root
        found = _find(root, ()) if root is not None else None
        if root is not None and found is not None:
            path, is_key, around = found
            return Cursor(path, is_key, around, word, first, last, root)
    return None


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text) if pattern is _BEFORE else pattern.match(text)
    return found.group() if found else ""


def _texts(lines: list[str], line: int, head: str, tail: str) -> Iterator[str]:
    """Yield the texts to read, the likeliest first."""
    above = "\n".join(lines[:line])
    above += "\n" if line else ""
    below = "\n".join(["", *lines[line + 1 :]])
    for mark in (MARK, f"{MARK}: "):
        yield f"{above}{head}{mark}{tail}{below}"
    closers = _closers(head)
    for mark in (MARK, f"{MARK}: "):
        yield f"{above}{head}{mark}{closers}\n"
    # Brackets that were opened on an earlier line.
    closers = _closers(above + head)
    for mark in (MARK, f"{MARK}: "):
        yield f"{above}{head}{mark}{closers}\n"


def _closers(text: str) -> str:
    """Return what closes the quotes and brackets that are open at the end of ``text``."""
    open_: list[str] = []
    quote = ""
    before = " "
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and before in " \t\n[{,:":
            quote = character
        elif character in "[{":
            open_.append("]" if character == "[" else "}")
        elif character in "]}" and open_:
            open_.pop()
        before = character
    return quote + "".join(reversed(open_))


def _find(node: Node, path: Path) -> tuple[Path, bool, str] | None:
    """Return the path to the mark, whether it is a key, and what stands before it. Bounded by the loader."""
    match node:
        case Scalar(value=str() as text) if MARK in text:
            return path, False, text.partition(MARK)[0]
        case Mapping():
            for key, value in node.items.items():
                if MARK in key:
                    return path, True, key.partition(MARK)[0]
                if found := _find(value, (*path, key)):
                    return found
        case Sequence():
            for n, item in enumerate(node.items):
                if found := _find(item, (*path, n)):
                    return found
    return None
