"""PostgreSQL 15 and later. Facts that were run are marked [RAN], on 18.6.

Pages are those of postgresql.org/docs/current.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects import postgres_windows as windows
from fcompile.dialects.base import EVER, HASHES_COUNTED, LATERAL, PORTABLE, Dialect
from fcompile.dialects.postgres_keys import tested_cast
from fcompile.dialects.rewrites import without_qualify, without_semi_joins


class Postgres(Dialect):
    name: ClassVar[str] = "postgres"
    transactional: ClassVar[bool] = True

    # datatype.html. JSON keeps its text as it was written, JSONB does not (datatype-json.html).
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
        "json": "JSON",
    }
    # A cast of '..+02:00' to TIMESTAMP drops the offset; TIMESTAMPTZ keeps the instant (datatype-datetime.html, [RAN]).
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # rowtypes.html: the members of ROW(..) have no names.
    refused_types: ClassVar[Mapping[str, str]] = {
        "struct": "its rows have no named members without a CREATE TYPE; keep the members as features, or use json"
    }

    # There is no ASOF JOIN, QUALIFY or SEMI JOIN (sql-select.html).
    point_in_time: ClassVar[str] = PORTABLE
    # docs/current/queries-table-expressions.html#QUERIES-LATERAL: an index is probed for each row.
    joins: ClassVar[tuple[str, ...]] = (PORTABLE, LATERAL)
    rewrites = (without_qualify, without_semi_joins)

    # queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION
    inline_cte: ClassVar[str | None] = "NOT MATERIALIZED"
    keep_cte: ClassVar[str | None] = "MATERIALIZED"

    # limits.html: 1,664 columns of a result.
    most_columns: ClassVar[int | None] = 1_664

    # transaction-iso.html: the snapshot of the transaction's first statement.
    one_state: ClassVar[str | None] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"

    # sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS: NAMEDATALEN - 1 bytes.
    longest_name: ClassVar[int | None] = 63

    # There is no TRY_CAST (sql-expressions.html#SQL-SYNTAX-TYPE-CASTS).
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        return tested_cast(key, kind, to_kind, to)

    # functions-datetime.html: date_bin floors from any origin, also before it [RAN]; it takes no months.
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        origin = exp.Cast(this=exp.Literal.string("1970-01-01"), to=self.scalar("timestamp"))
        return _call("DATE_BIN", self.duration(width), timestamp, origin)

    # functions-datetime.html: EXTRACT(EPOCH ..) is NUMERIC, exact; infinite for an infinite timestamp [RAN].
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=timestamp)
        count = exp.Mul(this=seconds, expression=exp.Literal.number(1_000_000))
        far = exp.Literal.number(EVER)
        least = exp.Greatest(this=count, expressions=[exp.Neg(this=far)], ignore_nulls=True)
        within = exp.Least(this=least, expressions=[far.copy()], ignore_nulls=True)
        known = exp.Is(this=timestamp.copy(), expression=exp.Not(this=exp.Null()))
        # GREATEST and LEAST leave a NULL out.
        return exp.Case(ifs=[exp.If(this=known, true=exp.Cast(this=within, to=self.scalar("int64")))])

    # datatype-numeric.html#DATATYPE-FLOAT: NaN is greater than every number.
    def is_finite(self, value: exp.Expr) -> exp.Expr:
        text = exp.Cast(this=exp.Literal.string("Infinity"), to=self.scalar("float64"))
        return exp.LT(this=exp.Abs(this=value), expression=text)

    # functions-binarystring.html: md5 gives hexadecimal digits. A text 'x...' becomes BIT(60), and that a number.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call("LEFT", _call("MD5", self._canonical(value, kind)), exp.Literal.number(15))
        bits = exp.DataType(
            this=exp.DataType.Type.BIT, expressions=[exp.DataTypeParam(this=exp.Literal.number(60))]
        )
        text = exp.Paren(this=exp.DPipe(this=exp.Literal.string("x"), expression=digits))
        return exp.Cast(this=exp.Cast(this=text, to=bits), to=self.scalar("int64"))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "timestamp":
                value = self.microseconds(value)
            case "date":
                # A cast to text is written as DateStyle says.
                return _call("TO_CHAR", value, exp.Literal.string("YYYY-MM-DD"))
            case "float32" | "float64":
                value = _plus_zero(exp.Cast(this=value, to=self.scalar("float64")))
            case "bytes":
                return _call("ENCODE", value, exp.Literal.string("hex"))
            case "":
                return windows.untyped_text(value, self.scalar("string"))
        return exp.Cast(this=value, to=self.scalar("string"))

    # collation.html: the order of bytes is that of code points in UTF-8. json has no order of its own.
    def ordered_value(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "json":
                value = exp.Cast(this=value, to=self.scalar("string"))
            case "string":
                pass
            case "float64" | "float32":
                return _plus_zero(value)
            case _:
                return value
        return exp.Collate(this=_operand(value), expression=self.identifier("C"))

    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        return (value if kind in ("float64", "float32") else self.ordered_value(value, kind),)

    # datatype-json.html: json has no equality.
    def comparable(self, value: exp.Expr, kind: str) -> exp.Expr:
        return exp.Cast(this=value, to=self.scalar("string")) if kind == "json" else value

    # functions-aggregate.html: the sum of bigint is numeric, that of real is real.
    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        if kind == "float32":
            value = exp.Cast(this=value, to=self.scalar("float64"))
        return self._of_some(exp.Sum(this=value), where)

    # There is no MIN of boolean, and before 18 none of bytea.
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        if kind == "bool":
            return self._of_some(_call("BOOL_AND" if least else "BOOL_OR", value), where)
        if kind == "bytes":
            order = exp.Ordered(this=value.copy(), desc=not least, nulls_first=False)
            return _item(self._of_some(_listed(value, [order]), where), exp.Literal.number(1))
        return super().extreme(value, kind, where, least=least)

    # sql-expressions.html#SYNTAX-AGGREGATES: the order of an aggregate's input; arrays hold NULLs.
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        return _item(self._of_some(_listed(value, order), where), exp.Literal.number(1))

    # arrays.html#ARRAYS-ACCESSING: a slice of NULL is NULL.
    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        first = exp.Slice(this=exp.Literal.number(1), expression=exp.Literal.number(count))
        return _item(self._of_some(_listed(value, order), where), first)

    # Computed from each value's distance to the mean so far (Youngs and Cramer), not from sums of squares [RAN].
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return self._of_some(_call("VAR_SAMP" if squared else "STDDEV_SAMP", value), where)

    # functions-aggregate.html#FUNCTIONS-ORDEREDSET-TABLE: two equal infinities make NaN [RAN].
    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        part = exp.Literal.number(repr(share))
        group = exp.WithinGroup(
            this=_call("PERCENTILE_CONT", part),
            expression=exp.Order(expressions=[exp.Ordered(this=value, nulls_first=False)]),
        )
        plain = self._of_some(group, where)
        # In float64, as PERCENTILE_CONT itself finds the place.
        of_places = exp.Cast(this=part.copy(), to=self.scalar("float64"))
        place = exp.Mul(this=of_places, expression=_last_place(self._counted(value, None, where)))
        ending = self._counted(value, "NaN", where)
        beyond = exp.Sub(this=self._counted(value, None, where), expression=ending)
        rising = exp.Sub(this=beyond, expression=self._counted(value, "Infinity", where))
        low = exp.LT(this=exp.Ceil(this=place), expression=self._counted(value, "-Infinity", where))
        high = exp.And(
            this=exp.GTE(this=exp.Floor(this=place.copy()), expression=rising),
            expression=exp.LT(this=exp.Ceil(this=place.copy()), expression=beyond.copy()),
        )
        ifs = [
            exp.If(this=low, true=self._float("-Infinity")),
            exp.If(this=high, true=self._float("Infinity")),
        ]
        return exp.Case(ifs=ifs, default=plain)

    def _counted(self, value: exp.Expr, special: str | None, where: exp.Expr | None) -> exp.Expr:
        """How many values there are, or how many of a special one."""
        counted = value.copy()
        if special is not None:
            equal = exp.EQ(this=_operand(counted), expression=self._float(special))
            counted = exp.Case(ifs=[exp.If(this=equal, true=exp.Literal.number(1))])
        return self._of_some(exp.Count(this=counted), None if where is None else where.copy())

    def _float(self, text: str) -> exp.Expr:
        return exp.Cast(this=exp.Literal.string(text), to=self.scalar("float64"))

    # Two equal aggregates of a SELECT are computed once [RAN].
    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        known = exp.Is(this=_operand(hash.copy()), expression=exp.Not(this=exp.Null()))
        order = [exp.Ordered(this=hash.copy(), nulls_first=False)]
        listed = self._of_some(
            _listed(exp.Distinct(expressions=[hash]), order),
            known if where is None else exp.And(this=_operand(where), expression=known),
        )
        count = exp.Coalesce(this=_call("CARDINALITY", listed), expressions=[exp.Literal.number(0)])
        return self.estimate_of(count, _item(listed.copy(), exp.Literal.number(HASHES_COUNTED)))


def _listed(value: exp.Expr, order: Sequence[exp.Ordered]) -> exp.Expr:
    return exp.ArrayAgg(this=exp.Order(this=value, expressions=list(order)))


def _item(items: exp.Expr, place: exp.Expr) -> exp.Expr:
    """An element or a slice of an aggregate's list."""
    return exp.Bracket(this=exp.Paren(this=items), expressions=[place], offset=1)


def _last_place(count: exp.Expr) -> exp.Expr:
    """Of that many values, counted from 0; 0 of none."""
    last = exp.Sub(this=count, expression=exp.Literal.number(1))
    return exp.Greatest(this=last, expressions=[exp.Literal.number(0)], ignore_nulls=True)


def _plus_zero(value: exp.Expr) -> exp.Expr:
    """-0.0 as 0.0."""
    return exp.Add(this=_operand(value), expression=exp.Literal.number(0))


def _operand(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if isinstance(value, exp.Binary | exp.Unary) else value


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
