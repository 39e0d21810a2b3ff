"""How a scalar is written: without quotes where no reader could take it for anything else."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Any

import yaml

from fcompile.compiler.format.nodes import BLOCKS, Leaf
from fcompile.compiler.scalars import resolve

_OLDER: Any = yaml.SafeLoader("")
"""Reads plain scalars as YAML 1.1 does: `on` and `12:30` are no text to it."""
# Signs that open something in YAML; a minus may open a number or an item.
_OPENERS = frozenset("-?:,[]{}#&*!|>'\"%@`=~ ")
_LONGEST_KEY = 1000
"""Behind 1,024 characters no parser looks for the colon."""
_UNSAFE = re.compile(r": |:$| #|\s$|[\n\t]|^\.\.\.")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]|:(?=[\"'])")


def is_plain_safe(text: str, flow: bool, key: bool = False) -> bool:
    """Whether ``text`` without quotes is that text, for readers of YAML 1.1 and 1.2; ``flow``: within brackets.

    >>> [is_plain_safe(t, False) for t in ("1h", "on", "0123", "a: b", "a, b")]
    [True, False, False, False, True]
    """
    if not text or not text.isprintable() or text[0] in _OPENERS or _UNSAFE.search(text):
        return False
    if (flow and _FLOW_SIGNS.search(text)) or (key and ":" in text):
        return False
    try:
        value = resolve(text)
    except ValueError:
        return False
    is_text: bool = _OLDER.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
    return value == text and is_text


def leaf_lines(
    leaf: Leaf, indent: int, flow: bool = False, key: bool = False, keep: bool = False
) -> list[str]:
    """Return a scalar's lines; all but the first begin with ``indent`` spaces, where they are not empty.

    ``keep``: quotes stay as they are written.
    """
    if leaf.style in BLOCKS:
        return _block_lines(leaf, indent)
    if not leaf.one_line:
        first, *rest = leaf.written.split("\n")
        moved = (
            " " * indent + _trimmed(line.lstrip(" \t")) if line.strip(" \t") else "" for line in rest[:-1]
        )
        return [_trimmed(first), *moved, " " * indent + rest[-1].lstrip(" \t")]
    if leaf.style and not keep and is_plain_safe(leaf.value, flow, key):
        return [leaf.value]
    if leaf.style == "'" and not keep and not re.search(r'[\\"]', leaf.value) and leaf.value.isprintable():
        return [f'"{leaf.value}"']
    return [leaf.written]


def _trimmed(line: str) -> str:
    """Return a line of a text without white space at its end; a blank behind a backslash is text."""
    bare = line.rstrip(" \t")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return line[: len(bare) + backslashes % 2]


def key_lines(leaf: Leaf, flow: bool = False) -> list[str]:
    """Return what stands before a value: ``key:``, or ``? key`` and ``:`` where the first is too long for YAML."""
    text = leaf_lines(leaf, 0, flow, key=True)[0]
    return [f"{text}:"] if len(text) <= _LONGEST_KEY else [f"? {text}", ":"]


def scalar_text(value: object, flow: bool = False) -> str:
    """Return how a value is written where it has never been: None, booleans, numbers and text.

    >>> [scalar_text(v) for v in (None, True, 1.5, "1h", "on", "it's: \\"x\\"")]
    ['null', 'true', '1.5', '1h', '"on"', '\\'it\\'\\'s: "x"\\'']
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            words = {float("inf"): ".inf", float("-inf"): "-.inf"}
            return words.get(value, repr(value) if value == value else ".nan")
        case int():
            return str(value)
    text = str(value)
    if is_plain_safe(text, flow):
        return text
    if text.isprintable() and "\\" not in text and '"' not in text:
        return f'"{text}"'
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _escaped(text)


_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _escaped(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _code(c)) for c in text) + '"'


def _code(character: str) -> str:
    number = ord(character)
    return (
        f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 2**16 else f"\\U{number:08x}"
    )


def _block_lines(leaf: Leaf, indent: int) -> list[str]:
    """Return a block's header and its lines, moved to ``indent``; the relative indentation is its text."""
    header, _, body = leaf.written.partition("\n")
    lines = body.split("\n")
    if lines[-1].strip(" ") == "":
        lines.pop()
    if "+" not in header.partition("#")[0]:
        while lines and not lines[-1].strip(" "):
            lines.pop()
    old = _indentation(leaf.value, lines)
    moved = [" " * indent + line[old:] if line[old:] or line.strip(" ") else "" for line in lines]
    return [_header(header, leaf.value), *moved]


def _header(header: str, value: str) -> str:
    """Return a block's first line; a text that ends with the file has no line end, but will have one."""
    signs, sign, comment = header.partition("#")
    signs = re.sub(r"[1-9]", "2", signs, count=1)
    if "-" not in signs and value and not value.endswith("\n"):
        signs = signs[0] + "-" + signs[1:].replace("+", "")
    return signs + sign + comment


def _indentation(value: str, lines: list[str]) -> int:
    """Return how many spaces of each line are layout: what the first line has more than its text."""
    first = next((line for line in lines if line.strip(" ")), None)
    if first is None:
        pairs = zip_longest(lines, value.split("\n"), fillvalue="")
        return max(len(line) - len(text) for line, text in pairs)
    text = next((line for line in value.split("\n") if line.strip(" ")), "")
    return (len(first) - len(first.lstrip(" "))) - (len(text) - len(text.lstrip(" ")))
