"""Rows to text and back, exactly, for every dtype of SPEC 3.

A payload is a JSON list of a row's feature values in the schema's order; its schema is a JSON list of
(feature, dtype) pairs. JSON has no NaN, no bytes and no dates, so those are texts; the dtype tells how to
read them. All text is ASCII with escapes, so that NUL and lone surrogates go through any store.

>>> from fcompile.compiler.dtypes import parse_dtype
>>> encoder(parse_dtype("list<float64>"))([1.5, float("nan"), None])
[1.5, 'nan', None]
>>> decoder(parse_dtype("date"))("2026-01-01")
datetime.date(2026, 1, 1)
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.runtime.clock import aware_utc, from_micros, to_micros

Convert = Callable[[Any], Any]
"""Between a Python value and a JSON one; never called with None."""

_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


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
    return _optional(_ENCODERS.get(dtype.kind, _same))


@lru_cache(maxsize=1024)
def decoder(dtype: DType) -> Convert:
    """Return the inverse of ``encoder``: timestamps come as aware UTC datetimes, structs as dicts."""
    match dtype.kind:
        case "struct":
            members = [(name, decoder(item)) for name, item in dtype.fields]
            return _optional(
                lambda v: {name: decode(x) for (name, decode), x in zip(members, v, strict=True)}
            )
        case "list" | "vector":
            item = decoder(dtype.item or dtype)
            return _optional(lambda v: [item(x) for x in v])
    return _optional(_DECODERS.get(dtype.kind, _same))


def schema_text(features: Sequence[tuple[str, DType]]) -> str:
    return _json([[name, str(dtype)] for name, dtype in features])


@lru_cache(maxsize=1024)
def read_schema(text: str) -> Mapping[str, tuple[int, DType]]:
    """Return each feature's place in the payload and its dtype."""
    return {name: (place, parse_dtype(dtype)) for place, (name, dtype) in enumerate(json.loads(text))}


def payload_text(values: Sequence[object]) -> str:
    """Return the payload of values that are encoded already."""
    return _json(values)


def key_text(encoded: Sequence[object]) -> str:
    """Return the canonical text of encoded join key values, in the view's order; without any it is ``[]``."""
    return _json(encoded)


def read_payload(text: str) -> list[Any]:
    values: list[Any] = json.loads(text)
    return values


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


_ENCODERS: Mapping[str, Convert] = {
    "float32": _float_to_json,
    "float64": _float_to_json,
    "decimal": str,
    "bytes": _bytes_to_json,
    "date": date.isoformat,
    "timestamp": _time_to_json,
}
_DECODERS: Mapping[str, Convert] = {
    "float32": float,
    "float64": float,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "date": date.fromisoformat,
    "timestamp": lambda micros: aware_utc(from_micros(micros)),
}
