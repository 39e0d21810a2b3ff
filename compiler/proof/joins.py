"""Joins: a row of two is known when both are, and one without a match only if none can come later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.facts import facts_of
from fcompile.compiler.proof.order import Fact, relations
from fcompile.compiler.proof.relation import Need, Needs, Origin, Relation, Value, assumption, merged
from fcompile.compiler.proof.scalars import needs_of
from fcompile.compiler.proof.scope import Named, Scope, column_of
from fcompile.compiler.proof.terms import FOREVER, ZERO, First
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

Read = Callable[["exp.Expr", Scope], tuple[Named, ...]]

_KINDS = ("", "INNER", "CROSS", "SEMI", "ANTI", "ASOF", "OUTER")
_METHODS = ("", "ASOF", "NATURAL", "LATERAL", "GLOBAL")


@dataclass(frozen=True, slots=True)
class _Sides:
    left: Relation
    right: Relation
    facts: tuple[Fact, ...]
    needs: Needs
    origin: Origin


def joined(scope: Scope, join: exp.Join, read: Read) -> Scope:
    """Return ``scope`` with one more relation joined to it."""
    named = read(join.this, scope)
    right = _of(named)
    both = replace(scope, named=(*scope.named, *named), rows=_both(scope.rows, right))
    side, kind = (str(join.args.get(key) or "").upper() for key in ("side", "kind"))
    method = str(join.args.get("method") or "").upper()
    conditions = [
        each for each in (join.args.get("on"), join.args.get("match_condition")) if each is not None
    ]
    facts = tuple(fact for each in conditions for fact in facts_of(each, both))
    common = _common(join, method, scope, named)
    facts += _equal(scope, named, common)
    needs = merged(*(needs_of(each, both) for each in conditions))
    sides = _Sides(scope.rows, right, facts, needs, _origin(join))
    made = _rows(both, sides, side, kind, method)
    if kind not in _KINDS or method not in _METHODS or join.args.get("pivots"):
        made = made.needing([assumption(f"the join `{said(join)}` was not understood", join)])
    kept = scope.named if kind in ("SEMI", "ANTI") else both.named
    merging = () if kind in ("SEMI", "ANTI") or method == "NATURAL" else common
    return replace(scope, named=(*_merged(scope, named, merging, side), *_coalesced(kept, side)), rows=made)


def _rows(both: Scope, sides: _Sides, side: str, kind: str, method: str) -> Relation:
    left, right = sides.left, sides.right
    if kind in ("SEMI", "ANTI"):
        picked = _matched(both, sides, left, right, Need(FOREVER, sides.origin))
        return Relation(left.columns, left.scans, merged(left.rows, picked), left.facts, left.uses)
    if "ASOF" in (kind, method):
        picked = _matched(both, sides, left, right, Need(FOREVER, sides.origin))
        inner = side != "LEFT"
        facts = (*left.facts, *right.facts, *sides.facts) if inner else (*left.facts, *_within(sides, right))
        return replace(both.rows, rows=merged(left.rows, picked), facts=facts)
    if side == "LEFT":
        return _outer(both, sides, left, right)
    if side == "RIGHT":
        return _outer(both, replace(sides, left=right, right=left), right, left)
    if side == "FULL":
        first = _outer(both, sides, left, right)
        second = _outer(both, replace(sides, left=right, right=left), right, left)
        missing = [need for each in (first, second) for need in each.rows if need.origin is sides.origin]
        return replace(both.rows, rows=merged(left.rows, right.rows, sides.needs, missing), facts=())
    return replace(
        both.rows, rows=merged(left.rows, right.rows, sides.needs), facts=(*both.rows.facts, *sides.facts)
    )


def _outer(both: Scope, sides: _Sides, kept: Relation, other: Relation) -> Relation:
    """Rows of ``kept`` stay without a match: that must be settled by what they say of the other side's times."""
    context = both.context
    number = context.number()
    picked = _matched(both, sides, kept, other, None)
    for use in other.uses:
        context.order.nullable.setdefault(use, number)
        if any(need.origin is sides.origin for need in picked):
            context.unmatched[use] = sides.origin
    facts = (*kept.facts, *_within(sides, other))
    return replace(both.rows, rows=merged(kept.rows, picked), facts=facts)


def _matched(both: Scope, sides: _Sides, kept: Relation, other: Relation, otherwise: Need | None) -> Needs:
    """Return the needs of all rows that may match a row of ``kept``, told by that row where it can be.

    ``otherwise``: in place of those that cannot; None: they stay, and it is assumed that no match comes later.
    """
    facts = (*sides.facts, *kept.facts, *other.facts)
    found = []
    for need in merged(other.rows, sides.needs):
        used = relations(need.term)
        if used and not used & other.uses:
            found.append(need)
            continue
        made = closed(both.context.order, need, (), facts, other.uses)
        found.append(made or otherwise or Need(need.term, sides.origin))
    return merged(found)


def _within(sides: _Sides, other: Relation) -> tuple[Fact, ...]:
    """Facts of a match that say nothing where there is none: their low side is of the other relation, and NULL."""
    uses = other.uses
    return tuple(
        fact for fact in (*other.facts, *sides.facts) if relations(fact[0]) and relations(fact[0]) <= uses
    )


def _of(named: tuple[Named, ...]) -> Relation:
    made = Relation()
    for _, each in named:
        made = _both(made, each)
    return made


def _both(left: Relation, right: Relation) -> Relation:
    return Relation(
        {**right.columns, **left.columns},
        (*left.scans, *right.scans),
        merged(left.rows, right.rows),
        (*left.facts, *right.facts),
        left.uses | right.uses,
    )


def _common(join: exp.Join, method: str, scope: Scope, named: tuple[Named, ...]) -> list[str]:
    """Return the columns that both sides have in common, by USING or by a natural join's rule."""
    if method == "NATURAL":
        mine = {name for _, each in scope.named for name in each.columns}
        return [name for _, each in named for name in each.columns if name in mine]
    return [each.name.lower() for each in join.args.get("using") or ()]


def _merged(scope: Scope, named: tuple[Named, ...], names: Iterable[str], side: str) -> tuple[Named, ...]:
    """Return the columns of USING, which a bare name means: the left one's, or that of the side that is kept."""
    columns: dict[str, Value] = {}
    for name in names:
        found = [
            next((value for _, each in place if (value := column_of(each, name)) is not None), None)
            for place in (scope.named, named)
        ]
        left, right = found
        if left is not None and right is not None:
            both = Value(First((left.term, right.term)), merged(left.needs, right.needs))
            columns[name] = {"FULL": both, "RIGHT": right}.get(side, left)
    return ((_USING, Relation(columns)),) if columns else ()


_USING = "using"
"""No alias: a word that SQL keeps to itself."""


def _equal(scope: Scope, named: tuple[Named, ...], names: list[str]) -> tuple[Fact, ...]:
    found: list[Fact] = []
    for name in names:
        pair = [
            next((v.term for _, each in side if (v := column_of(each, name)) is not None), None)
            for side in (scope.named, named)
        ]
        if pair[0] is not None and pair[1] is not None:
            found += [(pair[0], pair[1], ZERO), (pair[1], pair[0], ZERO)]
    return tuple(found)


def _coalesced(named: tuple[Named, ...], side: str) -> tuple[Named, ...]:
    """A bare name that both sides have is the right one's after a right join."""
    return (*named[1:], named[0]) if side == "RIGHT" and len(named) == 2 else named


def _origin(join: exp.Join) -> Origin:
    text = said(join.this)
    return Origin(
        "FC250",
        f"a match in `{text}` may become known after the row that it is joined to, and change it",
        "join rows known by then: `... and right.known_at <= left.known_at`",
        join,
        f"a row without a match in `{text}` gets none later",
    )
