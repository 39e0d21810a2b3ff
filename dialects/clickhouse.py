"""ClickHouse 26.9. Facts that were run are marked [RAN]; pages are those of clickhouse.com/docs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects import clickhouse_aggregates as aggregates
from fcompile.dialects.as_of import among_conditions
from fcompile.dialects.base import ASOF, HASHES_COUNTED, PORTABLE, Dialect, Rewrite
from fcompile.dialects.clickhouse_keys import tested_cast
from fcompile.dialects.rewrites import without_row_comparisons

_VARIANT = "Variant("
_MAYBE_FLOATS = ("float32", "float64", "")
_MICROSECOND = timedelta(microseconds=1)


def nullable_lists(tree: exp.Expr) -> exp.Expr:
    """``CAST(x AS Variant(Array(..)))`` as a CASE: only what is such an Array already casts to a Variant [RAN]."""
    for node in reversed(list(tree.find_all(exp.Cast))):
        kind = str(node.to.args.get("kind") or "")
        if not kind.startswith(_VARIANT):
            continue
        made = _list_or_null(node.this, kind)
        if node is tree:
            tree = made
        else:
            node.replace(made)
    return tree


def _list_or_null(value: exp.Expr, kind: str) -> exp.Expr:
    if isinstance(value, exp.Null):
        return exp.Cast(this=value.copy(), to=_named(kind))
    array = exp.Cast(this=value.copy(), to=_named(kind[len(_VARIANT) : -1]))
    known = exp.Is(this=_bracketed(value.copy()), expression=exp.Not(this=exp.Null()))
    return exp.Case(ifs=[exp.If(this=known, true=array)])


def named_columns(tree: exp.Expr) -> exp.Expr:
    """``SELECT a.x FROM a JOIN b`` with ``AS x``: where b has an x too the column would be called ``a.x`` [RAN]."""
    for select in tree.find_all(exp.Select):
        if select.args.get("joins"):
            named = [_named_column(each) for each in select.expressions]
            select.set("expressions", named)
    return tree


def _named_column(each: exp.Expr) -> exp.Expr:
    if not isinstance(each, exp.Column) or isinstance(each.this, exp.Star):
        return each
    return exp.Alias(this=each, alias=each.this.copy())


_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)
_PLACES = ("expressions", "true", "default")


def typed_conditions(tree: exp.Expr) -> exp.Expr:
    """Conditions that are values as Bool: each is a UInt8 by itself, 0 or 1 [RAN]."""
    for node in list(tree.find_all(*_CONDITIONS)):
        parent = node.parent
        is_value = isinstance(parent, (exp.Select, exp.If, exp.Case)) and node.arg_key in _PLACES
        if is_value or isinstance(parent, exp.Alias):
            made = exp.Cast(this=exp.Null(), to=exp.DataType(this=exp.DType.BOOLEAN))
            node.replace(made)
            made.set("this", node)
    return tree


class ClickHouse(Dialect):
    name: ClassVar[str] = "clickhouse"

    # docs/sql-reference/data-types; sqlglot writes each as Nullable(..), as no column is by itself.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "TEXT",
        "date": "DATE32",
        "timestamp": "DATETIME64",
        "json": "TEXT",
    }
    instant_type: ClassVar[str] = "DATETIME64"

    # docs/operations/settings/settings: by default the same text gives other answers [RAN]. A sum over no rows is 0,
    # no match of a join 0 or '', and a SELECT's alias stands for the column of its name in WHERE.
    statement_suffix: ClassVar[str] = (
        "SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1"
    )

    # docs/sql-reference/statements/select/join#asof-join-usage: at least one equality, one inequality [RAN].
    point_in_time: ClassVar[str] = ASOF
    joins: ClassVar[tuple[str, ...]] = (ASOF, PORTABLE)
    as_of_needs_keys: ClassVar[bool] = True

    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        without_row_comparisons,
        nullable_lists,
        named_columns,
        typed_conditions,
    )

    def as_of_join(
        self, relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr
    ) -> exp.Join:
        return among_conditions(relation, on, match)

    # docs/sql-reference/functions/type-conversion-functions
    def key_cast(self, key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
        return tested_cast(key, kind, to_kind, to)

    # -- types ----------------------------------------------------------------------------------

    # docs/sql-reference/data-types/datetime64: from year 1 to 9999 in version 26.9, 1900 to 2299 before [RAN].
    def scalar(self, kind: str) -> exp.DataType:
        return _microseconds_type() if kind == "timestamp" else super().scalar(kind)

    # A text with an offset is read as its instant: setting cast_string_to_date_time_mode, best_effort [RAN].
    def instant(self) -> exp.DataType:
        return _microseconds_type()

    # docs/sql-reference/data-types/variant: an Array is never NULL, a Variant of one may be [RAN].
    def array(self, item: exp.DataType) -> exp.DataType:
        return _named(f"{_VARIANT}Array({self._type_text(item)}))")

    # docs/sql-reference/data-types/tuple: Nullable since 26.1 (setting enable_nullable_tuple_type) [RAN].
    def struct(self, fields: Iterable[tuple[str, exp.DataType]]) -> exp.DataType:
        members = ", ".join(f"{self.quoted(name)} {self._type_text(kind)}" for name, kind in fields)
        return _named(f"Nullable(Tuple({members}))")

    def _type_text(self, kind: exp.DataType) -> str:
        return self._generator.generate(kind)

    # -- values and time ------------------------------------------------------------------------

    # docs/sql-reference/data-types/special-data-types/interval: a day of the calendar is none of 86,400 seconds.
    def duration(self, duration: timedelta) -> exp.Expr:
        milliseconds = duration // timedelta(milliseconds=1)
        whole = milliseconds % 1000 == 0
        count = milliseconds // 1000 if whole else milliseconds
        unit = exp.Var(this="SECOND" if whole else "MILLISECOND")
        return exp.Interval(this=exp.Literal.string(str(count)), unit=unit)

    # docs/sql-reference/functions/date-time-functions: date_trunc rounds times before 1970 up [RAN].
    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        since = self.microseconds(timestamp)
        rest = _fn("positiveModulo", since, exp.Literal.number(width // _MICROSECOND))
        floored = exp.Sub(this=since.copy(), expression=rest)
        return _fn("fromUnixTimestamp64Micro", floored, exp.Literal.string("UTC"))

    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return _fn("toUnixTimestamp64Micro", self.utc(timestamp))

    def is_finite(self, value: exp.Expr) -> exp.Expr:
        return _fn("isFinite", value)

    # docs/sql-reference/functions/hash-functions#md5: 16 bytes, of which the first 60 bits are a number.
    def portable_hash(self, value: exp.Expr, kind: str) -> exp.Expr:
        digest = _fn("MD5", self._canonical(value, kind))
        first = _fn("substring", digest, exp.Literal.number(1), exp.Literal.number(8))
        number = _fn("reinterpretAsUInt64", _fn("reverse", first))
        return exp.Cast(this=_fn("bitShiftRight", number, exp.Literal.number(4)), to=self.scalar("int64"))

    def _canonical(self, value: exp.Expr, kind: str) -> exp.Expr:
        match kind:
            case "timestamp":
                return _fn("toString", self.microseconds(value))
            case "bytes":
                return _fn("lower", _fn("hex", value))
            case "bool" | "date":
                return _fn("toString", exp.Cast(this=value, to=self.scalar(kind)))
            case "float32" | "float64":
                value = exp.Add(this=_bracketed(value), expression=exp.Literal.number("0.0"))
            case "":
                return _untyped_text(value)
        return _fn("toString", value)

    # docs/sql-reference/statements/select/order-by: NaN comes last in either direction [RAN].
    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        if kind not in _MAYBE_FLOATS:
            return (value,)
        return exp.NEQ(this=value, expression=value.copy()), value.copy()

    # GROUP BY tells -0.0 from 0.0 [RAN].
    def ordered_value(self, value: exp.Expr, kind: str) -> exp.Expr:
        if kind not in ("float32", "float64"):
            return value
        return exp.Add(this=_bracketed(value), expression=exp.Literal.number(0))

    # -- windows of rows: clickhouse_aggregates.py ------------------------------------------------

    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        if kind in aggregates.INTEGERS:
            return aggregates.whole_sum(value, where)
        return aggregates.unknown_sum(value, where) if kind == "" else super().sum_of(value, kind, where)

    def extreme(self, value: exp.Expr, kind: str, where: exp.Expr | None, *, least: bool) -> exp.Expr:
        if kind not in _MAYBE_FLOATS:
            return super().extreme(value, kind, where, least=least)
        found = _fn("argMin" if least else "argMax", value, aggregates.nan_last(value))
        return self._of_some(found, where)

    def newest_value(self, value: exp.Expr, order: Sequence[exp.Ordered], where: exp.Expr | None) -> exp.Expr:
        return aggregates.first_value(value, order, where)

    def list_in_order(
        self, value: exp.Expr, order: Sequence[exp.Ordered], count: int, where: exp.Expr | None
    ) -> exp.Expr:
        return aggregates.first_values(value, order, count, where)

    def nonempty(self, values: exp.Expr) -> exp.Expr:
        some = exp.GT(this=_fn("length", values), expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=some, true=values.copy())])

    def deviation(self, value: exp.Expr, squared: bool, floating: bool, where: exp.Expr | None) -> exp.Expr:
        return aggregates.deviation(value, squared, where)

    def percentile_of(self, value: exp.Expr, share: float, where: exp.Expr | None) -> exp.Expr:
        return aggregates.percentile(value, share, where)

    def estimated_distinct(self, hash: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        count = self._of_some(_fn("uniqExact", hash), where)
        distinct = self._of_some(_fn("groupUniqArray", hash.copy()), where and where.copy())
        least = _fn("arrayElement", _fn("arraySort", distinct), exp.Literal.number(HASHES_COUNTED))
        return self.estimate_of(count, least)

    # docs/sql-reference/functions/hash-functions#siphash64; a sum and not an XOR: two equal rows must count twice.
    def digest(self, columns: Sequence[exp.Expr]) -> exp.Expr:
        return exp.Sum(this=_fn("sipHash64", exp.Tuple(expressions=list(columns))))


def _microseconds_type() -> exp.DataType:
    size = [
        exp.DataTypeParam(this=exp.Literal.number(6)),
        exp.DataTypeParam(this=exp.Literal.string("UTC")),
    ]
    return exp.DataType(this=exp.DType.DATETIME64, expressions=size)


def _named(kind: str) -> exp.DataType:
    """A type by its text."""
    return exp.DataType(this=exp.DType.USERDEFINED, kind=kind, nullable=False)


def _untyped_text(value: exp.Expr) -> exp.Expr:
    """The text of a value whose type only the engine knows: of floats, -0.0 is 0.0."""
    written = _fn("toString", value)
    floating = exp.Like(this=_fn("toTypeName", value.copy()), expression=exp.Literal.string("%Float%"))
    zero = exp.And(this=floating, expression=exp.EQ(this=written, expression=exp.Literal.string("-0")))
    return exp.Case(ifs=[exp.If(this=zero, true=exp.Literal.string("0"))], default=written.copy())


def _bracketed(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, (exp.Binary, exp.Unary, exp.Case)) else tree


def _fn(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function; ClickHouse tells names by case."""
    return exp.Anonymous(this=name, expressions=list(arguments))
