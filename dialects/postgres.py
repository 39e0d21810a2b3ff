"""PostgreSQL 15 and later. Facts that were run are marked [RAN], on 18.6.

Pages are those of postgresql.org/docs/current.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects import postgres_windows as windows
from fcompile.dialects.base import EVER, HASHES_COUNTED, PORTABLE, Dialect
from fcompile.dialects.postgres_keys import tested_cast
from fcompile.dialects.rewrites import without_qualify, without_semi_joins


class Postgres(Dialect):
    name: ClassVar[str] = "postgres"

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
    rewrites = (without_qualify, without_semi_joins)

    # queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION
    inline_cte: ClassVar[str | None] = "NOT MATERIALIZED"
    keep_cte: ClassVar[str | None] = "MATERIALIZED"

    # limits.html: 1,664 columns of a result.
    most_columns: ClassVar[int | None] = 1_664

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

    # -- windows of rows: postgres_windows.py ---------------------------------------------------------

    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        return windows.place(windows.listed(value, order, where), exp.Literal.number(1))

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        return windows.first_of(windows.listed(value, order, where), count)

    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return windows.spread(value, squared, where)

    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        return windows.percentile(value, share, where, self.scalar("int64"))

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        return windows.estimated(hash, where, HASHES_COUNTED, self.estimate_of)

    # There is no MIN of booleans: functions-aggregate.html.
    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        if kind == "bool":
            return windows.filtered(windows.call("BOOL_AND" if least else "BOOL_OR", value), where)
        return super().extreme(value, kind, where, least=least)

    # drivers are asked for ``:name``: runtime/warehouses/bound.py.
    def parameter(self, name: str) -> exp.Expr:
        return exp.Var(this=f":{name}")


def _plus_zero(value: exp.Expr) -> exp.Expr:
    """-0.0 as 0.0."""
    return exp.Add(this=_operand(value), expression=exp.Literal.number(0))


def _operand(value: exp.Expr) -> exp.Expr:
    return exp.Paren(this=value) if isinstance(value, exp.Binary | exp.Unary) else value


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
