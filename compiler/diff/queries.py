"""Queries of sources that are the same statement, however they are laid out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def same_query(old: str, new: str, dialect: str) -> bool:
    """Whether the two are one tree of the same words; layout, comments and the case of keywords do not count.

    What cannot be read is the same only where the text is.
    """
    if old == new:
        return True
    from sqlglot import exp, parse
    from sqlglot.errors import SqlglotError

    try:
        trees = [parse(text, dialect=dialect or None) for text in (old, new)]
    except (SqlglotError, RecursionError):
        return False
    if any(tree is None or tree.find(exp.Command) for each in trees for tree in each):
        return False
    return _words(old, dialect) == _words(new, dialect) and _same(*trees)


def _words(text: str, dialect: str) -> list[tuple[Any, str]]:
    """Return the words without layout, comments and letter case: a tree may hold less than they say.

    sqlglot drops parts of intervals, and takes functions for one another that it holds to be alike.
    """
    from sqlglot import TokenType, tokenize

    exact = (TokenType.STRING, TokenType.IDENTIFIER)
    words = tokenize(text, read=dialect or None)
    found = [(t.token_type, t.text if t.token_type in exact else t.text.upper()) for t in words]
    return found[:-1] if found and found[-1][0] is TokenType.SEMICOLON else found


def _same(old: Any, new: Any) -> bool:
    """sqlglot's own equality takes letters of one case for those of the other, which a JSON path does not."""
    from sqlglot import exp

    stack = [(old, new)]
    while stack:
        a, b = stack.pop()
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            stack.extend(zip(a, b, strict=True))
        elif isinstance(a, exp.Expression) and type(a) is type(b):
            mine, other = _arguments(a), _arguments(b)
            if mine.keys() != other.keys():
                return False
            stack.extend((mine[key], other[key]) for key in mine)
        elif isinstance(a, list | exp.Expression) or type(a) is not type(b) or a != b:
            return False
    return True


def _arguments(tree: Any) -> dict[str, Any]:
    return {
        key: value
        for key, value in tree.args.items()
        if value is not None and value is not False and value != []
    }
