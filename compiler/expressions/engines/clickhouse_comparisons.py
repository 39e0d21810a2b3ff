"""Comparison and choice as ClickHouse says them: NaN, NULLs in lists, and only what is needed computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.builders import atom, integer
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    Value,
    absent,
    both,
    case,
    either,
    fn,
    is_small,
    may_be_nan,
    once,
    present,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds

Test = Callable[[Value, Value], exp.Expr]


def _simple(kind: type[exp.Binary]) -> Test:
    return lambda x, y: b.test(kind)(x(), y())


def _nan(x: Value) -> exp.Expr:
    """Whether it is NaN, of a value of any type: ``isNaN`` takes numbers alone [RAN]."""
    return exp.NEQ(this=x(), expression=x())


def _number(x: Value) -> exp.Expr:
    return exp.EQ(this=x(), expression=x())


def _group(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree)


def _is_constant(x: Value) -> bool:
    """Whether it is a constant; none is NaN."""
    tree = x()
    inner = tree.this if isinstance(tree, (exp.Neg, exp.Cast)) else tree
    return isinstance(inner, (exp.Literal, exp.Boolean))


def equal(x: Value, y: Value) -> exp.Expr:
    """ClickHouse compares floats by IEEE 754, where NaN equals nothing [RAN]; here it equals NaN."""
    if _is_constant(x) or _is_constant(y):
        return b.test(exp.EQ)(x(), y())
    return either(b.test(exp.EQ)(x(), y()), _group(both(_nan(x), _nan(y))))


def not_equal(x: Value, y: Value) -> exp.Expr:
    if _is_constant(x) or _is_constant(y):
        return b.test(exp.NEQ)(x(), y())
    return exp.Not(this=_group(equal(x, y)))


def less(x: Value, y: Value) -> exp.Expr:
    """NaN is above every number."""
    made = b.test(exp.LT)(x(), y())
    if _is_constant(y):
        return made
    if _is_constant(x):
        return either(made, _nan(y))
    return either(made, _group(both(_nan(y), _number(x))))


def greater(x: Value, y: Value) -> exp.Expr:
    made = b.test(exp.GT)(x(), y())
    if _is_constant(x):
        return made
    if _is_constant(y):
        return either(made, _nan(x))
    return either(made, _group(both(_nan(x), _number(y))))


def less_or_equal(x: Value, y: Value) -> exp.Expr:
    made = b.test(exp.LTE)(x(), y())
    if _is_constant(y):
        return made
    if _is_constant(x):
        return either(made, _nan(y))
    return exp.Not(this=_group(greater(x, y)))


def greater_or_equal(x: Value, y: Value) -> exp.Expr:
    made = b.test(exp.GTE)(x(), y())
    if _is_constant(x):
        return made
    if _is_constant(y):
        return either(made, _nan(x))
    return exp.Not(this=_group(less(x, y)))


def compared(kind: type[exp.Binary], test: Test) -> Build:
    """A comparison, by IEEE 754 only where no NaN can be."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        if may_be_nan(kinds):
            return once(test, *arguments)
        return b.test(kind)(*arguments)

    return build


def within(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """IN takes constants alone: beside others it takes NULL for unequal, and -0.0 is not 0.0 [RAN]."""
    fixed = all(isinstance(choice, exp.Literal) for choice in arguments[1:])
    if fixed and not may_be_nan(kinds):
        return b.within(*arguments)
    test = equal if may_be_nan(kinds) else _simple(exp.EQ)
    return once(partial(_any_equal, test), *arguments)


def _any_equal(test: Test, value: Value, *choices: Value) -> exp.Expr:
    return _group(either(*(_group(test(value, choice)) for choice in choices)))


def between(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    if not may_be_nan(kinds):
        return b.between(*arguments)
    return once(_between, *arguments)


def _between(x: Value, low: Value, high: Value) -> exp.Expr:
    return both(_group(greater_or_equal(x, low)), _group(less_or_equal(x, high)))


def first_known(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """COALESCE computes all of its arguments [RAN]: a CASE where that could be an error."""
    first, *rest = arguments
    if not rest or all(is_small(each) for each in rest):
        return exp.Coalesce(this=first, expressions=rest)
    found = first_known(rest, kinds)
    ifs = [exp.If(this=present(first.copy()), true=first)]
    return exp.Case(ifs=ifs, default=found)


def unless_equal(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    if not may_be_nan(kinds):
        return b.nullif(*arguments)
    return once(_unless_equal, *arguments)


def _unless_equal(x: Value, y: Value) -> exp.Expr:
    return case(equal(x, y), exp.Null(), x())


def _sorted(values: Sequence[exp.Expr], place: int) -> exp.Expr:
    """An element of the values in order, NaN last and NULLs left out.

    GREATEST and LEAST of a NaN give the first or the last argument, as they stand [RAN].
    """
    name = exp.Identifier(this="x", quoted=False)
    x = exp.Column(this=name)
    known = exp.Lambda(this=present(x), expressions=[name.copy()])
    key = exp.Tuple(expressions=[exp.NEQ(this=x.copy(), expression=x.copy()), x.copy()])
    order = exp.Lambda(this=key, expressions=[name.copy()])
    found = fn("arrayFilter", known, exp.Array(expressions=list(values)))
    return fn("arrayElement", fn("arraySort", order, found), integer(place))


def greatest(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _sorted(arguments, -1) if may_be_nan(kinds) else b.extreme(exp.Greatest)(*arguments)


def least(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _sorted(arguments, 1) if may_be_nan(kinds) else b.extreme(exp.Least)(*arguments)


def clamp(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    def build(value: Value, low: Value, high: Value) -> exp.Expr:
        raised = greatest([value(), low()], kinds[:2])
        bounded = least([raised, high()], (kinds[0], kinds[2]))
        return case(present(value()), bounded)

    return once(build, *arguments)


def bucketize(x: Value, *bounds: Value) -> exp.Expr:
    """NaN is below no boundary."""
    ifs = [exp.If(this=absent(x()), true=exp.Null())]
    for place, bound in enumerate(bounds):
        ifs.append(exp.If(this=exp.LT(this=atom(x()), expression=bound()), true=integer(place)))
    return exp.Case(ifs=ifs, default=integer(len(bounds)))
