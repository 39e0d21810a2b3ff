"""Comparisons and choices for BigQuery, whose NaN equals nothing and whose GREATEST of a NULL is NULL.

cloud.google.com/bigquery/docs/reference/standard-sql/operators#comparison_operators,
.../mathematical_functions#greatest [RAN].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.words import Build, Kinds

_PLAIN: Mapping[str, b.Builder] = MappingProxyType(
    {
        "eq": b.test(exp.EQ),
        "ne": b.test(exp.NEQ),
        "lt": b.test(exp.LT),
        "le": b.test(exp.LTE),
        "gt": b.test(exp.GT),
        "ge": b.test(exp.GTE),
    }
)
_OPPOSITE = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}
_ABOVE = ("gt", "ge")
_BELOW = ("lt", "le")


def _compared(function: str) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        return compare(function, arguments[0], arguments[1], kinds)

    return build


def compare(function: str, left: exp.Expr, right: exp.Expr, kinds: Kinds) -> exp.Expr:
    """A comparison in which NaN equals NaN and is greater than every number."""
    plain = _PLAIN[function]
    if not t.may_be_nan(kinds):
        return plain(left, right)
    if t.is_constant(right):
        # A comparison with NaN is false, and so its opposite is true.
        return _opposite(function, left, right) if function in _ABOVE else plain(left, right)
    if t.is_constant(left):
        return _opposite(function, left, right) if function in _BELOW else plain(left, right)
    return t.once([left, right], lambda x, y: _of_two(function, x, y, kinds))


def _opposite(function: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Not(this=t.group(_PLAIN[_OPPOSITE[function]](left, right)))


def _of_two(function: str, x: exp.Expr, y: exp.Expr, kinds: Kinds) -> exp.Expr:
    match function:
        case "eq":
            nans = t.both(t.is_nan(x.copy(), kinds), t.is_nan(y.copy(), kinds))
            return t.group(t.either(_PLAIN["eq"](x, y), t.group(nans)))
        case "lt":
            above = t.both(t.is_nan(y.copy(), kinds), exp.Not(this=t.is_nan(x.copy(), kinds)))
            return t.group(t.either(_PLAIN["lt"](x, y), t.group(above)))
        case "gt":
            return _of_two("lt", y, x, kinds)
        case "ne":
            return exp.Not(this=_of_two("eq", x, y, kinds))
        case "le":
            return exp.Not(this=_of_two("lt", y, x, kinds))
    return exp.Not(this=_of_two("lt", x, y, kinds))


def _within(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, *choices = arguments
    if not t.may_be_nan(kinds) or all(map(t.is_constant, choices)):
        return b.within(value, *choices)
    doubtful = [i for i, choice in enumerate(choices) if not t.is_constant(choice)]

    def build(x: exp.Expr, *others: exp.Expr) -> exp.Expr:
        nans = [t.is_nan(others[i].copy(), kinds) for i in doubtful]
        any_nan = t.group(t.either(*nans)) if len(nans) > 1 else nans[0]
        beside = t.both(t.is_nan(x.copy(), kinds), any_nan)
        return t.group(t.either(b.within(x, *others), t.group(beside)))

    return t.once(arguments, build) if len(arguments) <= t.MOST_NAMES else build(*arguments)


def _between(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, low, high = arguments
    if not t.may_be_nan(kinds) or t.is_constant(high):
        # Where x or a is NaN, x cannot be within a and a number.
        return b.between(value, low, high)

    def build(x: exp.Expr, least: exp.Expr, most: exp.Expr) -> exp.Expr:
        above = compare("ge", x, least, kinds)
        return t.group(t.both(above, compare("le", x.copy(), most, kinds)))

    return t.once(arguments, build)


def _nullif(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, other = arguments
    if not t.may_be_nan(kinds) or t.is_constant(other) or isinstance(other, exp.Null):
        return b.nullif(value, other)
    return t.once(arguments, lambda x, y: t.where(_of_two("eq", x, y, kinds), exp.Null(), x.copy()))


def greatest(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """GREATEST of two, and the aggregate function of more: both give NaN where one is, MAX leaves out NULLs."""
    match arguments:
        case [only]:
            return only
        case [_, _]:
            return t.once(arguments, lambda x, y: _filled(t.call("GREATEST", x, y), x, y))
    return t.once(arguments, lambda *values: _extreme("MAX", values), always=True)


def least(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """LEAST is NaN where one is, which the language holds for the greatest: it goes last."""
    match arguments:
        case [only]:
            return only
        case [_, _]:
            return t.once(arguments, lambda x, y: _filled(_lesser(x, y, kinds), x, y))
    if not t.may_be_nan(kinds):
        return t.once(arguments, lambda *values: _extreme("MIN", values), always=True)
    return t.once(arguments, lambda *values: _first_number(values, kinds), always=True)


def _lesser(x: exp.Expr, y: exp.Expr, kinds: Kinds) -> exp.Expr:
    made = t.call("LEAST", x, y)
    if not t.may_be_nan(kinds):
        return made
    for value, other in ((y, x), (x, y)):
        if not t.is_constant(value):
            made = t.where(t.is_nan(value.copy(), kinds), other.copy(), made)
    return made


def _filled(made: exp.Expr, *values: exp.Expr) -> exp.Expr:
    """What is made of two, or the one that is not NULL."""
    if all(map(t.is_constant, values)):
        return made
    return exp.Coalesce(this=made, expressions=[v.copy() for v in values])


def _extreme(function: str, values: Sequence[exp.Expr]) -> exp.Expr:
    return t.from_items(t.call(function, t.name(t.ITEM)), exp.Array(expressions=list(values)))


def _first_number(values: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    item = t.name(t.ITEM)
    made = t.from_items(item, exp.Array(expressions=list(values)), exp.Not(this=t.absent(item.copy())))
    order = [exp.Ordered(this=each, nulls_first=True) for each in (t.is_nan(item.copy(), kinds), item.copy())]
    made.this.set("order", exp.Order(expressions=order))
    made.this.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    return made


def _clamp(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Bounds that are NULL do not bind; a value that is NULL stays so."""

    def build(value: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
        raised = _bounded("GREATEST", value, low, kinds)
        made = t.once([raised, high], lambda x, y: _bounded("LEAST", x, y, kinds))
        if t.is_constant(low) and t.is_constant(high) and not t.may_be_nan(kinds):
            return made
        return t.where(t.absent(value.copy()), exp.Null(), made)

    return t.once(arguments, build)


def _bounded(function: str, value: exp.Expr, bound: exp.Expr, kinds: Kinds) -> exp.Expr:
    if isinstance(bound, exp.Null):
        return value
    made = t.call("GREATEST", value, bound) if function == "GREATEST" else _lesser(value, bound, kinds)
    return made if t.is_constant(bound) else _filled(made, value, bound)


CHOICES: Mapping[str, Build] = MappingProxyType(
    {
        **{function: _compared(function) for function in _PLAIN},
        "in": _within,
        "between": _between,
        "nullif": _nullif,
        "greatest": greatest,
        "least": least,
        "clamp": _clamp,
    }
)
