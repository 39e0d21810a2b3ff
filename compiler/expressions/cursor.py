"""Where the parser stands among the tokens, and how it says that something else is due."""

from __future__ import annotations

from typing import NoReturn

from fcompile.compiler.expressions import refused
from fcompile.compiler.expressions.lexer import Token, tokens
from fcompile.compiler.expressions.nodes import Place
from fcompile.compiler.expressions.problems import ExpressionError, Problem
from fcompile.compiler.tree import Node


class Cursor:
    """Tokens from left to right. ``problems`` are those after which reading went on."""

    def __init__(self, text: str, origin: Node | None = None) -> None:
        self.text = text
        self.origin = origin
        self.problems: list[Problem] = []
        self.tokens = tokens(text, origin)
        self.at = 0

    # Tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def sees(self, text: str) -> bool:
        """Whether the next token is this symbol or keyword."""
        token = self.next
        return token.word == text if token.kind == "word" else token.kind == "symbol" and token.text == text

    def accept(self, text: str) -> bool:
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str, why: str) -> Token:
        if not self.sees(text):
            self.unexpected(f"`{text}` {why}")
        return self.take()

    def span(self, start: int) -> Place:
        """From ``start`` to the end of the last token taken."""
        return Place(start, max(1, self.tokens[self.at - 1].end - start), self.origin)

    # Problems

    def fail(self, code: str, message: str, place: Place, hint: str = "") -> NoReturn:
        raise ExpressionError([*self.problems, Problem(code, message, place, hint)])

    def unexpected(self, due: str) -> NoReturn:
        token = self.next
        if token.kind == "end":
            self.fail("FC301", f"the expression ends where {due} is due", token.place)
        if token.kind == "symbol" and token.text in refused.SYMBOLS:
            message = f"`{token.text}` is not part of an expression"
            self.fail("FC304", message, token.place, refused.SYMBOLS[token.text])
        if token.kind == "word" and token.word in refused.WORDS:
            message, _, hint = refused.WORDS[token.word].partition("; ")
            self.fail("FC304", message, token.place, hint)
        self.fail("FC301", f"`{self.written(token)}` stands where {due} is due", token.place)

    def written(self, token: Token) -> str:
        return self.text[token.place.start : token.end]
