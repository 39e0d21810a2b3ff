"""Apache Spark 4 SQL, in ANSI mode and a session in UTC. Facts that were run are marked [RAN], on Spark 4.3.

Pages: spark.apache.org/docs/latest/, of functions api/sql/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import with_match_condition
from fcompile.dialects.base import ASOF, HASHES_COUNTED, PORTABLE, STAGED, Dialect, Rewrite
from fcompile.dialects.rewrites import with_ordered_row_numbers, without_qualify, without_row_comparisons
from fcompile.dialects.spark_keys import tested_cast
from fcompile.dialects.spark_orders import ascending, by_comparing, descending


def with_try_cast(tree: exp.Expr) -> exp.Expr:
    """TRY_CAST as it stands: sqlglot writes CAST for Spark, which raises, unless a node is marked."""
    for node in tree.find_all(exp.TryCast):
        node.set("safe", True)
    return tree


_CALENDAR = {
    timedelta(milliseconds=1): "MILLISECOND",
    timedelta(seconds=1): "SECOND",
    timedelta(minutes=1): "MINUTE",
    timedelta(hours=1): "HOUR",
    timedelta(days=1): "DAY",
}


class Spark(Dialect):
    name: ClassVar[str] = "spark"

    # sql-ref-datatypes: TIMESTAMP is an instant shown in the session's zone; TIMESTAMP_NTZ has no zone.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "BINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMPNTZ",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # sql-ref-syntax-qry-select: QUALIFY is new in 4.3, a subquery is read by all. ROW_NUMBER needs an order [RAN].
    # There is no ROW [RAN].
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        without_qualify,
        without_row_comparisons,
        with_ordered_row_numbers,
        with_try_cast,
    )

    # A CTE is computed at each use, and so is a temporary view [RAN].
    keep_cte: ClassVar[str | None] = STAGED
    temporary_tables: ClassVar[bool] = False

    # spark.apache.org/docs/latest/sql-ref-syntax-qry-select-asof-join: only with spark.sql.join.asofJoin.enabled, so
    # ``point_in_time`` stays PORTABLE; ASOF alone is an inner join [RAN].
    joins: ClassVar[tuple[str, ...]] = (PORTABLE, ASOF)

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return with_match_condition(relation, on, match, left=True)

    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        return tested_cast(key, kind, to_kind, to)

    # -- time ---------------------------------------------------------------------------------

    # api/sql/#date_trunc: of the session's zone, and gives TIMESTAMP [RAN]; UNIX_MICROS takes TIMESTAMP.
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        if width in _CALENDAR:
            floor = _call("DATE_TRUNC", exp.Literal.string(_CALENDAR[width]), timestamp)
        else:
            length = exp.Literal.number(width // timedelta(microseconds=1))
            count = self.microseconds(timestamp)
            rest = _call("PMOD", count.copy(), length)
            floor = _call("TIMESTAMP_MICROS", exp.Sub(this=count, expression=rest))
        return exp.Cast(this=floor, to=self.scalar("timestamp"))

    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return _call("UNIX_MICROS", exp.Cast(this=timestamp, to=self.instant()))

    def later(self, first: exp.Expr, second: exp.Expr) -> exp.Expr:
        return _call("GREATEST", first, second)

    # -- numbers and hashes -------------------------------------------------------------------

    # sql-ref-datatypes#nan-semantics: NaN is greater than every other number.
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        endless = exp.Cast(this=exp.Literal.string("Infinity"), to=self.scalar("float64"))
        return exp.LT(this=_call("ABS", value), expression=endless)

    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call("LEFT", _call("MD5", self._canonical(value, kind)), exp.Literal.number(15))
        number = _call("CONV", digits, exp.Literal.number(16), exp.Literal.number(10))
        return exp.Cast(this=number, to=self.scalar("int64"))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A float's text is Spark's own: floats have no text that all engines share."""
        match kind:
            case "string" | "json":
                return value
            case "timestamp":
                value = self.microseconds(value)
            case "float32" | "float64":
                value = exp.Add(
                    this=value, expression=exp.Cast(this=exp.Literal.number(0), to=self.scalar("float64"))
                )
            case "bytes":
                return exp.Lower(this=_call("HEX", value))
        return exp.Cast(this=value, to=self.scalar("string"))

    # api/sql/#xxhash64 is a BIGINT; a sum of BIGINT would overflow.
    def digest(self, columns: Sequence[exp.Expr]) -> exp.Expr:
        return exp.Sum(this=exp.Cast(this=_call("XXHASH64", *columns), to=self.decimal(20, 0)))

    # -- windows of rows ------------------------------------------------------------------------

    # api/sql/#max_by: of structs, compared member by member, NULL least [RAN].
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        members = [each.this for each in order]
        for fits, function in ((descending, "MAX_BY"), (ascending, "MIN_BY")):
            if fits(order):
                return _filtered(_call(function, value, _call("STRUCT", *members)), where)
        return _call("GET", self._ordered(value, order, where), exp.Literal.number(0))

    # api/sql/#collect_list: in no order, which ORDER BY inside does not change; so the list is sorted.
    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        first = exp.Literal.number(1)
        return _call("SLICE", self._ordered(value, order, where), first, exp.Literal.number(count))

    def nonempty(self, values: exp.Expr) -> exp.Expr:
        empty = _call("ARRAY")
        return exp.Nullif(this=values, expression=empty)

    def _ordered(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        """The list of all values, sorted as members of structs."""
        names = [f"o{place}" for place in range(1, len(order) + 1)]
        members = [(n, each.this) for n, each in zip(names, order, strict=True)]
        pairs: list[exp.Expr] = []
        for n, member in (*members, ("v", value)):
            pairs += [exp.Literal.string(n), member]
        rows = _filtered(_call("COLLECT_LIST", _call("NAMED_STRUCT", *pairs)), where)
        if ascending(order) or descending(order):
            rows = _call("SORT_ARRAY", rows, exp.true() if ascending(order) else exp.false())
        else:
            rows = _call("ARRAY_SORT", rows, by_comparing(names, order))
        return _call("TRANSFORM", rows, _lambda(_member("_x", "v"), "_x"))

    # api/sql/#var_samp: NULL for fewer than two, NaN for NaN and infinities [RAN].
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return _filtered(_call("VAR_SAMP" if squared else "STDDEV_SAMP", value), where)

    # api/sql/#percentile interpolates with another rounding, and has NaN beside infinities.
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        rows = _call("SORT_ARRAY", _filtered(_call("COLLECT_LIST", value), where))
        count = exp.Sub(this=_call("ARRAY_SIZE", _name("_s")), expression=exp.Literal.number(1))
        rank = exp.Mul(this=exp.Literal.number(f"{share!r}e0"), expression=exp.Paren(this=count))
        low, high = (
            _call("GET", _name("_s"), exp.Cast(this=_call(f, rank.copy()), to=self.scalar("int32")))
            for f in ("FLOOR", "CEIL")
        )
        apart = exp.Paren(this=exp.Sub(this=high, expression=low))
        rest = exp.Paren(this=exp.Sub(this=rank, expression=_call("FLOOR", rank.copy())))
        between = exp.Add(this=low.copy(), expression=exp.Mul(this=apart, expression=rest))
        same = exp.If(this=exp.EQ(this=low.copy(), expression=high.copy()), true=low.copy())
        return _once(rows, "_s", exp.Case(ifs=[same], default=between))

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        hashes = _call("SORT_ARRAY", _filtered(_call("COLLECT_SET", hash), where))
        least = _call("GET", _name("_s"), exp.Literal.number(HASHES_COUNTED - 1))
        return _once(hashes, "_s", self.estimate_of(_call("ARRAY_SIZE", _name("_s")), least))


def _once(value: exp.Expr, name: str, body: exp.Expr) -> exp.Expr:
    """``body``, in which ``name`` is the value; COLLECT_LIST is computed each time that it is written."""
    made = _call("TRANSFORM", _call("ARRAY", value), _lambda(body, name))
    return _call("GET", made, exp.Literal.number(0))


def _filtered(aggregate: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where))


def _member(row: str, name: str) -> exp.Expr:
    return exp.Dot(this=_name(row), expression=exp.Identifier(this=name, quoted=False))


def _name(word: str) -> exp.Expr:
    return exp.Column(this=exp.Identifier(this=word, quoted=False))


def _lambda(body: exp.Expr, *names: str) -> exp.Lambda:
    return exp.Lambda(this=body, expressions=[exp.Identifier(this=name, quoted=False) for name in names])


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
