"""Typing rules of functions of lists and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64, DType
from fcompile.compiler.expressions.conversions import (
    COMPARABLE,
    FLOATS,
    INTEGERS,
    NUMBERS,
    Operand,
    Report,
    adapt,
)
from fcompile.compiler.expressions.nodes import Call, Cast, Expr
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.signatures import demand, demand_number, shown

_LISTS = ("list", "vector")
_MOST_DIGITS = 28
"""Of decimals that are summed: ten thousand million of them fit 38 digits."""


def _list(call: Call, operand: Operand, report: Report) -> tuple[Expr, DType | None]:
    """The list, and the type of its elements, None where it is not known or no list."""
    demand(shown(call), operand, _LISTS, "a list", report)
    if operand.null:
        report(Problem("FC306", f"{shown(call)} takes a list, not NULL", operand.expr.place))
    return operand.expr, operand.dtype.item if operand.dtype else None


def list_length(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    items, _ = _list(call, operands[0], report)
    return replace(call, arguments=(items,)), INT64


def list_contains(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """The value takes the elements' type."""
    items, item = _list(call, operands[0], report)
    value = operands[1]
    if value.null:
        message = f"{shown(call)} of NULL is never true"
        report(Problem("FC308", message, value.expr.place, "NULL equals nothing, also no element"))
    if item is None or value.dtype is None:
        return replace(call, arguments=(items, value.expr)), BOOL
    adapted = adapt(value, item)
    if item.kind not in COMPARABLE:
        report(Problem("FC306", f"{shown(call)} does not compare {item}", call.place))
    elif adapted is None:
        message = f"{shown(call)} mixes {operands[0].dtype} and {value.dtype}"
        report(Problem("FC307", message, call.place, f"write cast(x as {item})"))
    return replace(call, arguments=(items, adapted or value.expr)), BOOL


def list_element(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    items, item = _list(call, operands[0], report)
    place = operands[1]
    demand_number(call, place, "place", 1, report, "elements count from 1")
    return replace(call, arguments=(items, adapt(place, INT64) or place.expr)), item


def list_sum(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """int64, float64, or a decimal with all the digits there are."""
    items, item = _list(call, operands[0], report)
    made = replace(call, arguments=(items,))
    if item is None:
        return made, None
    if item.kind not in NUMBERS:
        message = f"{shown(call)} takes a list of numbers, not {operands[0].dtype}"
        report(Problem("FC306", message, operands[0].expr.place))
        return made, None
    if item.kind == "decimal":
        if item.precision > _MOST_DIGITS:
            message = f"{shown(call)} of {item} may need more than 38 digits"
            report(Problem("FC306", message, call.place, f"decimals of up to {_MOST_DIGITS} digits add up"))
        return made, DType("decimal", precision=38, scale=item.scale)
    # DuckDB adds int64 in 128 bits; the sum has to fit in 64.
    return (Cast(made, INT64, INT64, call.place), INT64) if item.kind in INTEGERS else (made, FLOAT64)


def two_vectors(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """Vectors or lists of floats, of one length where the types say it."""
    arguments = []
    for operand in operands:
        items, item = _list(call, operand, report)
        arguments.append(items)
        if item is not None and item.kind not in FLOATS:
            message = f"{shown(call)} takes vectors or lists of floats, not {operand.dtype}"
            report(Problem("FC306", message, operand.expr.place))
    lengths = {o.dtype.length for o in operands if o.dtype is not None and o.dtype.kind == "vector"}
    if len(lengths) > 1:
        names = " and ".join(str(o.dtype) for o in operands)
        report(Problem("FC307", f"{shown(call)} mixes {names}", call.place, "vectors have one length"))
    return replace(call, arguments=tuple(arguments)), FLOAT64
