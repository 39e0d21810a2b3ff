"""Casts as ClickHouse says them.

Its own CAST to a Nullable gives NULL for a text that it cannot read, cuts decimals instead of rounding them, wraps
integers around and lets 30 February be 1 March, all without a word [RAN]. Each cast here is made as ``try_cast``
first, NULL where the value does not fit; ``cast`` is the same and an error there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.builders import integer
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    Copies,
    Value,
    absent,
    both,
    case,
    converted,
    decimal_type,
    fn,
    once,
    present,
    text,
    unless,
)
from fcompile.compiler.expressions.engines.words import CastBuild

Attempt = Callable[[Value, DType | None, DType], exp.Expr]
"""(operand, source, target) -> the value, NULL where it does not fit."""

_NAMES = {"int32": "Int32", "int64": "Int64", "float32": "Float32", "float64": "Float64"}
_WIDEST = 76


def never_unfit(attempt: Attempt) -> CastBuild:
    """A cast that every value fits."""

    def build(
        operand: exp.Expr, source: DType | None, target: DType, kind: exp.DataType, safe: bool
    ) -> exp.Expr:
        return once(lambda x: attempt(x, source, target), operand)

    return build


def maybe_unfit(attempt: Attempt) -> CastBuild:
    def build(
        operand: exp.Expr, source: DType | None, target: DType, kind: exp.DataType, safe: bool
    ) -> exp.Expr:
        def made(x: Value) -> exp.Expr:
            found = attempt(x, source, target)
            return found if safe else once(partial(_strict, target), found, x())

        return once(made, operand)

    return build


def _strict(target: DType, found: Value, operand: Value) -> exp.Expr:
    return unless(both(present(operand()), absent(found())), f"a value does not fit {target}", found())


# Numbers


def _plain(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return converted(target.kind, x())


def _fits_integer(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return fn("accurateCastOrNull", x(), text(_NAMES[target.kind]))


def _truncated_float(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """``accurateCastOrNull`` takes no fraction, NaN or infinity [RAN]."""
    return fn("accurateCastOrNull", exp.Trunc(this=converted("float64", x())), text(_NAMES[target.kind]))


def _truncated_decimal(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return fn("accurateCastOrNull", fn("toInt256", x()), text(_NAMES[target.kind]))


def _single(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """A CAST makes what is too large infinite [RAN]."""
    made = converted("float32", x())
    beyond = both(fn("isInfinite", made), exp.Not(this=fn("isInfinite", x())))
    return case(beyond, exp.Null(), made.copy())


def _digits(target: DType) -> exp.Expr:
    """10 to the power of the digits before the point, which fit 256 bits."""
    return fn("toDecimal256", text("1" + "0" * (target.precision - target.scale)), integer(0))


def _fits_decimal(target: DType, value: Value) -> exp.Expr:
    """A CAST looks at the 64, 128 or 256 bits of its type alone [RAN]."""
    below = exp.LT(this=exp.Abs(this=value()), expression=_digits(target))
    return case(below, exp.Cast(this=value(), to=decimal_type(target.precision, target.scale)))


def _integer_as_decimal(x: Value, source: DType | None, target: DType) -> exp.Expr:
    enough = 19 if source is not None and source.kind == "int64" else 10
    if target.precision - target.scale >= enough:
        return exp.Cast(this=x(), to=decimal_type(target.precision, target.scale))
    return _fits_decimal(target, Copies(fn("toDecimal256", x(), integer(0))))


def _rounded_decimal(x: Value, source: DType | None, target: DType) -> exp.Expr:
    scale = 38 if source is None else source.scale
    widest = fn("toDecimal256", x(), integer(scale))
    if scale > target.scale:
        widest = exp.Round(this=widest, decimals=integer(target.scale))
    return once(partial(_fits_decimal, target), widest)


def _decimal_as_float(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """Through its text, which is rounded once; a CAST rounds twice [RAN]."""
    return fn("toFloat64OrNull", fn("toString", x()))


# Text


def _formed(form: str, x: Value, made: exp.Expr) -> exp.Expr:
    return case(fn("match", x(), text(f"^(?:{form})$")), made)


def _integer_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return _formed(forms.INTEGER, x, fn(f"to{_NAMES[target.kind]}OrNull", x()))


def _float_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return _formed(forms.FLOAT, x, fn(f"to{_NAMES[target.kind]}OrNull", x()))


def _decimal_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """Digits behind the scale are cut [RAN]: halves away from zero, one more of them decides."""
    read = fn("toDecimal256OrNull", x(), integer(target.scale + 1))
    near = exp.Round(this=read, decimals=integer(target.scale))
    return _formed(forms.DECIMAL, x, once(partial(_fits_decimal, target), near))


def _bool_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    word = fn("lower", x())
    true = exp.If(this=exp.EQ(this=word, expression=text("true")), true=exp.true())
    false = exp.If(this=exp.EQ(this=word.copy(), expression=text("false")), true=exp.false())
    return exp.Case(ifs=[true, false])


def _same_text(written: exp.Expr, value: Value) -> exp.Expr:
    """The value, if it is written so: days that no month has run over into the next month [RAN]."""
    return case(exp.EQ(this=fn("toString", value()), expression=written), value())


def _date_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return _formed(forms.DATE, x, _same_text(x(), Copies(fn("toDate32OrNull", x()))))


def _timestamp_text(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """Filled up to 26 characters, and read; what is not written so again is no moment."""
    spaced = fn("replaceOne", fn("replaceOne", x(), text("T"), text(" ")), text("Z"), text(""))

    def whole(start: Value) -> exp.Expr:
        after = exp.Add(this=fn("length", start()), expression=integer(1))
        rest = fn("substring", text("0000-00-00 00:00:00.000000"), after)
        return fn("concat", start(), rest)

    def read(written: Value) -> exp.Expr:
        moment = fn("toDateTime64OrNull", written(), integer(6), text("UTC"))
        return _same_text(written(), Copies(moment))

    return _formed(forms.TIMESTAMP, x, once(read, once(whole, spaced)))


def _utf8(x: Value, source: DType | None, target: DType) -> exp.Expr:
    return case(fn("isValidUTF8", x()), converted("string", x()))


def _written(x: Value, source: DType | None, target: DType) -> exp.Expr:
    kind = source.kind if source is not None and source.kind in ("bool", "date", "timestamp") else ""
    return fn("toString", converted(kind, x()) if kind else x())


def _written_decimal(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """A CAST leaves zeros at the end out [RAN]."""
    return fn("toDecimalString", x(), integer(0 if source is None else source.scale))


def _of_unknown(x: Value, source: DType | None, target: DType) -> exp.Expr:
    """ClickHouse's own CAST; that a text cannot be read shows in its NULL."""
    if target.kind == "decimal":
        return exp.Cast(this=x(), to=decimal_type(target.precision, target.scale))
    return converted(target.kind, x())


_NUMBERS = ("bool", "int32", "int64", "float32", "float64", "decimal", "date", "timestamp")

CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        **{
            (source, "string"): never_unfit(_written)
            for source in ("bool", "int32", "int64", "date", "timestamp")
        },
        **{("", kind): maybe_unfit(_of_unknown) for kind in _NUMBERS},
        ("", "string"): never_unfit(_written),
        ("bool", "int32"): never_unfit(_plain),
        ("bool", "int64"): never_unfit(_plain),
        ("int32", "int64"): never_unfit(_plain),
        ("int64", "int32"): maybe_unfit(_fits_integer),
        ("int32", "float32"): never_unfit(_plain),
        ("int32", "float64"): never_unfit(_plain),
        ("int64", "float32"): never_unfit(_plain),
        ("int64", "float64"): never_unfit(_plain),
        ("int32", "decimal"): maybe_unfit(_integer_as_decimal),
        ("int64", "decimal"): maybe_unfit(_integer_as_decimal),
        ("float32", "float64"): never_unfit(_plain),
        ("float64", "float32"): maybe_unfit(_single),
        **{(f, i): maybe_unfit(_truncated_float) for f in ("float32", "float64") for i in ("int32", "int64")},
        ("decimal", "decimal"): maybe_unfit(_rounded_decimal),
        ("decimal", "float64"): never_unfit(_decimal_as_float),
        ("decimal", "int32"): maybe_unfit(_truncated_decimal),
        ("decimal", "int64"): maybe_unfit(_truncated_decimal),
        ("decimal", "string"): never_unfit(_written_decimal),
        ("string", "bool"): maybe_unfit(_bool_text),
        ("string", "int32"): maybe_unfit(_integer_text),
        ("string", "int64"): maybe_unfit(_integer_text),
        ("string", "float32"): maybe_unfit(_float_text),
        ("string", "float64"): maybe_unfit(_float_text),
        ("string", "decimal"): maybe_unfit(_decimal_text),
        ("string", "bytes"): never_unfit(lambda x, source, target: converted("string", x())),
        ("string", "date"): maybe_unfit(_date_text),
        ("string", "timestamp"): maybe_unfit(_timestamp_text),
        ("bytes", "string"): maybe_unfit(_utf8),
        ("json", "string"): never_unfit(lambda x, source, target: converted("string", x())),
        ("date", "timestamp"): never_unfit(_plain),
        ("timestamp", "date"): never_unfit(_plain),
    }
)
