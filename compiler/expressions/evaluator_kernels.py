"""Operators over whole columns by Arrow, exactly as the table says.

A kernel takes arrays or scalars of bool, int64 and float64, at least one of them an array, and returns an array.
Where a value is an error, or Arrow cannot say, it raises: the rows are then computed one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Kernel = Callable[..., Any]
_TRUE = pa.scalar(True)
_FALSE = pa.scalar(False)
_NO_INT = pa.scalar(None, pa.int64())
_NO_FLOAT = pa.scalar(None, pa.float64())


def _is_float(value: Any) -> bool:
    return bool(pa.types.is_floating(value.type))


def _is_scalar(value: Any) -> bool:
    return isinstance(value, pa.Scalar)


def _by_type(floats: str, integers: str) -> Kernel:
    """Two of Arrow's functions: integers check their range."""
    of_floats, of_integers = pc.get_function(floats), pc.get_function(integers)

    def kernel(*values: Any) -> Any:
        return (of_floats if _is_float(values[0]) else of_integers).call(list(values))

    return kernel


def _if_else(condition: Any, yes: Any, no: Any) -> Any:
    """``yes`` where the condition is true, not where it is NULL."""
    if condition.null_count:
        condition = pc.fill_null(condition, _FALSE)
    return pc.if_else(condition, yes, no)


def _nonzero(divisor: Any) -> Any:
    """The divisor, NULL where it is zero."""
    zero, nothing = (0.0, _NO_FLOAT) if _is_float(divisor) else (0, _NO_INT)
    if _is_scalar(divisor):
        return nothing if divisor.as_py() == zero else divisor
    return pc.if_else(pc.equal(divisor, zero), nothing, divisor)


def _divide(left: Any, right: Any) -> Any:
    return pc.divide(left, _nonzero(right))


def _floor_divide(left: Any, right: Any) -> Any:
    divisor = _nonzero(right)
    quotient = pc.divide_checked(left, divisor)
    rest = pc.subtract(left, pc.multiply(quotient, divisor))
    below = pc.and_(pc.not_equal(rest, 0), pc.not_equal(pc.less(rest, 0), pc.less(divisor, 0)))
    return pc.subtract(quotient, pc.cast(below, pa.int64()))


def _modulo(left: Any, right: Any) -> Any:
    divisor = _nonzero(right)
    rest = pc.subtract(left, pc.multiply(pc.divide_checked(left, divisor), divisor))
    below = pc.and_(pc.not_equal(rest, 0), pc.not_equal(pc.less(rest, 0), pc.less(divisor, 0)))
    return pc.if_else(below, pc.add(rest, divisor), rest)


# Comparisons: NaN equals NaN and is greater than every number. A constant is never NaN.


def _equal(left: Any, right: Any) -> Any:
    found = pc.equal(left, right)
    if not _is_float(left) or _is_scalar(left) or _is_scalar(right):
        return found
    return pc.or_(found, pc.and_(pc.is_nan(left), pc.is_nan(right)))


def _less(left: Any, right: Any) -> Any:
    if not _is_float(left) or _is_scalar(right):
        return pc.less(left, right)
    if _is_scalar(left):
        return pc.invert(pc.less_equal(right, left))
    return pc.or_(pc.less(left, right), pc.and_not(pc.is_nan(right), pc.is_nan(left)))


def _not_equal(left: Any, right: Any) -> Any:
    return pc.invert(_equal(left, right))


def _greater(left: Any, right: Any) -> Any:
    return _less(right, left)


def _greater_or_equal(left: Any, right: Any) -> Any:
    return pc.invert(_less(left, right))


def _less_or_equal(left: Any, right: Any) -> Any:
    return pc.invert(_less(right, left))


def _and(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = pc.and_kleene(first, other)
    return first


def _or(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = pc.or_kleene(first, other)
    return first


def _in(value: Any, *choices: Any) -> Any:
    return _or(*[_equal(value, c) for c in choices])


def _between(value: Any, low: Any, high: Any) -> Any:
    return pc.and_kleene(_greater_or_equal(value, low), _less_or_equal(value, high))


def _nullif(value: Any, other: Any) -> Any:
    return _if_else(_equal(value, other), pa.scalar(None, value.type), value)


def _greatest(*values: Any) -> Any:
    found = pc.max_element_wise(*values)
    if not _is_float(found):
        return found
    # Arrow's greatest number is beside a NaN the number.
    for value in values:
        if not _is_scalar(value):
            found = _if_else(pc.is_nan(value), pa.scalar(float("nan")), found)
    return found


def _clamp(value: Any, low: Any, high: Any) -> Any:
    found = pc.min_element_wise(_greatest(value, low), high)
    return pc.if_else(pc.is_null(value), pa.scalar(None, found.type), found)


def _bucketize(value: Any, *bounds: Any) -> Any:
    found = pc.cast(_greater_or_equal(value, bounds[0]), pa.int64())
    for bound in bounds[1:]:
        found = pc.add(found, pc.cast(_greater_or_equal(value, bound), pa.int64()))
    return found


def _sign(value: Any) -> Any:
    if not _is_float(value):
        return pc.cast(pc.sign(value), pa.int64())
    return pc.subtract(pc.cast(pc.greater(value, 0.0), pa.int64()), pc.cast(pc.less(value, 0.0), pa.int64()))


def _round(value: Any, digits: Any = None) -> Any:
    scale = 10.0 ** (digits.as_py() if digits is not None else 0)
    if scale == 1:
        return _half_away(value)
    scaled = pc.multiply(value, scale)
    return pc.if_else(pc.is_inf(scaled), value, pc.divide(_half_away(scaled), scale))


def _half_away(value: Any) -> Any:
    """Arrow's own rounding takes 0.49999999999999994 for a half."""
    whole = pc.trunc(value)
    far = pc.greater_equal(pc.abs(pc.subtract(value, whole)), 0.5)
    return pc.if_else(far, pc.add(whole, pc.sign(value)), whole)


def _sqrt(value: Any) -> Any:
    return pc.sqrt(pc.if_else(pc.less(value, 0.0), _NO_FLOAT, value))


def _logarithm(function: Kernel) -> Kernel:
    return lambda value: function(pc.if_else(pc.less_equal(value, 0.0), _NO_FLOAT, value))


def _power(base: Any, exponent: Any) -> Any:
    fraction = pc.and_(pc.is_finite(exponent), pc.not_equal(exponent, pc.floor(exponent)))
    negative = pc.and_(pc.less(base, 0.0), fraction)
    outside = pc.or_(pc.and_(pc.equal(base, 0.0), pc.less(exponent, 0.0)), negative)
    return pc.if_else(outside, _NO_FLOAT, pc.power(base, exponent))


_KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        "add": _by_type("add", "add_checked"),
        "subtract": _by_type("subtract", "subtract_checked"),
        "multiply": _by_type("multiply", "multiply_checked"),
        "divide": _divide,
        "floor_divide": _floor_divide,
        "modulo": _modulo,
        "negate": _by_type("negate", "negate_checked"),
        "abs": _by_type("abs", "abs_checked"),
        "sign": _sign,
        "round": _round,
        "floor": pc.floor,
        "ceil": pc.ceil,
        "sqrt": _sqrt,
        "ln": _logarithm(pc.ln),
        "log10": _logarithm(pc.log10),
        "exp": pc.exp,
        "pow": _power,
        "clamp": _clamp,
        "bucketize": _bucketize,
        "is_nan": pc.is_nan,
        "eq": _equal,
        "ne": _not_equal,
        "lt": _less,
        "le": _less_or_equal,
        "gt": _greater,
        "ge": _greater_or_equal,
        "and": _and,
        "or": _or,
        "not": pc.invert,
        "is_null": pc.is_null,
        "in": _in,
        "between": _between,
        "coalesce": pc.coalesce,
        "ifnull": pc.coalesce,
        "nullif": _nullif,
        "greatest": _greatest,
        "least": pc.min_element_wise,
    }
)


def kernel(function: str) -> Kernel | None:
    """What computes this function over columns, if Arrow can."""
    return _KERNELS.get(function)


def choose(conditions: list[Any], values: list[Any], otherwise: Any) -> Any:
    """``case``: the value of the first condition that is true."""
    found = otherwise
    for condition, value in zip(reversed(conditions), reversed(values), strict=True):
        found = _chosen(condition, value, found)
    return found


def _chosen(condition: Any, value: Any, otherwise: Any) -> Any:
    if _is_scalar(condition):
        return value if condition.as_py() else otherwise
    return _if_else(condition, value, otherwise)
