"""Typing rules: what a function takes, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from fcompile.compiler.dtypes import BOOL, FLOAT32, FLOAT64, INT64, STRING, DType
from fcompile.compiler.expressions.conversions import (
    COMPARABLE,
    INTEGERS,
    NUMBERS,
    Operand,
    Report,
    adapt,
    unify,
)
from fcompile.compiler.expressions.nodes import Call, Cast, Expr, Literal
from fcompile.compiler.expressions.problems import Problem

Rule = Callable[[Call, Sequence[Operand], Report], tuple[Expr, DType | None]]
"""(the call, its typed arguments, where problems go) -> the call with adapted arguments, and its type."""


def demand(
    call_name: str, operand: Operand, kinds: Sequence[str], what: str, report: Report, hint: str = ""
) -> bool:
    """Report an argument of a type outside ``kinds``; True if it fits or is unknown."""
    if operand.dtype is None or operand.dtype.kind in kinds:
        return True
    message = f"{call_name} takes {what}, not {operand.dtype}"
    report(Problem("FC306", message, operand.expr.place, hint))
    return False


def demand_number(
    call: Call, operand: Operand, what: str, least: int, report: Report, hint: str = "positions count from 1"
) -> None:
    """Report what is no int64, and a constant below ``least``; ``what`` it is for the call."""
    name = f"the {what} of {shown(call)}"
    fits = demand(name, operand, INTEGERS, "int64", report)
    value = operand.constant
    if fits and isinstance(value, int) and value < least:
        report(Problem("FC309", f"{name} is at least {least}, not {value}", operand.expr.place, hint))


def _computed(operand: Operand) -> Operand:
    """Arithmetic happens in int64 and float64: narrower numbers widen first."""
    wide = {"int32": INT64, "float32": FLOAT64}.get(operand.dtype.kind if operand.dtype else "")
    if wide is None:
        return operand
    return replace(operand, expr=adapt(operand, wide) or operand.expr, dtype=wide)


def shown(call: Call) -> str:
    """The function as a message names it: by its symbol."""
    return f"`{SYMBOLS.get(call.function, call.function)}`"


SYMBOLS = {
    "add": "+",
    "subtract": "-",
    "negate": "-",
    "multiply": "*",
    "divide": "/",
    "floor_divide": "//",
    "modulo": "%",
    "eq": "=",
    "ne": "<>",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "is_null": "is null",
}


def _numbers(call: Call, operands: Sequence[Operand], report: Report) -> bool:
    kinds = {o.dtype.kind for o in operands if o.dtype is not None}
    hint = ""
    if kinds == {"string"} and call.function == "add":
        hint = "write concat(x, y)"
    elif kinds & {"date", "timestamp"}:
        hint = "write date_diff('second', x, y), or add_duration(x, '1h')"
    elif "string" in kinds or "bool" in kinds:
        hint = "write cast(x as int64)"
    # A list, so that every argument is reported.
    fits = [demand(shown(call), o, NUMBERS, "numbers", report, hint) for o in operands]
    return all(fits)


def arithmetic(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``+ - *``: int64, float64 or (without ``*``) decimal with itself."""
    if not _numbers(call, operands, report):
        return call, None
    arguments, dtype = unify(shown(call), [_computed(o) for o in operands], call.place, report)
    made = replace(call, arguments=arguments)
    if dtype is None or dtype.kind != "decimal":
        return made, dtype
    if call.function == "multiply" or dtype.precision == 38:
        message = f"{shown(call)} of {dtype} may need more than 38 digits"
        hint = "write cast(x as float64), or a decimal of fewer digits"
        if call.function == "multiply":
            message = f"{shown(call)} does not take {dtype}: the product may need more than 38 digits"
            hint = "write cast(x as float64) on both sides"
        report(Problem("FC306", message, call.place, hint))
        return made, None
    sum_type = DType("decimal", precision=dtype.precision + 1, scale=dtype.scale)
    return Cast(made, sum_type, sum_type, call.place), sum_type


def division(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``/``: both sides are read as float64."""
    if not _numbers(call, operands, report):
        return call, None
    return replace(call, arguments=tuple(_as_float(o, report) for o in operands)), FLOAT64


def _as_float(operand: Operand, report: Report) -> Expr:
    if operand.dtype in (None, FLOAT64):
        return operand.expr
    return adapt(operand, FLOAT64) or Cast(operand.expr, FLOAT64, operand.dtype, operand.expr.place)


def integers(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``//`` and ``%``: int64 only."""
    hint = "write floor(x / y)" if call.function == "floor_divide" else "write cast(x as int64)"
    fits = [demand(shown(call), o, INTEGERS, "int64", report, hint) for o in operands]
    if not all(fits):
        return call, None
    arguments, dtype = unify(shown(call), [_computed(o) for o in operands], call.place, report)
    return replace(call, arguments=arguments), dtype


def number(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """One number in, the same type out (int32 as int64, float32 as float64)."""
    if not _numbers(call, operands, report):
        return call, None
    wide = _computed(operands[0])
    return replace(call, arguments=(wide.expr,)), wide.dtype


def whole(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``round floor ceil``: an integer stays as it is; a decimal keeps the digits asked for."""
    places = operands[1].expr if len(operands) > 1 else Literal(0, INT64)
    good = isinstance(places, Literal) and type(places.value) is int and 0 <= places.value <= 15
    if not good:
        message = f"{shown(call)} takes a constant number of digits from 0 to 15"
        report(Problem("FC306", message, places.place, f"write {call.function}(x, 2)"))
    if not _numbers(call, operands[:1], report) or not good:
        return call, None
    digits = places.value if isinstance(places, Literal) and isinstance(places.value, int) else 0
    value = _computed(operands[0]) if operands[0].dtype == FLOAT32 else operands[0]
    if value.dtype is not None and value.dtype.kind in INTEGERS:
        return value.expr, value.dtype
    made = replace(call, arguments=(value.expr, *(o.expr for o in operands[1:])))
    if value.dtype is None or value.dtype.kind != "decimal":
        return made, value.dtype
    if digits >= value.dtype.scale:
        return value.expr, value.dtype
    return made, replace(value.dtype, scale=digits)


def comparison(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """Both sides of one type; the answer is bool. NULL has no place in a comparison."""
    for operand in operands:
        if operand.null:
            report(_with_null(call, operand, among=operand is not operands[0]))
    arguments, dtype = unify(shown(call), operands, call.place, report)
    if dtype is not None and dtype.kind not in COMPARABLE:
        report(Problem("FC306", f"{shown(call)} does not compare {dtype}", call.place))
    return replace(call, arguments=arguments), BOOL


def _with_null(call: Call, operand: Operand, among: bool) -> Problem:
    """The problem of a NULL that is compared; ``among``: not the first of the arguments."""
    message = f"{shown(call)} with NULL is never true"
    hint = "write x is not null" if call.function == "ne" else "write x is null"
    if among and call.function == "in":
        message = "NULL in the list of `in` equals nothing, and makes `in` NULL where it would be false"
        hint = "leave it out; to find NULL as well write x is null or x in (...)"
    elif among and call.function == "between":
        message = "an end of `between` is NULL, which nothing is above or below"
        hint = "write x >= a or x <= b for the one end there is"
    return Problem("FC308", message, operand.expr.place, hint)


def logic(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """bool in, bool out."""
    for operand in operands:
        hint = "write x <> 0" if operand.dtype and operand.dtype.kind in NUMBERS else "write a comparison"
        demand(shown(call), operand, ("bool",), "bool", report, hint)
    return call if not operands else replace(call, arguments=tuple(o.expr for o in operands)), BOOL


def anything(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """Any types in, bool out."""
    return replace(call, arguments=tuple(o.expr for o in operands)), BOOL


def same(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """All arguments of one type, which is the result's."""
    arguments, dtype = unify(shown(call), operands, call.place, report)
    return replace(call, arguments=arguments), dtype


def ordered(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """All arguments of one type that has an order, which is the result's."""
    made, dtype = same(call, operands, report)
    if dtype is not None and dtype.kind not in COMPARABLE:
        report(Problem("FC306", f"{shown(call)} does not compare {dtype}", call.place))
    return made, dtype


def texts(result: DType) -> Rule:
    """Strings in, ``result`` out."""

    def rule(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
        for operand in operands:
            demand(shown(call), operand, ("string",), "string", report, "write cast(x as string)")
        return replace(call, arguments=tuple(o.expr for o in operands)), result

    return rule


def part_of_text(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``substr``: a string and one or two int64, which as constants start at 1 and 0."""
    demand(shown(call), operands[0], ("string",), "string", report, "write cast(x as string)")
    arguments = [operands[0].expr]
    for operand, least, what in zip(operands[1:], (1, 0), ("start", "length"), strict=False):
        arguments.append(_computed(operand).expr)
        demand_number(call, operand, what, least, report)
    return replace(call, arguments=tuple(arguments)), STRING
