"""Instants of a row, as formulas over the columns of the tables that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Unit:
    """The width of buckets: ``months`` calendar months, or ``length``, which is then exact.

    ``aligned`` tells buckets apart that are of one width and begin elsewhere, such as weeks; "" is at midnight, UTC.
    """

    months: int = 0
    length: timedelta = ZERO
    aligned: str = ""

    @property
    def longest(self) -> timedelta:
        return timedelta(days=31 * self.months) if self.months else self.length

    def holds(self, other: Unit) -> bool:
        """Whether each bucket of this unit is made of whole ones of ``other``."""
        if self == other:
            return True
        if self.aligned or other.aligned or other.months:
            return False
        whole = timedelta(days=1) if self.months else self.length
        return other.length > ZERO and not whole % other.length


@dataclass(frozen=True, slots=True)
class Bound:
    """Before (``late`` False) or after every instant: of what does not change, and of what is never known in time."""

    late: bool


NEVER, FOREVER = Bound(False), Bound(True)


@dataclass(frozen=True, slots=True)
class Constant:
    text: str


NULL = Constant("")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one use of a table; ``relation`` numbers the uses in the order in which they are met."""

    relation: int
    name: str


@dataclass(frozen=True, slots=True)
class Shifted:
    """``slack``: by how much it may lie later still, as months differ in length."""

    term: Term
    by: timedelta
    slack: timedelta = ZERO


@dataclass(frozen=True, slots=True)
class Start:
    """The start of the bucket of ``unit`` in which ``term`` lies: start <= term < end."""

    term: Term
    unit: Unit


@dataclass(frozen=True, slots=True)
class End:
    """The end of that bucket, which is the start of the next."""

    term: Term
    unit: Unit


@dataclass(frozen=True, slots=True)
class Greatest:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Least:
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first that is not NULL."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """The branches of a CASE; ``tests``: by what one is chosen, which tells it from others of the same branches."""

    terms: tuple[Term, ...]
    tests: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Over:
    """The ``max`` or ``min`` of other rows' terms: of a group, or of a window's frame.

    Attributes:
        group: what tells this set of rows from others.
        own: whether the row itself is among them.
    """

    kind: str
    term: Term
    group: Hashable
    own: bool = False


@dataclass(frozen=True, slots=True)
class Branches:
    """A row of a UNION: the term of the branch that it is of."""

    union: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What a function makes of terms; nothing is known of its order."""

    name: str
    terms: tuple[Term, ...]


Term = (
    Bound
    | Constant
    | Column
    | Shifted
    | Start
    | End
    | Greatest
    | Least
    | First
    | OneOf
    | Over
    | Branches
    | Made
)


def parts(term: Term) -> tuple[Term, ...]:
    match term:
        case Shifted() | Start() | End() | Over():
            return (term.term,)
        case Greatest() | Least() | First() | OneOf() | Branches() | Made():
            return term.terms
    return ()


def rebuilt(term: Term, change: Callable[[Term], Term]) -> Term:
    """Return ``term`` with ``change`` made to its parts."""
    match term:
        case Shifted() | Start() | End() | Over():
            return replace(term, term=change(term.term))
        case OneOf():
            return replace(term, terms=tuple(map(change, term.terms)), tests=tuple(map(change, term.tests)))
        case Greatest() | Least() | First() | Branches() | Made():
            return replace(term, terms=tuple(map(change, term.terms)))
    return term


def columns(term: Term) -> Iterator[Column]:
    """Yield the columns in it, left to right, as often as they stand there."""
    if isinstance(term, Column):
        yield term
    for part in parts(term):
        yield from columns(part)


def holds(term: Term, kind: type[Over | Made]) -> bool:
    return isinstance(term, kind) or any(holds(part, kind) for part in parts(term))


def shifted(term: Term, by: timedelta, slack: timedelta = ZERO) -> Term:
    if not by and not slack:
        return term
    if isinstance(term, Shifted):
        return Shifted(term.term, term.by + by, term.slack + slack)
    return Shifted(term, by, slack)
