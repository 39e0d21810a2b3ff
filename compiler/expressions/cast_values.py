"""Casts in Python: for each of ``casts.CASTS`` a function from value to value, made once for its two types.

Values are as in ``function.Evaluate``; none is ever None. What does not fit raises ``EvaluationError``.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.function import Evaluate, EvaluationError

Maker = Callable[[DType, DType], Evaluate]
"""(source, target) -> the cast."""

EXACT = Context(prec=100)
"""Room for every decimal(38,s) and a text beside it, so that nothing is rounded unseen."""

_SINGLE = struct.Struct("<f")
_SHOWN = 60


def unfit(value: Any, target: DType) -> EvaluationError:
    """What is raised for ``value``: its beginning, where it is long, and the type."""
    text = repr(value) if isinstance(value, str | bytes) else str(value)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return EvaluationError(f"{shown} does not fit {target}")


def same(source: DType, target: DType) -> Evaluate:
    return _itself


def _itself(value: Any) -> Any:
    return value


# To integers


def limits(target: DType) -> tuple[int, int]:
    """The least integer of the type, and the first beyond it."""
    end: int = 2**31 if target.kind == "int32" else 2**63
    return -end, end


def bit(source: DType, target: DType) -> Evaluate:
    return int


def truncated(source: DType, target: DType) -> Evaluate:
    """Of an integer, float or decimal; NaN and infinity fit nowhere."""
    low, end = limits(target)

    def cast(value: Any) -> int:
        if not math.isfinite(value) or not low <= (whole := int(value)) < end:
            raise unfit(value, target)
        return whole

    return cast


def integer_text(source: DType, target: DType) -> Evaluate:
    low, end = limits(target)
    form = re.compile(r"([+-]?)0*([0-9]+)")

    def cast(text: str) -> int:
        m = form.fullmatch(text)
        # Digits are counted first: int() refuses thousands of them with an error of its own.
        if m is None or len(m[2]) > 19 or not low <= (value := int(m[1] + m[2])) < end:
            raise unfit(text, target)
        return value

    return cast


# To floats


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
    return float(_SINGLE.unpack(_SINGLE.pack(value))[0])


def _single_of_float(target: DType) -> Evaluate:
    def cast(value: float) -> float:
        try:
            return float(_SINGLE.unpack(_SINGLE.pack(value))[0])
        except OverflowError:
            raise unfit(value, target) from None

    return cast


_FLOAT = re.compile(
    r"[+-]?(?:(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)", re.ASCII | re.IGNORECASE
)


def float_text(source: DType, target: DType) -> Evaluate:
    """Infinity beyond the type's range."""
    read = _single_of_text if target.kind == "float32" else float

    def cast(text: str) -> float:
        if _FLOAT.fullmatch(text) is None:
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
        return float(_SINGLE.unpack(_SINGLE.pack(value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _neighbour(single: float, towards: float) -> float:
    """The next float32 from ``single`` in the direction of ``towards``."""
    if single == 0:
        return math.copysign(2.0**-149, towards)
    bits: int = struct.unpack("<i", _SINGLE.pack(single))[0]
    step = 1 if abs(towards) > abs(single) else -1
    return float(struct.unpack("<f", struct.pack("<i", bits + step))[0])


# To decimals


def to_decimal(source: DType, target: DType) -> Evaluate:
    """Integers and decimals: rounded to the scale, halves away from zero."""
    fit = fitted(target)

    def cast(value: Any) -> Decimal:
        found = fit(Decimal(value))
        if found is None:
            raise unfit(value, target)
        return found

    return cast


def fitted(target: DType) -> Callable[[Decimal], Decimal | None]:
    """A finite decimal of any size, rounded to the type's scale; None if it does not fit."""
    unit = Decimal((0, (1,), -target.scale))
    end = Decimal(10 ** (target.precision - target.scale))
    zero = Decimal((0, (0,), -target.scale))

    def fit(value: Decimal) -> Decimal | None:
        if not value.is_finite() or (value and value.adjusted() > target.precision):
            return None
        rounded = value.quantize(unit, ROUND_HALF_UP, EXACT)
        if not rounded:
            return zero
        return rounded if rounded.copy_abs() < end else None

    return fit


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)")


def decimal_text(source: DType, target: DType) -> Evaluate:
    fit = fitted(target)

    def cast(text: str) -> Decimal:
        found = fit(Decimal(text)) if _DECIMAL.fullmatch(text) else None
        if found is None:
            raise unfit(text, target)
        return found

    return cast


# To text and from it


def written(source: DType, target: DType) -> Evaluate:
    return str


def written_bool(source: DType, target: DType) -> Evaluate:
    return lambda value: "true" if value else "false"


def written_decimal(source: DType, target: DType) -> Evaluate:
    unit = Decimal((0, (1,), -source.scale))
    return lambda value: f"{abs_zero(value.quantize(unit, ROUND_HALF_UP, EXACT)):f}"


def abs_zero(value: Decimal) -> Decimal:
    """Zero has no sign."""
    return value if value else value.copy_abs()


def bool_text(source: DType, target: DType) -> Evaluate:
    values = {"true": True, "false": False}

    def cast(text: str) -> bool:
        found = values.get(text.lower()) if len(text) <= 5 else None
        if found is None:
            raise unfit(text, target)
        return found

    return cast


def written_bytes(source: DType, target: DType) -> Evaluate:
    def cast(value: bytes) -> str:
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise unfit(value, target) from None

    return cast


def bytes_text(source: DType, target: DType) -> Evaluate:
    def cast(text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise unfit(text, target) from None

    return cast


# Dates and timestamps


def written_date(source: DType, target: DType) -> Evaluate:
    return date.isoformat


def written_timestamp(source: DType, target: DType) -> Evaluate:
    return lambda value: value.isoformat(" ", "microseconds")[:26]  # without the offset


def midnight(source: DType, target: DType) -> Evaluate:
    return lambda value: datetime(value.year, value.month, value.day, 0, 0, 0, 0, UTC)


def day(source: DType, target: DType) -> Evaluate:
    return datetime.date


_DATE_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP_FORM = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?)Z?)?"
)
_LATEST = "23:59:59.999999"


def date_text(source: DType, target: DType) -> Evaluate:
    def cast(text: str) -> date:
        if _DATE_FORM.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        raise unfit(text, target)

    return cast


def timestamp_text(source: DType, target: DType) -> Evaluate:
    def cast(text: str) -> datetime:
        m = _TIMESTAMP_FORM.fullmatch(text)
        # Later Pythons read 24:00 as the next day's midnight.
        if m and (m[2] or "") <= _LATEST:
            try:
                return datetime.fromisoformat(f"{m[1]}T{m[2] or '00:00'}").replace(tzinfo=UTC)
            except ValueError:
                pass
        raise unfit(text, target)

    return cast
