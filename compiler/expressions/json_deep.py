"""A reader of JSON that does not call itself, for what is nested deeper than Python's own can go."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn


class Number(str):
    """A number as it is written."""

    __slots__ = ()


_TOKEN = re.compile(
    r'[ \t\n\r]*(?:([{}\[\],:])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(true|false|null))"
)
_WORDS = {"true": True, "false": False, "null": None}


def read_deep(document: str) -> Any:
    """Return the value, of several equal keys the first one's; raise ``ValueError`` if it is not JSON."""
    tokens = _Tokens(document)
    open_: list[tuple[Any, str]] = []
    while True:
        symbol = tokens.next()
        value: Any
        if symbol in ("[", "{"):
            value = [] if symbol == "[" else {}
            if not tokens.sees("]" if symbol == "[" else "}"):
                open_.append((value, "" if symbol == "[" else tokens.key()))
                continue
            tokens.next()
        else:
            value = tokens.scalar(symbol)
        if _put(value, open_, tokens):
            return value if not open_ else open_[0][0]


def _put(value: Any, open_: list[tuple[Any, str]], tokens: _Tokens) -> bool:
    """Put a finished value where it belongs, and close what ends with it; whether that was all."""
    for at in range(len(open_) - 1, -1, -1):
        holder, key = open_[at]
        listed = isinstance(holder, list)
        if listed:
            holder.append(value)
        else:
            holder.setdefault(key, value)
        mark = tokens.next()
        if mark == ",":
            open_[at:] = [(holder, "" if listed else tokens.key())]
            return False
        if mark != ("]" if listed else "}"):
            _refuse()
        value = holder
    tokens.end()
    return True


def _refuse() -> NoReturn:
    raise ValueError("this is not JSON")


class _Tokens:
    def __init__(self, document: str) -> None:
        self.document = document
        self.at = 0
        self.groups: tuple[str | None, ...] = ()

    def next(self) -> str:
        """Take the next token; its symbol, or nothing for a scalar."""
        token = _TOKEN.match(self.document, self.at)
        if token is None:
            _refuse()
        self.at = token.end()
        self.groups = token.groups()
        return token.group(1) or ""

    def sees(self, symbol: str) -> bool:
        token = _TOKEN.match(self.document, self.at)
        return token is not None and token.group(1) == symbol

    def key(self) -> str:
        key = self.scalar(self.next())
        if not isinstance(key, str) or isinstance(key, Number) or self.next() != ":":
            _refuse()
        return key

    def scalar(self, symbol: str) -> Any:
        if symbol:
            _refuse()
        _, text, number, word = self.groups
        return json.loads(text) if text else Number(number) if number else _WORDS[word or ""]

    def end(self) -> None:
        if self.document[self.at :].strip(" \t\n\r"):
            _refuse()
