"""Functions of dates and timestamps as ClickHouse says them.

A column of any type of time is first read as a DateTime64 of microseconds in UTC, which goes from year 1 to 9999 in
version 26.9 [RAN]. ``date_trunc`` rounds what lies before 1970 up [RAN]; microseconds are rounded here instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import integer
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    Value,
    converted,
    fn,
    int64,
    once,
    text,
    unless,
)
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.time_values import EPOCH, FIXED, OUT_OF_RANGE, signed_duration

_PARTS = {
    "year": "toYear",
    "quarter": "toQuarter",
    "month": "toMonth",
    "day": "toDayOfMonth",
    "day_of_year": "toDayOfYear",
    "week": "toISOWeek",
    "iso_year": "toISOYear",
    "hour": "toHour",
    "minute": "toMinute",
    "second": "toSecond",
    "microsecond": "toMicrosecond",
}
_MICROSECOND = timedelta(microseconds=1)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def moment(value: exp.Expr) -> exp.Expr:
    return converted("timestamp", value)


def microseconds(value: exp.Expr) -> exp.Expr:
    """Since 1970, of any type of time."""
    return fn("toUnixTimestamp64Micro", moment(value))


def at_microseconds(value: exp.Expr) -> exp.Expr:
    return fn("fromUnixTimestamp64Micro", value, text("UTC"))


def _is_date(kind: DType | None) -> bool:
    return kind is not None and kind.kind == "date"


def floored(value: Value, width: int) -> exp.Expr:
    """A timestamp rounded down to a multiple of ``width`` microseconds since 1970, also before it."""
    rest = fn("positiveModulo", microseconds(value()), integer(width))
    return at_microseconds(exp.Sub(this=microseconds(value()), expression=rest))


def date_trunc(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    date = _is_date(kinds[1])
    if unit.name in FIXED and unit.name != "week":
        return value if date else once(lambda x: floored(x, FIXED[unit.name]), value)
    day = converted("date", value)
    trunc = converted("date", fn("date_trunc", unit, day))
    made = once(_monday, day) if unit.name == "week" else trunc
    return made if date else moment(made)


def _monday(day: Value) -> exp.Expr:
    days = exp.Sub(this=fn("toInt32", day()), expression=fn("toDayOfWeek", day()))
    return converted("date", exp.Add(this=days, expression=integer(1)))


def date_part(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    made = converted("date", value) if _is_date(kinds[1]) else moment(value)
    return int64(fn(_PARTS[unit.name], made))


def date_diff(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, start, end = arguments
    if unit.name in FIXED:
        passed = exp.Sub(this=microseconds(end), expression=microseconds(start))
        return fn("intDiv", passed, integer(FIXED[unit.name]))
    count = {"month": _months, "quarter": _quarters, "year": _years}[unit.name]
    counts = [exp.Paren(this=once(count, converted("date", each))) for each in (end, start)]
    return exp.Sub(this=counts[0], expression=counts[1])


def _years(day: Value) -> exp.Expr:
    return int64(fn("toYear", day()))


def _quarters(day: Value) -> exp.Expr:
    years = exp.Mul(this=_years(day), expression=integer(4))
    return exp.Add(this=years, expression=fn("toQuarter", day()))


def _months(day: Value) -> exp.Expr:
    years = exp.Mul(this=_years(day), expression=integer(12))
    return exp.Add(this=years, expression=fn("toMonth", day()))


def add_duration(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """The sum, and an error beyond the years that every engine and Python have."""
    value, duration = arguments
    length = signed_duration(duration.name)
    if not length:
        return value

    def build(x: Value) -> exp.Expr:
        beyond, edge = (exp.GT, _LAST - length) if length > timedelta(0) else (exp.LT, _FIRST - length)
        outside = beyond(this=microseconds(x()), expression=integer((edge - EPOCH) // _MICROSECOND))
        count = integer(abs(length) // _MICROSECOND)
        add = exp.Add if length > timedelta(0) else exp.Sub
        made = at_microseconds(add(this=microseconds(x()), expression=count))
        return unless(outside, OUT_OF_RANGE, converted("date", made) if _is_date(kinds[0]) else made)

    return once(build, value)


def day_of_week(value: exp.Expr) -> exp.Expr:
    return int64(fn("toDayOfWeek", moment(value)))


def epoch_seconds(value: exp.Expr) -> exp.Expr:
    return once(_seconds, value)


def _seconds(x: Value) -> exp.Expr:
    rest = fn("positiveModulo", microseconds(x()), integer(10**6))
    return fn("intDiv", exp.Sub(this=microseconds(x()), expression=rest), integer(10**6))
