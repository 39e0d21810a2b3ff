"""Amazon Redshift. Pages are those of docs.aws.amazon.com/redshift/latest/dg.

No Redshift runs on a developer's machine: texts are checked by an independent parser of its grammar, and meanings
are taken from these pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import PORTABLE, STAGED, Dialect, Rewrite
from fcompile.dialects.rewrites import (
    without_filter,
    without_null_safe_equality,
    without_qualify,
    without_row_comparisons,
    without_semi_joins,
)

_CALENDAR = {
    timedelta(seconds=1): "second",
    timedelta(minutes=1): "minute",
    timedelta(hours=1): "hour",
    timedelta(days=1): "day",
}
_MILLISECOND = timedelta(milliseconds=1)

_NO_LISTS = "no aggregate makes a list (SUPER is none that other types have in it)"
_NO_ORDER = "no aggregate takes its input in an order; use a view of latest values for the newest row"


class Redshift(Dialect):
    name: ClassVar[str] = "redshift"
    transactional: ClassVar[bool] = True

    # c_Supported_data_types; r_Character_types: VARCHAR alone has 256 bytes, so text is VARCHAR(MAX).
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # r_SUPER_type: lists and objects only within SUPER, without the types of what is in them.
    refused_types: ClassVar[Mapping[str, str]] = {
        "list": "its lists are SUPER, without a type of their elements; keep the list as json",
        "vector": "its lists are SUPER, without a type of their elements",
        "struct": "its objects are SUPER, without types of their members; keep the members as features",
    }

    # c_Aggregate_Functions: no ARRAY_AGG, MAX_BY or FIRST; r_COUNT: APPROXIMATE has an error of its own.
    refused_aggregations: ClassVar[Mapping[str, str]] = {
        "first": _NO_ORDER,
        "last": _NO_ORDER,
        "last_n": _NO_LISTS,
        "last_distinct_n": _NO_LISTS,
        "top_k": _NO_LISTS,
        "approx_count_distinct": "its estimate is another than that of all other engines; use count_distinct",
    }

    # c_Aggregate_Functions has no FILTER, r_JOIN no SEMI JOIN, r_comparison_condition no IS DISTINCT FROM.
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        without_qualify,
        without_semi_joins,
        without_filter,
        without_row_comparisons,
        without_null_safe_equality,
    )
    point_in_time: ClassVar[str] = PORTABLE

    # r_WITH_clause: whether a named subquery's rows are kept is the planner's choice.
    keep_cte: ClassVar[str | None] = STAGED

    # r_CREATE_TABLE_NEW: 1,600 columns of a table.
    most_columns: ClassVar[int | None] = 1_600

    # c_serial_isolation: a transaction sees what was committed before its first statement.
    one_state: ClassVar[str | None] = ""

    # r_names: 127 bytes.
    longest_name: ClassVar[int | None] = 127

    # r_DATEADD_function: of seconds and milliseconds; days and months would be the calendar's.
    def before(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, -duration)

    def after(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, duration)

    def moved(self, timestamp: exp.Expr, length: timedelta) -> exp.Expr:
        """``timestamp`` moved by whole milliseconds."""
        unit, size = ("second", timedelta(seconds=1)) if not length.microseconds else ("ms", _MILLISECOND)
        return _call("DATEADD", exp.Var(this=unit), _number(length // size), timestamp)

    # r_DATE_TRUNC; r_DATEDIFF_function counts the units that begin in between.
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        if width in _CALENDAR:
            return _call("DATE_TRUNC", _text(_CALENDAR[width]), timestamp)
        unit, size = ("second", timedelta(seconds=1)) if not width.microseconds else ("ms", _MILLISECOND)
        whole = _call("DATE_TRUNC", _text("second" if unit == "second" else "millisecond"), timestamp)
        count = _number(width // size)
        since = _call("DATEDIFF", exp.Var(this=unit), self.epoch(), whole)
        # % has the dividend's sign.
        rest = exp.Paren(this=exp.Add(this=exp.Mod(this=since, expression=count), expression=count.copy()))
        back = exp.Neg(this=exp.Paren(this=exp.Mod(this=rest, expression=count.copy())))
        return _call("DATEADD", exp.Var(this=unit), back, whole.copy())

    def epoch(self) -> exp.Expr:
        return exp.Cast(this=_text("1970-01-01"), to=self.scalar("timestamp"))

    # r_DATEDIFF_function is a BIGINT.
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return _call("DATEDIFF", exp.Var(this="microsecond"), self.epoch(), timestamp)

    # r_Numeric_types201: 'Infinity' and 'NaN', which is greater than every number.
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        endless = exp.Cast(this=_text("Infinity"), to=self.scalar("float64"))
        return exp.LT(this=exp.Abs(this=value), expression=endless)

    # r_MD5, r_STRTOL: 15 hexadecimal digits are 60 bits, which fit a BIGINT.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call("LEFT", _call("MD5", self._canonical(value, kind)), _number(15))
        return _call("STRTOL", digits, _number(16))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "timestamp":
                value = self.microseconds(value)
            case "date":
                return _call("TO_CHAR", value, _text("YYYY-MM-DD"))
            case "bool":
                return written_bool(value)
            case "bytes":
                return exp.Lower(this=_call("FROM_VARBYTE", value, _text("hex")))
            case "float32" | "float64":
                value = exp.Add(
                    this=_operand(exp.Cast(this=value, to=self.scalar("float64"))), expression=_number(0)
                )
        return exp.Cast(this=value, to=self.scalar("string"))

    # r_TRY_CAST: of a text that is no whole number NULL.
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        tried = try_cast(key, to)
        if kind not in ("decimal", "float32", "float64") or to_kind not in ("int32", "int64"):
            return tried
        whole = exp.EQ(this=_operand(key.copy()), expression=exp.Floor(this=key.copy()))
        return exp.Case(ifs=[exp.If(this=whole, true=tried)])

    # c_collation_sequences: text is in the order of its UTF-8 bytes. -0.0 + 0 is 0.0.
    def ordered_value(self, value: exp.Expr, kind: str) -> exp.Expr:
        if kind in ("float32", "float64"):
            return exp.Add(this=_operand(value), expression=_number(0))
        return value

    # r_MAX: not of BOOLEAN.
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        if kind == "bool":
            return self._of_some(_call("BOOL_AND" if least else "BOOL_OR", value), where)
        return super().extreme(value, kind, where, least=least)

    # r_STDDEV_functions, r_VARIANCE_functions
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return self._of_some(_call("VAR_SAMP" if squared else "STDDEV_SAMP", value), where)

    # r_PERCENTILE_CONT interpolates as SPEC 4 does, and ignores NULL.
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        given = value if where is None else exp.Case(ifs=[exp.If(this=where, true=value)])
        order = exp.Order(expressions=[exp.Ordered(this=given, nulls_first=False)])
        return exp.WithinGroup(
            this=_call("PERCENTILE_CONT", exp.Literal.number(repr(share))), expression=order
        )


def try_cast(value: exp.Expr, to: exp.DataType) -> exp.Expr:
    """``TRY_CAST(value AS type)``, which sqlglot would write as CAST."""
    return _call("TRY_CAST", exp.Alias(this=value, alias=exp.Var(this=to.sql("redshift"))))


def written_bool(value: exp.Expr) -> exp.Expr:
    """r_Boolean_type: a BOOLEAN has no cast to text."""
    ifs = [
        exp.If(this=value, true=_text("true")),
        exp.If(this=exp.Not(this=_operand(value.copy())), true=_text("false")),
    ]
    return exp.Case(ifs=ifs)


def _operand(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if isinstance(value, exp.Binary | exp.Unary) else value


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    number = exp.Literal.number(abs(value))
    return exp.Neg(this=number) if value < 0 else number


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
