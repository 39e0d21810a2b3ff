"""A slow, obvious evaluator of typed expressions: the reference that DuckDB is held to.

It knows the language from docs/reference/expressions.md, and nothing of how it is lowered.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal


class Fails(Exception):
    """The expression is an error for this row."""


def evaluate(expr: Expr, row: Mapping[str, Any]) -> Any:
    """Return the value, None for NULL; raise ``Fails``. All operands are computed, also those not needed."""
    match expr:
        case Column(name):
            return row[name]
        case Literal(value, dtype):
            if value is not None and dtype is not None and dtype.kind == "date":
                return date.fromisoformat(str(value))
            if value is not None and dtype is not None and dtype.kind == "timestamp":
                return datetime.fromisoformat(str(value))
            return value
        case Cast(operand, dtype):
            value = evaluate(operand, row)
            return None if value is None else _cast(value, dtype.kind, dtype.precision, dtype.scale)
        case Case(whens, otherwise):
            arms = [(evaluate(c, row), evaluate(v, row)) for c, v in whens]
            last = evaluate(otherwise, row)
            return next((v for c, v in arms if c), last)
        case Call(function, arguments):
            return _call(function, [evaluate(a, row) for a in arguments])


def _call(name: str, a: list[Any]) -> Any:
    match name:
        case "and":
            return False if any(x is False for x in a) else None if None in a else True
        case "or":
            return True if any(x is True for x in a) else None if None in a else False
        case "is_null":
            return a[0] is None
        case "coalesce":
            return next((x for x in a if x is not None), None)
        case "greatest" | "least":
            known = [x for x in a if x is not None]
            return None if not known else (max if name == "greatest" else min)(known, key=_order)
        case "nullif":
            return None if None not in a and _order(a[0]) == _order(a[1]) else a[0]
        case "in":
            tests = [_strict("eq", [a[0], x]) if None not in (a[0], x) else None for x in a[1:]]
            return _call("or", [*tests, False])
        case "between":
            low = None if None in (a[0], a[1]) else _order(a[0]) >= _order(a[1])
            high = None if None in (a[0], a[2]) else _order(a[0]) <= _order(a[2])
            return _call("and", [low, high])
    return None if None in a else _strict(name, a)


def _order(value: Any) -> Any:
    """A sort key: NaN last, text by code point."""
    return (math.isnan(value), 0.0 if math.isnan(value) else value) if isinstance(value, float) else value


def _strict(name: str, a: list[Any]) -> Any:
    x = a[0]
    match name:
        case "add":
            return _fit(x + a[1])
        case "subtract":
            return _fit(x - a[1])
        case "multiply":
            return _fit(x * a[1])
        case "negate":
            return _fit(-x)
        case "abs":
            return _fit(abs(x))
        case "divide":
            return None if a[1] == 0 else _float(x) / _float(a[1])
        case "floor_divide":
            return None if a[1] == 0 else _fit(x // a[1])
        case "modulo":
            return None if a[1] == 0 else x % a[1]
        case "eq":
            return _order(x) == _order(a[1])
        case "ne":
            return _order(x) != _order(a[1])
        case "lt":
            return _order(x) < _order(a[1])
        case "le":
            return _order(x) <= _order(a[1])
        case "gt":
            return _order(x) > _order(a[1])
        case "ge":
            return _order(x) >= _order(a[1])
        case "not":
            return not x
        case "like":
            pattern = "".join({"%": ".*", "_": "."}.get(c) or re.escape(c) for c in a[1])
            return re.fullmatch(pattern, x, re.DOTALL) is not None
        case "round" | "floor" | "ceil":
            return _whole(name, x, a[1] if len(a) > 1 else 0)
        case "length":
            return len(x)
        case "lower":
            return "".join(c.lower() if len(c.lower()) == 1 else c for c in x)
        case "upper":
            return "".join(c.upper() if len(c.upper()) == 1 else c for c in x)
        case "trim":
            return x.strip(" ")
        case "concat":
            return "".join(a)
        case "substr":
            start = max(a[1], 1) - 1
            return x[start:] if len(a) < 3 else x[start : start + max(a[2], 0)]
    raise NotImplementedError(name)


def _fit(value: Any) -> Any:
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise Fails
    return value


def _float(value: Any) -> float:
    return float(value)


def _whole(name: str, x: Any, digits: int) -> Any:
    if isinstance(x, Decimal):
        mode = {"round": ROUND_HALF_UP, "floor": ROUND_FLOOR, "ceil": ROUND_CEILING}[name]
        return x.quantize(Decimal(1).scaleb(-digits), rounding=mode)
    if not math.isfinite(x):
        return x
    if name == "floor":
        return float(math.floor(x))
    if name == "ceil":
        return float(math.ceil(x))
    if digits == 0:
        return _half_away(x)
    scaled = x * 10.0**digits
    return x if math.isinf(scaled) else _half_away(scaled) / 10.0**digits


def _half_away(x: float) -> float:
    whole = math.trunc(x)
    return float(whole + math.copysign(1, x)) if abs(x - whole) >= 0.5 else float(whole)


def _cast(value: Any, kind: str, precision: int, scale: int) -> Any:
    match kind:
        case "int32" | "int64":
            return _to_integer(value, 2**31 if kind == "int32" else 2**63)
        case "float64":
            return float(value)
        case "float32":
            return _to_float32(float(value))
        case "decimal":
            made = Decimal(value).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
            if abs(made) >= 10 ** (precision - scale):
                raise Fails
            return made
        case "string":
            return _to_text(value)
        case "date":
            return value.date() if isinstance(value, datetime) else value
        case "timestamp":
            return value if isinstance(value, datetime) else datetime.combine(value, time())
        case "bool":
            return value
    raise NotImplementedError(kind)


def _to_integer(value: Any, limit: int) -> int:
    if isinstance(value, float) and not math.isfinite(value):
        raise Fails
    whole = int(value)  # truncates
    if not -limit <= whole < limit:
        raise Fails
    return whole


def _to_float32(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        raise Fails from None


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
