"""dtypes and constants in a dialect's words."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from sqlglot import exp

from fcompile.compiler.definitions import Literal
from fcompile.compiler.dtypes import DType
from fcompile.compiler.lower.sql import Tree, cast
from fcompile.dialects.base import Dialect


def lower_type(dtype: DType, dialect: Dialect) -> exp.DataType:
    match dtype.kind:
        case "decimal":
            return dialect.decimal(dtype.precision, dtype.scale)
        case "list":
            return dialect.array(lower_type(_item(dtype), dialect))
        case "vector":
            return dialect.vector(lower_type(_item(dtype), dialect), dtype.length)
        case "struct":
            return dialect.struct((n, lower_type(t, dialect)) for n, t in dtype.fields)
    return dialect.scalar(dtype.kind)


def time_parameter(name: str, dialect: Dialect) -> Tree:
    """A TIMESTAMP that is bound when the statement runs."""
    return cast(dialect.parameter(name), dialect.scalar("timestamp"))


def lower_constant(value: Literal, dtype: DType, dialect: Dialect) -> Tree:
    """Return a YAML scalar as a constant of ``dtype``; it was checked against it."""
    if value is None:
        return exp.Null()
    return cast(_bare(value, dtype), lower_type(dtype, dialect))


def _bare(value: bool | int | float | str, dtype: DType) -> Tree:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(_utc(value) if dtype.kind == "timestamp" else value)
    if isinstance(value, float) and not math.isfinite(value):
        return exp.Literal.string(str(value))
    number = exp.Literal.number(repr(abs(value)))
    return exp.Neg(this=number) if value < 0 else number


def _utc(text: str) -> str:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is not None:
        instant = instant.astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat(sep=" ")


def _item(dtype: DType) -> DType:
    if dtype.item is None:
        raise ValueError(f"{dtype} has no element type")
    return dtype.item
