"""Rows put together: what a group, a frame or a match rests on, told by what all its rows have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fcompile.compiler.proof.order import Fact, Order, relations
from fcompile.compiler.proof.relation import Need
from fcompile.compiler.proof.terms import NEVER, End, Least, Over, Shifted, Start, Term, holds, shifted


def common(order: Order, term: Term, candidates: Iterable[Term], facts: Sequence[Fact]) -> Term | None:
    """Return a term that is the same for all the rows and never before ``term`` of any; None where there is none."""
    found: list[Term] = []
    for candidate in dict.fromkeys(each for one in candidates for each in _with_ends(one)):
        gap = order.gap(term, candidate, facts)
        if gap is not None:
            found.append(shifted(candidate, gap))
    if not found:
        return None
    return found[0] if len(found) == 1 else Least(tuple(dict.fromkeys(found)))


def _with_ends(term: Term) -> Iterable[Term]:
    """A bucket that rows have in common has an end that they have in common, and so has a sum of it."""
    yield term
    match term:
        case Start(inner, unit):
            yield End(inner, unit)
        case Shifted(inner):
            yield from _with_ends(inner)


def of_outer(facts: Iterable[Fact], inner: frozenset[int]) -> list[Term]:
    """Return the terms in facts that are the same for all rows of ``inner``: those that read nothing of it."""
    terms = (term for low, high, _ in facts for term in (low, high))
    return [term for term in dict.fromkeys(terms) if relations(term) and not relations(term) & inner]


def closed(
    order: Order, need: Need, candidates: Iterable[Term], facts: Sequence[Fact], inner: frozenset[int]
) -> Need | None:
    """Return the need as one of what the rows have in common; None where it cannot be said so."""
    used = relations(need.term)
    if need.term == NEVER or (used and not used & inner):
        return need
    candidates = (*candidates, *of_outer(facts, inner))
    # The last of a group or a frame is another one when more become known: a condition on it settles nothing.
    term = common(order, need.term, candidates, () if holds(need.term, Over) else facts)
    return None if term is None else Need(term, need.origin)
