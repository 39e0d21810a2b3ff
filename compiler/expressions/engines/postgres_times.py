"""Dates and timestamps in Postgres: EXTRACT gives exact decimals (docs/current/functions-datetime.html)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.time_values import FIXED, OUT_OF_RANGE, signed_duration

Arguments = Sequence[exp.Expr]

_FIELDS = {"day_of_year": "DOY", "iso_year": "ISOYEAR", "microsecond": "MICROSECONDS"}
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)


def extract(field: str, value: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.Var(this=field), expression=value)


def _whole(value: exp.Expr) -> exp.Expr:
    return p.cast(value, exp.DType.BIGINT)


def _timestamp(value: exp.Expr, kinds: Kinds, place: int) -> exp.Expr:
    """Of an unknown type it may be a timestamp with time zone, which the session's zone would cut (it is UTC)."""
    return value if kinds[place] is not None else p.cast(value, exp.DType.TIMESTAMP)


def date_trunc(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    unit, value = arguments
    return p.call("DATE_TRUNC", unit, _timestamp(value, kinds, 1))


def date_part(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """Seconds come with their fraction, and microseconds with the seconds."""
    unit, value = arguments[0].name, _timestamp(arguments[1], kinds, 1)
    found = extract(_FIELDS.get(unit, unit.upper()), value)
    if unit == "second":
        return _whole(exp.Floor(this=found))
    if unit == "microsecond":
        return _whole(exp.Mod(this=found, expression=p.number(10**6)))
    return _whole(found)


def date_diff(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    unit, start, end = arguments[0].name, *(_timestamp(arguments[i], kinds, i) for i in (1, 2))
    if unit not in FIXED:
        return p.let(lambda a, b: _months_apart(unit, a, b), start, end)
    apart = exp.Paren(this=exp.Sub(this=atom(end), expression=atom(start)))
    passed = microseconds(apart)
    length = FIXED[unit]
    if length == 1:
        return passed
    # A quotient of bigint is cut towards zero; one of numeric would be rounded.
    return exp.Div(this=passed, expression=p.number(length), typed=True, safe=False)


def microseconds(value: exp.Expr) -> exp.Expr:
    """Of a timestamp since 1970, or of an interval."""
    return _whole(exp.Mul(this=extract("EPOCH", value), expression=p.number(10**6)))


def _months_apart(unit: str, a: p.Part, b: p.Part) -> exp.Expr:
    """In months, quarters or years of the calendar."""

    def counted(moment: p.Part) -> exp.Expr:
        year = extract("YEAR", moment())
        if unit == "year":
            return year
        a_year = 12 if unit == "month" else 4
        total = exp.Add(
            this=exp.Mul(this=year, expression=p.number(a_year)), expression=extract(unit.upper(), moment())
        )
        return exp.Paren(this=total)

    return _whole(exp.Sub(this=counted(b), expression=counted(a)))


def day_of_week(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return _whole(extract("ISODOW", _timestamp(arguments[0], kinds, 0)))


def epoch_seconds(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return _whole(exp.Floor(this=extract("EPOCH", _timestamp(arguments[0], kinds, 0))))


def add_duration(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """The sum, and an error beyond the years that every engine and Python have: Postgres has more.

    Hours and days are given as seconds: days would be those of the session's calendar for other types.
    """
    value = _timestamp(arguments[0], kinds, 0)
    length = signed_duration(arguments[1].name)
    if not length:
        return value
    beyond, edge = (exp.GT, _LAST - length) if length > timedelta(0) else (exp.LT, _FIRST - length)
    limit = p.cast(p.text(edge.replace(tzinfo=None).isoformat(" ", "microseconds")), exp.DType.TIMESTAMP)

    def body(x: p.Part) -> exp.Expr:
        said = exp.DPipe(this=p.text(f"{OUT_OF_RANGE}: "), expression=p.cast(x(), exp.DType.TEXT))
        outside = beyond(this=atom(x()), expression=limit)
        moved = exp.Add(this=atom(x()), expression=_interval(length))
        # A text that no cast reads says what was wrong.
        return p.case((outside, p.cast(said, exp.DType.TIMESTAMP)), default=moved)

    return p.let(body, value)


def _interval(length: timedelta) -> exp.Expr:
    milliseconds = length // timedelta(milliseconds=1)
    whole = milliseconds % 1000 == 0
    count = milliseconds // 1000 if whole else milliseconds
    unit = exp.Var(this="SECOND" if whole else "MILLISECOND")
    return exp.Interval(this=p.text(str(count)), unit=unit)
