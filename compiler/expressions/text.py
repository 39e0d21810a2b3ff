"""Trees to canonical text: one text per tree, which ``parse`` reads back to the same tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from fcompile.compiler.expressions.lexer import KEYWORDS
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw
from fcompile.compiler.expressions.refused import NOW_WORDS, WORDS

_INFIX: Mapping[str, tuple[str, int]] = {
    "or": ("or", 1),
    "and": ("and", 2),
    "eq": ("=", 4),
    "ne": ("<>", 4),
    "lt": ("<", 4),
    "le": ("<=", 4),
    "gt": (">", 4),
    "ge": (">=", 4),
    "like": ("like", 4),
    "add": ("+", 5),
    "subtract": ("-", 5),
    "multiply": ("*", 6),
    "divide": ("/", 6),
    "floor_divide": ("//", 6),
    "modulo": ("%", 6),
}
"""Operators between two operands, with how tightly they bind."""

_NOT, _COMPARE, _UNARY, _ATOM = 3, 4, 7, 8
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def to_text(expr: Expr) -> str:
    """Return the canonical text: lower-case keywords, few parentheses, names quoted where they must be.

    >>> from fcompile.compiler.expressions.parser import parse
    >>> to_text(parse("NOT(a IN (1,2)) AND (b==2)"))
    'a not in (1, 2) and b = 2'
    """
    return _text(expr)[0]


def quote_name(name: str) -> str:
    """Return a column's name as it is written in an expression."""
    lower = name.lower()
    plain = _BARE.fullmatch(name) and lower not in KEYWORDS | NOW_WORDS and lower not in WORDS
    return name if plain else '"' + name.replace('"', '""') + '"'


def _text(expr: Expr) -> tuple[str, int]:
    """The text, and how tightly its outermost operator binds."""
    match expr:
        case Column(name):
            return quote_name(name), _ATOM
        case Literal(value):
            return _literal(expr), _ATOM if not _negative(value) else _UNARY
        case Cast(operand, dtype, safe=safe):
            return f"{'try_cast' if safe else 'cast'}({to_text(operand)} as {dtype})", _ATOM
        case Case(whens, otherwise):
            arms = "".join(f" when {to_text(c)} then {to_text(v)}" for c, v in whens)
            null = isinstance(otherwise, Literal) and otherwise.value is None
            return f"case{arms}{'' if null else f' else {to_text(otherwise)}'} end", _ATOM
        case Call(function, arguments):
            return _call(function, arguments)
        case Raw(_, default):
            return _text(default)


def _call(function: str, arguments: tuple[Expr, ...]) -> tuple[str, int]:
    if function in _INFIX:
        return _infix(function, arguments)
    match function:
        case "not":
            return _not(arguments[0])
        case "negate":
            operand = arguments[0]
            number = isinstance(operand, Literal)
            return f"-({to_text(operand)})" if number else f"-{_above(operand, _UNARY + 1)}", _UNARY
        case "is_null" | "in" | "between":
            return _test(function, arguments, ""), _COMPARE
    return f"{function}({', '.join(to_text(a) for a in arguments)})", _ATOM


def _infix(function: str, arguments: tuple[Expr, ...]) -> tuple[str, int]:
    symbol, level = _INFIX[function]
    # Left-associative; comparisons do not chain at all, `and` and `or` are flat already.
    left = level if level > _COMPARE else level + 1
    first, *rest = arguments
    parts = [_above(first, left), *(_above(a, level + 1) for a in rest)]
    return f" {symbol} ".join(parts), level


def _not(operand: Expr) -> tuple[str, int]:
    if isinstance(operand, Call) and operand.function in ("is_null", "in", "between", "like"):
        return _test(operand.function, operand.arguments, "not "), _COMPARE
    return f"not {_above(operand, _NOT)}", _NOT


def _test(function: str, arguments: tuple[Expr, ...], negation: str) -> str:
    first, *rest = arguments
    head = _above(first, _COMPARE + 1)
    match function:
        case "is_null":
            return f"{head} is {negation}null"
        case "in":
            return f"{head} {negation}in ({', '.join(to_text(a) for a in rest)})"
        case "between":
            low, high = (_above(a, _COMPARE + 1) for a in rest)
            return f"{head} {negation}between {low} and {high}"
    return f"{head} {negation}like {_above(rest[0], _COMPARE + 1)}"


def _above(expr: Expr, level: int) -> str:
    text, binds = _text(expr)
    return text if binds >= level else f"({text})"


def _negative(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and str(value).startswith("-")


def _literal(literal: Literal) -> str:
    value, dtype = literal.value, literal.dtype
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = "'" + value.replace("'", "''") + "'"
        return f"{dtype.kind} {text}" if dtype and dtype.kind in ("date", "timestamp") else text
    return repr(value) if isinstance(value, float) else str(value)
