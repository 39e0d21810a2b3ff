"""Patterns as each engine reads them: one spelling of the one meaning."""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.compiler.expressions.regex import DOT, Chars, Choice, End, Group, Regex, Repeat, Sequence, Start


@dataclass(frozen=True, slots=True)
class Spelling:
    """How an engine writes the very end of the text, and any character but a line feed."""

    end: str
    dot: str


RE2 = Spelling("$", ".")
"""DuckDB, BigQuery, ClickHouse: https://github.com/google/re2/wiki/Syntax"""
PYTHON = Spelling(r"\Z", ".")
JAVA = Spelling(r"\z", r"[^\n]")
"""Spark, Databricks, Trino; there `$` also stands before a last line break, and `.` for no line end at all."""
POSTGRES = Spelling("$", r"[^\n]")
"""There `.` stands for a line feed too. It finds the longest match, not the first alternative's: whether a text matches
is the same, but what `regexp_extract` gives is not for patterns such as `a|ab`, which a dialect has to refuse."""

_CONTROL = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
_META = frozenset("\\.[]{}()*+?^$|")
_CLASS_META = frozenset("\\[]^-&~|")

_CHOICE, _SEQUENCE, _ATOM = 1, 2, 3


def regex_text(tree: Regex, spelling: Spelling, group: int = 0) -> str:
    """Return the pattern in an engine's spelling; only ``group`` captures (0 = none does).

    So the text that was asked for is always the whole match or the first group: BigQuery allows no more.
    """
    return _text(tree, spelling, group)[0]


def _text(tree: Regex, spelling: Spelling, group: int) -> tuple[str, int]:
    """The text and how tightly it holds together."""
    match tree:
        case Start():
            return "^", _ATOM
        case End():
            return spelling.end, _ATOM
        case Chars():
            return (spelling.dot if tree == DOT else _chars(tree)), _ATOM
        case Sequence(items):
            return "".join(_above(item, _SEQUENCE, spelling, group) for item in items), _SEQUENCE
        case Choice(options):
            return "|".join(_above(option, _SEQUENCE, spelling, group) for option in options), _CHOICE
        case Repeat(item, least, most):
            return _above(item, _ATOM, spelling, group) + _count(least, most), _SEQUENCE
        case Group(item, number):
            text, level = _text(item, spelling, group)
            return (f"({text})", _ATOM) if number == group else (text, level)


def _above(tree: Regex, level: int, spelling: Spelling, group: int) -> str:
    text, own = _text(tree, spelling, group)
    return text if own >= level else f"(?:{text})"


def _count(least: int, most: int | None) -> str:
    match least, most:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{least},}}"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _chars(chars: Chars) -> str:
    (low, high), *more = chars.ranges
    if low == high and not more and not chars.negated:
        return _CONTROL.get(low) or (f"\\{low}" if low in _META else low)
    inner = "".join(_member(low) if low == high else _range(low, high) for low, high in chars.ranges)
    return f"[{'^' if chars.negated else ''}{inner}]"


def _range(low: str, high: str) -> str:
    dash = "" if ord(high) == ord(low) + 1 else "-"
    return f"{_member(low)}{dash}{_member(high)}"


def _member(char: str) -> str:
    return _CONTROL.get(char) or (f"\\{char}" if char in _CLASS_META else char)
