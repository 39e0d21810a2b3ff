"""Dates and timestamps in Spark's words. They are TIMESTAMP_NTZ; the session's zone is UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, integer
from fcompile.compiler.expressions.engines.spark_parts import bigint, case, failed, plain, text, timestamp, to
from fcompile.compiler.expressions.engines.words import Build
from fcompile.compiler.expressions.time_values import FIXED, OUT_OF_RANGE, signed_duration

_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)

_FUNCTIONS = {"day_of_year": "DAYOFYEAR", "week": "WEEKOFYEAR"}
_MONTHS = {"month": 12, "quarter": 4, "year": 1}


def date_trunc(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    return timestamp(call("DATE_TRUNC", text(unit.name.upper()), value))


def date_part(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Parts are of type INT; SECOND leaves the fraction out [RAN]."""
    match unit.name:
        case "iso_year":
            return bigint(exp.Extract(this=exp.Var(this="YEAROFWEEK"), expression=value))
        case "microsecond":
            return call("PMOD", microseconds(value), integer(10**6))
    return bigint(call(_FUNCTIONS.get(unit.name, unit.name), value))


def microseconds(value: exp.Expr) -> exp.Expr:
    return call("UNIX_MICROS", to(value, exp.DType.TIMESTAMPTZ))


def date_diff(unit: exp.Expr, start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """TIMESTAMPDIFF counts whole units towards zero, also whole months: those of the calendar are counted here."""
    if unit.name in FIXED:
        return call("TIMESTAMPDIFF", exp.Var(this=unit.name.upper()), start, end)
    many = _MONTHS[unit.name]
    return exp.Sub(
        this=_number(unit.name, many, end), expression=exp.Paren(this=_number(unit.name, many, start))
    )


def _number(unit: str, many: int, value: exp.Expr) -> exp.Expr:
    """The unit's number since year 0."""
    year = bigint(call("YEAR", value))
    if many == 1:
        return year
    whole = exp.Mul(this=year, expression=integer(many))
    return exp.Add(this=whole, expression=call(unit, value.copy()))


def add_duration(value: exp.Expr, duration: exp.Expr) -> exp.Expr:
    """Spark's years go on beyond 1 and 9999."""
    length = signed_duration(duration.name)
    if not length:
        return value
    beyond, edge = (exp.GT, _LAST - length) if length > timedelta(0) else (exp.LT, _FIRST - length)
    limit = timestamp(text(edge.replace(tzinfo=None).isoformat(" ", "microseconds")))
    outside = beyond(this=atom(value.copy()), expression=limit)
    return case(outside, failed(OUT_OF_RANGE), exp.Add(this=atom(value), expression=_interval(length)))


def _interval(length: timedelta) -> exp.Expr:
    milliseconds = length // timedelta(milliseconds=1)
    whole = milliseconds % 1000 == 0
    count = milliseconds // 1000 if whole else milliseconds
    return exp.Interval(this=text(str(count)), unit=exp.Var(this="SECOND" if whole else "MILLISECOND"))


def day_of_week(value: exp.Expr) -> exp.Expr:
    """WEEKDAY is 0 for Monday."""
    return bigint(exp.Add(this=call("WEEKDAY", value), expression=integer(1)))


def epoch_seconds(value: exp.Expr) -> exp.Expr:
    """Rounds down, also before 1970 [RAN]."""
    return call("UNIX_SECONDS", to(value, exp.DType.TIMESTAMPTZ))


TIMES: Mapping[str, Build] = {
    "date_trunc": plain(date_trunc),
    "date_part": plain(date_part),
    "date_diff": plain(date_diff),
    "add_duration": plain(add_duration),
    "day_of_week": plain(day_of_week),
    "epoch_seconds": plain(epoch_seconds),
}
