"""Conditions joined by AND or OR, as they stand: who joins others than atoms brackets them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from sqlglot import exp


def conjunction(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """``a AND b ..``, of one or more.

    >>> conjunction([exp.column(name) for name in "abc"]).sql()
    'a AND b AND c'
    """
    return reduce(lambda tree, other: exp.And(this=tree, expression=other), conditions)


def disjunction(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """``a OR b ..``, of one or more."""
    return reduce(lambda tree, other: exp.Or(this=tree, expression=other), conditions)
