"""Lines of a text, and columns in an editor's units: LSP counts UTF-16 code units from 0, spans characters from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fcompile.compiler.errors import Span

_BREAK = re.compile("\r\n|\n|\r")
_MARK = "\ufeff"
_WIDTHS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Line and column as an editor counts them: both from 0, columns in its units."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Range:
    """``end`` is exclusive."""

    start: Position
    end: Position


class Lines:
    """One text; ``encoding`` is what the editor and the server have agreed on.

    A byte order mark is in no line, as for spans; where the editor has one it counts it.
    """

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.lines = _BREAK.split(text.removeprefix(_MARK))
        self._codec, self._width = _WIDTHS.get(encoding, _WIDTHS["utf-16"])
        self._mark = self._length(_MARK) if text.startswith(_MARK) else 0

    def _length(self, text: str) -> int:
        return len(text.encode(self._codec, "surrogatepass")) // self._width

    def line(self, number: int) -> str:
        """Return line ``number`` from 0; nothing behind the last."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def units(self, line: int, column: int) -> int:
        """Return ``column`` characters of a line, from 0, in the editor's units; past its end it is the end.

        >>> Lines("a\U0001f600b").units(0, 2)
        3
        """
        return self._length(self.line(line)[: max(0, column)]) + (0 if line else self._mark)

    def column(self, at: Position) -> int:
        """Return how many characters stand before a position; inside one, those before that one.

        >>> [Lines("a\U0001f600b").column(Position(0, n)) for n in range(6)]
        [0, 1, 1, 2, 3, 3]
        """
        text = self.line(at.line)
        left = at.character - (0 if at.line else self._mark)
        if text.isascii():
            return max(0, min(left, len(text)))
        for n, character in enumerate(text):
            left -= self._length(character)
            if left < 0:
                return n
        return len(text)

    def range(self, span: Span) -> Range:
        """Return the range of a span; of one that reaches beyond its line, what is within it."""
        line = min(span.line, len(self.lines)) - 1
        first = span.column - 1 if span.line <= len(self.lines) else len(self.line(line))
        start, end = self.units(line, first), self.units(line, first + span.length)
        return Range(Position(line, start), Position(line, end))

    def between(self, line: int, first: int, last: int) -> Range:
        """Return the range of characters ``[first, last)`` of a line, all counted from 0."""
        return Range(Position(line, self.units(line, first)), Position(line, self.units(line, last)))

    def cut(self, span: Span) -> str:
        """Return what stands at a span."""
        return self.line(span.line - 1)[span.column - 1 : span.column - 1 + span.length]
