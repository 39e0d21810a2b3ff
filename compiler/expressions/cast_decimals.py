"""Casts to decimals and their text, in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.cast_forms import DECIMAL
from fcompile.compiler.expressions.cast_values import unfit
from fcompile.compiler.expressions.function import Evaluate

EXACT = Context(prec=100)
"""Room for every decimal(38,s) and a text beside it, so that nothing is rounded unseen."""


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


_FORM = re.compile(DECIMAL)


def decimal_text(source: DType, target: DType) -> Evaluate:
    fit = fitted(target)

    def cast(text: str) -> Decimal:
        found = fit(Decimal(text)) if _FORM.fullmatch(text) else None
        if found is None:
            raise unfit(text, target)
        return found

    return cast


def written_decimal(source: DType, target: DType) -> Evaluate:
    unit = Decimal((0, (1,), -source.scale))
    return lambda value: f"{abs_zero(value.quantize(unit, ROUND_HALF_UP, EXACT)):f}"


def abs_zero(value: Decimal) -> Decimal:
    """Zero has no sign."""
    return value if value else value.copy_abs()
