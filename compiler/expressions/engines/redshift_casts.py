"""Casts in Redshift: a text has to have the form of its type; TRY_CAST does the rest (r_TRY_CAST)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.postgres_casts import CASTS as POSTGRES
from fcompile.compiler.expressions.engines.redshift_trees import counted
from fcompile.compiler.expressions.engines.words import CastBuild
from fcompile.dialects.redshift import try_cast, written_bool

_TIME = "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?)?"


def _made(value: exp.Expr, to: exp.DataType, safe: bool) -> exp.Expr:
    return try_cast(value, to) if safe else exp.Cast(this=value, to=to)


def _of_text(form: str) -> CastBuild:
    flags, body = ("(?i)", form.removeprefix("(?i)")) if form.startswith("(?i)") else ("", form)
    pattern = f"{flags}^({body})\\z"

    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        wrong = exp.DPipe(this=p.text(f"not {target}: "), expression=atom(operand.copy()))
        fits = counted(operand.copy(), pattern)
        return _made(p.case((fits, operand), default=exp.Null() if safe else wrong), to, safe)

    return build


def _plain(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    return _made(operand, to, safe)


def _cut(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    return _made(exp.Trunc(this=operand), to, safe)


def _bool(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    return written_bool(operand)


def _bytes(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    return p.call("TO_VARBYTE" if target.kind == "bytes" else "FROM_VARBYTE", operand, p.text("utf8"))


_INTEGERS, _FLOATS = ("int32", "int64"), ("float32", "float64")

CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        ("bool", "int32"): POSTGRES["bool", "int32"],
        ("bool", "int64"): POSTGRES["bool", "int64"],
        ("bool", "string"): _bool,
        **{(source, target): _cut for source in (*_FLOATS, "decimal") for target in _INTEGERS},
        ("string", "bool"): _of_text(forms.BOOL),
        **{("string", target): _of_text(forms.INTEGER) for target in _INTEGERS},
        **{("string", target): _of_text(forms.FLOAT) for target in _FLOATS},
        ("string", "decimal"): _of_text(forms.DECIMAL),
        ("string", "date"): _of_text(forms.DATE),
        ("string", "timestamp"): _of_text(forms.DATE + _TIME),
        ("string", "bytes"): _bytes,
        ("bytes", "string"): _bytes,
        ("date", "string"): POSTGRES["date", "string"],
        ("timestamp", "string"): POSTGRES["timestamp", "string"],
        ("decimal", "string"): POSTGRES["decimal", "string"],
        **{
            ("*", target): _plain
            for target in (*_INTEGERS, *_FLOATS, "decimal", "string", "date", "timestamp")
        },
        **{
            ("", target): _plain
            for target in (*_INTEGERS, *_FLOATS, "decimal", "string", "date", "timestamp")
        },
    }
)

NO_ATTEMPT: Mapping[tuple[str, str], str] = MappingProxyType(
    {("bytes", "string"): "what is not UTF-8 cannot be told apart from what is before it is read"}
)
