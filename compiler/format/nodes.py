"""YAML as it is written: scalars with their quotes, collections with their style, and where comments stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BLOCKS = ("|", ">")
_LEAD = re.compile(r"(?: |- )*")


def lead(line: str) -> int:
    """Return how many characters of indentation and signs of items a line begins with.

    >>> lead("  - a: 1"), lead("- - -5")
    (4, 4)
    """
    found = _LEAD.match(line)
    return len(found.group()) if found else 0


@dataclass(frozen=True, slots=True)
class Comment:
    """One ``# ...`` up to the line's end.

    Attributes:
        column: from 0; ``indent``: where what its line says begins, behind the signs of items.
        blank: an empty line stands above it.
    """

    text: str
    column: int = 0
    indent: int = 0
    blank: bool = False

    @property
    def own_line(self) -> bool:
        return self.column == self.indent


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar.

    Attributes:
        written: as the file holds it, quotes and header and all; lines end in ``\\n``.
        value: its text after YAML's rules.
        style: ``""`` plain, ``'`` and ``"`` quoted, ``|`` and ``>`` blocks.
    """

    written: str
    value: str
    style: str = ""

    @property
    def one_line(self) -> bool:
        return "\n" not in self.written and self.style not in BLOCKS


@dataclass(slots=True)
class Entry:
    """``key: value`` of a mapping, or an item of a list; filled while it is read.

    Attributes:
        above: comments on lines of their own before it; ``beside``: the one at the end of its line.
        below: comments that follow it and are indented deeper than it.
        blank: an empty line stands directly above its first line.
    """

    key: Leaf | None
    value: Node | None = None
    above: list[Comment] = field(default_factory=list)
    beside: Comment | None = None
    below: list[Comment] = field(default_factory=list)
    blank: bool = False


@dataclass(slots=True)
class Collection:
    """A mapping or a list.

    Attributes:
        flow: in brackets; ``one_line``: brackets that open and close on one line.
        column: of its entries, from 0, where it is not in brackets.
        below: comments after its last entry.
    """

    mapping: bool
    flow: bool = False
    one_line: bool = True
    column: int = 0
    entries: list[Entry] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)


Node = Leaf | Collection


@dataclass(frozen=True, slots=True)
class Text:
    """A file. ``head``: its lines up to ``---``, where that is written; ``root`` None: nothing but comments."""

    head: tuple[str, ...]
    root: Node | None
    comments: tuple[Comment, ...] = ()
