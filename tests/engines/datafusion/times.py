"""Dates and times in DataFusion, as whole microseconds and days: those reach as far as the years 1 to 9999.

What goes through nanoseconds ends in 2262 [RAN]. Pages are those of scalar_functions.html#time-and-date-functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions.engines.shorthand import call, cast, number, quotient, text, when
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.time_builders import years_limit
from fcompile.compiler.expressions.time_values import FIXED, OUT_OF_RANGE, signed_duration
from tests.engines.datafusion.numbers import BIGINT, DIALECT

TIMESTAMP = DIALECT.scalar("timestamp")
_PARTS = MappingProxyType({"day_of_year": "doy", "iso_year": "isoyear"})
_MONDAY = 3 * 86_400 * 10**6
"""Microseconds from the Thursday 1970-01-01 back to a Monday."""


def _part(unit: str, value: exp.Expr) -> exp.Expr:
    return cast(call("DATE_PART", text(_PARTS.get(unit, unit)), value.copy()), BIGINT)


def _date_part(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Microseconds count from the minute on [RAN]."""
    unit, value = arguments
    part = _part(unit.name, value)
    return exp.Mod(this=part, expression=number(10**6)) if unit.name == "microsecond" else part


def _day_of_week(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _part("isodow", arguments[0])


def _date_trunc(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    if unit.name in ("month", "quarter", "year"):
        return cast(_first_day(unit.name, value), TIMESTAMP)
    if unit.name == "week":
        monday = number(_MONDAY)
        moved = cast(exp.Add(this=DIALECT.microseconds(value), expression=monday), TIMESTAMP)
        floored = DIALECT.microseconds(DIALECT.floor_time(moved, timedelta(days=7)))
        return cast(exp.Sub(this=floored, expression=monday.copy()), TIMESTAMP)
    return DIALECT.floor_time(value, timedelta(**{f"{unit.name}s": 1}))


def _first_day(unit: str, value: exp.Expr) -> exp.Expr:
    """MAKE_DATE takes NULLs too."""
    month = _part("month", value) if unit != "year" else number(1)
    if unit == "quarter":
        first = exp.Mul(
            this=exp.Paren(this=exp.Sub(this=_part("quarter", value), expression=number(1))),
            expression=number(3),
        )
        month = exp.Add(this=first, expression=number(1))
    return call("MAKE_DATE", _part("year", value), month, number(1))


def _date_diff(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Whole units towards zero; months and longer by the calendar."""
    unit, start, end = arguments
    length = FIXED.get(unit.name)
    if length is None:
        return exp.Sub(this=exp.Paren(this=_months(unit.name, end)), expression=_months(unit.name, start))
    passed = exp.Sub(this=DIALECT.microseconds(end), expression=DIALECT.microseconds(start))
    return passed if length == 1 else quotient(exp.Paren(this=passed), number(length))


def _months(unit: str, value: exp.Expr) -> exp.Expr:
    year = _part("year", value)
    if unit == "year":
        return year
    each = exp.Mul(this=year, expression=number(12 if unit == "month" else 4))
    return exp.Paren(this=exp.Add(this=each, expression=_part(unit, value)))


def _add_duration(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """An error beyond the years 1 to 9999: it has no function that raises one, so a cast of a text does."""
    value, duration = arguments
    length = signed_duration(duration.name)
    if not length:
        return value
    beyond, edge = years_limit(length)
    moment = cast(value, TIMESTAMP)
    outside = beyond(this=moment, expression=cast(text(edge), TIMESTAMP))
    # The planner computes what is constant, also where no row needs it [RAN]: RANDOM is not.
    said = exp.DPipe(this=text(f"{OUT_OF_RANGE} "), expression=cast(call("RANDOM"), DIALECT.scalar("string")))
    added = exp.Add(
        this=DIALECT.microseconds(value.copy()), expression=number(length // timedelta(microseconds=1))
    )
    return when((outside, cast(said, TIMESTAMP)), otherwise=cast(added, TIMESTAMP))


def _epoch_seconds(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    whole = DIALECT.microseconds(DIALECT.floor_time(arguments[0], timedelta(seconds=1)))
    return quotient(whole, number(10**6))


TIMES: Mapping[str, Build] = MappingProxyType(
    {
        "add_duration": _add_duration,
        "date_diff": _date_diff,
        "date_part": _date_part,
        "date_trunc": _date_trunc,
        "day_of_week": _day_of_week,
        "epoch_seconds": _epoch_seconds,
    }
)
