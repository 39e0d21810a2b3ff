"""Values of features as they are packed and as JSON: every dtype of SPEC 3, and back.

A packed value of one length is a number (or a decimal's 16 bytes); others are bytes: text in UTF-8, bytes as they
are, vectors and lists of numbers as the numbers' bytes, and what nests as JSON text. In JSON decimals are text,
bytes Base64, dates ISO text, timestamps microseconds since 1970 UTC, structs arrays of their members, infinities
and NaN text: the dtype tells how to read them.

>>> from fcompile.compiler.dtypes import parse_dtype
>>> encoder(parse_dtype("list<float64>"))([1.5, float("nan"), None])
[1.5, 'nan', None]
>>> decoder(parse_dtype("date"))(20454)
datetime.date(2026, 1, 1)
"""

from __future__ import annotations

import array
import base64
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.runtime.clock import aware_of, to_micros

Convert = Callable[[Any], Any]
"""From one form of a value to another; never called with None."""

json_text = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
"""All text is ASCII with escapes, so that NUL and lone surrogates go through any store."""


# -- packed ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def decoder(dtype: DType) -> Convert:
    """Return the function from a packed value to Python's: timestamps come as aware UTC, structs as dicts."""
    match dtype.kind:
        case "decimal":
            return _optional(lambda raw: _decimal(int.from_bytes(raw, "little", signed=True), dtype.scale))
        case "list" | "vector" | "struct":
            return _nested(dtype)
    return _optional(_UNPACKED.get(dtype.kind, _same))


@lru_cache(maxsize=1024)
def column_decoder(dtype: DType) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
    """Return ``decoder`` for a column; None where packed values are Python's already."""
    if dtype.kind in ("string", "json"):
        return lambda raws: [None if raw is None else str(raw, "utf-8", "surrogatepass") for raw in raws]
    if dtype.kind == "timestamp":
        return lambda values: [None if us is None else aware_of(us) for us in values]
    if dtype.kind in _UNPACKED or dtype.kind in ("decimal", "list", "vector", "struct"):
        decode = decoder(dtype)
        return lambda values: list(map(decode, values))
    return None


def _decimal(unscaled: int, scale: int) -> Decimal:
    # By digits, as arithmetic would round to the context's 28.
    return Decimal((int(unscaled < 0), tuple(map(int, str(abs(unscaled)))), -scale))


def _nested(dtype: DType) -> Convert:
    of_json = json_decoder(dtype)
    code = _CODES.get(dtype.item.kind, "") if dtype.item else ""

    def decode(raw: bytes | None) -> Any:
        if raw is None:
            return None
        if raw[:1] == b"\x01":
            return of_json(json.loads(raw[1:]))
        numbers = array.array(code, raw[1:])
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()

    return decode


_CODES = {"int32": "i", "int64": "q", "float32": "f", "float64": "d"}
_DAYS_OF_1970 = date(1970, 1, 1).toordinal()
_UNPACKED: Mapping[str, Convert] = {
    "string": lambda raw: raw.decode("utf-8", "surrogatepass"),
    "json": lambda raw: raw.decode("utf-8", "surrogatepass"),
    "date": lambda days: date.fromordinal(days + _DAYS_OF_1970),
    "timestamp": aware_of,
}


# -- JSON -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def encoder(dtype: DType) -> Convert:
    """Return the function from a value of ``dtype`` to JSON; None stays None."""
    match dtype.kind:
        case "struct":
            members = [(name, encoder(item)) for name, item in dtype.fields]
            return _optional(lambda v: [encode(v.get(name)) for name, encode in members])
        case "list" | "vector":
            item = encoder(dtype.item or dtype)
            return _optional(lambda v: [item(x) for x in v])
    return _optional(_TO_JSON.get(dtype.kind, _same))


@lru_cache(maxsize=1024)
def json_decoder(dtype: DType) -> Convert:
    """Return the inverse of ``encoder``."""
    match dtype.kind:
        case "struct":
            members = [(name, json_decoder(item)) for name, item in dtype.fields]
            return _optional(
                lambda v: {name: decode(x) for (name, decode), x in zip(members, v, strict=True)}
            )
        case "list" | "vector":
            item = json_decoder(dtype.item or dtype)
            return _optional(lambda v: [item(x) for x in v])
    return _optional(_OF_JSON.get(dtype.kind, _same))


def schema_text(features: Sequence[tuple[str, DType]]) -> str:
    return json_text([[name, str(dtype)] for name, dtype in features])


@lru_cache(maxsize=1024)
def read_schema(text: str) -> tuple[tuple[str, DType], ...]:
    """Return the features of a generation, in the order that they are packed in."""
    return tuple((name, parse_dtype(dtype)) for name, dtype in json.loads(text))


def key_text(encoded: Sequence[object]) -> str:
    """Return the canonical text of encoded join key values, in the view's order; without any it is ``[]``."""
    return json_text(encoded)


def _optional(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _same(value: Any) -> Any:
    return value


def _float_to_json(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


def _bytes_to_json(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _time_to_json(value: datetime | int) -> int:
    # The loader hands top-level timestamps over as the microseconds that the warehouse sent.
    return value if isinstance(value, int) else to_micros(value)


_TO_JSON: Mapping[str, Convert] = {
    "float32": _float_to_json,
    "float64": _float_to_json,
    "decimal": str,
    "bytes": _bytes_to_json,
    "date": date.isoformat,
    "timestamp": _time_to_json,
}
_OF_JSON: Mapping[str, Convert] = {
    "float32": float,
    "float64": float,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "date": date.fromisoformat,
    "timestamp": aware_of,
}
