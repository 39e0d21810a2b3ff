"""Trino 480 and later. Pages are those of trino.io/docs/current; [READ] is Trino's own source, by class.

No server runs on a developer's machine: texts are checked by an independent parser of Trino's grammar, and
meanings are taken from these pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import nearest
from fcompile.dialects.base import ASOF, HASHES_COUNTED, PORTABLE, STAGED, Dialect, Rewrite
from fcompile.dialects.rewrites import (
    with_raw_tables,
    without_qualify,
    without_row_comparisons,
    without_semi_joins,
)

_CALENDAR = {
    timedelta(milliseconds=1): "millisecond",
    timedelta(seconds=1): "second",
    timedelta(minutes=1): "minute",
    timedelta(hours=1): "hour",
    timedelta(days=1): "day",
}
_UNITS = tuple((unit, width) for width, unit in sorted(_CALENDAR.items(), reverse=True))


class Trino(Dialect):
    name: ClassVar[str] = "trino"

    # language/types. VARCHAR without a length holds any text.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "VARCHAR",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "json": "JSON",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # sql/select has no QUALIFY; sql/select#joins has no SEMI JOIN.
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        with_raw_tables,
        without_qualify,
        without_semi_joins,
        without_row_comparisons,
    )

    # sql/select#nearest: new in 481, and planned as a join of all pairs and a ranking (pull request 28937), which a
    # hot key does not stand: ``point_in_time`` stays PORTABLE.
    point_in_time: ClassVar[str] = PORTABLE
    joins: ClassVar[tuple[str, ...]] = (PORTABLE, ASOF)

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return nearest(relation, on, match, self.sql)

    # sql/select#with-clause: a named subquery is inlined where it is used. sql/create-table knows no temporary ones.
    temporary_tables: ClassVar[bool] = False
    keep_cte: ClassVar[str | None] = STAGED

    # admin/properties-general#query-max-stage-count: at most 150 stages, of which a join adds up to three.
    most_joins: ClassVar[int] = 30

    # -- types and times: language/types#date-and-time ----------------------------------------------

    def scalar(self, kind: str) -> exp.DataType:
        """TIMESTAMP alone has milliseconds."""
        if kind != "timestamp":
            return super().scalar(kind)
        return exp.DataType(this=exp.DataType.Type.TIMESTAMP, expressions=[_six()])

    def instant(self) -> exp.DataType:
        return exp.DataType(this=exp.DataType.Type.TIMESTAMPTZ, expressions=[_six()])

    def utc(self, time: exp.Expr) -> exp.Expr:
        """A cast alone keeps the clock of the value's own zone; one without a zone is read in the session's, UTC."""
        zoned = time if _is_cast_to(time, self.instant()) else exp.Cast(this=time, to=self.instant())
        return exp.Cast(this=_call("AT_TIMEZONE", zoned, _text("UTC")), to=self.scalar("timestamp"))

    # functions/datetime#date_add takes a BIGINT, and raises beyond 32 bits [READ DateAdd].
    def moved(self, timestamp: exp.Expr, length: timedelta) -> exp.Expr:
        """``timestamp`` moved by whole milliseconds, in the largest unit that divides them; far ones by days first."""
        unit, size = next((u, s) for u, s in _UNITS if length % s == timedelta(0))
        if abs(length // size) < 2**31:
            return _call("DATE_ADD", _text(unit), _number(length // size), timestamp)
        days = timedelta(days=length // timedelta(days=1))
        return self.moved(self.moved(timestamp, days), length - days)

    def before(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, -duration)

    def after(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, duration)

    # functions/datetime#date_trunc goes down, also before 1970 [READ DateTimes: floorDiv].
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        if width in _CALENDAR:
            return _call("DATE_TRUNC", _text(_CALENDAR[width]), timestamp)
        unit = "second" if width % timedelta(seconds=1) == timedelta(0) else "millisecond"
        whole = _call("DATE_TRUNC", _text(unit), timestamp)
        count = _number(width // timedelta(**{f"{unit}s": 1}))
        since = _call("DATE_DIFF", _text(unit), self._epoch(), whole)
        # % has the dividend's sign.
        rest = exp.Paren(this=exp.Add(this=exp.Mod(this=since, expression=count), expression=count.copy()))
        back = exp.Neg(this=exp.Paren(this=exp.Mod(this=rest, expression=count.copy())))
        return _call("DATE_ADD", _text(unit), back, whole.copy())

    def whole_seconds(self, timestamp: exp.Expr) -> exp.Expr:
        """Seconds since 1970, rounded down."""
        whole = _call("DATE_TRUNC", _text("second"), self._six_digits(timestamp))
        return _call("DATE_DIFF", _text("second"), self._epoch(), whole)

    def microsecond_part(self, timestamp: exp.Expr) -> exp.Expr:
        """No function gives it: the text of a TIMESTAMP(6) has six digits of fraction."""
        written = exp.Cast(this=self._six_digits(timestamp), to=self.scalar("string"))
        return exp.Cast(this=_call("SUBSTR", written, _number(21), _number(6)), to=self.scalar("int64"))

    # DATE_DIFF cuts times to milliseconds [READ DateDiff]; TO_UNIXTIME is a DOUBLE.
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        seconds = exp.Mul(this=self.whole_seconds(timestamp), expression=_number(10**6))
        return exp.Add(this=seconds, expression=self.microsecond_part(timestamp.copy()))

    def _six_digits(self, timestamp: exp.Expr) -> exp.Expr:
        to = self.scalar("timestamp")
        return timestamp if _is_cast_to(timestamp, to) else exp.Cast(this=timestamp, to=to)

    def _epoch(self) -> exp.Expr:
        return exp.Cast(this=_text("1970-01-01"), to=self.scalar("timestamp"))

    # -- values ---------------------------------------------------------------------------------------

    # functions/math#is_finite
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        return _call("IS_FINITE", value)

    # functions/binary#md5, #to_hex; functions/math#from_base. 15 hexadecimal digits are 60 bits.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call(
            "SUBSTR", _call("TO_HEX", _call("MD5", self._bytes(value, kind))), _number(1), _number(15)
        )
        return _call("FROM_BASE", digits, _number(16))

    def _bytes(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A value's canonical text as UTF-8; of floats the bits, as their text is each engine's own."""
        match kind:
            case "timestamp":
                value = self.microseconds(value)
            case "float32" | "float64":
                double = exp.Cast(this=value, to=self.scalar("float64"))
                return _call("TO_IEEE754_64", exp.Add(this=double, expression=exp.Literal.number("0e0")))
            case "bytes":
                return _call("TO_UTF8", exp.Lower(this=_call("TO_HEX", value)))
        return _call("TO_UTF8", exp.Cast(this=value, to=self.scalar("string")))

    # functions/conversion#try_cast: of a text that is no whole number NULL; of a number it rounds.
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        tried = exp.TryCast(this=key, to=to)
        if kind != "decimal" or to_kind not in ("int32", "int64"):
            return tried
        whole = exp.EQ(this=key.copy(), expression=_call("FLOOR", key.copy()))
        return exp.Case(ifs=[exp.If(this=whole, true=tried)])

    # functions/aggregate#sum gives the type of its input: of a BIGINT beyond its range an error, of a REAL a REAL.
    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        wide = exp.Cast(this=value, to=self.scalar("float64")) if kind == "float32" else value
        return super().sum_of(wide, kind, where)

    # functions/aggregate#max: NaN loses to every number, in MIN too [READ COMPARISON_UNORDERED_FIRST and _LAST].
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        usual = super().extreme(value, kind, where, least=least)
        if least or kind not in ("float32", "float64", ""):
            return usual
        # NaN alone differs from itself, whatever the type.
        strange = exp.NEQ(this=exp.Paren(this=value.copy()), expression=exp.Paren(this=value.copy()))
        chosen = strange if where is None else exp.And(this=exp.Paren(this=where.copy()), expression=strange)
        found = super().extreme(value.copy(), kind, chosen, least=False)
        return exp.Coalesce(this=found, expressions=[usual])

    # sql/select#order-by: NaN comes last, and -0.0 before 0.0 [READ DoubleType: Double.compare].
    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        floating = kind in ("float32", "float64")
        zero = exp.Literal.number("0e0")
        return (exp.Add(this=exp.Paren(this=value), expression=zero) if floating else value,)

    # JSON has no IS DISTINCT FROM.
    def comparable(self, value: exp.Expr, kind: str) -> exp.Expr:
        return _call("JSON_FORMAT", value) if kind == "json" else value

    # -- lists: language/types#array, functions/array ----------------------------------------------

    def length(self, values: exp.Expr) -> exp.Expr:
        return _call("CARDINALITY", values)

    def element(self, values: exp.Expr, place: int) -> exp.Expr:
        return _call("ELEMENT_AT", values, _number(place))

    def first_of(self, values: exp.Expr, count: int) -> exp.Expr:
        return _call("SLICE", values, _number(1), _number(count))

    # -- windows of rows: functions/aggregate ---------------------------------------------------------

    # #array_agg keeps NULLs, and takes ORDER BY and FILTER.
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        return self.element(_ordered(value, order, where), 1)

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        return self.first_of(_ordered(value, order, where), count)

    # #stddev_samp keeps mean and squared distances, merged by Chan's formula [READ VarianceState].
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        name = "VAR_SAMP" if squared else "STDDEV_SAMP"
        if not floating:
            return _filtered(_call(name, value), where)
        strange = exp.Not(this=self.is_finite(value.copy()))
        outside = exp.GT(this=_filtered(_call("COUNT_IF", strange), where), expression=_number(0))
        several = exp.GT(this=_filtered(exp.Count(this=value.copy()), where), expression=_number(1))
        finite = exp.Case(ifs=[exp.If(this=self.is_finite(value.copy()), true=value.copy())])
        found = exp.If(this=exp.And(this=outside, expression=several), true=_call("NAN"))
        usual = exp.Case(
            ifs=[exp.If(this=exp.Not(this=outside.copy()), true=_filtered(_call(name, finite), where))]
        )
        return exp.Case(ifs=[found], default=usual)

    # Trino has only approximate percentiles: #approx_percentile.
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        given = exp.Is(this=exp.Paren(this=value.copy()), expression=exp.Not(this=exp.Null()))
        order = [exp.Ordered(this=value.copy(), nulls_first=False)]
        values = _ordered(value, order, given if where is None else where)
        return self._bound(values, "sorted_values", lambda listed: self._interpolated(listed, share))

    def _interpolated(self, values: exp.Expr, share: float) -> exp.Expr:
        """Between the two values around ``share`` of the way from the first to the last."""
        written = repr(share) if "e" in repr(share) else f"{share!r}e0"
        last = exp.Paren(this=exp.Sub(this=self.length(values), expression=_number(1)))
        way = exp.Mul(this=exp.Literal.number(written), expression=last)
        return self._bound(way, "place", lambda place: self._around(values, place))

    def _around(self, values: exp.Expr, place: exp.Expr) -> exp.Expr:
        """Places count from 0, and those of a list from 1."""
        below = exp.Cast(this=_call("FLOOR", place), to=self.scalar("int64"))
        low = _call("ELEMENT_AT", values.copy(), exp.Add(this=below, expression=_number(1)))
        high = _call("ELEMENT_AT", values.copy(), exp.Add(this=below.copy(), expression=_number(2)))
        rest = exp.Paren(this=exp.Sub(this=place.copy(), expression=_call("FLOOR", place.copy())))
        step = exp.Mul(this=exp.Paren(this=exp.Sub(this=high, expression=low.copy())), expression=rest)
        alone = exp.Or(
            this=exp.EQ(this=place.copy(), expression=_call("FLOOR", place.copy())),
            expression=exp.EQ(this=high.copy(), expression=low.copy()),
        )
        return exp.Case(ifs=[exp.If(this=alone, true=low)], default=exp.Add(this=low.copy(), expression=step))

    # #min of a count: the least values, in ascending order; DISTINCT as for any aggregate.
    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        # DISTINCT of two would be printed as one of their rows.
        least = _call("MIN", exp.Distinct(expressions=[hash]), _number(HASHES_COUNTED + 1))
        found = _filtered(least, where)
        return self._bound(
            found,
            "least_hashes",
            lambda listed: self.estimate_of(self.length(listed), self.element(listed.copy(), HASHES_COUNTED)),
        )

    def _bound(self, value: exp.Expr, name: str, body: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        """``body`` of a value that is computed once: functions/lambda."""
        parameter = exp.Identifier(this=name, quoted=False)
        change = exp.Lambda(this=body(exp.Column(this=parameter)), expressions=[parameter.copy()])
        return self.element(_call("TRANSFORM", exp.Array(expressions=[value]), change), 1)


def _is_cast_to(tree: exp.Expr, to: exp.DataType) -> bool:
    return isinstance(tree, exp.Cast) and tree.to == to


def _six() -> exp.DataTypeParam:
    return exp.DataTypeParam(this=exp.Literal.number(6))


def _ordered(value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
    return _filtered(_call("ARRAY_AGG", exp.Order(this=value, expressions=list(order))), where)


def _filtered(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    if where is None:
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=where.copy()))


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal
