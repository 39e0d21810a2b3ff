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
_CLOSED = re.compile(r"""(?:[^'"]++|'[^'\n]*+'|"[^"\n]*+")*+""")
_CLOSED_TICKS = re.compile(r"""(?:[^'"`]++|'[^'\n]*+'|"[^"\n]*+"|`[^`\n]*+`)*+""")
_DOLLARS = re.compile(r"\$\w*\$")
# In the words of the standard, with PostgreSQL's and DuckDB's own: E'..' and $$..$$.
_QUOTED = re.compile(
    r"""(?<!\w)[eE]'(?:\\.|[^'\\])*'|'[^']*'|"[^"]*"|(?<!\w)(\$(?:[A-Za-z_]\w*)?\$).*?\1""", re.DOTALL
)
# Where a backslash escapes the next sign; BigQuery's strings may have three quotes: lexical#string_and_bytes_literals.
_ESCAPED = re.compile(
    r"""(\'{3}|"{3})(?:\\.|[^\\])*?\1|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|(\$\$).*?\2""", re.DOTALL
)


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
    body = indented(cte.select, dialect.escapes_by_backslash)
    return f"{dialect.quoted(cte.name)} AS {hint}(\n{commented(cte.comment)}{body}\n)"


def commented(text: str) -> str:
    """``text`` as comment lines, each indented; nothing where there is none."""
    lines = [text] if len(text) <= WIDTH - 5 else _wrapped(text, WIDTH - 5)
    return "".join([f"  -- {line}\n" for line in lines if line])


def _wrapped(text: str, width: int) -> list[str]:
    """As ``textwrap.wrap``, which takes ten times as long for words with a space between them.

    >>> _wrapped("one two three", 8), _wrapped("one-two", 4)
    (['one two', 'three'], ['one-', 'two'])
    """
    lines, start = [], 0
    plain = "-" not in text and " ".join(text.split()) == text
    while plain and len(text) - start > width:
        end = text.rfind(" ", start, start + width + 1)
        lines.append(text[start:end])
        start, plain = end + 1, end > 0
    return [*lines, text[start:]] if plain else textwrap.wrap(text, width)


def indented(text: str, backslashes: bool = False) -> str:
    """Two spaces before each line, but not where that would change a string."""
    return "\n" + text if spans_lines(text, backslashes) else "  " + text.replace("\n", "\n  ")


def spans_lines(text: str, backslashes: bool = False) -> bool:
    """Does a quoted string or name of ``text`` go over a line's end? True also where that is not plain to see.

    ``backslashes``: does one escape the next sign of a string? Raw strings have none, so both readings count.

    >>> spans_lines("SELECT 'a', '\\"'"), spans_lines("SELECT 'a\\nb'")
    (False, True)
    """
    if _closes_quotes(text, backslashes):
        return False
    patterns = (_QUOTED, _ESCAPED) if backslashes else (_QUOTED,)
    return any("\n" in found[0] for pattern in patterns for found in pattern.finditer(text))


def _closes_quotes(text: str, backslashes: bool) -> bool:
    """Is each quote of ``text`` plainly closed on its line? So it is in nearly all SQL, and quick to see."""
    if "\\" in text or "'''" in text or '"""' in text or _DOLLARS.search(text):
        return False
    return bool(_CLOSED.fullmatch(text)) and (not backslashes or bool(_CLOSED_TICKS.fullmatch(text)))
