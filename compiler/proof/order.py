"""Which instants are never later than which: difference constraints, decided by the shape of terms and by facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from fcompile.compiler.proof.terms import (
    FOREVER,
    NEVER,
    ZERO,
    Bound,
    Branches,
    End,
    First,
    Greatest,
    Least,
    OneOf,
    Over,
    Shifted,
    Start,
    Term,
    columns,
)

Fact = tuple[Term, Term, timedelta]
"""(x, y, d): x <= y + d in every row where both are set."""

_MOST = 5_000
_FACTS = 24
"""Facts and pairs of terms beyond these are not looked at: what is then not seen to be proved is not proved."""


@dataclass(slots=True)
class Order:
    """What is known of the order of terms.

    Attributes:
        branches: facts of the branches of each UNION.
        nullable: uses of tables that are NULL together where an outer join finds no match -> the join's number.
    """

    branches: dict[int, tuple[tuple[Fact, ...], ...]] = field(default_factory=dict)
    nullable: dict[int, int] = field(default_factory=dict)

    def gap(self, x: Term, y: Term, facts: Iterable[Fact] = ()) -> timedelta | None:
        """Return the least d found with x <= y + d in every row; None where none is found."""
        return _Search(self, tuple(dict.fromkeys(facts))[:_FACTS]).gap(x, y)

    def never_later(self, x: Term, y: Term, facts: Iterable[Fact] = ()) -> bool:
        gap = self.gap(x, y, facts)
        return gap is not None and gap <= ZERO


_Gap = timedelta | None


class _Search:
    """The gaps found so far under the same facts; a pair that is being looked at counts as not found."""

    def __init__(self, order: Order, facts: tuple[Fact, ...]) -> None:
        self.order = order
        self.facts = facts
        self.found: dict[tuple[Term, Term], _Gap] = {}
        self.bare = self if not facts else _Search(order, ())

    def gap(self, x: Term, y: Term) -> _Gap:
        if x in (y, NEVER) or y == FOREVER:
            return ZERO
        if x == FOREVER or y == NEVER or len(self.found) > _MOST:
            return None
        if (x, y) not in self.found:
            self.found[x, y] = None
            self.found[x, y] = _least([self.by_left(x, y), self.by_right(x, y), self.by_facts(x, y)])
        return self.found[x, y]

    def by_left(self, x: Term, y: Term) -> _Gap:
        match x:
            case Shifted(term, by, slack):
                return _plus(self.gap(term, y), by + slack)
            case Greatest(terms) | First(terms) | OneOf(terms):
                return _greatest([self.gap(term, y) for term in terms])
            case Least(terms):
                return _least([self.gap(term, y) for term in terms])
            case Branches(union, terms):
                return self.by_branches(union, terms, y)
            case Start(term, unit):
                inside = isinstance(y, Start) and unit.holds(y.unit) and self.never(term, y.term)
                return ZERO if inside else self.gap(term, y)
            case End(term, unit):
                inside = isinstance(y, End) and y.unit.holds(unit) and self.never(term, y.term)
                return ZERO if inside else _plus(self.gap(Start(term, unit), y), unit.longest)
            case Over("max" | "min" as kind, term, group) if isinstance(y, Over) and y.group == group:
                return self.gap(term, y.term) if y.kind == "max" or y.kind == kind == "min" else None
        return None

    def never(self, x: Term, y: Term) -> bool:
        gap = self.gap(x, y)
        return gap is not None and gap <= ZERO

    def by_branches(self, union: int, terms: tuple[Term, ...], y: Term) -> _Gap:
        known = self.order.branches.get(union, ((),) * len(terms))
        others = y.terms if isinstance(y, Branches) and y.union == union else (y,) * len(terms)
        each = zip(terms, others, known, strict=True)
        return _greatest([self.order.gap(a, b, (*more, *self.facts)) for a, b, more in each])

    def by_right(self, x: Term, y: Term) -> _Gap:
        match y:
            case Shifted(term, by):
                return _plus(self.gap(x, term), -by)
            case Greatest(terms):
                return _least([self.gap(x, term) for term in terms])
            case First(terms) if _null_together(self.order, x, terms[0]):
                return self.gap(x, terms[0])
            case Least(terms) | OneOf(terms) | First(terms) | Branches(_, terms):
                return _greatest([self.gap(x, term) for term in terms])
            case Start(term, unit):
                return _plus(self.gap(x, term), unit.longest)
            case End(term):
                return self.gap(x, term)
            case Over("max", term, _, True):
                return self.gap(x, term)
        return None

    def by_facts(self, x: Term, y: Term) -> _Gap:
        """The shortest way from x over facts to y; between facts, terms are compared by their shape alone."""
        gap = self.bare.gap
        reached = {n: gap(x, low) for n, (low, _, _) in enumerate(self.facts)}
        for _ in self.facts:
            before = dict(reached)
            for n, (_, high, by) in enumerate(self.facts):
                if reached[n] is not None:
                    for m, (low, _, _) in enumerate(self.facts):
                        reached[m] = _least(
                            [reached[m], _plus(_plus(gap(high, low), by), reached[n] or ZERO)]
                        )
            if reached == before:
                break
        ends = (
            _plus(_plus(gap(high, y), by), reached[n] or ZERO)
            for n, (_, high, by) in enumerate(self.facts)
            if reached[n] is not None
        )
        return _least(ends)


def _null_together(order: Order, x: Term, y: Term) -> bool:
    """Whether x is NULL wherever y is, as both come from the missing side of one outer join."""
    joins = {order.nullable.get(each.relation) for term in (x, y) for each in columns(term)}
    return len(joins) == 1 and None not in joins and not isinstance(x, Bound)


def _plus(gap: _Gap, by: timedelta) -> _Gap:
    return None if gap is None else gap + by


def _least(gaps: Iterable[_Gap]) -> _Gap:
    return min((gap for gap in gaps if gap is not None), default=None)


def _greatest(gaps: Iterable[_Gap]) -> _Gap:
    every = list(gaps)
    return (
        None
        if not every or any(gap is None for gap in every)
        else max(gap for gap in every if gap is not None)
    )


def relations(term: Term) -> frozenset[int]:
    """Return the uses of tables that a term reads."""
    return frozenset(each.relation for each in columns(term))
