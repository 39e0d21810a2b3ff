"""DuckDB 2.0. Facts that were run are marked [RAN]; pages are those of duckdb.org/docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.as_of import among_conditions
from fcompile.dialects.base import ASOF, EVER, HASHES_COUNTED, PORTABLE, Dialect

# Nothing of a CSV's form is guessed: where a row is broken, the sniffer skips the rows before it, takes a
# value for a header or lines with # for comments, all without a word [RAN].
_CSV = {"quote": '"', "escape": '"', "comment": ""}


_CALENDAR = {
    timedelta(milliseconds=1): "millisecond",
    timedelta(seconds=1): "second",
    timedelta(minutes=1): "minute",
    timedelta(hours=1): "hour",
    timedelta(days=1): "day",
}


class DuckDB(Dialect):
    name: ClassVar[str] = "duckdb"
    transactional: ClassVar[bool] = True

    # docs/sql/data_types/overview; JSON comes with the bundled json extension.
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
    # CAST('..+02:00' AS TIMESTAMP) drops the offset; TIMESTAMPTZ keeps the instant [RAN].
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # docs/sql/query_syntax/from#as-of-joins: one inequality; which of several rows at one instant is not said [RAN].
    reads_files: ClassVar[bool] = True
    point_in_time: ClassVar[str] = ASOF
    joins: ClassVar[tuple[str, ...]] = (ASOF, PORTABLE)
    keeps_lists: ClassVar[bool] = True
    stores_tiles: ClassVar[bool] = True
    most_joins: ClassVar[int] = 1000

    # docs/sql/query_syntax/with#cte-materialization
    inline_cte: ClassVar[str | None] = "NOT MATERIALIZED"
    keep_cte: ClassVar[str | None] = "MATERIALIZED"

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return among_conditions(relation, on, match)

    # docs/sql/query_syntax/prepared_statements#named-parameters-parameter: $name
    def parameter(self, name: str) -> exp.Expr:
        return exp.Placeholder(this=name)

    # docs/sql/data_types/array: FLOAT[n]
    def vector(self, item: exp.DataType, length: int) -> exp.DataType:
        size = [exp.Literal.number(length)]
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], values=size, nested=True)

    # CAST(TIMESTAMP_NS AS TIMESTAMP) rounds to the nearest; TIMESTAMPTZ_NS has no cast [RAN].
    def from_nanoseconds(self, timestamp: exp.Expr, *, up: bool) -> exp.Expr:
        return _microseconds(timestamp, exp.GT, 1) if up else _microseconds(timestamp, exp.LT, -1)

    # docs/sql/functions/timestamp: both floor, also before 1970; date_trunc is the faster one [RAN].
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        if width in _CALENDAR:
            return _call("DATE_TRUNC", exp.Literal.string(_CALENDAR[width]), timestamp)
        origin = exp.Cast(this=exp.Literal.string("1970-01-01"), to=self.scalar("timestamp"))
        return _call("TIME_BUCKET", self.duration(width), timestamp, origin)

    # docs/sql/data_types/struct: compared member by member, NULL greatest, NaN above infinity [RAN].
    def row(self, members: Sequence[tuple[str, exp.Expr]]) -> exp.Expr:
        pairs = [exp.PropertyEQ(this=self.identifier(n), expression=value) for n, value in members]
        return exp.Struct(expressions=pairs)

    def member(self, row: exp.Expr, name: str) -> exp.Expr:
        return _call("STRUCT_EXTRACT", row, exp.Literal.string(name))

    # docs/sql/functions/list, docs/sql/functions/lambda, docs/sql/functions/aggregates
    def list_of(self, values: Sequence[exp.Expr]) -> exp.Expr:
        return _call("LIST_VALUE", *values)

    def gathered(self, value: exp.Expr, order: Sequence[exp.Ordered] = ()) -> exp.Expr:
        return _call("LIST", exp.Order(this=value, expressions=list(order)) if order else value)

    def flattened(self, lists: exp.Expr) -> exp.Expr:
        return _call("FLATTEN", lists)

    def first_of(self, values: exp.Expr, count: int) -> exp.Expr:
        return _call("LIST_SLICE", values, exp.Literal.number(1), exp.Literal.number(count))

    def element(self, values: exp.Expr, place: int) -> exp.Expr:
        return _call("LIST_EXTRACT", values, exp.Literal.number(place))

    def greatest(self, value: exp.Expr, count: int) -> exp.Expr:
        return _call("MAX", value, exp.Literal.number(count))

    def distinct_up(self, values: exp.Expr) -> exp.Expr:
        return _call("LIST_SORT", _call("LIST_DISTINCT", values))

    def length(self, values: exp.Expr) -> exp.Expr:
        return _call("LEN", values)

    def sorted_down(self, values: exp.Expr) -> exp.Expr:
        return _call("LIST_REVERSE_SORT", values)

    def each(self, values: exp.Expr, change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        return _call("LIST_TRANSFORM", values, _lambda(change))

    # docs/sql/query_syntax/unnest: several in one SELECT go in step, padded with NULL [RAN]. Where all of
    # them are NULL the row is gone, and with it what stands beside them.
    def elements(self, values: exp.Expr) -> exp.Expr:
        return _call("UNNEST", exp.Coalesce(this=values, expressions=[exp.Array(expressions=[exp.Null()])]))

    def kept(self, values: exp.Expr, condition: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        return _call("LIST_FILTER", values, _lambda(condition))

    def total(self, values: exp.Expr) -> exp.Expr:
        return _call("LIST_SUM", values)

    def percentile(self, values: exp.Expr, share: float) -> exp.Expr:
        name = exp.Literal.string("quantile_cont")
        return _call("LIST_AGGREGATE", values, name, exp.Literal.number(repr(share)))

    # docs/sql/functions/aggregates: FIRST keeps NULLs, NULLs and NaN stand as the order says [RAN].
    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        return self._of_some(_call("FIRST", exp.Order(this=value, expressions=list(order))), where)

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        return self.first_of(self._of_some(self.gathered(value, order), where), count)

    # VAR_SAMP is Welford's, and an error for an infinity [RAN].
    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        finite = _both(where, self.is_finite(value)) if floating else where
        function = exp.Variance if squared else exp.Stddev
        spread = self._of_some(function(this=value), finite)
        if not floating:
            return spread
        every, some = (
            self._of_some(exp.Count(this=value), where),
            self._of_some(exp.Count(this=value), finite),
        )
        few = exp.LT(this=every, expression=exp.Literal.number(2))
        nan = exp.Cast(this=exp.Literal.string("NaN"), to=self.scalar("float64"))
        ifs = [
            exp.If(this=few, true=exp.Null()),
            exp.If(this=exp.LT(this=some, expression=every.copy()), true=nan),
        ]
        return exp.Case(ifs=ifs, default=spread)

    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        return self._of_some(_call("QUANTILE_CONT", value, exp.Literal.number(repr(share))), where)

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        least = self.distinct_up(self._of_some(_call("LIST", hash), where))
        count = exp.Coalesce(this=self.length(least), expressions=[exp.Literal.number(0)])
        return self.estimate_of(count, self.element(least, HASHES_COUNTED))

    # docs/sql/functions/window_functions: nth_value(expr, nth[ ORDER BY ordering]). The order is that of a
    # merge sort tree: one lookup takes logarithmic time, where quantile_cont looks at a frame's every row if
    # some value is NULL [RAN].
    def nth_least(self, value: exp.Expr, place: exp.Expr) -> exp.Expr:
        order = exp.Order(this=place, expressions=[exp.Ordered(this=value, nulls_first=False)])
        return exp.NthValue(this=value, offset=order)

    # EPOCH_US of an infinite timestamp is NULL [RAN].
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        epoch = exp.Cast(this=exp.Literal.string("1970-01-01"), to=self.scalar("timestamp"))
        far = exp.Literal.number(EVER)
        ifs = [
            exp.If(this=exp.LT(this=timestamp, expression=epoch), true=exp.Neg(this=far)),
            exp.If(this=exp.GT(this=timestamp, expression=epoch), true=far),
        ]
        return exp.Coalesce(this=_call("EPOCH_US", timestamp), expressions=[exp.Case(ifs=ifs)])

    def is_finite(self, value: exp.Expr) -> exp.Expr:
        return _call("ISFINITE", value)

    # 15 hexadecimal digits are 60 bits: they fit a BIGINT in every engine.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digits = _call("LEFT", _call("MD5", self._canonical(value, kind)), exp.Literal.number(15))
        text = exp.DPipe(this=exp.Literal.string("0x"), expression=digits)
        return exp.Cast(this=text, to=self.scalar("int64"))

    # docs/sql/functions/utility: hash(...) is a UBIGINT. A sum and not an XOR: two equal rows must count twice.
    def digest(self, columns: Sequence[exp.Expr]) -> exp.Expr:
        shifted = exp.BitwiseRightShift(this=_call("HASH", *columns), expression=exp.Literal.number(8))
        return exp.Sum(this=shifted)

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "timestamp":
                value = _call("EPOCH_US", value)
            case "float32" | "float64":
                value = exp.Add(this=value, expression=exp.Literal.number("0.0"))
                value = exp.Cast(this=value, to=self.scalar("float64"))
            case "bytes":
                return exp.Lower(this=_call("HEX", value))
            case "":
                return self._untyped_text(value)
        return exp.Cast(this=value, to=self.scalar("string"))

    def _untyped_text(self, value: exp.Expr) -> exp.Expr:
        """The text of a value whose type only the engine knows: of floats, -0.0 is 0.0."""
        text = exp.Cast(this=value, to=self.scalar("string"))
        kinds = [exp.Literal.string(self.scalar_types[kind]) for kind in ("float32", "float64")]
        floating = exp.In(this=_call("TYPEOF", value), expressions=kinds)
        zero = exp.And(this=floating, expression=exp.EQ(this=text, expression=exp.Literal.string("-0.0")))
        return exp.Case(ifs=[exp.If(this=zero, true=exp.Literal.string("0.0"))], default=text)

    # docs/data/parquet/overview, docs/data/csv/overview; sample_size -1 reads the types off the whole file,
    # so that the answer does not depend on where in the file a value stands.
    def read_file(self, path: str, kind: str, types: Sequence[tuple[str, exp.DataType]]) -> exp.Expr:
        if kind == "parquet":
            return exp.Anonymous(this="READ_PARQUET", expressions=[exp.Literal.string(path)])
        options: list[exp.Expr] = [
            exp.Literal.string(path),
            _option("header", exp.true()),
            *(_option(name, exp.Literal.string(value)) for name, value in _CSV.items()),
            _option("delim", exp.Literal.string(r"\t" if path.endswith((".tsv", ".tsv.gz")) else ",")),
            _option("skip", exp.Literal.number(0)),
            _option("sample_size", exp.Literal.number(-1)),
        ]
        if types:
            members = [
                exp.PropertyEQ(this=self.identifier(n), expression=exp.Literal.string(self.sql(t)))
                for n, t in types
            ]
            options.append(_option("types", exp.Struct(expressions=members)))
        return exp.Anonymous(this="READ_CSV", expressions=options)


def _microseconds(time: exp.Expr, beyond: type[exp.Binary], step: int) -> exp.Expr:
    """Nanoseconds as a timestamp: cut towards 1970, as // does, then a step where that went the wrong way."""
    nanoseconds = exp.Anonymous(this="EPOCH_NS", expressions=[time])
    thousand = exp.Literal.number(1000)
    rest = beyond(this=exp.Mod(this=nanoseconds, expression=thousand), expression=exp.Literal.number(0))
    one = exp.Cast(this=rest, to=exp.DataType(this=exp.DataType.Type.BIGINT))
    add = exp.Add if step > 0 else exp.Sub
    whole = add(this=exp.IntDiv(this=nanoseconds, expression=thousand), expression=one)
    return exp.Anonymous(this="MAKE_TIMESTAMP", expressions=[whole])


def _lambda(of: Callable[[exp.Expr], exp.Expr]) -> exp.Lambda:
    name = exp.Identifier(this="x", quoted=False)
    return exp.Lambda(this=of(exp.Column(this=name)), expressions=[name], colon=True)


def _both(first: exp.Expr | None, second: exp.Expr) -> exp.Expr:
    return second if first is None else exp.And(this=first, expression=second)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _option(name: str, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.Column(this=exp.Identifier(this=name, quoted=False)), expression=value)
