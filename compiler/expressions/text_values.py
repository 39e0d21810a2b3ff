"""Text functions in Python, where Python's own differ from what the table of functions says."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache


def concat(*texts: str) -> str:
    return "".join(texts)


def trim(text: str) -> str:
    return text.strip(" ")


def trim_left(text: str) -> str:
    return text.lstrip(" ")


def trim_right(text: str) -> str:
    return text.rstrip(" ")


def contains(text: str, part: str) -> bool:
    return part in text


def substr(text: str, start: int, length: int | None = None) -> str:
    first = max(start, 1) - 1
    return text[first:] if length is None else text[first : first + max(length, 0)]


def replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def split_part(text: str, separator: str, number: int) -> str:
    if not separator:
        return text if number == 1 else ""
    parts = text.split(separator, number) if number > 0 else []
    return parts[number - 1] if number <= len(parts) and parts else ""


# Case


_LATER = (
    *(0x019B, 0x0264),
    *range(0xA7CB, 0xA7D0),
    *range(0xA7D2, 0xA7D6),
    *range(0xA7DA, 0xA7DD),
    *range(0x10D50, 0x10D86),
    *range(0x16EA0, 0x16ED4),
)
"""Characters that have had the other case only since Unicode 16: later versions of Python know it."""


class _Simple(dict[int, int]):
    """A table for ``str.translate`` that fills itself, one character at a time."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__((code, code) for code in _LATER)
        self.change = change

    def __missing__(self, code: int) -> int:
        self[code] = ord(self.change(chr(code)))
        return self[code]


def _lowered(char: str) -> str:
    # Only İ has a lower case of several characters.
    return char.lower()[0]


def _raised(char: str) -> str:
    if char == "ß":
        return "ẞ"
    # What has an upper case of several characters, such as ᾳ, may have a title case of one, ᾼ.
    return next((c for c in (char.upper(), char.title()) if len(c) == 1), char)


_LOWER, _UPPER = _Simple(_lowered), _Simple(_raised)


def lower(text: str) -> str:
    """Python's own also looks at what is around a Σ, and makes two characters of İ."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def upper(text: str) -> str:
    """Python's own makes several characters of some, such as ŉ."""
    return text.upper() if text.isascii() else text.translate(_UPPER)


# like


def like(text: str, pattern: str) -> bool:
    """In a time that grows with the product of both lengths at most, whatever the pattern."""
    return _matcher(pattern)(text)


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> Callable[[str], bool]:
    """The pieces between ``%``: the first at the beginning, the last at the end, others where they fit first."""
    first, *middle = pattern.split("%")
    if not middle:
        whole = _piece(first)
        return lambda text: whole.fullmatch(text) is not None
    *middle, last = middle
    head, tail, size = _piece(first), _piece(last), len(last)
    between = tuple(_piece(piece) for piece in middle if piece)

    def matches(text: str) -> bool:
        found = head.match(text)
        for piece in between:
            found = found and piece.search(text, found.end())
        end = len(text) - size
        return found is not None and found.end() <= end and tail.match(text, end) is not None

    return matches


def _piece(text: str) -> re.Pattern[str]:
    return re.compile("".join("." if char == "_" else re.escape(char) for char in text), re.DOTALL)
