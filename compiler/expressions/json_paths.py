"""Paths into JSON: ``$``, then ``.name``, ``."any key"`` and ``[0]`` in any order."""

from __future__ import annotations

import re
from typing import NoReturn

MAX_LENGTH = 1_000
MAX_STEPS = 32
MAX_INDEX = 1_000_000

Path = tuple[str | int, ...]
"""Keys of objects and places in arrays (from 0), from the outermost."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DIGITS = re.compile(r"[0-9]+")


class PathError(ValueError):
    """The text is no path: what is wrong, where in it, and what to write."""

    def __init__(self, message: str, start: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.start, self.length, self.hint = message, start, length, hint


def parse_path(text: str) -> Path:
    """Return the steps of ``text``; raise ``PathError``.

    >>> parse_path('$.a."first name"[0]')
    ('a', 'first name', 0)
    """
    if len(text) > MAX_LENGTH:
        raise PathError(f"the path is longer than {MAX_LENGTH:,} characters", 0)
    if not text.startswith("$"):
        raise PathError("a path begins with $", 0, hint="write $.name")
    steps: list[str | int] = []
    at = 1
    while at < len(text):
        step, at = _step(text, at)
        steps.append(step)
    if len(steps) > MAX_STEPS:
        raise PathError(f"the path has more than {MAX_STEPS} steps", 0)
    return tuple(steps)


def path_text(path: Path) -> str:
    """Return the path with every key in quotes, as engines read it.

    >>> path_text(("a", 0))
    '$."a"[0]'
    """
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)


def _step(text: str, at: int) -> tuple[str | int, int]:
    if text[at] == "[":
        return _index(text, at)
    if text[at] != ".":
        raise PathError(
            f"`{text[at]}` stands where `.` or `[` is due", at, hint='write $.name or $."any key"'
        )
    if text[at + 1 : at + 2] == '"':
        return _quoted(text, at)
    name = _NAME.match(text, at + 1)
    if name is not None:
        return name.group(), name.end()
    found = text[at + 1 : at + 2]
    if found == "*":
        _several(at + 1)
    if found == ".":
        raise PathError("a path cannot search at any depth", at, 2, "write every key on the way")
    raise PathError(
        "a key is missing after `.`", min(at + 1, len(text) - 1), hint='write $.name or $."any key"'
    )


def _quoted(text: str, at: int) -> tuple[str, int]:
    end = text.find('"', at + 2)
    if end < 0:
        raise PathError("the key that starts here is not closed", at + 1, hint='add a closing "')
    key = text[at + 2 : end]
    # Engines read these in a quoted key in ways of their own: DuckDB takes * for all keys.
    bad = next((i for i, c in enumerate(key) if c in "\\*'" or c < " "), None)
    if bad is not None:
        message = "a key with a backslash, *, ' or a control character is read differently by engines"
        raise PathError(message, at + 2 + bad, hint="take such a key apart in a source's `query:`")
    if not key:
        raise PathError("the key is empty", at + 1, 2, "take it apart in a source's `query:`")
    return key, end + 1


def _index(text: str, at: int) -> tuple[int, int]:
    digits = _DIGITS.match(text, at + 1)
    if digits is not None and text[digits.end() : digits.end() + 1] == "]":
        if len(digits.group()) > 7 or int(digits.group()) > MAX_INDEX:
            raise PathError(f"a place is at most {MAX_INDEX:,}", at + 1, len(digits.group()))
        return int(digits.group()), digits.end() + 1
    end = text.find("]", at)
    length = (end + 1 if end > 0 else len(text)) - at
    if text[at + 1 : at + 2] == "*":
        _several(at + 1)
    hint = "places count from 0, and not from the end" if text[at + 1 : at + 2] in "-#" else "write [0]"
    if text[at + 1 : at + 2] in ("'", '"'):
        hint = 'write ."key"'
    raise PathError("the place in an array is a number in brackets", at, length, hint)


def _several(at: int) -> NoReturn:
    raise PathError("a path leads to one value", at, 1, "name the key, or the place in the array")
