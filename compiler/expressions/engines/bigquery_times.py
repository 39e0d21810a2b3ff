"""Dates and timestamps for BigQuery, always in UTC: a project may have another default time zone.

cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions, .../date_functions [RAN].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.time_values import FIXED, signed_duration

_PARTS = {"day_of_year": "DAYOFYEAR", "week": "ISOWEEK", "iso_year": "ISOYEAR"}
"""Where BigQuery's name is another: its WEEK begins on Sunday."""
_DAY = timedelta(days=1)
_UTC = "UTC"


def _is_date(kind: DType | None) -> bool:
    return kind is not None and kind.kind == "date"


def _trunc(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    part = exp.Var(this=_PARTS.get(unit.name, unit.name.upper()))
    if _is_date(kinds[1]):
        return t.call("DATE_TRUNC", value, part)
    return t.call("TIMESTAMP_TRUNC", value, part, t.text(_UTC))


def _part(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    return _extracted(_PARTS.get(unit.name, unit.name.upper()), value, kinds[1])


def _extracted(part: str, value: exp.Expr, kind: DType | None) -> exp.Expr:
    read = value if _is_date(kind) else t.call("DATETIME", value, t.text(_UTC))
    return exp.Extract(this=exp.Var(this=part), expression=read)


def _diff(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """TIMESTAMP_DIFF counts whole units towards zero, DATE_DIFF the limits of units in between."""
    unit, start, end = arguments
    dates = any(map(_is_date, kinds))
    if unit.name not in FIXED:
        days = (end, start) if dates else (_day(end), _day(start))
        return t.call("DATE_DIFF", *days, exp.Var(this=unit.name.upper()))
    name = "DATE_DIFF" if dates else "TIMESTAMP_DIFF"
    if unit.name == "week":
        return t.call("DIV", t.call(name, end, start, exp.Var(this="DAY")), b.integer(7))
    return t.call(name, end, start, exp.Var(this=unit.name.upper()))


def _day(value: exp.Expr) -> exp.Expr:
    return t.call("DATE", value, t.text(_UTC))


def _add(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Beyond the years 1 to 9999 it is an error of itself."""
    value, length = arguments[0], signed_duration(arguments[1].name)
    if not length:
        return value
    if _is_date(kinds[0]):
        return t.call("DATE_ADD", value, _interval(length // _DAY, "DAY"))
    return t.call("TIMESTAMP_ADD", value, _length(length))


def _length(length: timedelta) -> exp.Expr:
    seconds = timedelta(seconds=1)
    if length % seconds:
        return _interval(length // timedelta(milliseconds=1), "MILLISECOND")
    return _interval(length // seconds, "SECOND")


def _interval(count: int, unit: str) -> exp.Expr:
    return exp.Interval(this=b.integer(count), unit=exp.Var(this=unit))


def _day_of_week(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """BigQuery counts from Sunday."""
    since = exp.Add(this=_extracted("DAYOFWEEK", arguments[0], kinds[0]), expression=b.integer(5))
    return t.group(exp.Add(this=t.call("MOD", since, b.integer(7)), expression=b.integer(1)))


def _epoch_seconds(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    if _is_date(kinds[0]):
        return exp.Mul(this=t.call("UNIX_DATE", arguments[0]), expression=b.integer(86_400))
    return t.call("UNIX_SECONDS", arguments[0])


TIMES: Mapping[str, Build] = MappingProxyType(
    {
        "date_trunc": _trunc,
        "date_part": _part,
        "date_diff": _diff,
        "add_duration": _add,
        "day_of_week": _day_of_week,
        "epoch_seconds": _epoch_seconds,
    }
)
