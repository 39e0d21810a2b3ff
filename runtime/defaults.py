"""What stands where nothing matches: 0 for counts, else ``default:`` as a value of the feature's dtype."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.definitions import Feature
from fcompile.runtime.clock import aware_utc
from fcompile.runtime.request_data import to_float32


def default_value(feature: Feature) -> Any:
    """Return what a historical join gives without a match; None is NULL. Timestamps are aware UTC."""
    if feature.window is not None and AGGREGATES[feature.window.function].counts:
        return 0
    if feature.default is None:
        return None
    convert = _CONVERT.get(feature.dtype.kind)
    if feature.dtype.kind == "decimal":
        return Decimal(str(feature.default)).quantize(Decimal(1).scaleb(-feature.dtype.scale))
    return feature.default if convert is None else convert(feature.default)


def _timestamp(value: Any) -> datetime:
    return aware_utc(datetime.fromisoformat(str(value)))


_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "float32": lambda value: to_float32(float(value)),
    "float64": float,
    "string": str,
    "json": str,
    "bytes": lambda value: str(value).encode(),
    "date": lambda value: date.fromisoformat(str(value)),
    "timestamp": _timestamp,
}
