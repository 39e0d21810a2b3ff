"""Aggregation functions as states: which partial aggregates each needs, and how its value is made of them.

Two kinds: those of a window's rows, and those of its distinct values (``per_value``), for which rows are
first grouped by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.sql import Tree, case, cast
from fcompile.dialects.base import HASHES_COUNTED, Dialect

_HASH_RANGE = 2**60

Merged = Callable[[str], Tree]
"""A state's kind -> the state of the window."""


@dataclass(frozen=True, slots=True)
class RowFunction:
    """A function of a window's rows: ``value`` gives its value from the states; NULL over no rows but for counts."""

    states: tuple[str, ...]
    value: Callable[[WindowOutput, Merged, Dialect], Tree]


@dataclass(frozen=True, slots=True)
class ValueFunction:
    """A function of a window's distinct values; ``value`` aggregates rows that are one value each."""

    states: tuple[str, ...]
    value: Callable[[WindowOutput, Occurring, Dialect], Tree]


@dataclass(frozen=True, slots=True)
class Occurring:
    """One distinct value and one window: does the value occur in it, how often, and when last?"""

    value: Tree
    occurs: Tree
    occurrences: Tree
    seen: Tree

    def where(self, aggregate: Tree) -> Tree:
        """``aggregate`` over the values that occur in the window."""
        return exp.Filter(this=aggregate, expression=exp.Where(this=self.occurs))


def _number(value: float | str) -> Tree:
    return exp.Literal.number(value)


def _count(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    return exp.Coalesce(this=state("count"), expressions=[_number(0)])


def _plain(kind: str) -> Callable[[WindowOutput, Merged, Dialect], Tree]:
    return lambda output, state, dialect: state(kind)


def _average(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    double = dialect.scalar("float64")
    count = exp.Nullif(this=state("count"), expression=_number(0))
    return exp.Div(this=cast(state("sum"), double), expression=count)


def _member(kind: str) -> Callable[[WindowOutput, Merged, Dialect], Tree]:
    return lambda output, state, dialect: dialect.member(state(kind), "value")


def _last_n(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    return dialect.each(state("latest"), lambda row: dialect.member(row, "value"))


def _percentile(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    return dialect.percentile(state("values"), output.arguments[0])


def _estimate(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    """(k - 1) / (the k-th least hash, as a share of their range), where there are more than k."""
    hashes = state("hashes")
    count = exp.Coalesce(this=dialect.length(hashes), expressions=[_number(0)])
    double = dialect.scalar("float64")
    scale = cast(_number(f"{(HASHES_COUNTED - 1) * _HASH_RANGE}.0"), double)
    share = exp.Div(this=scale, expression=cast(dialect.element(hashes, HASHES_COUNTED), double))
    rounded = exp.Floor(this=exp.Add(this=share, expression=_number(0.5)))
    return case(exp.LTE(this=count, expression=_number(HASHES_COUNTED)), count, rounded)


def _variance(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    """The sample variance of all parts, from each part's count, mean and spread.

    Distances are from the first part's mean, so that a mean far from 0 costs no digits.
    """
    parts = state("moments")
    first = dialect.member(dialect.element(parts, 1), "mean")

    def total(of: Callable[[Tree], Tree]) -> Tree:
        return exp.Coalesce(this=dialect.total(dialect.each(parts, of)), expressions=[_number(0)])

    def count(part: Tree) -> Tree:
        return dialect.member(part, "count")

    def away(part: Tree) -> Tree:
        centre = exp.Coalesce(this=first, expressions=[_number(0)])
        return exp.Paren(this=exp.Sub(this=dialect.member(part, "mean"), expression=centre))

    def times(*factors: Tree) -> Tree:
        product = factors[0]
        for factor in factors[1:]:
            product = exp.Mul(this=product, expression=factor)
        return product

    size = total(count)
    strange = total(lambda part: dialect.member(part, "strange"))
    moved = total(lambda part: times(count(part), away(part)))
    spread = exp.Add(
        this=total(lambda part: dialect.member(part, "spread")),
        expression=total(lambda part: times(count(part), away(part), away(part))),
    )
    centred = exp.Sub(this=spread, expression=exp.Div(this=times(moved, moved), expression=size))
    one_less = exp.Paren(this=exp.Sub(this=size, expression=_number(1)))
    variance = exp.Div(
        this=exp.Greatest(this=exp.Paren(this=centred), expressions=[_number(0)]), expression=one_less
    )
    everything = exp.Add(this=size, expression=strange)
    nan = cast(exp.Literal.string("NaN"), dialect.scalar("float64"))
    few = exp.LT(this=everything, expression=_number(2))
    return exp.Case(
        ifs=[
            exp.If(this=few, true=exp.Null()),
            exp.If(this=exp.GT(this=strange, expression=_number(0)), true=nan),
        ],
        default=variance,
    )


def _deviation(output: WindowOutput, state: Merged, dialect: Dialect) -> Tree:
    return exp.Sqrt(this=_variance(output, state, dialect))


def _distinct(output: WindowOutput, occurring: Occurring, dialect: Dialect) -> Tree:
    return occurring.where(exp.Count(this=exp.Star()))


def _first_values(output: WindowOutput, occurring: Occurring, dialect: Dialect, keys: list[Tree]) -> Tree:
    order = [exp.Ordered(this=key, desc=True, nulls_first=False) for key in (*keys, occurring.value)]
    values = occurring.where(dialect.gathered(occurring.value, order))
    return dialect.first_of(values, int(output.arguments[0]))


def _estimated(output: WindowOutput, occurring: Occurring, dialect: Dialect) -> Tree:
    estimate = dialect.estimated_distinct(occurring.value, occurring.occurs)
    return exp.Coalesce(this=estimate, expressions=[_number(0)])


def _last_distinct(output: WindowOutput, occurring: Occurring, dialect: Dialect) -> Tree:
    return _first_values(output, occurring, dialect, [occurring.seen])


def _top(output: WindowOutput, occurring: Occurring, dialect: Dialect) -> Tree:
    return _first_values(output, occurring, dialect, [occurring.occurrences, occurring.seen])


RECENT = ("last", "last_n", "count_distinct", "last_distinct_n", "distinct_hashes")
"""Functions of the newest rows: what they give for a window is in what they give for any longer one, as far as
that reaches into the window. So one window, the longest, is looked at for all of them."""


def kinds_of(function: str) -> tuple[str, ...]:
    """The kinds of states that a function's value is made of."""
    if function in ROW_FUNCTIONS:
        return ROW_FUNCTIONS[function].states
    return VALUE_FUNCTIONS[function].states


ROW_FUNCTIONS: Mapping[str, RowFunction] = {
    "count": RowFunction(("count",), _count),
    "sum": RowFunction(("sum",), _plain("sum")),
    "avg": RowFunction(("count", "sum"), _average),
    "min": RowFunction(("min",), _plain("min")),
    "max": RowFunction(("max",), _plain("max")),
    "stddev_samp": RowFunction(("moments",), _deviation),
    "var_samp": RowFunction(("moments",), _variance),
    "first": RowFunction(("first",), _member("first")),
    "last": RowFunction(("last",), _member("last")),
    "last_n": RowFunction(("latest",), _last_n),
    "approx_count_distinct": RowFunction(("hashes",), _estimate),
    "percentile": RowFunction(("values",), _percentile),
    # Stand-ins, see ``ways``.
    "first_at": RowFunction(("first_at",), _plain("first_at")),
    "last_at": RowFunction(("last_at",), _plain("last_at")),
}
VALUE_FUNCTIONS: Mapping[str, ValueFunction] = {
    "count_distinct": ValueFunction(("newest",), _distinct),
    "last_distinct_n": ValueFunction(("seen",), _last_distinct),
    "top_k": ValueFunction(("occurrences", "seen"), _top),
    # A stand-in, see ``ways``.
    "distinct_hashes": ValueFunction(("newest",), _estimated),
}
