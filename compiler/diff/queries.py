"""Queries of sources that are the same statement, however they are laid out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def same_query(old: str, new: str, dialect: str) -> bool:
    """Whether the two are one tree, letter for letter; layout, comments and the case of keywords do not count.

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
    return _literals(old, dialect) == _literals(new, dialect) and _same(*trees)


def _literals(text: str, dialect: str) -> list[str]:
    """Return texts and numbers as they are written: a tree may hold less, as of `interval '1 day 02:00:00'`."""
    from sqlglot import TokenType, tokenize

    kinds = (TokenType.STRING, TokenType.NUMBER)
    return [each.text for each in tokenize(text, read=dialect or None) if each.token_type in kinds]


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
