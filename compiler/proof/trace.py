"""The known time of a query's output, followed down to the columns of its tables: what the query declares of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fcompile.compiler.proof.order import relations
from fcompile.compiler.proof.tables import Known, used
from fcompile.compiler.proof.terms import (
    ZERO,
    Column,
    End,
    First,
    Greatest,
    Made,
    OneOf,
    Over,
    Shifted,
    Start,
    Term,
    columns,
    holds,
    parts,
    shifted,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A time of one row of one table, out of which the output's is made; ``lost`` is how far that rounds down."""

    term: Term
    lost: timedelta = ZERO


def leaves(term: Term) -> list[Leaf]:
    """Return the times of rows that ``term`` is made of; what makes a time earlier is taken off."""
    match term:
        case Column():
            return [Leaf(term)]
        case Shifted(inner, by) if by > ZERO:
            return [Leaf(shifted(leaf.term, by), leaf.lost) for leaf in leaves(inner)]
        case Start(inner, unit):
            return [Leaf(leaf.term, leaf.lost + unit.longest) for leaf in leaves(inner)]
        case End(inner):
            return leaves(inner)
        case First() | OneOf() | Made() if len(relations(term)) == 1 and not _put_together(term):
            return [Leaf(term)]
    return [leaf for part in parts(term) for leaf in leaves(part)]


def _put_together(term: Term) -> bool:
    return holds(term, Over)


def traced(
    term: Term, names: Mapping[int, str], lag: timedelta | None, *, declared: bool
) -> Mapping[str, Known]:
    """Return what the known time of the output, ``term``, says of the tables.

    ``lag``: it is the event time, and rows are known that much later; None: it is ``available_at``.
    ``declared``: it is said when rows are known, by either.
    """
    found: dict[str, dict[Term, str]] = {}
    for leaf in leaves(term):
        for use in relations(leaf.term):
            left = None if lag is None else max(lag - leaf.lost, ZERO)
            made, assumes = _known(leaf.term, names[use], left, declared)
            found.setdefault(names[use], {})[used(made, 0)] = assumes
    return {name: _one(terms) for name, terms in found.items() if name}


def _known(term: Term, name: str, left: timedelta | None, declared: bool) -> tuple[Term, str]:
    """Return from when rows are known, and what that assumes."""
    if isinstance(term, Made):
        return term, f"rows of `{name}` are known when `{term.name.lower()}(...)` says so"
    if left is None or left > ZERO:
        return shifted(term, left or ZERO), ""
    first = next(columns(term)).name
    return term, f"rows of `{name}` are known as soon as they happen (`{first}`)"


def _one(terms: Mapping[Term, str]) -> Known:
    said = " and ".join(dict.fromkeys(f"`{each.name}`" for term in terms for each in columns(term)))
    made: Sequence[Term] = tuple(terms)
    assumes = "; ".join(dict.fromkeys(text for text in terms.values() if text))
    return Known(made[0] if len(made) == 1 else Greatest(tuple(made)), assumes, said)
