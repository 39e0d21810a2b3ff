"""Dates and timestamps in Redshift (Date_functions_header)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_times as postgres
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.redshift_trees import spread
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.time_values import FIXED, signed_duration
from fcompile.dialects.redshift import Redshift

Arguments = Sequence[exp.Expr]

_REDSHIFT = Redshift()


def _whole(value: exp.Expr) -> exp.Expr:
    return p.cast(value, exp.DType.BIGINT)


def _week(value: exp.Expr) -> exp.Expr:
    """r_DATE_TRUNC: the Monday before."""
    return p.call("DATE_TRUNC", p.text("week"), value)


def _between(unit: str, start: exp.Expr, end: exp.Expr) -> exp.Expr:
    return p.call("DATEDIFF", exp.Var(this=unit), start, end)


def date_trunc(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return postgres.date_trunc(arguments, kinds)


_PARTS = {"day_of_year": "DOY", "microsecond": "MICROSECOND"}


def date_part(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """r_Dateparts_for_datetime_functions: weeks are those of ISO 8601; the year of one is that of its Thursday."""
    unit, value = arguments[0].name, arguments[1]
    if unit == "iso_year":
        thursday = p.call("DATEADD", exp.Var(this="day"), p.number(3), _week(value))
        return _whole(postgres.extract("YEAR", thursday))
    found = postgres.extract(_PARTS.get(unit, unit.upper()), value)
    if unit == "microsecond":
        return exp.Mod(this=_whole(found), expression=p.number(10**6))
    return _whole(exp.Floor(this=found) if unit == "second" else found)


def date_diff(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """r_DATEDIFF_function counts the units that begin in between: of microseconds that is how many have passed."""
    unit, start, end = arguments[0].name, arguments[1], arguments[2]
    if unit not in FIXED:
        return _whole(_between(unit, start, end))
    passed = _between("microsecond", start, end)
    if FIXED[unit] == 1:
        return passed
    return exp.Div(this=passed, expression=p.number(FIXED[unit]), typed=True, safe=False)


def day_of_week(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    days = _between("day", _week(arguments[0]), arguments[0].copy())
    return _whole(exp.Add(this=days, expression=p.number(1)))


def epoch_seconds(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    whole = p.call("DATE_TRUNC", p.text("second"), arguments[0])
    return _whole(_between("second", _REDSHIFT.epoch(), whole))


def add_duration(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """As in Postgres, with DATEADD in place of an interval."""
    tree = spread(postgres.add_duration(arguments, kinds))
    if isinstance(tree, exp.Case):
        value = arguments[0].copy()
        tree.set("default", _REDSHIFT.moved(atom(value), signed_duration(arguments[1].name)))
    return tree
