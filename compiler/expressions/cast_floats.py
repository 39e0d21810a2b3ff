"""Casts to floats, in Python: each value is rounded once."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.cast_decimals import EXACT
from fcompile.compiler.expressions.cast_forms import FLOAT
from fcompile.compiler.expressions.cast_values import unfit
from fcompile.compiler.expressions.function import Evaluate

_SINGLE = struct.Struct("<f")


def _single(value: float) -> float:
    """The nearest float32; ``OverflowError`` beyond its range."""
    return float(_SINGLE.unpack(_SINGLE.pack(value))[0])


def to_float64(source: DType, target: DType) -> Evaluate:
    """Integers and decimals: to the nearest, of two equally near to the even one."""
    return float


def to_float32(source: DType, target: DType) -> Evaluate:
    return _single_of_integer if source.kind in ("int32", "int64") else _single_of_float(target)


def _single_of_integer(value: int) -> float:
    """Rounded once: bits that float64 has no room for leave a mark in its last one."""
    extra = abs(value).bit_length() - 53
    if extra > 0:
        rest = value & ((1 << extra) - 1)
        value = (value >> extra | bool(rest)) << extra
    return _single(value)


def _single_of_float(target: DType) -> Evaluate:
    def cast(value: float) -> float:
        try:
            return _single(value)
        except OverflowError:
            raise unfit(value, target) from None

    return cast


_FORM = re.compile(FLOAT, re.ASCII)


def float_text(source: DType, target: DType) -> Evaluate:
    """Infinity beyond the type's range."""
    read = _single_of_text if target.kind == "float32" else float

    def cast(text: str) -> float:
        if _FORM.fullmatch(text) is None:
            raise unfit(text, target)
        return read(text)

    return cast


def _single_of_text(text: str) -> float:
    """Rounded once: where float64 lies halfway between two float32, the text itself decides."""
    wide = float(text)
    near = _nearest_single(wide)
    if wide == near or not math.isfinite(wide):
        return near
    other = _neighbour(near, wide)
    halfway = wide - near == other - wide or abs(wide) == _SINGLE_END
    exact = Decimal(text) if halfway else Decimal(wide)
    side = exact.compare(Decimal(wide), EXACT)
    if side == 0:
        return near
    return max(near, other) if side > 0 else min(near, other)


_SINGLE_END = 2.0**128 - 2.0**103
"""Halfway between the greatest float32 and what would come next: from here on it is infinite."""


def _nearest_single(value: float) -> float:
    try:
        return _single(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _neighbour(single: float, towards: float) -> float:
    """The next float32 from ``single`` in the direction of ``towards``."""
    if single == 0:
        return math.copysign(2.0**-149, towards)
    bits: int = struct.unpack("<i", _SINGLE.pack(single))[0]
    step = 1 if abs(towards) > abs(single) else -1
    return float(struct.unpack("<f", struct.pack("<i", bits + step))[0])
