"""``hash_bucket``: its typing rule, its SQL and its Python.

All three say a value's canonical text as the dialects' ``portable_hash`` does: digits for whole numbers, ``true``
and ``false``, ISO dates, microseconds since 1970 for timestamps, all digits of a decimal's scale, hexadecimal
digits for bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from fcompile.compiler.dtypes import INT64, STRING, DType, parse_dtype
from fcompile.compiler.expressions.conversions import Operand, Report, adapt
from fcompile.compiler.expressions.nodes import Call, Expr, Literal
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.signatures import demand, shown
from fcompile.compiler.expressions.time_values import EPOCH
from fcompile.dialects.duckdb import DuckDB

HASHED = ("bool", "int32", "int64", "decimal", "string", "bytes", "date", "timestamp")
"""Kinds whose equal values have one text in every engine; a float's has not."""

_DUCKDB = DuckDB()
_ALL_FRACTION = DType("decimal", precision=38, scale=38)
_MICROSECOND = timedelta(microseconds=1)


def bucketed(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """A value and a constant number of buckets; the value's type goes with the call, as the SQL depends on it."""
    value, buckets = operands[:2]
    hint = "write cast(x as int64), or cast(round(x) as int64)"
    demand(shown(call), value, HASHED, "an integer, decimal, string, bool, bytes or time", report, hint)
    if value.dtype == _ALL_FRACTION:
        report(Problem("FC306", f"{shown(call)} does not take {value.dtype}", value.expr.place))
    if value.unknown:
        message = f"{shown(call)} needs a value whose type is known"
        hint = "declare the column under the source's `columns:`, or write cast(x as string)"
        report(Problem("FC306", message, value.expr.place, hint))
    number = buckets.constant
    if type(number) is not int:
        message = f"{shown(call)} takes a constant number of buckets"
        report(Problem("FC306", message, buckets.expr.place, "write hash_bucket(x, 100)"))
    elif not 1 <= number < 2**31:
        message = f"a number of buckets is from 1 to 2147483647, not {number}"
        report(Problem("FC309", message, buckets.expr.place))
    value = _with_whole_digits(value)
    kind = Literal(str(value.dtype or STRING), STRING, value.expr.place)
    return replace(call, arguments=(value.expr, buckets.expr, kind)), INT64


def _with_whole_digits(value: Operand) -> Operand:
    """A decimal with a digit before the point: without one, DuckDB writes .25 where other engines write 0.25."""
    dtype = value.dtype
    if dtype is None or dtype.kind != "decimal" or dtype.precision > dtype.scale:
        return value
    wider = DType("decimal", precision=dtype.precision + 1, scale=dtype.scale)
    return replace(value, expr=adapt(value, wider) or value.expr, dtype=wider)


def bucket_sql(value: exp.Expr, buckets: exp.Expr, dtype: exp.Expr) -> exp.Expr:
    kind = parse_dtype(str(dtype.this)).kind
    return exp.Mod(this=_DUCKDB.portable_hash(value, kind), expression=buckets)


def bucket(value: Any, buckets: int, dtype: str) -> int:
    """The first 60 bits of the MD5 of the value's text, modulo ``buckets``."""
    text = value if isinstance(value, str) else _canonical(value, dtype)
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return (int.from_bytes(digest[:8], "big") >> 4) % buckets


def _canonical(value: Any, dtype: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.hex()
        case datetime():
            return str((value - EPOCH) // _MICROSECOND)
        case date():
            return value.isoformat()
        case Decimal():
            # DuckDB has no negative zero.
            return f"{value or abs(value):.{parse_dtype(dtype).scale}f}"
    return str(value)
