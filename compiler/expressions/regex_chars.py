"""Characters, escapes and classes of a pattern, read one after the other."""

from __future__ import annotations

from typing import NoReturn

from fcompile.compiler.expressions.regex import Chars, Ranges
from fcompile.compiler.expressions.regex_refused import ESCAPES

_SHORT = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\n"), ("\f", "\r"), (" ", " ")),
}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")


class RegexError(ValueError):
    """The pattern is not of the common part: what is wrong, where in the pattern, and what to write."""

    def __init__(self, message: str, start: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.start, self.length, self.hint = message, start, length, hint


class CharsReader:
    """Where the parser stands in a pattern; it reads one character, escape or class, or raises ``RegexError``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, message: str, length: int = 1, hint: str = "", start: int | None = None) -> NoReturn:
        raise RegexError(message, self.at if start is None else start, length, hint)

    def sees(self, what: str) -> bool:
        return self.text.startswith(what, self.at)

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def escaped(self, start: int) -> Chars:
        if self.at == len(self.text):
            self.fail("the pattern ends with a backslash", hint="write \\\\ for the character", start=start)
        char = self.take()
        if char.lower() in _SHORT:
            return Chars(_SHORT[char.lower()], negated=char.isupper())
        return one_char(self.literal(char, start))

    def literal(self, char: str, start: int) -> str:
        """The character that a backslash and ``char`` stand for."""
        if char in _CONTROL:
            return _CONTROL[char]
        if char in _PUNCTUATION:
            return char
        if char.isdigit():
            self.fail("a reference to a group is not known to every engine", 2, start=start)
        hint = ESCAPES.get(char, f"write {char} for the character")
        return self.fail(f"`\\{char}` is not part of a pattern", 2, hint, start)

    def chars(self, start: int) -> Chars:
        negated = self.sees("^")
        self.at += negated
        found: list[tuple[str, str]] = []
        while True:
            if self.at >= len(self.text):
                self.fail("the class that starts here is not closed", hint="add a closing ]", start=start)
            if self.sees("]"):
                break
            found.extend(self.member())
        if not found:
            self.fail("the class is empty", 1, "write \\] for the character", start)
        self.take()
        return Chars(_merged(found), negated)

    def member(self) -> Ranges:
        start = self.at
        low = self.bound()
        if not (self.sees("-") and not self.sees("-]")):
            return low if isinstance(low, tuple) else ((low, low),)
        self.take()
        high = self.bound() if self.at < len(self.text) else ""
        if isinstance(low, tuple) or isinstance(high, tuple) or high < low:
            text = self.text[start : self.at]
            self.fail(f"`{text}` is not a range", self.at - start, "write \\- for the character", start)
        return ((low, high),)

    def bound(self) -> str | Ranges:
        start = self.at
        char = self.take()
        if char == "[":
            posix = self.text[self.at : self.at + 1] in (":", ".", "=")
            hint = "write a-z, 0-9 and so on" if posix else "write \\[ for the character"
            self.fail("`[` inside a class differs between engines", 1, hint, start)
        if char != "\\":
            return self.plain(char, start)
        if self.at == len(self.text):
            self.fail("the class is not closed", hint="add a closing ]", start=start)
        char = self.take()
        if char in _SHORT:
            return _SHORT[char]
        if char.lower() in _SHORT:
            hint = "write (.|\\n) for any character, or a class that begins with ^"
            self.fail(f"`\\{char}` inside a class is not known to every engine", 2, hint, start)
        return self.literal(char, start)

    def plain(self, char: str, start: int) -> str:
        if char < " " and char not in "\t\n\r\f":
            self.fail(f"a control character, U+{ord(char):04X}, is not part of a pattern", start=start)
        return char


def one_char(char: str) -> Chars:
    """The class of this character alone."""
    return Chars(((char, char),))


def _merged(found: list[tuple[str, str]]) -> Ranges:
    """Ranges in order, those that touch made into one."""
    merged: list[tuple[str, str]] = []
    for low, high in sorted(found):
        if merged and ord(low) <= ord(merged[-1][1]) + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)
