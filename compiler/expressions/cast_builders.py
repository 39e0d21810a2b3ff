"""Casts in SQL, as DuckDB says them: what is done to an operand before a plain CAST reads it."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import call

Prepare = Callable[[exp.Expr, DType, DType, bool], exp.Expr]
"""(operand, source, target, whether what does not fit is NULL) -> what the CAST (or TRY_CAST) reads."""


def as_it_is(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    return operand


def truncated(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    return exp.Trunc(this=operand)


def formed(pattern: str) -> Prepare:
    """The text if it has this form, else a text that no cast reads, whose error then says what was wrong."""

    def build(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
        fits = call("regexp_full_match", operand, exp.Literal.string(pattern))
        wrong = exp.DPipe(
            this=exp.Literal.string(f"not {target}: "), expression=exp.Paren(this=operand.copy())
        )
        return exp.Case(ifs=[exp.If(this=fits, true=operand.copy())], default=exp.Null() if safe else wrong)

    return build


def through_text(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    """Whole numbers of more than 18 digits: DuckDB rounds them twice, and their text once [RAN]."""
    return _text(operand) if source.precision > 18 and source.scale == 0 else operand


def written_decimal(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    """DuckDB writes .50 where no digit may stand before the point [RAN]."""
    if source.precision > source.scale:
        return operand
    point, zero = exp.Literal.string("."), exp.Literal.string("0.")
    return call("replace", _text(operand), point, zero)


def written_timestamp(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    return call("strftime", operand, exp.Literal.string("%Y-%m-%d %H:%M:%S.%f"))


def encoded(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    """A plain cast reads \\xAA as an escape [RAN]."""
    return call("encode", operand)


def decoded(operand: exp.Expr, source: DType, target: DType, safe: bool) -> exp.Expr:
    """A plain cast writes escapes [RAN]. DECODE raises, so TRY is put around it, but not around the operand."""
    if not safe:
        return call("decode", operand)
    value = exp.Identifier(this="value", quoted=False)
    attempt = exp.Lambda(
        this=call("try", call("decode", exp.Column(this=value))), expressions=[value.copy()], colon=True
    )
    one = exp.Array(expressions=[operand])
    return call("list_extract", call("list_transform", one, attempt), exp.Literal.number(1))


def _text(operand: exp.Expr) -> exp.Expr:
    return exp.Cast(this=operand, to=exp.DataType(this=exp.DType.TEXT))
