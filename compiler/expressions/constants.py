"""What is read as it stands: numbers, dates and times, and the type in a cast."""

from __future__ import annotations

import re
from collections.abc import Callable

from fcompile.compiler.dtypes import DATE, FLOAT64, INT64, TIMESTAMP, DType, parse_dtype
from fcompile.compiler.errors import did_you_mean
from fcompile.compiler.expressions import refused
from fcompile.compiler.expressions.cursor import Cursor
from fcompile.compiler.expressions.moments import iso_date, iso_timestamp
from fcompile.compiler.expressions.nodes import Expr, Literal


def number(cursor: Cursor, negative: bool) -> Expr:
    start = cursor.tokens[cursor.at - 1].place.start if negative else cursor.next.place.start
    token = cursor.take()
    sign = "-" if negative else ""
    if re.fullmatch(r"[0-9]+", token.text):
        # The length is looked at first: int() refuses thousands of digits with an error of its own.
        if len(token.text) > 40 or not -(2**63) <= int(sign + token.text) < 2**63:
            hint = "write it as a float64, as 1e19"
            cursor.fail("FC309", f"`{sign}{token.text[:40]}` does not fit int64", token.place, hint)
        return Literal(int(sign + token.text), INT64, cursor.span(start))
    if not re.fullmatch(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", token.text):
        named = any(c.isalpha() for c in token.text)
        hint = f'a column of this name is written "{token.text}"' if named else ""
        cursor.fail("FC301", f"`{token.text}` is not a number", token.place, hint)
    value = float(sign + token.text)
    if value in (float("inf"), float("-inf")):
        cursor.fail("FC309", f"`{token.text}` does not fit float64", token.place)
    return Literal(value, FLOAT64, cursor.span(start))


def moment(cursor: Cursor) -> Expr:
    """``date '...'`` and ``timestamp '...'``."""
    word, text = cursor.take(), cursor.take()
    read: Callable[[str], str | None] = iso_date if word.word == "date" else iso_timestamp
    value = read(text.text)
    if value is None:
        form = "2024-01-31" if word.word == "date" else "2024-01-31 12:00:00"
        hint = f"write {word.word} '{form}'"
        cursor.fail("FC309", f"'{text.text[:40]}' is not an ISO {word.word}", text.place, hint)
    return Literal(value, DATE if word.word == "date" else TIMESTAMP, cursor.span(word.place.start))


def dtype(cursor: Cursor) -> DType:
    """Parse what stands up to the parenthesis that closes ``cast(``."""
    start, depth = cursor.next.place.start, 0
    while cursor.next.kind != "end" and (depth or not cursor.sees(")")):
        depth += cursor.sees("(") - cursor.sees(")")
        cursor.take()
    if cursor.next.place.start == start:
        cursor.unexpected("a type")
    place = cursor.span(start)
    text = cursor.text[place.start : place.start + place.length].lower()
    try:
        return parse_dtype(text)
    except ValueError as error:
        known = refused.SQL_TYPES.get(text.partition("(")[0].strip())
        hint = f"write {known}" if known else did_you_mean(text, ("int64", "float64", "string", "bool"))
        cursor.fail("FC310", str(error), place, hint)
