"""Where a piece of a scalar's text stands in its file: in quotes, in blocks and over several lines too.

Plain and quoted text of one line mostly stands in the file as it is, and a sum answers. Otherwise the text
is laid along what was written: escapes, folded line ends and indentation are passed over.
"""

from __future__ import annotations

from fcompile.compiler.errors import Span
from fcompile.compiler.tree import Node, Scalar

_LONG_ESCAPES = {"x": 4, "u": 6, "U": 10}


def place_of(node: Node, start: int, length: int) -> Span:
    """Return where ``length`` characters from ``start`` of the node's text stand, up to the line's end.

    ``start`` may be the text's length: the place just behind it. A node without text is its own place.
    """
    span = node.span
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return span
    if node.verbatim >= 0:
        return Span(span.file, span.line, span.column + node.verbatim + start, max(1, length))
    if not node.written or start < 0:
        return span
    pieces = _pieces(node.written, node.value)
    first = pieces[min(start, len(node.value))][0]
    last = pieces[min(start + max(1, length), len(node.value) + 1) - 1][1]
    return _span(node, first, last)


def _span(node: Scalar, first: int, last: int) -> Span:
    before = node.written[:first]
    line = before.count("\n")
    column = first - before.rfind("\n") if line else node.span.column + first
    shown = node.written[first:last].split("\n")[0].rstrip()
    return Span(node.span.file, node.span.line + line, column, max(1, len(shown)))


def _pieces(written: str, text: str) -> list[tuple[int, int]]:
    """Return from where to where in ``written`` each character of ``text`` stands, and the place behind all."""
    style = written[0] if written[0] in "'\"|>" else ""
    at = written.find("\n") + 1 if style in ("|", ">") else len(style)
    found = []
    end = at
    for character in text:
        at = _next(written, at, character, style)
        found.append((at, at + _width(written, at, character, style)))
        at = found[-1][1]
        # Behind the last word, not behind the line ends and the indentation that follow it.
        end = end if character.isspace() else at
    return [*found, (end, end)]


def _next(written: str, at: int, character: str, style: str) -> int:
    """Return where ``character`` stands, at or after ``at``; a folded line end stays where it is."""
    while at < len(written) and written[at] != character:
        if style == '"' and written[at] == "\\":
            if written[at + 1 : at + 2] not in ("\r", "\n"):
                return at
            at += 1  # an escaped line end stands for nothing
        elif character.isspace() or not written[at].isspace():
            return at
        at += 1
    return at


def _width(written: str, at: int, character: str, style: str) -> int:
    """Return how many characters of the file the one at ``at`` takes; 0 for a space that a line end made."""
    if style == '"' and written[at : at + 1] == "\\":
        return _LONG_ESCAPES.get(written[at + 1 : at + 2], 2)
    if written[at : at + 1] != character:
        return 0
    return 2 if style == "'" and character == "'" else 1
