"""Dates and timestamps in Snowflake: docs.snowflake.com/en/sql-reference/functions-date-time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DATE
from fcompile.compiler.expressions.engines.shorthand import (
    call,
    cast,
    compare,
    number,
    of_trees,
    quotient,
    text,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.time_builders import years_limit
from fcompile.compiler.expressions.time_values import FIXED, OUT_OF_RANGE, signed_duration
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()
# WEEK and DAYOFWEEK go by the session's WEEK_START and WEEK_OF_YEAR_POLICY, these do not.
_PARTS = {"week": "WEEKISO", "iso_year": "YEAROFWEEKISO", "day_of_year": "DAYOFYEAR"}


def date_trunc(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    """functions/date_trunc gives the type that it takes. Its week goes by the session's WEEK_START."""
    if unit.name != "week":
        return call("DATE_TRUNC", text(unit.name), value)
    back = exp.Sub(this=number(1), expression=call("DAYOFWEEKISO", value.copy()))
    return _DIALECT.dateadd("day", back, call("DATE_TRUNC", text("day"), value))


def date_part(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    """functions/year and functions/hour-minute-second; functions/date_part has nanoseconds, and no microseconds."""
    if unit.name == "microsecond":
        return call("FLOOR", quotient(call("DATE_PART", text("nanosecond"), value), number(1000)))
    return call(_PARTS.get(unit.name, unit.name.upper()), value)


def date_diff(unit: exp.Expr, start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """functions/datediff counts how many units begin in between: right for months, and for microseconds.

    Twelve digits of fraction are exact enough for TRUNC: a week has 6 * 10^11 microseconds.
    """
    if unit.name not in FIXED:
        return _DIALECT.datediff(unit.name, start, end)
    apart = _DIALECT.datediff("microsecond", start, end)
    if unit.name == "microsecond":
        return apart
    return call("TRUNC", quotient(cast(apart, _DIALECT.decimal(38, 12)), number(FIXED[unit.name])))


def add_duration(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """The sum, and the error of a cast beyond the years 1 to 9999, where Snowflake may go on."""
    value, kind = arguments[0], kinds[0]
    length = signed_duration(arguments[1].name)
    if not length:
        return value
    beyond, limit = years_limit(length)
    to = _DIALECT.scalar("timestamp" if kind is None else kind.kind)
    outside = compare(beyond, value, cast(text(limit), _DIALECT.scalar("timestamp")))
    said = exp.DPipe(this=text(f"{OUT_OF_RANGE}: "), expression=call("TO_VARCHAR", value.copy()))
    moved = (
        _DIALECT.dateadd("day", number(length.days), value) if kind == DATE else _DIALECT.moved(value, length)
    )
    return when((outside, cast(said, to)), otherwise=moved)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "date_trunc": of_trees(date_trunc),
        "date_part": of_trees(date_part),
        "date_diff": of_trees(date_diff),
        "add_duration": add_duration,
        "day_of_week": of_trees(lambda value: call("DAYOFWEEKISO", value)),
        "epoch_seconds": of_trees(_DIALECT.whole_seconds),
    }
)
