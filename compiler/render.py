"""Statements as text for reviewers: a header, named CTEs with a comment each, one SELECT.

Each SELECT is a sqlglot tree and rendered by sqlglot; only what stands between them is put
together here, because sqlglot keeps no layout for comments.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from fcompile.dialects.base import STAGED, Dialect

WIDTH = 100
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")


@dataclass(frozen=True, slots=True)
class Cte:
    """``name AS hint (select)``. ``comment`` says its grain and why it is there; none for a name alone.

    The hint ``STAGED`` is no word of SQL: it asks for a table of its own (``stages.py``), where the CTE is read
    more than once or with ``apart``.
    """

    name: str
    comment: str
    select: str
    hint: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    ctes: tuple[Cte, ...]
    body: str

    def text(self, dialect: Dialect) -> str:
        """Return the statement without a header and without ``;``."""
        body = f"{self.body}\n{dialect.statement_suffix}" if dialect.statement_suffix else self.body
        if not self.ctes:
            return body
        return "WITH " + ", ".join(_cte(cte, dialect) for cte in self.ctes) + "\n" + body


def header(*lines: str) -> str:
    """Return comment lines; a line break inside a line cannot end the comment.

    >>> header("one", "two")
    '-- one\\n-- two\\n'
    """
    return "".join(f"-- {' '.join(line.split())}\n" for line in lines)


def _cte(cte: Cte, dialect: Dialect) -> str:
    hint = "" if cte.hint in ("", STAGED) else f"{cte.hint} "
    return f"{dialect.quoted(cte.name)} AS {hint}(\n{commented(cte.comment)}{indented(cte.select)}\n)"


def commented(text: str) -> str:
    """``text`` as comment lines, each indented; nothing where there is none."""
    lines = [text] if len(text) <= WIDTH - 5 else textwrap.wrap(text, WIDTH - 5)
    return "".join(f"  -- {line}\n" for line in lines if line)


def indented(text: str) -> str:
    """Two spaces before each line, but not where that would change a string."""
    return "\n" + text if spans_lines(text) else "  " + text.replace("\n", "\n  ")


def spans_lines(text: str) -> bool:
    """Does a quoted string or name of ``text`` go over a line's end?

    >>> spans_lines("SELECT 'a', '\\"'"), spans_lines("SELECT 'a\\nb'")
    (False, True)
    """
    return any("\n" in quoted for quoted in _QUOTED.findall(text))
