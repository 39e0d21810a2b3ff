"""Statements as text for reviewers: a header, named CTEs with a comment each, one SELECT.

Each SELECT is a sqlglot tree and rendered by sqlglot; only what stands between them is put
together here, because sqlglot keeps no layout for comments.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

WIDTH = 100
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")


@dataclass(frozen=True, slots=True)
class Cte:
    """``name AS hint (select)``. ``comment`` says its grain and why it is there."""

    name: str
    comment: str
    select: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    ctes: tuple[Cte, ...]
    body: str

    def text(self) -> str:
        """Return the statement without a header and without ``;``."""
        if not self.ctes:
            return self.body
        return "WITH " + ", ".join(map(_cte, self.ctes)) + "\n" + self.body


def header(*lines: str) -> str:
    """Return comment lines; a line break inside a line cannot end the comment.

    >>> header("one", "two")
    '-- one\\n-- two\\n'
    """
    return "".join(f"-- {' '.join(line.split())}\n" for line in lines)


def _cte(cte: Cte) -> str:
    lines = [cte.comment] if len(cte.comment) <= WIDTH - 5 else textwrap.wrap(cte.comment, WIDTH - 5)
    comment = "\n".join(f"  -- {line}" for line in lines)
    words = f'"{cte.name}" AS {cte.hint} (' if cte.hint else f'"{cte.name}" AS ('
    return f"{words}\n{comment}\n{indented(cte.select)}\n)"


def indented(text: str) -> str:
    """Two spaces before each line, but not where that would change a string."""
    return "\n" + text if spans_lines(text) else "  " + text.replace("\n", "\n  ")


def spans_lines(text: str) -> bool:
    """Does a quoted string or name of ``text`` go over a line's end?

    >>> spans_lines("SELECT 'a', '\\"'"), spans_lines("SELECT 'a\\nb'")
    (False, True)
    """
    return any("\n" in quoted for quoted in _QUOTED.findall(text))
