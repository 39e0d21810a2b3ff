"""SQL as messages quote it: as its author wrote it, where that is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_LONGEST = 60
TEXT = "fcompile_text"
"""The key under which a tree's root holds the text that it was parsed from."""

_NAME = re.compile(r"\w+$")
_OVER = re.compile(r"\s*over\s*(?=\()", re.IGNORECASE)


def said(node: exp.Expr) -> str:
    """Return a piece of SQL on one line, shortened."""
    text = node.root().meta.get(TEXT, "")
    found = characters(node, text) if text else None
    written = text[found[0] : found[1]] if found is not None else node.sql(comments=False)
    line = " ".join(written.split()).replace("`", '"')
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def characters(node: exp.Expr, text: str) -> tuple[int, int] | None:
    """Return from where to where in ``text`` the piece stands, as the parser noted it; None where it did not.

    The parser notes names and functions, so that brackets behind the last of them are looked for.
    """
    noted = [
        (each.meta["start"], each.meta["end"] + 1) for each in node.walk() if "start" in (each.meta or {})
    ]
    if not noted:
        return None
    start, end = min(first for first, _ in noted), max(last for _, last in noted)
    start = _begun(node, text, start)
    start = _opened(text, start, end)
    end = _closed(text, start, _called(text, end))
    over = _OVER.match(text, end)
    return start, _called(text, over.end()) if over else end


def _begun(node: exp.Expr, text: str, start: int) -> int:
    """Return where the word before ``start`` stands with which a subquery or a clause begins."""
    from sqlglot import exp

    words: dict[type[exp.Expr], str] = {
        exp.Exists: "exists", exp.Query: "select", exp.Limit: "limit", exp.Offset: "offset", exp.Fetch: "fetch",
        exp.Order: "order",
    }  # fmt: skip
    word = next((word for kind, word in words.items() if isinstance(node, kind)), "")
    found = text.lower().rfind(word, 0, start) if word else -1
    return start if found < 0 else found


def _opened(text: str, start: int, end: int) -> int:
    """Return the place at or before ``start`` where the function begins whose bracket is closed before ``end``.

    The parser notes no place of some functions, such as MAX.
    """
    depth = lowest = 0
    for character in text[start:end]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        lowest = min(lowest, depth)
    for _ in range(-lowest):
        bracket = text.rfind("(", 0, start)
        if bracket < 0:
            return start
        name = _NAME.search(text[:bracket])
        start = name.start() if name is not None else bracket
    return start


def _called(text: str, end: int) -> int:
    """Return the place behind the arguments that begin at ``end``; ``end`` itself where there are none."""
    return _closed(text, end, end + 1) if text[end : end + 1] == "(" else end


def _closed(text: str, start: int, end: int) -> int:
    """Return the place at or behind ``end`` by which the brackets opened since ``start`` are closed."""
    depth = text.count("(", start, end) - text.count(")", start, end)
    while depth > 0 and end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return end
