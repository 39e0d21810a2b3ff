"""Snowflake. Pages are those of docs.snowflake.com/en/sql-reference.

No account is reached from a developer's machine: texts are checked by an independent parser of Snowflake's grammar,
and meanings are taken from these pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import with_match_condition
from fcompile.dialects.base import ASOF, HASHES_COUNTED, PORTABLE, STAGED, Dialect, Rewrite
from fcompile.dialects.rewrites import (
    with_ordered_row_numbers,
    with_raw_tables,
    without_filter,
    without_row_comparisons,
    without_semi_joins,
)

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
    ("millisecond", timedelta(milliseconds=1)),
)
_DIGITS = {"int32": 10, "int64": 19}
_PLAIN = re.compile("[a-z_][a-z0-9_]*")


# identifiers-syntax: a name without quotes is stored and looked up in upper case.
def folded(tree: exp.Expr) -> exp.Expr:
    """Names that need no quotes in upper case, as other people's unquoted SQL means them; others as they are."""
    for name in list(tree.find_all(exp.Identifier)):
        if name.args.get("quoted") and _PLAIN.fullmatch(name.name):
            name.set("this", name.name.upper())
    return tree


class Snowflake(Dialect):
    name: ClassVar[str] = "snowflake"

    # data-types: FLOAT has 64 bits, VARCHAR without a length holds any text, BINARY any bytes.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "DOUBLE",
        "float64": "DOUBLE",
        "string": "VARCHAR",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPNTZ",
        "json": "VARIANT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # constructs: there is QUALIFY; no FILTER behind aggregates, no SEMI JOIN, no < between rows.
    # functions/row_number: ORDER BY is required.
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        with_raw_tables,
        with_ordered_row_numbers,
        without_filter,
        without_semi_joins,
        without_row_comparisons,
        folded,
    )

    # constructs/asof-join: keeps left rows; ON is optional, and holds only equalities; of several right rows of
    # one time "the results are nondeterministic".
    point_in_time: ClassVar[str] = ASOF
    joins: ClassVar[tuple[str, ...]] = (ASOF, PORTABLE)

    # constructs/with: nothing says that a CTE is computed once. create-table: TEMPORARY ones end with the session.
    temporary_tables: ClassVar[bool] = True
    keep_cte: ClassVar[str | None] = STAGED

    # No page has a limit for joins; plans of hundreds compile for minutes [INF].
    most_joins: ClassVar[int] = 100

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return with_match_condition(relation, on, match, left=False)

    # -- types and times ------------------------------------------------------------------------------

    def scalar(self, kind: str) -> exp.DataType:
        """data-types-numeric: INT and BIGINT are NUMBER(38, 0). data-types-datetime: NTZ alone has nanoseconds."""
        if kind in _DIGITS:
            return self.decimal(_DIGITS[kind], 0)
        if kind == "timestamp":
            return _named("TIMESTAMP_NTZ(6)")
        return super().scalar(kind)

    def instant(self) -> exp.DataType:
        return _named("TIMESTAMP_TZ(6)")

    # data-types-semistructured: an ARRAY and an OBJECT hold VARIANTs.
    def array(self, item: exp.DataType) -> exp.DataType:
        return exp.DataType(this=exp.DataType.Type.ARRAY)

    def struct(self, fields: Iterable[tuple[str, exp.DataType]]) -> exp.DataType:
        return exp.DataType(this=exp.DataType.Type.OBJECT)

    def utc(self, time: exp.Expr) -> exp.Expr:
        """functions/convert_timezone of two arguments; a time without a zone is in the session's, UTC.

        A cast alone keeps the clock of the value's own zone.
        """
        return exp.Cast(this=_call("CONVERT_TIMEZONE", _text("UTC"), time), to=self.scalar("timestamp"))

    # functions/dateadd: a day of a TIMESTAMP_NTZ has 24 hours.
    def dateadd(self, unit: str, count: exp.Expr, time: exp.Expr) -> exp.Expr:
        return _call("DATEADD", exp.Var(this=unit.upper()), count, time)

    # functions/datediff: how many units begin after the first and up to the second.
    def datediff(self, unit: str, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        return _call("DATEDIFF", exp.Var(this=unit.upper()), start, end)

    def moved(self, timestamp: exp.Expr, length: timedelta) -> exp.Expr:
        """``timestamp`` moved by whole milliseconds, in the largest unit that divides them."""
        unit, size = next((u, s) for u, s in _UNITS if length % s == timedelta(0))
        return self.dateadd(unit, _number(length // size), timestamp)

    def before(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, -duration)

    def after(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return self.moved(timestamp, duration)

    # functions/greatest: NULL if any argument is.
    def later(self, first: exp.Expr, second: exp.Expr) -> exp.Expr:
        return _call("GREATEST", first, second)

    # functions/date_trunc cuts; functions/time_slice has no milliseconds.
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        for unit, size in _UNITS:
            if width == size:
                return _call("DATE_TRUNC", _text(unit), timestamp)
        unit = "second" if width % timedelta(seconds=1) == timedelta(0) else "millisecond"
        size = timedelta(seconds=1) if unit == "second" else timedelta(milliseconds=1)
        count = _number(width // size)
        since = self.datediff(unit, self._epoch(), timestamp)
        # The rest of the sign of the width, also before 1970.
        rest = exp.Paren(this=exp.Add(this=exp.Mod(this=since, expression=count), expression=count.copy()))
        back = exp.Neg(this=exp.Paren(this=exp.Mod(this=rest, expression=count.copy())))
        return self.dateadd(unit, back, _call("DATE_TRUNC", _text(unit), timestamp.copy()))

    def whole_seconds(self, timestamp: exp.Expr) -> exp.Expr:
        """Seconds since 1970, rounded down: as many as begin in between."""
        return self.datediff("second", self._epoch(), timestamp)

    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return self.datediff("microsecond", self._epoch(), timestamp)

    def _epoch(self) -> exp.Expr:
        return exp.Cast(this=_text("1970-01-01"), to=self.scalar("timestamp"))

    # -- values ---------------------------------------------------------------------------------------

    # functions/try_cast reads text alone, and rounds it where digits are left over.
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        if kind == to_kind:
            return exp.Cast(this=key, to=to)
        written = _call("TO_VARCHAR", key)
        if to_kind == "string":
            return written
        tried = exp.TryCast(this=written, to=to, requires_string=True)
        if to_kind not in _DIGITS:
            return tried
        bound = 2**31 if to_kind == "int32" else 2**63
        digits = _call("REGEXP_LIKE", written.copy(), _text("[+-]?[0-9]{1,19}([.]0*)?"))
        number = exp.TryCast(this=written.copy(), to=self.decimal(38, 0), requires_string=True)
        within = exp.Between(this=number, low=_number(-bound), high=_number(bound - 1))
        return exp.Case(ifs=[exp.If(this=exp.And(this=digits, expression=within), true=tried)])

    # data-types-numeric: NaN is greater than infinity.
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        infinity = exp.Cast(this=_text("inf"), to=self.scalar("float64"))
        return exp.LT(this=_call("ABS", value), expression=infinity)

    # functions/md5: hexadecimal digits of a text's UTF-8; functions/to_decimal: the format X reads them.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call("LEFT", _call("MD5", self._canonical(value, kind)), _number(15))
        return _call("TO_NUMBER", digits, _text("X" * 15))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A value's canonical text; of floats, whose text is not exact, that of another hash."""
        match kind:
            case "timestamp":
                value = self.microseconds(value)
            case "date":
                return _call("TO_CHAR", value, _text("YYYY-MM-DD"))
            case "float32" | "float64":
                double = exp.Cast(this=value, to=self.scalar("float64"))
                value = _call("HASH", exp.Add(this=double, expression=_number(0)))
            case "bytes":
                return _call("LOWER", _call("HEX_ENCODE", value))
        return exp.Cast(this=value, to=self.scalar("string"))

    # functions/min and functions/max take no BOOLEAN; functions/booland_agg and boolor_agg do.
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        if kind != "bool":
            return super().extreme(value, kind, where, least=least)
        return _call("BOOLAND_AGG" if least else "BOOLOR_AGG", _where(value, where))

    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        """-0.0 as 0.0."""
        floating = kind in ("float32", "float64")
        return (exp.Add(this=exp.Paren(this=value), expression=_number(0)) if floating else value,)

    # operators-comparison do not compare ARRAYs and OBJECTs for order; functions/to_json has no spaces.
    def comparable(self, value: exp.Expr, kind: str) -> exp.Expr:
        return _call("TO_JSON", value) if kind in ("list", "vector", "struct", "json") else value

    # -- windows of rows --------------------------------------------------------------------------------

    # functions/array_agg leaves NULLs out, so that each value stands in an OBJECT. What comes out is a VARIANT, which
    # the output's cast reads; the time that breaks ties is read here.
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        kept = _call("OBJECT_CONSTRUCT_KEEP_NULL", _text("value"), value)
        found = _call("GET", _call("GET", _ordered(_where(kept, where), order), _number(0)), _text("value"))
        is_time = isinstance(value, exp.Column) and value.name == "__created"
        return _call("AS_TIMESTAMP_NTZ", found) if is_time else found

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        """functions/array_slice: from the first place on, which is 0, to before the last."""
        return _call("ARRAY_SLICE", _ordered(_where(value, where), order), _number(0), _number(count))

    def nonempty(self, values: exp.Expr) -> exp.Expr:
        several = exp.GT(this=_call("ARRAY_SIZE", values), expression=_number(0))
        return exp.Case(ifs=[exp.If(this=several, true=values.copy())])

    # functions/stddev, functions/var_samp: NULL of one value; how they are computed is not said.
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        name = "VAR_SAMP" if squared else "STDDEV_SAMP"
        if not floating:
            return _call(name, _where(value, where))
        finite = self.is_finite(value.copy())
        strange = exp.Not(this=self.is_finite(value.copy()))
        outside = exp.GT(this=_call("COUNT_IF", _all(where, strange)), expression=_number(0))
        several = exp.GT(this=exp.Count(this=_where(value.copy(), where)), expression=_number(1))
        nan = exp.Cast(this=_text("NaN"), to=self.scalar("float64"))
        usual = _call(name, _where(value.copy(), _all(where, finite)))
        return exp.Case(
            ifs=[
                exp.If(this=exp.And(this=outside, expression=several), true=nan),
                exp.If(this=exp.Not(this=outside.copy()), true=usual),
            ]
        )

    # functions/percentile_cont: interpolated between the two values around share * (n - 1); NULLs are left out.
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        order = exp.Order(expressions=[exp.Ordered(this=_where(value, where), nulls_first=False)])
        return exp.WithinGroup(
            this=_call("PERCENTILE_CONT", exp.Literal.number(repr(share))), expression=order
        )

    # functions/array_agg: an ARRAY has at most 128 MB, some millions of hashes.
    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        chosen = _where(hash, where)
        count = exp.Count(this=exp.Distinct(expressions=[chosen]))
        ascending = exp.Ordered(this=chosen.copy(), nulls_first=False)
        listed = _ordered(exp.Distinct(expressions=[chosen.copy()]), [ascending])
        return self.estimate_of(count, _call("GET", listed, _number(HASHES_COUNTED - 1)))


def _named(name: str) -> exp.DataType:
    """A type as the pages spell it; sqlglot leaves the _ out."""
    return exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=name)


def _ordered(value: exp.Expr, order: Sequence[exp.Ordered]) -> exp.Expr:
    """functions/array_agg: ARRAY_AGG(x) WITHIN GROUP (ORDER BY y)."""
    return exp.WithinGroup(this=_call("ARRAY_AGG", value), expression=exp.Order(expressions=list(order)))


def _where(value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    """The value of rows that count, else NULL, which aggregates leave out."""
    return value if where is None else exp.Case(ifs=[exp.If(this=where.copy(), true=value)])


def _all(where: exp.Expr | None, condition: exp.Expr) -> exp.Expr:
    return condition if where is None else exp.And(this=exp.Paren(this=where.copy()), expression=condition)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal
