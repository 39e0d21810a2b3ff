"""Partial aggregates: what is kept of many rows so that it can be merged, and still gives the exact answer.

A state is folded from rows, merged with others of its kind, and finished to a value. Merging never subtracts:
a float sum that loses a large term is a new sum of the others, with all their digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.lower.names import CREATED, EVENT
from fcompile.compiler.lower.sql import Tree, case, cast, column, is_not_null, maximum
from fcompile.dialects.base import HASHES_COUNTED, Dialect


@dataclass(frozen=True, slots=True)
class State:
    """A state of one input.

    Attributes:
        kind: one of ``KINDS``.
        input: the input's column of the window rows.
        size: how many rows ``latest`` keeps, and how many times ``times`` does.
        created: whether the rows have a created time, which breaks ties of the event time.
        floating: whether the input may be NaN or infinite.
        dtype: the kind of the input's dtype, for sums and extremes; "" where it is unknown.
    """

    kind: str
    input: str
    size: int = 0
    created: bool = False
    floating: bool = False
    dtype: str = ""

    @property
    def column(self) -> str:
        return f"{self.input}__{self.kind}{self.size or ''}"

    def fold(self, dialect: Dialect) -> Tree:
        """The state of a group of rows."""
        return KINDS[self.kind].fold(self, dialect)

    def merge(self, dialect: Dialect, where: Tree | None = None) -> Tree:
        """The state of a group of states, or of those for which ``where`` holds."""
        return KINDS[self.kind].merge(self, dialect, where)

    def gather(self, dialect: Dialect) -> Tree:
        """The state of a group of single elements of a ``latest`` or ``times``."""
        return filtered(dialect.greatest(column(self.column), self.size), is_not_null(column(self.column)))


@dataclass(frozen=True, slots=True)
class Kind:
    fold: Callable[[State, Dialect], Tree]
    merge: Callable[[State, Dialect, Tree | None], Tree]


def filtered(aggregate: Tree, where: Tree | None) -> Tree:
    """``aggregate FILTER (WHERE ...)``."""
    return aggregate if where is None else exp.Filter(this=aggregate, expression=exp.Where(this=where))


def order_members(created: bool, value: Tree | None) -> list[tuple[str, Tree]]:
    """The total order of rows in a window: (event time, created NULLS first, value)."""
    members: list[tuple[str, Tree]] = [("event", column(EVENT))]
    if created:
        # NULL would be the greatest of its place; minus infinity is before every time.
        first = cast(exp.Literal.string("-infinity"), exp.DataType(this=exp.DataType.Type.TIMESTAMP))
        members.append(("created", exp.Coalesce(this=column(CREATED), expressions=[first])))
    return members if value is None else [*members, ("value", value)]


def by_value(value: Tree, dtype: DType | None, dialect: Dialect, *, newest: bool = True) -> list[exp.Ordered]:
    """The end of the total order, or of the same backwards: among rows of one time, by value."""
    keys = dialect.sort_keys(value, dtype.kind if dtype else "")
    return [exp.Ordered(this=key, desc=newest, nulls_first=False) for key in keys]


def _ordered_row(state: State, dialect: Dialect) -> Tree:
    return dialect.row(order_members(state.created, column(state.input)))


def _given(state: State) -> Tree:
    return is_not_null(column(state.input))


def _fold_count(state: State, dialect: Dialect) -> Tree:
    count = exp.Count(this=column(state.input))
    # A count and a sum of counts stand in one column: some engines count in a type of its own.
    return count if dialect.keeps_lists else cast(count, dialect.scalar("int64"))


def _merge_count(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    return cast(filtered(exp.Sum(this=column(state.column)), where), dialect.scalar("int64"))


def _fold_sum(state: State, dialect: Dialect) -> Tree:
    return dialect.sum_of(column(state.input), state.dtype, None)


def _merge_sum(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    return dialect.sum_of(column(state.column), state.dtype, where)


def _extreme(least: bool) -> Kind:
    """The least or the greatest value."""
    return Kind(
        lambda state, dialect: dialect.extreme(column(state.input), state.dtype, None, least=least),
        lambda state, dialect, where: dialect.extreme(column(state.column), state.dtype, where, least=least),
    )


def _merge_greatest(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    return filtered(maximum(column(state.column)), where)


def _end(pick: type[exp.AggFunc]) -> Kind:
    """The least or greatest row of the total order."""
    return Kind(
        lambda state, dialect: filtered(pick(this=_ordered_row(state, dialect)), _given(state)),
        lambda state, dialect, where: filtered(pick(this=column(state.column)), where),
    )


def _time(least: bool) -> Kind:
    """When the first or the last row happened that counts."""
    pick = exp.Min if least else exp.Max
    return Kind(
        lambda state, dialect: filtered(pick(this=column(EVENT)), _given(state)),
        lambda state, dialect, where: filtered(pick(this=column(state.column)), where),
    )


def _fold_latest(state: State, dialect: Dialect) -> Tree:
    return filtered(dialect.greatest(_ordered_row(state, dialect), state.size), _given(state))


def _merge_latest(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    return dialect.first_of(dialect.sorted_down(_joined(state, dialect, where)), state.size)


def _fold_times(state: State, dialect: Dialect) -> Tree:
    return filtered(dialect.greatest(column(EVENT), state.size), _given(state))


def _fold_values(state: State, dialect: Dialect) -> Tree:
    value = cast(column(state.input), dialect.scalar("float64"))
    return filtered(dialect.gathered(value), _given(state))


def _joined(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    given = is_not_null(column(state.column))
    both = given if where is None else exp.And(this=where, expression=given)
    return dialect.flattened(filtered(dialect.gathered(column(state.column)), both))


def _fold_moments(state: State, dialect: Dialect) -> Tree:
    """Count, mean and sum of squared distances of the finite values; ``strange`` counts the others."""
    value = cast(column(state.input), dialect.scalar("float64"))
    where = dialect.is_finite(value) if state.floating else None
    count = filtered(exp.Count(this=value), where)
    spread = exp.Mul(this=filtered(exp.VariancePop(this=value), where), expression=count)
    members = [
        ("count", count),
        ("mean", filtered(exp.Avg(this=value), where)),
        ("spread", spread),
        ("strange", exp.Sub(this=exp.Count(this=value), expression=count)),
    ]
    some = exp.GT(this=exp.Count(this=value), expression=exp.Literal.number(0))
    return case(some, dialect.list_of([dialect.row(members)]))


def _fold_newest(state: State, dialect: Dialect) -> Tree:
    return maximum(column(EVENT))


def _fold_seen(state: State, dialect: Dialect) -> Tree:
    return maximum(dialect.row(order_members(state.created, None)))


def _fold_hashes(state: State, dialect: Dialect) -> Tree:
    return _least_hashes(filtered(dialect.gathered(column(state.input)), _given(state)), dialect)


def _merge_hashes(state: State, dialect: Dialect, where: Tree | None) -> Tree:
    return _least_hashes(_joined(state, dialect, where), dialect)


def _least_hashes(hashes: Tree, dialect: Dialect) -> Tree:
    # One more than the estimate needs: it tells whether there are more values than are counted exactly.
    return dialect.first_of(dialect.distinct_up(hashes), HASHES_COUNTED + 1)


KINDS: Mapping[str, Kind] = {
    "count": Kind(_fold_count, _merge_count),
    "sum": Kind(_fold_sum, _merge_sum),
    "min": _extreme(True),
    "max": _extreme(False),
    "first": _end(exp.Min),
    "last": _end(exp.Max),
    "first_at": _time(True),
    "last_at": _time(False),
    "latest": Kind(_fold_latest, _merge_latest),
    "times": Kind(_fold_times, _merge_latest),
    "values": Kind(_fold_values, _joined),
    "moments": Kind(_fold_moments, _joined),
    "hashes": Kind(_fold_hashes, _merge_hashes),
    "occurrences": Kind(_fold_count, _merge_count),
    "newest": Kind(_fold_newest, _merge_greatest),
    "seen": Kind(_fold_seen, _merge_greatest),
}
"""What the kinds hold that their names do not say.

``first``, ``last``: a row (event, created, value). ``first_at``, ``last_at``: its event time alone. ``latest``: a
list of rows, the greatest first. ``times``: of their event times. ``values``: a list of numbers. ``hashes``: the
least of the distinct hashes, ascending. ``moments``: a list of (count, mean, spread, strange). Of one distinct
value each: ``occurrences``, how often it occurs, ``newest``, when last, and ``seen``, the row (event, created) at
which it occurs last.
"""
