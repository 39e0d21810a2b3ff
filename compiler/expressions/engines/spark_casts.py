"""Casts in Spark's words: ANSI mode raises what does not fit, TRY_CAST gives NULL."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.builders import call
from fcompile.compiler.expressions.engines.spark_parts import both, case, compared, double, failed, text, to
from fcompile.compiler.expressions.engines.words import CastBuild


def _cast(value: exp.Expr, to_type: exp.DataType, safe: bool) -> exp.Expr:
    return (exp.TryCast if safe else exp.Cast)(this=value, to=to_type)


def plain(operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool) -> exp.Expr:
    return _cast(operand, made, safe)


def formed(pattern: str) -> CastBuild:
    """The text if it has this form, else a text that no cast reads, whose error then says what was wrong."""

    def build(
        operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
    ) -> exp.Expr:
        return _cast(_formed(operand, pattern, target, safe), made, safe)

    return build


def _formed(operand: exp.Expr, pattern: str, target: DType, safe: bool) -> exp.Expr:
    fits = call("REGEXP_LIKE", operand, text(rf"^(?:{pattern})\z"))
    wrong = exp.DPipe(this=text(f"not {target}: "), expression=exp.Paren(this=operand.copy()))
    return case(fits, operand.copy(), exp.Null() if safe else wrong)


def float_text(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """Java reads no sign before NaN [RAN]."""
    unsigned = call("REGEXP_REPLACE", operand, text(r"^[+-](?=[nN])"), text(""))
    return _cast(_formed(unsigned, forms.FLOAT, target, safe), made, safe)


def timestamp_text(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """A Z is taken away: what it makes of the text depends on the type [RAN]."""
    formed_text = _formed(operand, forms.TIMESTAMP, target, safe)
    return _cast(call("RTRIM", text("Z"), formed_text), made, safe)


def from_float(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """Towards zero. 2**63 itself would become 2**63 - 1 [RAN]."""
    if target.kind == "int64":
        beyond = compared(exp.GTE, operand, exp.Literal.number("9.223372036854775808e18"))
        wrong = exp.Null() if safe else failed("a number does not fit int64")
        operand = case(beyond, wrong, operand.copy())
    return _cast(operand, made, safe)


def to_float32(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """Beyond the range it would be infinite [RAN]."""
    size = call("ABS", operand.copy())
    from_here = exp.Literal.number(repr(2.0**128 - 2.0**103))
    beyond = both(
        exp.GTE(this=size, expression=from_here), exp.LT(this=size.copy(), expression=double("Infinity"))
    )
    wrong = exp.Null() if safe else failed("a number does not fit float32")
    return case(beyond, wrong, _cast(operand, made, False))


def written_timestamp(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    return call("DATE_FORMAT", operand, text("yyyy-MM-dd HH:mm:ss.SSSSSS"))


def decoded(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """A plain cast takes any bytes for text [RAN]."""
    return call("TRY_VALIDATE_UTF8" if safe else "VALIDATE_UTF8", to(operand, exp.DType.TEXT))


def as_it_is(
    operand: exp.Expr, source: DType | None, target: DType, made: exp.DataType, safe: bool
) -> exp.Expr:
    """JSON is text."""
    return operand


CASTS: Mapping[tuple[str, str], CastBuild] = {
    ("string", "bool"): formed(forms.BOOL),
    ("string", "int32"): formed(forms.INTEGER),
    ("string", "int64"): formed(forms.INTEGER),
    ("string", "float32"): float_text,
    ("string", "float64"): float_text,
    ("string", "decimal"): formed(forms.DECIMAL),
    ("string", "date"): formed(forms.DATE),
    ("string", "timestamp"): timestamp_text,
    ("string", "bytes"): plain,
    ("float32", "int32"): from_float,
    ("float32", "int64"): from_float,
    ("float64", "int32"): from_float,
    ("float64", "int64"): from_float,
    ("float64", "float32"): to_float32,
    ("decimal", "int32"): plain,
    ("decimal", "int64"): plain,
    ("decimal", "float64"): plain,
    ("decimal", "string"): plain,
    ("timestamp", "string"): written_timestamp,
    ("bytes", "string"): decoded,
    ("json", "string"): as_it_is,
}
