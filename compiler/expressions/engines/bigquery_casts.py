"""Casts for BigQuery: each text must have its form, floats go towards zero, int32 has its range.

cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions [RAN].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.bigquery_decimals import DECIMAL_CASTS, formed
from fcompile.compiler.expressions.engines.words import CastBuild

_INT32 = 2**31
_TIME = "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?)?"
_SIXTY_FOUR_BITS = 2**53


def _plain(operand: exp.Expr, to: exp.DataType, safe: bool) -> exp.Expr:
    return (exp.TryCast if safe else exp.Cast)(this=operand, to=to)


def _ranged(value: exp.Expr, target: DType, safe: bool) -> exp.Expr:
    """An INT64 that is to be an int32; NULL or an error where it is not."""
    if target.kind != "int32":
        return value

    def build(x: exp.Expr) -> exp.Expr:
        low, high = b.integer(-_INT32), b.integer(_INT32 - 1)
        outside = exp.Not(this=t.group(exp.Between(this=b.atom(x.copy()), low=low, high=high)))
        wrong = exp.Null() if safe else t.call("ERROR", t.text("a number is beyond int32"))
        return t.where(outside, wrong, x)

    return t.once([value], build)


def _integer(prepare: Callable[[exp.Expr, exp.DataType, bool], exp.Expr]) -> CastBuild:
    return lambda operand, source, target, to, safe: _ranged(prepare(operand, to, safe), target, safe)


def _truncated(operand: exp.Expr, to: exp.DataType, safe: bool) -> exp.Expr:
    """CAST rounds halves away from zero."""
    return _plain(t.call("TRUNC", operand), to, safe)


def _of(say: Callable[[exp.Expr], exp.Expr]) -> CastBuild:
    """What fits always."""
    return lambda operand, source, target, to, safe: say(operand)


def _read(pattern: str) -> CastBuild:
    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        return _ranged(_plain(formed(operand, pattern, target, safe), to, safe), target, safe)

    return build


def _engines_own(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    return _plain(operand, to, safe)


def _read_timestamp(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """TIMESTAMP reads no text without seconds, and 60 as the next minute's."""
    text = formed(operand, f"{forms.DATE}{_TIME}", target, safe)
    seconds = t.call("REGEXP_REPLACE", text, t.text("([ T][0-9]{2}:[0-9]{2})Z?$"), t.text("\\1:00"))
    plain = t.call("RTRIM", seconds, t.text("Z"))
    return t.safe("TIMESTAMP", plain, t.text("UTC")) if safe else t.call("TIMESTAMP", plain, t.text("UTC"))


def _written_timestamp(operand: exp.Expr) -> exp.Expr:
    return t.call("FORMAT_TIMESTAMP", t.text("%E4Y-%m-%d %H:%M:%E6S"), operand, t.text("UTC"))


def _same(operand: exp.Expr) -> exp.Expr:
    return operand


def _single(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    """The dialect rounds what is cast to a FLOAT to single precision; an integer must not be rounded before."""
    if source is not None and source.kind == "int64":
        operand = t.once([operand], _sticky)
    elif safe:
        operand = t.once([operand], _within_singles)
    return exp.Cast(this=operand, to=to)


def _sticky(x: exp.Expr) -> exp.Expr:
    """Of more than 53 bits, the last 11 as one that says whether any was set."""
    most = b.integer(_SIXTY_FOUR_BITS)
    few = exp.Between(this=x.copy(), low=b.integer(-_SIXTY_FOUR_BITS), high=most)
    rest = exp.BitwiseAnd(this=x.copy(), expression=b.integer(2047))
    upper = exp.Sub(this=x.copy(), expression=t.group(rest))
    mark = t.where(exp.EQ(this=t.group(rest.copy()), expression=b.integer(0)), b.integer(0), b.integer(1024))
    return t.where(few, x.copy(), exp.Add(this=upper, expression=mark))


_SINGLE_END = 2.0**128 - 2.0**103


def _within_singles(x: exp.Expr) -> exp.Expr:
    """NULL where a finite number is beyond float32."""
    beyond = exp.GTE(this=t.call("ABS", x.copy()), expression=exp.Literal.number(repr(_SINGLE_END)))
    finite = exp.Not(this=t.call("IS_INF", x.copy()))
    return t.where(t.both(beyond, finite), exp.Null(), x.copy())


_INTEGERS = ("int32", "int64")

CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        **DECIMAL_CASTS,
        ("int64", "int32"): _integer(lambda operand, to, safe: operand),
        ("int32", "int64"): _of(_same),
        ("", "int32"): _integer(_plain),
        **{(f, i): _integer(_truncated) for f in ("float32", "float64", "decimal") for i in _INTEGERS},
        **{(i, "float32"): _single for i in _INTEGERS},
        ("float64", "float32"): _single,
        ("float32", "float64"): _of(_same),
        ("json", "string"): _of(_same),
        ("decimal", "float64"): _engines_own,
        ("string", "bytes"): _engines_own,
        ("bytes", "string"): _engines_own,
        # BigQuery reads `true` and `false` alone, in any case [RAN].
        ("string", "bool"): _engines_own,
        **{("string", i): _read(forms.INTEGER) for i in _INTEGERS},
        ("string", "float64"): _read(forms.FLOAT),
        ("string", "date"): _read(forms.DATE),
        ("string", "timestamp"): _read_timestamp,
        ("date", "timestamp"): _of(lambda day: t.call("TIMESTAMP", day, t.text("UTC"))),
        ("timestamp", "date"): _of(lambda time: t.call("DATE", time, t.text("UTC"))),
        ("timestamp", "string"): _of(_written_timestamp),
    }
)
