"""Numbers, comparisons and choice in DataFusion. Facts were run ([RAN]) on 55.0.0.

Whole numbers wrap around without a word [RAN]: they are added as DECIMAL(38, 0), whose cast back fails beyond int64.
NaN is above all numbers, but for one with a sign, which is below them [RAN]: floats are compared without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import FLOAT64, DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import number_builders as nb
from fcompile.compiler.expressions.engines.shorthand import (
    FLOATS,
    absent,
    both,
    call,
    cast,
    compare,
    either,
    first_kind,
    is_constant,
    number,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.kinds import kind_of
from fcompile.compiler.expressions.nodes import Call
from tests.engines.datafusion.dialect import DataFusion, unsigned_nan

DIALECT = DataFusion()
DOUBLE, BIGINT = DIALECT.scalar("float64"), DIALECT.scalar("int64")
INTEGERS = ("int32", "int64")

# -- comparisons -------------------------------------------------------------------------------------


def plain(tree: exp.Expr, kind: DType | None) -> exp.Expr:
    """A value as it can be compared."""
    if kind is None or kind.kind not in FLOATS or is_constant(tree) or isinstance(tree, exp.Null):
        return tree
    return unsigned_nan(tree, kind.kind)


def _compared(kind: type[exp.Binary]) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        x, y = (plain(each, first_kind(kinds)) for each in arguments)
        return compare(kind, x, y)

    return build


def _among(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """IN looks for floats by their bits: -0.0 is not 0.0 [RAN]."""
    kind = first_kind(kinds)
    if kind is not None and kind.kind not in FLOATS:
        return b.within(*arguments)
    x, *choices = (plain(each, kind) for each in arguments)
    return either(*(compare(exp.EQ, x, each) for each in choices))


def _between(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return b.between(*(plain(each, first_kind(kinds)) for each in arguments))


def _nullif(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """NULLIF looks at the bits of floats too [RAN]."""
    x, y = (plain(each, first_kind(kinds)) for each in arguments)
    return when((compare(exp.EQ, x, y), exp.Null()), otherwise=arguments[0].copy())


def _extreme(kind: type[exp.Expr]) -> Build:
    """conditional.html: GREATEST and LEAST leave NULLs out."""
    builder = b.extreme(kind)
    return lambda arguments, kinds: builder(*(plain(each, first_kind(kinds)) for each in arguments))


def _clamp(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return nb.clamp(*(plain(each, first_kind(kinds)) for each in arguments))


def _bucketize(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return nb.bucketize(plain(arguments[0], kinds[0]), *arguments[1:])


# -- arithmetic --------------------------------------------------------------------------------------


def wrapping(call: Call) -> str | None:
    """Why arithmetic cannot be said: of types that no contract tells, or decimals that may need 39 digits."""
    kinds = [kind_of(part) for part in call.arguments]
    known = first_kind(kinds)
    if any(kind is None for kind in kinds):
        return "whole numbers would wrap around; name the types in the source's `columns:`"
    if known is not None and known.kind == "decimal":
        whole = max(kind.precision - kind.scale for kind in kinds if kind is not None)
        if whole + max(kind.scale for kind in kinds if kind is not None) > 37:
            return "decimals of more than 37 digits would go beyond 38 unnoticed"
    return None


def _wide(tree: exp.Expr) -> exp.Expr:
    return cast(tree.copy(), DIALECT.decimal(38, 0))


def _computed(kind: type[exp.Binary]) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        x, y = arguments
        if all(each is not None and each.kind in INTEGERS for each in kinds):
            return cast(kind(this=_wide(x), expression=_wide(y)), BIGINT)
        if any(each is not None and each.kind in FLOATS for each in kinds):
            x, y = cast(x, DOUBLE), cast(y, DOUBLE)
        return compare(kind, x, y)

    return build


def _negate(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    (x,), (kind,) = arguments, kinds
    if kind is not None and kind.kind in INTEGERS:
        return cast(exp.Neg(this=_wide(x)), BIGINT)
    return b.negate(x)


def _divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """NULLIF looks at the bits of floats: -0.0 is not 0.0 [RAN]."""
    x, y = (cast(each, DOUBLE) for each in arguments)
    return _quotient(x, when((compare(exp.NEQ, y, number("0e0")), y.copy())))


def _quotient(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return exp.Div(this=b.atom(x.copy()), expression=b.atom(y.copy()), typed=True, safe=True)


def _floor_divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """``/`` of whole numbers cuts towards zero, and -(2^63) / -1 is an error [RAN]."""
    x, y = arguments
    return when(
        (_crosses(x, y), exp.Sub(this=exp.Paren(this=_whole(x, y)), expression=number(1))),
        otherwise=_whole(x, y),
    )


def _modulo(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """``%`` has the dividend's sign."""
    x, y = arguments
    rest = _rest(x, y)
    return when(
        (_crosses(x, y), exp.Add(this=exp.Paren(this=rest), expression=cast(y.copy(), BIGINT))),
        otherwise=rest.copy(),
    )


def _whole(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _quotient(cast(x.copy(), BIGINT), _divisor(y))


def _rest(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return exp.Mod(this=cast(x.copy(), BIGINT), expression=_divisor(y))


def _divisor(y: exp.Expr) -> exp.Expr:
    """The divisor, NULL if it is zero: CASE alone does not keep a division from being computed [RAN]."""
    return exp.Nullif(this=cast(y.copy(), BIGINT), expression=number(0))


def _crosses(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Whether there is a rest, and the signs differ."""
    below = [exp.Paren(this=compare(exp.LT, each, number(0))) for each in (x, y)]
    some = exp.NEQ(this=exp.Paren(this=_rest(x, y)), expression=number(0))
    return both(some, exp.NEQ(this=below[0], expression=below[1]))


# -- functions: scalar_functions.html#math-functions ------------------------------------------------


def _whole_number(kind: type[exp.Expr]) -> Build:
    """CEIL and FLOOR of whole numbers are floats [RAN]: they stay as they are."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        (x,), (dtype,) = arguments, kinds
        if dtype is not None and dtype.kind in INTEGERS:
            return x
        if dtype is None or dtype.kind != "decimal":
            return kind(this=x)
        # 99.9 of DECIMAL(3, 1) has no CEIL in its own type [RAN].
        wider = cast(x, DIALECT.decimal(min(dtype.precision + 1, 38), dtype.scale))
        return cast(kind(this=wider), DIALECT.decimal(dtype.precision, 0))

    return build


def _round(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """ROUND of a float with digits looks at its shortest decimal form [RAN]: the product is rounded instead."""
    x, kind = arguments[0], kinds[0]
    digits = 0 if len(arguments) < 2 else b.constant(arguments[1]) or 0
    if kind is not None and kind.kind in INTEGERS:
        return x
    if kind is not None and kind.kind == "decimal":
        kept = min(digits, kind.scale)
        return cast(call("ROUND", x, number(kept)), DIALECT.decimal(kind.precision, digits))
    x = cast(x, DOUBLE) if kind != FLOAT64 else x
    if not digits:
        return call("ROUND", x)
    factor = number(f"1e{digits}")
    scaled = compare(exp.Mul, x, factor)
    infinite = exp.EQ(this=call("ABS", scaled), expression=cast(exp.Literal.string("Infinity"), DOUBLE))
    return when((infinite, x.copy()), otherwise=_quotient(call("ROUND", scaled.copy()), factor))


def _sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """It has no SIGN [RAN]; its SIGNUM is of floats. Of NaN: what the table says, 0."""
    x = arguments[0]
    positive = compare(exp.GT, x, number(0))
    if kinds[0] is not None and kinds[0].kind in FLOATS:
        positive = both(positive, exp.Not(this=call("ISNAN", x.copy())))
    negative = compare(exp.LT, plain(x, kinds[0]), number(0))
    return cast(
        when((absent(x), exp.Null()), (positive, number(1)), (negative, number(-1)), otherwise=number(0)),
        BIGINT,
    )


def _double(builder: b.Builder) -> Build:
    """A function of float64, NULL outside of its domain."""
    return lambda arguments, kinds: builder(*(plain(cast(x, DOUBLE), FLOAT64) for x in arguments))


def _is_nan(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return call("ISNAN", *arguments)


NUMBERS: Mapping[str, Build] = MappingProxyType(
    {
        "eq": _compared(exp.EQ),
        "ne": _compared(exp.NEQ),
        "lt": _compared(exp.LT),
        "le": _compared(exp.LTE),
        "gt": _compared(exp.GT),
        "ge": _compared(exp.GTE),
        "in": _among,
        "between": _between,
        "nullif": _nullif,
        "greatest": _extreme(exp.Greatest),
        "least": _extreme(exp.Least),
        "clamp": _clamp,
        "bucketize": _bucketize,
        "add": _computed(exp.Add),
        "subtract": _computed(exp.Sub),
        "multiply": _computed(exp.Mul),
        "negate": _negate,
        "divide": _divide,
        "floor_divide": _floor_divide,
        "modulo": _modulo,
        "ceil": _whole_number(exp.Ceil),
        "floor": _whole_number(exp.Floor),
        "round": _round,
        "sign": _sign,
        "sqrt": _double(nb.sqrt),
        "ln": _double(nb.ln),
        "log10": _double(nb.log10),
        "exp": _double(b.one(exp.Exp)),
        "is_nan": _is_nan,
    }
)
