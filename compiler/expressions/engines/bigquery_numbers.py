"""Numbers for BigQuery: FLOAT64 arithmetic is an error where IEEE 754 says infinity, but for IEEE_DIVIDE.

cloud.google.com/bigquery/docs/reference/standard-sql/mathematical_functions,
.../operators#arithmetic_operators, .../data-types#decimal_types [RAN].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.words import Build, Kinds

_INTEGERS = ("int32", "int64")
_NO_OVERFLOW = 2.0**960
"""What is added to any finite FLOAT64 leaves it finite, if it is at most this."""


def is_wide(dtype: DType) -> bool:
    """Whether a decimal is a BIGNUMERIC: NUMERIC has 29 digits before the point and 9 after it."""
    return dtype.scale > 9 or dtype.precision - dtype.scale > 29


def _sum(kind: type[exp.Binary], name: str) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        plain = b.binary(kind)
        left, right = arguments
        dtype = next((k for k in kinds if k is not None), None)
        if dtype is not None and dtype.kind == "decimal":
            return plain(*_wide_enough(arguments, dtype))
        if not any(map(t.is_float, kinds)) or _small(left) or _small(right):
            return plain(left, right)
        return t.once(arguments, lambda x, y: _finite_or_infinite(name, x, y, _overflow(kind, x, y)))

    return build


def _wide_enough(arguments: Sequence[exp.Expr], dtype: DType) -> list[exp.Expr]:
    """The sum has a digit more, for which NUMERIC may have no room."""
    grown = DType("decimal", precision=min(dtype.precision + 1, 38), scale=dtype.scale)
    if is_wide(grown) == is_wide(dtype):
        return list(arguments)
    return [t.cast_to(arguments[0], "BIGDECIMAL"), arguments[1]]


def _small(tree: exp.Expr) -> bool:
    value = t.number(tree)
    return value is not None and abs(value) <= _NO_OVERFLOW


def _overflow(kind: type[exp.Binary], x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """What has the sign that the infinity must have, and is NULL if either is."""
    if kind is exp.Mul:
        return exp.Mul(this=t.call("SIGN", x.copy()), expression=t.call("SIGN", y.copy()))
    other = y.copy() if kind is exp.Add else b.negate(y.copy())
    return t.call("LEAST", x.copy(), other)


def _finite_or_infinite(name: str, x: exp.Expr, y: exp.Expr, sign: exp.Expr) -> exp.Expr:
    return exp.Coalesce(
        this=t.call(name, x, y), expressions=[t.call("IEEE_DIVIDE", sign, exp.Literal.number(0))]
    )


def _multiply(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    left, right = arguments
    reducing = any((v := t.number(a)) is not None and abs(v) <= 1 for a in arguments)
    if not any(map(t.is_float, kinds)) or reducing:
        return b.binary(exp.Mul)(left, right)
    return t.once(arguments, product)


def product(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Of two FLOAT64: infinite where it overflows."""
    return _finite_or_infinite("SAFE_MULTIPLY", x, y, _overflow(exp.Mul, x, y))


def _divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    left, right = arguments
    divisor = t.number(right)
    if divisor is not None and abs(divisor) >= 1:
        return b.binary(exp.Div)(left, right)
    return t.call("IEEE_DIVIDE", left, b.nullif(right, b.integer(0)))


def _floor_divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """DIV cuts towards zero: one less where something is left whose sign is not the divisor's."""

    def build(x: exp.Expr, y: exp.Expr) -> exp.Expr:
        below = t.where(_wrong_side(x, y), b.integer(1), b.integer(0))
        return t.group(exp.Sub(this=t.call("DIV", x, y), expression=below))

    return t.once([arguments[0], _divisor(arguments[1])], build)


def _modulo(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    def build(x: exp.Expr, y: exp.Expr) -> exp.Expr:
        added = t.where(_wrong_side(x, y), y.copy(), b.integer(0))
        return t.group(exp.Add(this=t.call("MOD", x, y), expression=added))

    return t.once([arguments[0], _divisor(arguments[1])], build)


def _divisor(tree: exp.Expr) -> exp.Expr:
    return tree if t.number(tree) else b.nullif(tree, b.integer(0))


def _wrong_side(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Whether what is left has another sign than the divisor."""
    rest, zero = t.call("MOD", x.copy(), y.copy()), b.integer(0)
    known = t.number(y)
    if known is not None:
        return (exp.LT if known > 0 else exp.GT)(this=rest, expression=zero)
    signed = exp.Mul(this=rest, expression=t.call("SIGN", y.copy()))
    return exp.LT(this=signed, expression=zero)


def _whole(name: str) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        """An integer as it is: FLOOR, CEIL and ROUND would make a FLOAT64 of it."""
        value, kind = arguments[0], kinds[0]
        if kind is not None and kind.kind in _INTEGERS:
            return value
        if kind is not None and kind.kind == "decimal":
            return _narrowed(t.call(name, *arguments), kind, arguments[1:])
        if len(arguments) == 2 and (digits := int(t.number(arguments[1]) or 0)):
            return _rounded(value, digits)
        return t.call(name, value)

    return build


def _narrowed(made: exp.Expr, kind: DType, digits: Sequence[exp.Expr]) -> exp.Expr:
    """NUMERIC where the result is one: the whole part of a BIGNUMERIC may be."""
    scale = int(t.number(digits[0]) or 0) if digits else 0
    precision = min(38, kind.precision - kind.scale + scale + 1)
    narrow = is_wide(kind) and not is_wide(DType("decimal", precision=precision, scale=scale))
    return t.cast_to(made, "DECIMAL") if narrow else made


def _rounded(value: exp.Expr, digits: int) -> exp.Expr:
    """``ROUND(x * 10^n) / 10^n``, or x where that overflows: ROUND(x, n) rounds what is 2.67499.. down [RAN]."""
    power = exp.Literal.number(f"1{'0' * digits}")

    def build(x: exp.Expr) -> exp.Expr:
        scaled = t.call("ROUND", t.call("SAFE_MULTIPLY", x, power))
        made = exp.Div(this=scaled, expression=power.copy())
        return exp.Coalesce(this=made, expressions=[x.copy()])

    return t.once([value], build)


def _sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """SIGN of NaN is NaN."""
    value, kind = arguments[0], kinds[0]
    if kind is not None and kind.kind in _INTEGERS:
        return t.call("SIGN", value)
    if not t.is_float(kind):
        return t.cast_to(t.call("SIGN", value), "BIGINT")

    def build(x: exp.Expr) -> exp.Expr:
        number = t.where(t.is_nan(x.copy(), kinds), b.integer(0), x)
        return t.cast_to(t.call("SIGN", number), "BIGINT")

    return t.once([value], build)


def _bucketize(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """RANGE_BUCKET counts the boundaries that are at most x; of NaN it is NULL."""
    value, *bounds = arguments

    def build(x: exp.Expr) -> exp.Expr:
        made = t.call("RANGE_BUCKET", x, exp.Array(expressions=bounds))
        if not t.may_be_nan(kinds[:1]):
            return made
        return t.where(t.is_nan(x.copy(), kinds[:1]), b.integer(len(bounds)), made)

    return t.once([value], build)


def _logarithm(name: str) -> Build:
    """NULL where the function is an error; of -infinity it is NaN."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        return t.once(arguments, lambda x: t.where(_against_zero(exp.LTE, x), exp.Null(), t.call(name, x)))

    return build


def _against_zero(kind: type[exp.Binary], value: exp.Expr) -> exp.Expr:
    return kind(this=b.atom(value.copy()), expression=b.integer(0))


def _sqrt(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """NULL where the function is an error."""
    return t.safe("SQRT", arguments[0])


def _exp(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """It overflows for great numbers alone, whose quotient by zero is infinity too."""

    def build(x: exp.Expr) -> exp.Expr:
        return exp.Coalesce(
            this=t.safe("EXP", x), expressions=[t.call("IEEE_DIVIDE", x.copy(), b.integer(0))]
        )

    return t.once(arguments, build)


def _pow(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """SAFE.POW is NULL outside the domain, and where it overflows."""
    exponent = t.number(arguments[1])
    return t.once(arguments, lambda x, y: _power(x, y, exponent))


def _power(x: exp.Expr, y: exp.Expr, exponent: float | None) -> exp.Expr:
    if exponent is not None and 0 <= exponent <= 1:
        made = t.call("POW", x, y)
    else:
        made = exp.Coalesce(this=t.safe("POW", x, y), expressions=[_beyond(x, y, exponent)])
    outside = _outside(x, y, exponent)
    return t.where(outside, exp.Null(), made) if outside is not None else made


def _beyond(x: exp.Expr, y: exp.Expr, exponent: float | None) -> exp.Expr:
    """The infinity that the power overflows to: negative for odd powers of negative numbers."""
    if exponent is not None and exponent % 2 != 1:
        return t.call("IEEE_DIVIDE", t.call("ABS", x.copy()), b.integer(0))
    upwards = t.call("IEEE_DIVIDE", x.copy(), b.integer(0))
    if exponent is not None:
        return upwards
    half = exp.Div(this=t.atom(y.copy()), expression=exp.Literal.number(2))
    odd = exp.NEQ(this=t.call("FLOOR", half), expression=half.copy())
    magnitude = exp.Mul(this=t.call("ABS", x.copy()), expression=t.call("ABS", t.call("SIGN", y.copy())))
    plus = t.call("IEEE_DIVIDE", magnitude, b.integer(0))
    return t.where(t.both(_against_zero(exp.LT, x), odd), upwards, plus)


def _outside(x: exp.Expr, y: exp.Expr, exponent: float | None) -> exp.Expr | None:
    """Zero with a negative exponent, a negative number with a finite one that has a fraction."""
    found: list[exp.Expr] = []
    if exponent is None:
        found.append(t.group(t.both(_against_zero(exp.EQ, x), _against_zero(exp.LT, y))))
        fraction = exp.GT(this=y.copy(), expression=t.call("FLOOR", y.copy()))
        found.append(t.group(t.both(_against_zero(exp.LT, x), fraction)))
    elif exponent < 0:
        found.append(_against_zero(exp.EQ, x))
    if exponent is not None and not exponent.is_integer():
        found.append(_against_zero(exp.LT, x))
    return t.either(*found) if found else None


NUMBERS: Mapping[str, Build] = MappingProxyType(
    {
        "add": _sum(exp.Add, "SAFE_ADD"),
        "subtract": _sum(exp.Sub, "SAFE_SUBTRACT"),
        "multiply": _multiply,
        "divide": _divide,
        "floor_divide": _floor_divide,
        "modulo": _modulo,
        "ceil": _whole("CEIL"),
        "floor": _whole("FLOOR"),
        "round": _whole("ROUND"),
        "sign": _sign,
        "bucketize": _bucketize,
        "sqrt": _sqrt,
        "ln": _logarithm("LN"),
        "log10": _logarithm("LOG10"),
        "exp": _exp,
        "pow": _pow,
    }
)
