"""Request data as callers give it, made values of its dtype.

>>> from fcompile.compiler.dtypes import parse_dtype
>>> read_value("5", parse_dtype("float64")), read_value([1, None], parse_dtype("list<int32>"))
(5.0, [1, None])
>>> read_value(2**31, parse_dtype("int32"))
Traceback (most recent call last):
ValueError: 2147483648 is no int32
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Number
from typing import Any

from fcompile.compiler.definitions import RequestField
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.json_values import is_json
from fcompile.compiler.request import Request
from fcompile.runtime.keys import is_null, no_value, read_key, shown_value

_PLAIN = (str, int, float)
"""What is certainly no null, told at once: most values are of these."""
_WHOLE = re.compile(r"\s*[+-]?[0-9]+\.0*\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of request data and the label of the on-demand view that reads it."""

    field: RequestField
    reader: str


def asked_data(request: Request) -> tuple[Asked, ...]:
    """Return each field once, with the first view that reads it."""
    found: dict[RequestField, str] = {}
    for column in request.computed:
        for field in column.request:
            found.setdefault(field, column.computed.label)
    return tuple(Asked(field, reader) for field, reader in found.items())


def read_value(value: Any, dtype: DType) -> Any:
    """Return ``value`` as the dtype's Python value, None for NULL (None, NaT, NA); raise ValueError.

    As ``read_key``, and: NaN is a value of floats, also as text, and of nothing else; floats and Decimals that are
    whole are integers; float32 is rounded to its nearest; decimals are whole numbers, Decimals, texts or floats as
    they are printed, and lose no digit; lists, vectors, structs and JSON may be JSON text, and JSON is strict.
    """
    if value is None or (type(value) not in _PLAIN and not isinstance(value, Number) and is_null(value)):
        return None
    try:
        return _READERS.get(dtype.kind, _as_key)(value, dtype)
    except (TypeError, KeyError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        raise ValueError(f"{shown_value(value)} is no {dtype}") from error


def to_float32(value: float) -> float:
    """Return the nearest float32; what is beyond its range raises OverflowError.

    >>> to_float32(0.1)
    0.10000000149011612
    """
    nearest: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return nearest


def _as_key(value: Any, dtype: DType) -> Any:
    return read_key(no_value(value) if isinstance(value, Number) and is_null(value) else value, dtype)


def _int(value: Any, dtype: DType) -> int:
    """Floats, Decimals and texts like 5.0 must be whole: data frames make floats of whole numbers, and write them."""
    if type(value) is int:
        return int(read_key(value, dtype))
    if isinstance(value, Number) and not isinstance(value, Integral):
        number: Any = value
        if not abs(number) <= 2**63 or int(number) != number:
            no_value(value)
        value = int(number)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = value.partition(".")[0]
    return int(read_key(value, dtype))


def _float(value: Any, _: DType) -> float:
    if isinstance(value, bool | bytes) or (isinstance(value, str) and "_" in value):
        return float(no_value(value))
    return float(value)


def _float32(value: Any, dtype: DType) -> float:
    return to_float32(_float(value, dtype))


def _decimal(value: Any, dtype: DType) -> Decimal:
    if isinstance(value, bool):
        return Decimal(no_value(value))
    sign, digits, exponent = Decimal(str(value)).as_tuple()
    whole = int("".join(map(str, digits)))
    if not isinstance(exponent, int):
        no_value(value)
    elif not whole:
        return Decimal((0, (0,), -dtype.scale))
    # On digits, not with quantize: the default context would round a decimal(38,s) on the way.
    shift = int(exponent) + dtype.scale
    if shift > dtype.precision or -shift >= len(digits) or whole % 10 ** max(-shift, 0):
        no_value(value)
    scaled = whole * 10**shift if shift >= 0 else whole // 10**-shift
    if scaled >= 10**dtype.precision:
        no_value(value)
    return Decimal((sign, tuple(map(int, str(scaled))), -dtype.scale))


def _json(value: Any, _: DType) -> str:
    """JSON text stays as it is; anything else is written as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, allow_nan=False)
    text.encode()
    return text if is_json(text) else str(no_value(value))


def _list(value: Any, dtype: DType) -> list[Any]:
    item = dtype.item or dtype
    if isinstance(value, str):
        value = json.loads(value)
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        return list(no_value(value))
    return [read_value(part, item) for part in value]


def _vector(value: Any, dtype: DType) -> list[Any]:
    parts = _list(value, dtype)
    if len(parts) != dtype.length or None in parts:
        no_value(value)
    return parts


def _struct(value: Any, dtype: DType) -> dict[str, Any]:
    members = json.loads(value) if isinstance(value, str) else value
    unknown = set(members) - {name for name, _ in dtype.fields}
    if not isinstance(members, Mapping) or unknown:
        no_value(value)
    return {name: read_value(members.get(name), kind) for name, kind in dtype.fields}


_READERS: Mapping[str, Callable[[Any, DType], Any]] = {
    "int32": _int,
    "int64": _int,
    "float32": _float32,
    "float64": _float,
    "decimal": _decimal,
    "json": _json,
    "list": _list,
    "vector": _vector,
    "struct": _struct,
}
