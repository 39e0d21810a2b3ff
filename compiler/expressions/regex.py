"""Patterns as trees: the part of regular expressions that RE2, Java, Postgres and Python read alike.

A pattern is parsed (``regex_parser.py``) and printed anew for each engine (``regex_text.py``), so that no engine's
own extensions, escapes or defaults ever apply.
"""

from __future__ import annotations

from dataclasses import dataclass

Ranges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chars:
    """One character: any in ``ranges`` (both ends included, in order, apart), or any not in them."""

    ranges: Ranges
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of the text."""


@dataclass(frozen=True, slots=True)
class End:
    """The very end of the text, behind a last line break."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after another; at least two."""

    items: tuple[Regex, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The first option by which the whole pattern matches; at least two."""

    options: tuple[Regex, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """As often as possible, ``most`` None = without end; ``item`` never matches the empty text."""

    item: Regex
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in parentheses, numbered from 1 by the opening one."""

    item: Regex
    number: int


Regex = Chars | Start | End | Sequence | Choice | Repeat | Group

DOT = Chars((("\n", "\n"),), negated=True)


def size(tree: Regex) -> int:
    """How many characters and anchors it has with every count written out."""
    match tree:
        case Sequence(parts) | Choice(parts):
            return sum(map(size, parts))
        case Repeat(item, least, most):
            return size(item) * max(least, most or 0, 1)
        case Group(item):
            return size(item)
    return 1


def is_nullable(tree: Regex) -> bool:
    """Whether it can match the empty text; an anchor does."""
    match tree:
        case Chars():
            return False
        case Sequence(items):
            return all(map(is_nullable, items))
        case Choice(options):
            return any(map(is_nullable, options))
        case Repeat(item, least):
            return least == 0 or is_nullable(item)
        case Group(item):
            return is_nullable(item)
    return True


def is_repeated(tree: Regex, number: int, inside: bool = False) -> bool:
    """Whether group ``number`` stands in something that repeats, so that it has several texts."""
    match tree:
        case Sequence(parts) | Choice(parts):
            return any(is_repeated(p, number, inside) for p in parts)
        case Repeat(item, _, most):
            return is_repeated(item, number, inside or most != 1)
        case Group(item, own):
            return (own == number and inside) or is_repeated(item, number, inside)
    return False
