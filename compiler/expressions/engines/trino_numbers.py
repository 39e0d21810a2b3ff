"""Numbers, comparisons and choice in Trino. Floats follow IEEE 754: NaN equals nothing, and is found by ``IS_NAN``.

Pages are those of trino.io/docs/current; [READ] is Trino's own source, by class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import FLOAT64, DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import number_builders as nb
from fcompile.compiler.expressions.engines.roundings import rounded
from fcompile.compiler.expressions.engines.shorthand import (
    absent,
    both,
    call,
    cast,
    compare,
    either,
    first_kind,
    is_constant,
    lambda_of,
    may_be_nan,
    number,
    number_of,
    of_trees,
    present,
    quotient,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.dialects.trino import Trino

_DIALECT = Trino()
_DOUBLE, _BIGINT = _DIALECT.scalar("float64"), _DIALECT.scalar("int64")
_EXACT = "4503599627370496e0"
"""2^52: from here on every float64 is a whole number."""

# -- comparisons: DoubleType compares with Java's ==, < and > [READ] ---------------------------------


def is_nan(tree: exp.Expr, kind: DType | None) -> exp.Expr:
    """Of an unknown type: only NaN differs from itself, whatever the type; IS_NAN takes numbers alone."""
    if kind is None:
        return compare(exp.NEQ, tree, tree)
    return call("IS_NAN", tree.copy())


def _not_nan(tree: exp.Expr, kind: DType | None) -> exp.Expr:
    if kind is None:
        return compare(exp.EQ, tree, tree)
    return exp.Not(this=is_nan(tree, kind))


def equal(x: exp.Expr, y: exp.Expr, kind: DType | None) -> exp.Expr:
    plain = compare(exp.EQ, x, y)
    if not (may_be_nan(x, kind) and may_be_nan(y, kind)):
        return plain
    return either(plain, both(is_nan(x, kind), is_nan(y, kind)))


def less(x: exp.Expr, y: exp.Expr, kind: DType | None) -> exp.Expr:
    plain = compare(exp.LT, x, y)
    if not may_be_nan(y, kind):
        return plain
    known = is_nan(y, kind) if is_constant(x) else both(is_nan(y, kind), _not_nan(x, kind))
    return either(plain, known)


def less_or_equal(x: exp.Expr, y: exp.Expr, kind: DType | None) -> exp.Expr:
    plain = compare(exp.LTE, x, y)
    if not may_be_nan(y, kind):
        return plain
    known = is_nan(y, kind) if is_constant(x) else both(is_nan(y, kind), present(x))
    return either(plain, known)


def _eq(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return equal(arguments[0], arguments[1], first_kind(kinds))


def _ne(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, y = arguments
    kind = first_kind(kinds)
    if may_be_nan(x, kind) and may_be_nan(y, kind):
        return exp.Not(this=equal(x, y, kind))
    return compare(exp.NEQ, x, y)


def _lt(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return less(arguments[0], arguments[1], first_kind(kinds))


def _le(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return less_or_equal(arguments[0], arguments[1], first_kind(kinds))


def _gt(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, y = arguments
    return _turned(less(y, x, first_kind(kinds)))


def _ge(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, y = arguments
    return _turned(less_or_equal(y, x, first_kind(kinds)))


_OTHER: Mapping[type[exp.Expr], type[exp.Binary]] = MappingProxyType({exp.LT: exp.GT, exp.LTE: exp.GTE})


def _turned(tree: exp.Expr) -> exp.Expr:
    """``y < x`` as ``x > y``, also as the first of several conditions."""
    if isinstance(tree, exp.Paren):
        return exp.Paren(this=_turned(tree.this))
    if isinstance(tree, exp.Or):
        return exp.Or(this=_turned(tree.this), expression=tree.expression)
    return _OTHER[type(tree)](this=tree.expression, expression=tree.this)


def _among(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, *choices = arguments
    kind = first_kind(kinds)
    if not may_be_nan(x, kind) or not any(may_be_nan(each, kind) for each in choices):
        return b.within(x, *choices)
    return either(*(equal(x, each, kind) for each in choices))


def _between(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, low, high = arguments
    kind = first_kind(kinds)
    if not any(may_be_nan(each, kind) for each in (x, low, high)):
        return b.between(x, low, high)
    if is_constant(low) and is_constant(high):
        return b.between(x, low, high)
    return exp.Paren(this=both(_ge([x, low], [kind]), less_or_equal(x, high, kind)))


def _nullif(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, y = arguments
    kind = first_kind(kinds)
    if may_be_nan(x, kind) and may_be_nan(y, kind):
        return when((equal(x, y, kind), exp.Null()), otherwise=x)
    return b.nullif(x, y)


# -- choice: GREATEST and LEAST are NULL if any argument is (functions/comparison#greatest-and-least) -------


def _greatest(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    known = lambda_of(arguments, 1, present)
    values = call("FILTER", exp.Array(expressions=list(arguments)), known)
    return call("ELEMENT_AT", call("ARRAY_SORT", values), number(-1))


def _least(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """ARRAY_SORT puts NULLs last (functions/array#array_sort), and NaN above every number [READ]."""
    return call("ELEMENT_AT", call("ARRAY_SORT", exp.Array(expressions=list(arguments))), number(1))


def _clamp(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x, low, high = arguments
    kind = first_kind(kinds)
    above = _gt([x, high], [kind])
    least, most = number_of(low), number_of(high)
    crossing = least is None or most is None or least > most
    if crossing and not isinstance(low, exp.Null) and not isinstance(high, exp.Null):
        above = either(above, _gt([low, high], [kind])).this
    pairs = [(absent(x), exp.Null()), (above, high.copy()), (less(x, low, kind), low.copy())]
    return when(*pairs, otherwise=x)


# -- arithmetic: integers beyond their type are errors, in BigintOperators [READ] -------------------


def _divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Of unknown types both are read as DOUBLE: whole numbers would divide without a fraction."""
    x, y = (
        cast(each, _DOUBLE)
        if kind is None and not is_constant(each) and not isinstance(each, exp.Null)
        else each
        for each, kind in zip(arguments, kinds, strict=True)
    )
    return b.divide(x, y)


def _floor_divide(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """``/`` of integers cuts towards zero; -(2^63) / -1 is an error [READ BigintOperators]."""
    x, y = arguments
    divisor = b.constant(y)
    if divisor is not None and divisor > 0:
        below = when((_sign_of(exp.LT, _remainder(x, y)), number(1)), otherwise=number(0))
        return compare(exp.Sub, quotient(x, y), below)
    whole = quotient(x, _divisor(y))
    return when(
        (_crosses(x, y), exp.Sub(this=whole, expression=number(1))),
        otherwise=whole.copy(),
    )


def _modulo(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """``%`` has the dividend's sign."""
    x, y = arguments
    divisor = b.constant(y)
    if divisor is not None and 0 < divisor < 2**62:
        return b.modulo(x, y)
    rest = _remainder(x, y)
    return when((_crosses(x, y), exp.Add(this=rest, expression=atom_of(y))), otherwise=rest.copy())


def atom_of(tree: exp.Expr) -> exp.Expr:
    return b.atom(tree.copy())


def _divisor(y: exp.Expr) -> exp.Expr:
    """The divisor, NULL if it is zero."""
    return y.copy() if b.constant(y) else exp.Nullif(this=y.copy(), expression=number(0))


def _remainder(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return compare(exp.Mod, x, _divisor(y))


def _crosses(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Whether there is a rest, and the signs differ."""
    differ = exp.NEQ(this=exp.Paren(this=_sign_of(exp.LT, x)), expression=exp.Paren(this=_sign_of(exp.LT, y)))
    return both(_sign_of(exp.NEQ, _remainder(x, y)), differ)


def _sign_of(kind: type[exp.Binary], tree: exp.Expr) -> exp.Expr:
    return compare(kind, tree, number(0))


def _rounded_float(x: exp.Expr, digits: int) -> exp.Expr:
    """ROUND goes through a BIGINT [READ MathFunctions], so what is whole already is left alone."""
    if not digits:
        small = compare(exp.LT, call("ABS", x.copy()), number(_EXACT))
        return when((small, call("ROUND", x.copy())), otherwise=x)
    factor = number(f"1e{digits}")
    scaled = compare(exp.Mul, x, factor)
    size = call("ABS", scaled)
    small = compare(exp.LT, size, number(_EXACT))
    return when(
        (small, quotient(call("ROUND", scaled), factor)),
        (call("IS_INFINITE", scaled.copy()), x.copy()),
        otherwise=quotient(scaled, factor),
    )


def _sign(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    x = arguments[0]
    pairs = [(_sign_of(exp.GT, x), cast(number(1), _BIGINT)), (_sign_of(exp.LT, x), number(-1))]
    return when(*pairs, (present(x), number(0)))


def _of_domain(outside: type[exp.Binary], made: str) -> Build:
    """NULL outside the domain, where Java gives NaN or minus infinity; NaN is in it."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        x = arguments[0]
        return when((_sign_of(outside, x), exp.Null()), otherwise=call(made, x))

    return build


def _power(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Java's Math.pow is C's, but for 1 beside NaN or infinity and -1 beside infinity, where it gives NaN."""
    x, y = arguments
    if is_constant(y):
        return nb.power(x, y)
    one = both(compare(exp.EQ, x, number(-1)), call("IS_INFINITE", y.copy()))
    fraction = both(
        _sign_of(exp.LT, x), call("IS_FINITE", y.copy()), compare(exp.NEQ, y, call("FLOOR", y.copy()))
    )
    return when(
        (exp.Or(this=absent(x), expression=absent(y)), exp.Null()),
        (either(compare(exp.EQ, x, number(1)), _sign_of(exp.EQ, y), one).this, number("1e0")),
        (either(both(_sign_of(exp.EQ, x), _sign_of(exp.LT, y)), fraction).this, exp.Null()),
        otherwise=exp.Pow(this=x, expression=y),
    )


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "eq": _eq,
        "ne": _ne,
        "lt": _lt,
        "le": _le,
        "gt": _gt,
        "ge": _ge,
        "in": _among,
        "between": _between,
        "nullif": _nullif,
        "greatest": _greatest,
        "least": _least,
        "clamp": _clamp,
        "divide": _divide,
        "floor_divide": _floor_divide,
        "modulo": _modulo,
        "round": rounded(_DIALECT, _rounded_float),
        "sign": _sign,
        "sqrt": _of_domain(exp.LT, "SQRT"),
        "ln": _of_domain(exp.LTE, "LN"),
        "log10": _of_domain(exp.LTE, "LOG10"),
        "pow": _power,
        "is_nan": of_trees(lambda x: is_nan(x, FLOAT64)),
    }
)
