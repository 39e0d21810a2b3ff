"""Typing rules of functions that take a constant text in a small language of its own: patterns and JSON paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.dtypes import BOOL, STRING, DType
from fcompile.compiler.expressions.conversions import Operand, Report
from fcompile.compiler.expressions.json_paths import PathError, parse_path
from fcompile.compiler.expressions.nodes import Call, Expr, Place
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.signatures import demand, demand_number, shown

if TYPE_CHECKING:
    from fcompile.compiler.expressions.regex_parser import Pattern


def matched(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``regexp_matches``: a string and a constant pattern."""
    demand(shown(call), operands[0], ("string",), "string", report, "write cast(x as string)")
    _pattern(call, operands[1], report)
    return _same(call, operands), BOOL


def extracted(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``regexp_extract``: a string, a constant pattern, and the number of one of its groups."""
    demand(shown(call), operands[0], ("string",), "string", report, "write cast(x as string)")
    pattern = _pattern(call, operands[1], report)
    if pattern is not None and len(operands) > 2:
        _group(call, pattern, operands[2], report)
    return _same(call, operands), STRING


def json_texts(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``json_text``: json or a string, and a constant path."""
    demand(shown(call), operands[0], ("json", "string"), "json or string", report)
    path = _constant(call, operands[1], "path", "write json_text(x, '$.name')", report)
    if path is not None:
        try:
            parse_path(path)
        except PathError as error:
            place = within(operands[1].expr.place, path, error.start, error.length)
            report(Problem("FC314", error.message, place, error.hint))
    return _same(call, operands), STRING


def within(place: Place, text: str, start: int, length: int) -> Place:
    """The place of a part of a constant text: behind its quote, and quotes before it are written twice."""
    first = place.start + 1 + start + text[:start].count("'")
    size = length + text[start : start + length].count("'")
    return Place(first, max(1, min(size, place.start + place.length - first)))


def _same(call: Call, operands: Sequence[Operand]) -> Call:
    return replace(call, arguments=tuple(o.expr for o in operands))


def _pattern(call: Call, operand: Operand, report: Report) -> Pattern | None:
    text = _constant(call, operand, "pattern", f"write {call.function}(x, '^[a-z]+$')", report)
    if text is None:
        return None
    from fcompile.compiler.expressions.regex_chars import RegexError
    from fcompile.compiler.expressions.regex_parser import parse_regex

    try:
        return parse_regex(text)
    except RegexError as error:
        place = within(operand.expr.place, text, error.start, error.length)
        report(Problem("FC313", error.message, place, error.hint))
        return None


def _constant(call: Call, operand: Operand, what: str, hint: str, report: Report) -> str | None:
    if isinstance(operand.constant, str):
        return operand.constant
    message = f"{shown(call)} takes a constant text as its {what}"
    report(Problem("FC306", message, operand.expr.place, hint))
    return None


def _group(call: Call, pattern: Pattern, operand: Operand, report: Report) -> None:
    from fcompile.compiler.expressions.regex import is_repeated

    number, place = operand.constant, operand.expr.place
    if type(number) is not int:
        message = f"{shown(call)} takes a constant number as its group"
        report(Problem("FC306", message, place, "write 0 for the whole match, 1 for the first group"))
    elif not 0 <= number <= pattern.groups:
        hint = f"the pattern has {pattern.groups} group{'' if pattern.groups == 1 else 's'}; 0 is the whole match"
        report(Problem("FC309", f"there is no group {number}", place, hint))
    elif is_repeated(pattern.tree, number):
        message = f"group {number} repeats, so it has several texts"
        report(Problem("FC309", message, place, "put the repetition inside the group: ((?:...)+)"))


def split(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``split_part``: two strings and an int64; constants say at least 1, and a separator."""
    for operand in operands[:2]:
        demand(shown(call), operand, ("string",), "string", report, "write cast(x as string)")
    separator, number = operands[1], operands[2]
    if separator.constant == "":
        message = f"the separator of {shown(call)} is empty"
        report(Problem("FC309", message, separator.expr.place, "write substr(x, n, 1) for one character"))
    demand_number(call, number, "part", 1, report, "parts count from 1")
    return _same(call, operands), STRING
