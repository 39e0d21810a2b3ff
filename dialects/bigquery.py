"""BigQuery (GoogleSQL). Facts marked [RAN] were run on GoogleSQL's reference implementation.

Pages are those of cloud.google.com/bigquery/docs/reference/standard-sql, unless they are named in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import HASHES_COUNTED, PORTABLE, STAGED, Dialect, Rewrite
from fcompile.dialects.bigquery_floats import with_single_precision
from fcompile.dialects.bigquery_keys import tested_cast
from fcompile.dialects.bigquery_names import with_apart_tables, with_names_in_having
from fcompile.dialects.bigquery_orders import keys_of, with_least_nulls
from fcompile.dialects.rewrites import (
    with_raw_tables,
    without_filter,
    without_row_comparisons,
    without_semi_joins,
)

_FLOATS = ("float32", "float64")
_TRUNCATED = {
    timedelta(milliseconds=1): "MILLISECOND",
    timedelta(seconds=1): "SECOND",
    timedelta(minutes=1): "MINUTE",
    timedelta(hours=1): "HOUR",
    timedelta(days=1): "DAY",
}
_UNITS = tuple((unit, width) for width, unit in sorted(_TRUNCATED.items(), reverse=True))
_LAST = "9999-12-31 23:59:59.999999"
_FIRST_MICROSECOND = -62_135_596_800_000_000
_MICROSECOND = timedelta(microseconds=1)


class BigQuery(Dialect):
    name: ClassVar[str] = "bigquery"

    # data-types: INT64 and FLOAT64 alone; TIMESTAMP is an instant in microseconds. Integers of 32 bits are checked
    # where they are cast, floats of 32 bits rounded there. JSON as a type forgets how a number was written.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "BIGINT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPTZ",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # query-syntax#join_types has neither ASOF nor SEMI; aggregate-function-calls has no FILTER.
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        with_raw_tables,
        without_filter,
        without_semi_joins,
        without_row_comparisons,
        with_names_in_having,
        with_apart_tables,
        with_least_nulls,
        with_single_precision,
    )
    point_in_time: ClassVar[str] = PORTABLE

    # query-syntax#simple_cte_materialization: a CTE is computed at each of its uses, or not, as the planner likes.
    keep_cte: ClassVar[str | None] = STAGED

    # cloud.google.com/bigquery/quotas#query_jobs: 1 MB of text, and resources that a planner's estimate bounds: one
    # statement of Feast with 83 views was too complex (its issue 1591 is of the same kind).
    most_joins: ClassVar[int] = 20

    # cloud.google.com/bigquery/quotas#standard_tables
    most_columns: ClassVar[int | None] = 10_000

    # data-types#decimal_types: NUMERIC has 29 digits before the point and 9 after it, BIGNUMERIC 38 and 38.
    def decimal(self, precision: int, scale: int) -> exp.DataType:
        narrow = scale <= 9 and precision - scale <= 29
        kind = exp.DataType.Type.DECIMAL if narrow else exp.DataType.Type.BIGDECIMAL
        size = [exp.DataTypeParam(this=_number(n)) for n in (precision, scale)]
        return exp.DataType(this=kind, expressions=size)

    # query-syntax#named_query_parameters
    def parameter(self, name: str) -> exp.Expr:
        return exp.Parameter(this=exp.Var(this=name))

    # There is TRY_CAST by the name of SAFE_CAST, which rounds: 1.5 would find 2.
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        return tested_cast(key, kind, to_kind, to)

    # -- times: timestamp_functions ---------------------------------------------------------------------

    def duration(self, duration: timedelta) -> exp.Expr:
        unit, size = next((u, s) for u, s in _UNITS if duration % s == timedelta(0))
        return exp.Interval(this=_number(duration // size), unit=exp.Var(this=unit))

    # #timestamp_sub
    def before(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        return _call("TIMESTAMP_SUB", timestamp, self.duration(duration))

    # #timestamp_add is an error beyond 9999, which rows without an end often have.
    def after(self, timestamp: exp.Expr, duration: timedelta) -> exp.Expr:
        last = exp.Cast(this=_text(f"{_LAST}+00"), to=self.scalar("timestamp"))
        bounded = _call("LEAST", timestamp, self.before(last, duration))
        return _call("TIMESTAMP_ADD", bounded, self.duration(duration))

    # #timestamp_trunc goes down, also before 1970 [RAN].
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        if width in _TRUNCATED:
            return _call("TIMESTAMP_TRUNC", timestamp, exp.Var(this=_TRUNCATED[width]), _text("UTC"))
        size = _number(width // _MICROSECOND)
        since = self.microseconds(timestamp)
        # MOD has the dividend's sign. Before the first instant there is no timestamp.
        rest = exp.Add(this=_call("MOD", since.copy(), size), expression=size.copy())
        floored = exp.Sub(this=since, expression=_call("MOD", rest, size.copy()))
        return _call("TIMESTAMP_MICROS", _call("GREATEST", floored, _number(_FIRST_MICROSECOND)))

    # #unix_micros
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return _call("UNIX_MICROS", timestamp)

    # -- values ------------------------------------------------------------------------------------------

    # data-types#floating_point_types: comparisons with NaN are false.
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        infinity = exp.Cast(this=_text("inf"), to=self.scalar("float64"))
        return exp.LT(this=_call("ABS", value), expression=infinity)

    # hash_functions#md5; conversion_functions#cast_as_integer reads 0x. 15 hexadecimal digits are 60 bits.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        hexadecimal = _call("TO_HEX", _call("MD5", self._canonical(value, kind)))
        digits = _call("SUBSTR", hexadecimal, _number(1), _number(15))
        return exp.Cast(this=_call("CONCAT", _text("0x"), digits), to=self.scalar("int64"))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "string":
                return value
            case "timestamp":
                value = self.microseconds(value)
            case "float32" | "float64":
                double = exp.Cast(this=value, to=self._named_type("DOUBLE"))
                value = exp.Add(this=double, expression=_number(0))
            case "bytes":
                return _call("TO_HEX", value)
        return exp.Cast(this=value, to=self.scalar("string"))

    # query-syntax#order_by_clause: NaN is the least. data-types#orderable_data_types: arrays and structs have no order
    # but that of their JSON, which decides between equal times in a way of its own.
    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        if kind in _FLOATS:
            return (_call("IS_NAN", value), value.copy())
        return (self.comparable(value, kind),)

    # array_functions: arrays and structs are compared as their JSON, in which NaN is a text.
    def comparable(self, value: exp.Expr, kind: str) -> exp.Expr:
        return _call("TO_JSON_STRING", value) if kind in ("list", "vector", "struct") else value

    # -- windows of rows: aggregate_functions, aggregate-function-calls --------------------------------------

    # #sum is an error where it overflows; of NUMERIC it is one beyond 29 digits.
    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        if kind == "decimal":
            value = exp.Cast(this=value, to=self._named_type("BIGDECIMAL"))
        return exp.Sum(this=_if(where, value))

    # #min is NaN where any is.
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        kept = _if(where, value)
        if not least or kind not in (*_FLOATS, ""):
            return (exp.Min if least else exp.Max)(this=kept)
        number = exp.EQ(this=value.copy(), expression=value.copy())
        numbers = number if where is None else exp.And(this=where.copy(), expression=number)
        return exp.Coalesce(this=exp.Min(this=_if(numbers, value.copy())), expressions=[exp.Min(this=kept)])

    # #array_agg: an element may be NULL as long as the list itself is not stored.
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        first = (
            [] if where is None else [exp.Ordered(this=_if(where, _number(0), _number(1)), nulls_first=True)]
        )
        return _element(_gathered(_if(where, value), [*first, *order], 1), _number(0))

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        return _gathered(_if(where, value), order, count, ignore_nulls=True)

    # statistical_aggregate_functions#stddev_samp: NaN where any input is NaN or infinite; Welford's way [RAN].
    # data-types#array_nulls: a table has an empty array where a query has NULL; outside, it is read as NULL.
    def kept_list(self, values: exp.Expr) -> exp.Expr:
        empty = exp.EQ(this=_call("ARRAY_LENGTH", values), expression=_number(0))
        return _call("IF", empty, exp.Null(), values.copy())

    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return _call("VAR_SAMP" if squared else "STDDEV_SAMP", _if(where, value))

    # navigation_functions#percentile_cont is a window function alone. A subquery cannot name an aggregate [RAN], so
    # the sorted list stands wherever one of its elements is read.
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        kept = _if(where, value)
        nans = exp.Ordered(this=_call("IS_NAN", kept.copy()), nulls_first=True)
        order = [nans, exp.Ordered(this=kept.copy(), nulls_first=True)]
        listed = _gathered(kept, order, None, ignore_nulls=True)
        last = exp.Paren(this=exp.Sub(this=exp.Count(this=kept.copy()), expression=_number(1)))
        place = exp.Mul(this=exp.Literal.number(repr(share)), expression=last)
        below = exp.Cast(this=_call("FLOOR", place), to=self.scalar("int64"))
        low = _element(listed, below)
        high = _element(listed.copy(), exp.Add(this=below.copy(), expression=_number(1)))
        return self._between(low, high, exp.Sub(this=place.copy(), expression=_call("FLOOR", place.copy())))

    def _between(self, low: exp.Expr, high: exp.Expr, rest: exp.Expr) -> exp.Expr:
        """Low where nothing is left or both are one; else the share of the way to high."""
        nothing = exp.EQ(this=rest, expression=_number(0))
        same = exp.EQ(this=low.copy(), expression=high)
        way = exp.Paren(this=exp.Sub(this=high.copy(), expression=low.copy()))
        step = exp.Mul(this=way, expression=exp.Paren(this=rest.copy()))
        alone = exp.If(this=exp.Or(this=nothing, expression=same), true=low)
        return exp.Case(ifs=[alone], default=exp.Add(this=low.copy(), expression=step))

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        kept = _if(where, hash)
        order = [exp.Ordered(this=kept.copy(), nulls_first=True)]
        distinct = exp.Distinct(expressions=[kept])
        least = _gathered(distinct, order, HASHES_COUNTED + 1, ignore_nulls=True)
        return self.estimate_of(
            _call("ARRAY_LENGTH", least), _element(least.copy(), _number(HASHES_COUNTED - 1))
        )


def _gathered(
    value: exp.Expr, order: Sequence[exp.Ordered], count: int | None, *, ignore_nulls: bool = False
) -> exp.Expr:
    """``ARRAY_AGG(value [IGNORE NULLS] ORDER BY .. LIMIT count)``."""
    tree: exp.Expr = exp.Order(this=value, expressions=[key for each in order for key in keys_of(each)])
    if count is not None:
        tree = exp.Limit(this=tree, expression=_number(count))
    made = exp.ArrayAgg(this=tree)
    return exp.IgnoreNulls(this=made) if ignore_nulls else made


def _if(where: exp.Expr | None, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    if where is None:
        return value
    return exp.If(this=where.copy(), true=value, false=otherwise or exp.Null())


def _element(values: exp.Expr, place: exp.Expr) -> exp.Expr:
    return exp.Bracket(this=values, expressions=[place], offset=0, safe=True)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal
