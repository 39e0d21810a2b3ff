"""Dates and timestamps in Trino: trino.io/docs/current/functions/datetime. [READ] is Trino's own source, by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DATE
from fcompile.compiler.expressions.engines.durations import added
from fcompile.compiler.expressions.engines.shorthand import (
    call,
    cast,
    first_kind,
    number,
    of_trees,
    quotient,
    text,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.time_values import FIXED
from fcompile.dialects.trino import Trino

_DIALECT = Trino()
_PARTS = {"iso_year": "YEAR_OF_WEEK"}


def date_part(unit: exp.Expr, value: exp.Expr) -> exp.Expr:
    """No function gives microseconds: they are read off the text, which has six digits."""
    if unit.name == "microsecond":
        return _DIALECT.microsecond_part(value)
    return call(_PARTS.get(unit.name, unit.name.upper()), value)


def date_diff(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """DATE_DIFF cuts both times to milliseconds first [READ DateDiff], so times are subtracted as numbers."""
    unit, start, end = arguments
    kind = first_kind(kinds[1:])
    if unit.name not in FIXED:
        return _whole_months(unit.name, start, end)
    if kind == DATE:
        days = call("DATE_DIFF", text("day"), start, end)
        return quotient(days, number(7)) if unit.name == "week" else days
    apart = exp.Sub(this=_DIALECT.microseconds(end), expression=exp.Paren(this=_DIALECT.microseconds(start)))
    length = FIXED[unit.name]
    return apart if length == 1 else quotient(apart, number(length))


def _whole_months(unit: str, start: exp.Expr, end: exp.Expr) -> exp.Expr:
    years = exp.Sub(this=call("YEAR", end), expression=call("YEAR", start))
    if unit == "year":
        return years
    each, name = (12, "MONTH") if unit == "month" else (4, "QUARTER")
    return exp.Sub(
        this=exp.Add(
            this=exp.Mul(this=exp.Paren(this=years), expression=number(each)),
            expression=call(name, end.copy()),
        ),
        expression=call(name, start.copy()),
    )


def epoch_seconds(value: exp.Expr) -> exp.Expr:
    return _DIALECT.whole_seconds(value)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "date_trunc": of_trees(lambda unit, value: call("DATE_TRUNC", unit, value)),
        "date_part": of_trees(date_part),
        "date_diff": date_diff,
        "add_duration": added(
            _DIALECT,
            lambda days, value: call("DATE_ADD", text("day"), number(days), value),
            lambda value: cast(value, _DIALECT.scalar("string")),
        ),
        "day_of_week": of_trees(lambda value: call("DAY_OF_WEEK", value)),
        "epoch_seconds": of_trees(epoch_seconds),
    }
)
