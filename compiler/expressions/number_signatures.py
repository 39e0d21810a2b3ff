"""Typing rules of functions of numbers that give another type than they take, or ask for constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fcompile.compiler.dtypes import BOOL, INT64, DType
from fcompile.compiler.expressions.conversions import FLOATS, NUMBERS, Operand, Report, unify
from fcompile.compiler.expressions.nodes import Call, Expr, Literal
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.signatures import demand, number, shown

MOST_BOUNDS = 100


def counted(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """One number in, int64 out."""
    made, _ = number(call, operands, report)
    return made, INT64


def nan_test(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """float64 or float32 in, bool out: no other type has a NaN."""
    demand(shown(call), operands[0], FLOATS, "float64", report, "only float64 and float32 have NaN")
    return replace(call, arguments=(operands[0].expr,)), BOOL


def buckets(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """A number, and constants of its type that ascend; int64 out."""
    fits = [demand(shown(call), o, NUMBERS, "numbers", report) for o in operands]
    arguments, _ = unify(shown(call), operands, call.place, report)
    if all(fits):
        _check_bounds(call, arguments[1:], report)
    return replace(call, arguments=arguments), INT64


def _check_bounds(call: Call, bounds: Sequence[Expr], report: Report) -> None:
    hint = "write bucketize(x, 10, 100, 1000)"
    if len(bounds) > MOST_BOUNDS:
        message = f"{shown(call)} takes at most {MOST_BOUNDS} boundaries, not {len(bounds)}"
        report(
            Problem(
                "FC306", message, call.place, "keep a table of buckets, and join it in a source's `query:`"
            )
        )
    before: Expr | None = None
    for bound in bounds:
        if not isinstance(bound, Literal) or bound.value is None:
            message = f"the boundaries of {shown(call)} are constants"
            report(Problem("FC306", message, bound.place, hint))
            return
        if isinstance(before, Literal) and not before.value < bound.value:  # type: ignore[operator]
            message = f"the boundaries of {shown(call)} ascend: {bound.value} comes after {before.value}"
            report(Problem("FC306", message, bound.place, hint))
            return
        before = bound
