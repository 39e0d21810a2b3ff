"""Typing rules of functions of dates and timestamps. Units and durations are constants.

They compute with timestamps: a date is cast to its midnight, and the result back where it is a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.dtypes import DATE, INT64, TIMESTAMP, DType
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions.conversions import Operand, Report, unify
from fcompile.compiler.expressions.nodes import Call, Cast, Expr
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.signatures import demand, shown
from fcompile.compiler.expressions.time_values import (
    DIFFERENCES,
    PARTS,
    TRUNCATED_TO,
    WITHIN_A_DAY,
    signed_duration,
)

_INSTEAD = {
    **dict.fromkeys(("dow", "isodow", "weekday", "dayofweek", "day_of_week"), "write day_of_week(x)"),
    **dict.fromkeys(("doy", "dayofyear"), "write 'day_of_year'"),
    **dict.fromkeys(("epoch", "unix"), "write epoch_seconds(x)"),
    **dict.fromkeys(("isoweek", "iso_week", "weekofyear"), "write 'week', which is that of ISO 8601"),
    "isoyear": "write 'iso_year'",
}


def _unit(call: Call, operand: Operand, known: Sequence[str], report: Report) -> str | None:
    """The unit, or None after a problem."""
    unit = operand.constant
    if isinstance(unit, str) and unit in known:
        return unit
    place = operand.expr.place
    if not isinstance(unit, str):
        hint = f"write {call.function}('{known[-1]}', ...)"
        report(Problem("FC315", f"the unit of {shown(call)} is a constant", place, hint))
        return None
    hint = _INSTEAD.get(unit.lower()) or did_you_mean(unit, known) or f"known: {listed(known)}"
    report(Problem("FC315", f"`{unit}` is not a unit of {shown(call)}", place, hint))
    return None


def _moment(call: Call, operand: Operand, report: Report) -> bool:
    hint = "write cast(x as timestamp)" if operand.dtype and operand.dtype.kind == "string" else ""
    return demand(shown(call), operand, ("date", "timestamp"), "a date or timestamp", report, hint)


def _as_timestamp(operand: Operand) -> Expr:
    """The operand as a timestamp; NULL alone has no type that engines could see."""
    if operand.dtype == DATE or operand.null:
        return Cast(operand.expr, TIMESTAMP, operand.dtype, operand.expr.place)
    return operand.expr


def _has_unit(call: Call, unit: str, operand: Operand, report: Report) -> None:
    if operand.dtype == DATE and unit in WITHIN_A_DAY:
        message = f"a date has no {unit}: {shown(call)} takes a timestamp here"
        report(Problem("FC306", message, operand.expr.place, "write cast(x as timestamp)"))


def _of_its_type(call: Call, operand: Operand) -> tuple[Expr, DType | None]:
    """The call on a timestamp, and for a date its day."""
    if operand.dtype != DATE:
        return call, TIMESTAMP if operand.null else operand.dtype
    return Cast(call, DATE, TIMESTAMP, call.place), DATE


def date_trunc(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    unit = _unit(call, operands[0], TRUNCATED_TO, report)
    moment = operands[1]
    if not _moment(call, moment, report):
        return call, None
    if unit is not None:
        _has_unit(call, unit, moment, report)
    return _of_its_type(replace(call, arguments=(operands[0].expr, _as_timestamp(moment))), moment)


def date_part(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    unit = _unit(call, operands[0], PARTS, report)
    moment = operands[1]
    if _moment(call, moment, report) and unit is not None:
        _has_unit(call, unit, moment, report)
    return replace(call, arguments=(operands[0].expr, _with_type(moment))), INT64


def _with_type(operand: Operand) -> Expr:
    return _as_timestamp(operand) if operand.null else operand.expr


def date_diff(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    unit = _unit(call, operands[0], DIFFERENCES, report)
    exprs, dtype = unify(shown(call), operands[1:], call.place, report)
    moments = [replace(o, expr=e, dtype=dtype or o.dtype) for o, e in zip(operands[1:], exprs, strict=True)]
    fits = [_moment(call, o, report) for o in moments]
    if all(fits) and unit is not None and dtype is not None:
        _has_unit(call, unit, moments[0], report)
    return replace(call, arguments=(operands[0].expr, *map(_as_timestamp, moments))), INT64


def add_duration(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    moment, duration = operands
    fits = _moment(call, moment, report)
    length = _duration(call, duration, report)
    if length is not None and moment.dtype == DATE and length % timedelta(days=1):
        message = f"a date has no hours: {shown(call)} moves it by whole days"
        report(Problem("FC306", message, duration.expr.place, "write cast(x as timestamp), or '1d'"))
    if not fits:
        return call, None
    return _of_its_type(replace(call, arguments=(_as_timestamp(moment), duration.expr)), moment)


def _duration(call: Call, operand: Operand, report: Report) -> timedelta | None:
    text = operand.constant
    if not isinstance(text, str):
        hint = f"write {call.function}(x, '1h')"
        report(Problem("FC352", f"the duration of {shown(call)} is a constant", operand.expr.place, hint))
        return None
    try:
        return signed_duration(text)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        report(Problem("FC352", message, operand.expr.place, hint))
        return None


def moment_to_integer(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``day_of_week``: a date or timestamp as it is."""
    _moment(call, operands[0], report)
    return replace(call, arguments=(_with_type(operands[0]),)), INT64


def timestamp_to_integer(
    call: Call, operands: Sequence[Operand], report: Report
) -> tuple[Expr, DType | None]:
    """``epoch_seconds``: a timestamp, or the midnight of a date."""
    _moment(call, operands[0], report)
    return replace(call, arguments=(_as_timestamp(operands[0]),)), INT64
