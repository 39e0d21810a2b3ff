"""Casts to decimals and from them for BigQuery, rounded and bounded by hand.

CAST(x AS NUMERIC(p, s)) rounds and checks in BigQuery; its reference implementation leaves that out where x is a
NUMERIC, and SAFE_CAST is an error there for what is beyond p digits [RAN].
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.bigquery_numbers import is_wide
from fcompile.compiler.expressions.engines.words import CastBuild

_DIGITS = {"int32": 10, "int64": 19}


def formed(operand: exp.Expr, pattern: str, target: DType, safe: bool) -> exp.Expr:
    """The text if it has this form; else NULL, or a text that no cast reads and whose error says what was wrong."""
    whole = f"^(?:{pattern})$"

    def build(x: exp.Expr) -> exp.Expr:
        wrong = exp.Null() if safe else exp.DPipe(this=t.text(f"not {target}: "), expression=x.copy())
        return t.where(t.call("REGEXP_CONTAINS", x.copy(), t.text(whole)), x, wrong)

    return t.once([operand], build)


def _family(dtype: DType) -> str:
    return "BIGDECIMAL" if is_wide(dtype) else "DECIMAL"


def _of_integer(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    made = t.cast_to(operand, _family(target))
    digits = _DIGITS[source.kind] if source else _DIGITS["int64"]
    return _bounded(made, target, safe) if target.precision - target.scale < digits else made


def _of_decimal(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Rounded before it becomes a NUMERIC, which would round to 9 digits first."""
    if source is None:
        return (exp.TryCast if safe else exp.Cast)(this=operand, to=to)
    rounds = source.scale > target.scale
    before, after = source.precision - source.scale + rounds, target.precision - target.scale
    made = t.call("ROUND", operand, b.integer(target.scale)) if rounds else operand
    if before > after and is_wide(source):
        return _cast(_bounded(made, target, safe), source, target)
    made = _cast(made, source, target)
    return _bounded(made, target, safe) if before > after else made


def _cast(made: exp.Expr, source: DType, target: DType) -> exp.Expr:
    return made if is_wide(source) == is_wide(target) else t.cast_to(made, _family(target))


def _of_text(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Cut to one digit more than is kept, which is what rounding looks at: more digits would be rounded twice."""
    cut = t.text(rf"^[+-]?[0-9]*[.]?[0-9]{{0,{target.scale + 1}}}")
    text = formed(operand, forms.DECIMAL, target, safe)
    text = t.call("REGEXP_EXTRACT", text, cut) if safe else t.once([text], lambda x: _cut_number(x, cut))
    number = t.cast_to(text, _family(target), safely=safe)
    return _bounded(t.call("ROUND", number, b.integer(target.scale)), target, safe)


def _cut_number(x: exp.Expr, cut: exp.Expr) -> exp.Expr:
    """What is no number goes on to the cast, whose error says what it is."""
    number = t.call("REGEXP_CONTAINS", x.copy(), t.text("^[+-.0-9]"))
    return t.where(number, t.call("REGEXP_EXTRACT", x, cut), x.copy())


def _bounded(value: exp.Expr, target: DType, safe: bool) -> exp.Expr:
    """NULL or an error where it has more digits before the point than the type."""
    end = exp.Cast(
        this=t.text(f"1e{target.precision - target.scale}"),
        to=exp.DataType(this=exp.DataType.Type.BIGDECIMAL),
    )

    def build(x: exp.Expr) -> exp.Expr:
        outside = exp.GTE(this=t.call("ABS", x.copy()), expression=end)
        wrong = exp.Null() if safe else t.call("ERROR", t.text(f"a number is beyond {target}"))
        return t.where(outside, wrong, x)

    return t.once([value], build)


def _written(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """A cast leaves out zeros at the end."""
    return t.call("FORMAT", t.text(f"%.{source.scale if source else 0}f"), operand)


DECIMAL_CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        ("int32", "decimal"): _of_integer,
        ("int64", "decimal"): _of_integer,
        ("decimal", "decimal"): _of_decimal,
        ("string", "decimal"): _of_text,
        ("decimal", "string"): _written,
    }
)
