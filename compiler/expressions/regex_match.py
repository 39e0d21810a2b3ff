"""How a pattern is matched in Python: up to which length of the text by ``re``, and by simulation beyond."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from fcompile.compiler.expressions.regex import (
    Chars,
    Choice,
    End,
    Group,
    Ranges,
    Regex,
    Repeat,
    Sequence,
    Start,
    is_nullable,
    size,
)
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_program import Program, compile_program
from fcompile.compiler.expressions.regex_text import PYTHON, regex_text

MOST_STEPS = 1_000_000
"""Steps that ``re`` may need for one text: some milliseconds."""

_ENDLESS = 10**9


@dataclass(slots=True)
class Matcher:
    """``quick`` takes texts up to ``longest`` characters, ``program`` the others."""

    quick: re.Pattern[str]
    longest: int
    tree: Regex
    group: int
    _program: Program | None = field(default=None)

    @property
    def program(self) -> Program:
        if self._program is None:
            self._program = compile_program(self.tree, self.group)
        return self._program


def matcher(pattern: str, group: int) -> Matcher:
    tree = parse_regex(pattern).tree
    return Matcher(re.compile(regex_text(tree, PYTHON, group)), _longest(tree), tree, group)


def _longest(tree: Regex) -> int:
    """The longest text, as a power of two, for which ``re`` stays below ``MOST_STEPS``; 0 if there is none."""
    longest, effort = 0, size(tree)
    anchored = isinstance(tree, Start) or (isinstance(tree, Sequence) and isinstance(tree.items[0], Start))
    for length in (2**n for n in range(4, 21)):
        places = 1 if anchored else length
        if _ways(tree, length) * places * effort > MOST_STEPS:
            break
        longest = length
    return longest


def _ways(tree: Regex, length: int) -> int:
    """A bound on how many ways ``re`` can try from one place of a text of this length."""
    match tree:
        case Sequence(items):
            ways = 1
            for item in items:
                ways = min(_ENDLESS, ways * _ways(item, length))
            return ways
        case Choice(options):
            each = [_ways(option, length) for option in options]
            return max(each) if _is_decided(options) else min(_ENDLESS, sum(each))
        case Group(item):
            return _ways(item, length)
        case Repeat(item, least, most):
            return _repeated(_ways(item, length), least, length if most is None else most, length)
    return 1


def _repeated(ways: int, least: int, most: int, length: int) -> int:
    most = min(most, length)
    ends = max(1, most - least + 1)
    if ways == 1:
        return ends
    # Beyond the least of two ways each, 30 times are more than can be tried.
    return _ENDLESS if most > 30 else min(_ENDLESS, ends * ways**most)


def _is_decided(options: tuple[Regex, ...]) -> bool:
    """Whether the next character says which option it can only be."""
    if any(map(is_nullable, options)):
        return False
    spans = sorted(span for option in options for span in _spans(_first(option)))
    return all(a[1] < b[0] for a, b in pairwise(spans))


def _first(tree: Regex) -> list[Chars]:
    """The characters that it can begin with."""
    match tree:
        case Chars():
            return [tree]
        case Start() | End():
            return []
        case Choice(options):
            return [chars for option in options for chars in _first(option)]
        case Repeat(item) | Group(item):
            return _first(item)
        case Sequence(items):
            found: list[Chars] = []
            for item in items:
                found.extend(_first(item))
                if not is_nullable(item):
                    break
            return found


def _spans(found: list[Chars]) -> Iterator[tuple[int, int]]:
    for chars in found:
        yield from _complement(chars.ranges) if chars.negated else ((ord(a), ord(b)) for a, b in chars.ranges)


def _complement(ranges: Ranges) -> Iterator[tuple[int, int]]:
    at = 0
    for low, high in ranges:
        if ord(low) > at:
            yield at, ord(low) - 1
        at = ord(high) + 1
    yield at, 0x10FFFF
