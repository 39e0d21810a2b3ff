"""Trees of SQL for what is more than one sqlglot node, as DuckDB says it. A dialect overrides single entries.

A builder takes the lowered arguments and returns a tree; arguments are its own, so it may use each once and
copies after that.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

Builder = Callable[..., exp.Expr]

_OPERATORS = (exp.Binary, exp.Unary, exp.Between, exp.In)
_TESTS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between, exp.Like)
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
Kinds = tuple[type[exp.Expr], ...]


def atom(tree: exp.Expr, bare: Kinds = ()) -> exp.Expr:
    """Return ``tree`` so that it can be an operand: sqlglot adds no parentheses by itself.

    ``bare`` are operators that need none there, in any engine.
    """
    plain = isinstance(tree, (exp.Paren, *bare)) or not isinstance(tree, _OPERATORS)
    return tree if plain or _negative_number(tree) else exp.Paren(this=tree)


def _negative_number(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Neg) and isinstance(tree.this, exp.Literal)


def binary(kind: type[exp.Binary], bare: Kinds = ()) -> Builder:
    """An operator between two operands."""

    def build(left: exp.Expr, right: exp.Expr) -> exp.Expr:
        return kind(this=atom(left, bare), expression=atom(right, bare))

    return build


def test(kind: type[exp.Binary]) -> Builder:
    """A comparison, which binds less tightly than arithmetic."""
    return binary(kind, _SUMS)


def connected(kind: type[exp.Connector]) -> Builder:
    """``AND`` and ``OR`` of two or more, without parentheses between equals."""

    def build(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
        tree = atom(first, (*_TESTS, exp.Not))
        for other in rest:
            tree = kind(this=tree, expression=atom(other, (*_TESTS, exp.Not)))
        return tree

    return build


def one(kind: type[exp.Expr]) -> Builder:
    """A function of one argument."""
    return lambda value: kind(this=value)


def several(kind: type[exp.Expr]) -> Builder:
    """A function of one or more arguments."""
    return lambda first, *rest: kind(this=first, expressions=list(rest))


def extreme(kind: type[exp.Expr]) -> Builder:
    """GREATEST and LEAST, which leave NULLs out."""
    return lambda first, *rest: kind(this=first, expressions=list(rest), ignore_nulls=True)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of DuckDB by its name, which no other dialect is thought to share."""
    return exp.Anonymous(this=name.upper(), expressions=list(arguments))


def integer(value: int) -> exp.Expr:
    number = exp.Literal.number(abs(value))
    return exp.Neg(this=number) if value < 0 else number


def constant(tree: exp.Expr) -> int | None:
    """The value of an integer constant, else None."""
    if isinstance(tree, exp.Neg) and isinstance(tree.this, exp.Literal):
        value = constant(tree.this)
        return None if value is None else -value
    if isinstance(tree, exp.Literal) and not tree.is_string and str(tree.this).isdigit():
        return int(str(tree.this))
    return None


def _number(tree: exp.Expr) -> float | None:
    """The value of a number constant, else None."""
    if _negative_number(tree):
        return -float(tree.this.this)
    return float(tree.this) if isinstance(tree, exp.Literal) and not tree.is_string else None


def _is_nonzero(tree: exp.Expr) -> bool:
    """Whether it is a constant other than zero, or NULL instead of zero already."""
    if isinstance(tree, exp.Nullif):
        return _number(tree.expression) == 0
    if isinstance(tree, exp.Cast) and tree.to.this == exp.DType.DOUBLE:
        # No number of another type becomes zero as a float64.
        return isinstance(tree.this, exp.Nullif) and _is_nonzero(tree.this)
    return bool(_number(tree))


def _nonzero(tree: exp.Expr) -> exp.Expr:
    """The divisor, NULL if it is zero."""
    return tree if _is_nonzero(tree) else exp.Nullif(this=tree, expression=integer(0))


def divide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Div(this=atom(left), expression=_nonzero(right), typed=True, safe=False)


_HUGEINT = exp.DType.INT128
_SHIFT = 2**63


def _cast(tree: exp.Expr, kind: exp.DType) -> exp.Expr:
    return exp.Cast(this=tree, to=exp.DataType(this=kind))


def _shifted(left: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    """``left + divisor * 2**63`` as HUGEINT: of the divisor's sign, so that truncating is flooring."""
    shift = exp.Mul(this=_cast(divisor, _HUGEINT), expression=integer(_SHIFT))
    return exp.Paren(this=exp.Add(this=_cast(left, _HUGEINT), expression=shift))


def _plain_divisor(right: exp.Expr) -> int | None:
    """A constant that short forms take: positive, and far from overflow."""
    value = constant(right)
    return value if value is not None and 0 < value < 2**62 else None


def floor_divide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Floors exactly: DuckDB's ``//`` truncates, and raises on zero."""
    divisor = _plain_divisor(right)
    if divisor is not None and isinstance(left, exp.Column):
        below = exp.LT(this=exp.Mod(this=left.copy(), expression=integer(divisor)), expression=integer(0))
        quotient = exp.IntDiv(this=left, expression=right)
        return exp.Sub(this=exp.Paren(this=quotient), expression=_cast(below, exp.DType.BIGINT))
    divided = _nonzero(right)
    quotient = exp.IntDiv(this=_shifted(left, divided), expression=atom(divided.copy()))
    return _cast(exp.Sub(this=exp.Paren(this=quotient), expression=integer(_SHIFT)), exp.DType.BIGINT)


def modulo(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """The remainder of ``floor_divide``: DuckDB's ``%`` has the dividend's sign."""
    divisor = _plain_divisor(right)
    if divisor is not None:
        rest = exp.Paren(this=exp.Mod(this=atom(left), expression=right))
        again = exp.Paren(this=exp.Add(this=rest, expression=integer(divisor)))
        return exp.Mod(this=again, expression=integer(divisor))
    divided = _nonzero(right)
    remainder = exp.Mod(this=_shifted(left, divided), expression=atom(divided.copy()))
    return _cast(remainder, exp.DType.BIGINT)


def is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=atom(value), expression=exp.Null())


def negated(value: exp.Expr) -> exp.Expr:
    if isinstance(value, exp.Is) and isinstance(value.expression, exp.Null):
        return exp.Is(this=value.this, expression=exp.Not(this=exp.Null()))
    return exp.Not(this=atom(value, (exp.In, exp.Between, exp.Like)))


def within(value: exp.Expr, *choices: exp.Expr) -> exp.Expr:
    return exp.In(this=atom(value), expressions=list(choices))


def between(value: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    return exp.Between(this=atom(value), low=atom(low), high=atom(high))


def negate(value: exp.Expr) -> exp.Expr:
    # Parentheses also keep two minus signs apart, which would start a comment.
    return exp.Neg(this=exp.Paren(this=value) if _negative_number(value) else atom(value))


def nullif(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Nullif(this=value, expression=other)


def rounded(value: exp.Expr, digits: exp.Expr | None = None) -> exp.Expr:
    return exp.Round(this=value, decimals=digits)


def trimmed(value: exp.Expr) -> exp.Expr:
    """DuckDB's TRIM of one argument also removes other Unicode spaces."""
    return exp.Trim(this=value, expression=exp.Literal.string(" "))


_LONGEST = 2**31 - 1


def clamped(value: exp.Expr, least: int) -> exp.Expr:
    """``value`` within [least, 2**31 - 1]; a NULL stays NULL, which GREATEST would lose."""
    known = constant(value)
    if known is not None:
        return integer(min(max(known, least), _LONGEST))
    low = exp.LT(this=atom(value), expression=integer(least))
    high = exp.GT(this=atom(value.copy()), expression=integer(_LONGEST))
    ifs = [exp.If(this=low, true=integer(least)), exp.If(this=high, true=integer(_LONGEST))]
    return exp.Case(ifs=ifs, default=value.copy())


def substring(value: exp.Expr, start: exp.Expr, length: exp.Expr | None = None) -> exp.Expr:
    size = None if length is None else clamped(length, 0)
    return exp.Substring(this=value, start=clamped(start, 1), length=size)


def joined(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """``||``: unlike CONCAT it gives NULL for a NULL in every engine."""
    tree = atom(first)
    for other in rest:
        tree = exp.DPipe(this=tree, expression=atom(other))
    return tree
