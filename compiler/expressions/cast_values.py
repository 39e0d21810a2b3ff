"""Casts in Python: for each of ``casts.CASTS`` a function from value to value, made once for its two types.

Values are as in ``function.Evaluate``; none is ever None. What does not fit raises ``EvaluationError``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.function import Evaluate, EvaluationError

Maker = Callable[[DType, DType], Evaluate]
"""(source, target) -> the cast."""

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


def written(source: DType, target: DType) -> Evaluate:
    return str


def written_bool(source: DType, target: DType) -> Evaluate:
    return lambda value: "true" if value else "false"


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
