"""Functions of dates and timestamps in SQL, as DuckDB says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, integer
from fcompile.compiler.expressions.time_values import FIXED, OUT_OF_RANGE, signed_duration

_NAMES = {"day_of_year": "dayofyear", "iso_year": "isoyear"}
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def date_trunc(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    return call("date_trunc", unit, value)


def date_part(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    """A function a part: DATE_PART of NULL is a DOUBLE. Microseconds count from the minute on [RAN]."""
    part = call(_NAMES.get(unit.name, unit.name), value)
    return exp.Mod(this=part, expression=integer(10**6)) if unit.name == "microsecond" else part


def date_diff(unit: exp.Expr, start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """DATE_SUB counts whole units towards zero, DATE_DIFF how many begin in between [RAN]."""
    return call("date_sub" if unit.name in FIXED else "date_diff", unit, start, end)


def add_duration(value: exp.Expr, duration: exp.Expr) -> exp.Expr:
    """The sum, and an error beyond the years that every engine and Python have."""
    length = signed_duration(duration.name)
    if not length:
        return value
    beyond, text = years_limit(length)
    limit = exp.Cast(this=exp.Literal.string(text), to=exp.DataType(this=exp.DType.TIMESTAMP))
    outside = exp.If(
        this=beyond(this=atom(value.copy()), expression=limit),
        true=call("error", exp.Literal.string(OUT_OF_RANGE)),
    )
    return exp.Case(ifs=[outside], default=exp.Add(this=atom(value), expression=_interval(length)))


def years_limit(length: timedelta) -> tuple[type[exp.Binary], str]:
    """What ``length`` moves out of the years 1 to 9999: all that compares so with this timestamp."""
    beyond, edge = (exp.GT, _LAST - length) if length > timedelta(0) else (exp.LT, _FIRST - length)
    return beyond, edge.replace(tzinfo=None).isoformat(" ", "microseconds")


def _interval(length: timedelta) -> exp.Expr:
    milliseconds = length // timedelta(milliseconds=1)
    whole = milliseconds % 1000 == 0
    count = milliseconds // 1000 if whole else milliseconds
    unit = exp.Var(this="SECOND" if whole else "MILLISECOND")
    return exp.Interval(this=exp.Literal.string(str(count)), unit=unit)


def day_of_week(value: exp.Expr) -> exp.Expr:
    return call("isodow", value)


def epoch_seconds(value: exp.Expr) -> exp.Expr:
    """DATE_TRUNC goes down before 1970 too, and leaves nothing that the division could cut [RAN]."""
    microseconds = call("epoch_us", call("date_trunc", exp.Literal.string("second"), value))
    return exp.IntDiv(this=microseconds, expression=integer(10**6))
