"""Text to tokens. Never fails on a strange character: the parser says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fcompile.compiler.expressions.nodes import Place
from fcompile.compiler.expressions.problems import ExpressionError, Problem
from fcompile.compiler.tree import Node

Kind = Literal["word", "quoted", "number", "string", "symbol", "end"]

KEYWORDS = frozenset(
    (
        "and",
        "or",
        "not",
        "is",
        "null",
        "in",
        "between",
        "like",
        "case",
        "when",
        "then",
        "else",
        "end",
        "cast",
        "as",
        "true",
        "false",
    )
)
"""Reserved in any case; a column of such a name is written in double quotes."""


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is the meaning: keywords in lower case, strings and quoted names without their quotes."""

    kind: Kind
    text: str
    place: Place
    word: str = ""  # a word in lower case, for keywords and functions

    @property
    def end(self) -> int:
        return self.place.start + self.place.length


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>--|/\*|\#)
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[A-Za-z0-9_.]*)
  | (?P<word>[^\W0-9]\w*)
  | '(?P<string>(?:[^']|'')*)'
  | "(?P<quoted>(?:[^"]|"")*)"
  | (?P<open>['"`])
  | (?P<symbol>->>|::|->|\|\||<>|!=|<=|>=|==|//|:=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str, origin: Node | None = None) -> list[Token]:
    """Return the tokens of ``text``, which stands at ``origin``; the last is of kind ``end``.

    Raises ``ExpressionError``.
    """
    found: list[Token] = []
    at = 0
    while at < len(text):
        m = _TOKEN.match(text, at)
        assert m is not None  # noqa: S101  the last alternative takes any character
        place = Place(at, m.end() - at, origin)
        at = m.end()
        kind = m.lastgroup
        if kind == "space":
            continue
        if kind == "comment":
            raise _error("comments are not part of an expression", place, "use the feature's `description:`")
        if kind == "open":
            raise _unclosed(m.group(), text, place)
        found.append(_token(kind or "symbol", m, place))
    found.append(Token("end", "", Place(len(text.rstrip()), 1)))
    return found


def _token(kind: str, m: re.Match[str], place: Place) -> Token:
    text = m.group(kind)
    match kind:
        case "word":
            return Token("word", text, place, text.lower())
        case "string":
            return Token("string", text.replace("''", "'"), place)
        case "quoted":
            return Token("quoted", text.replace('""', '"'), place)
        case "number":
            return Token("number", text, place)
    return Token("symbol", text, place)


def _unclosed(quote: str, text: str, place: Place) -> ExpressionError:
    if quote == "`":
        return _error("a name is quoted with double quotes, not backticks", place, 'write "name"')
    what = "text" if quote == "'" else "quoted name"
    rest = Place(place.start, len(text) - place.start)
    return _error(f"the {what} that starts here is not closed", rest, f"add a closing {quote}")


def _error(message: str, place: Place, hint: str = "") -> ExpressionError:
    return ExpressionError([Problem("FC301", message, place, hint)])
