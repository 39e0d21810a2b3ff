"""Dates and timestamps in Snowflake: docs.snowflake.com/en/sql-reference/functions-date-time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions.engines.durations import added
from fcompile.compiler.expressions.engines.shorthand import (
    call,
    cast,
    number,
    of_trees,
    quotient,
    text,
)
from fcompile.compiler.expressions.engines.words import Build
from fcompile.compiler.expressions.time_values import FIXED
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


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "date_trunc": of_trees(date_trunc),
        "date_part": of_trees(date_part),
        "date_diff": of_trees(date_diff),
        "add_duration": added(
            _DIALECT,
            lambda days, value: _DIALECT.dateadd("day", number(days), value),
            lambda value: call("TO_VARCHAR", value),
        ),
        "day_of_week": of_trees(lambda value: call("DAYOFWEEKISO", value)),
        "epoch_seconds": of_trees(_DIALECT.whole_seconds),
    }
)
