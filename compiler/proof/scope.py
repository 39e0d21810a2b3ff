"""Where names of a SELECT are looked up, and what all of one query's interpretation shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.later import closes_its_row, may_be_later
from fcompile.compiler.proof.numbered import ended, is_ended, is_numbered, numbered
from fcompile.compiler.proof.order import Order
from fcompile.compiler.proof.relation import Need, Needs, Origin, Relation, Scan, Value, assumption, merged
from fcompile.compiler.proof.terms import FOREVER, Column, Made, Term

if TYPE_CHECKING:
    from sqlglot import exp

    from fcompile.compiler.proof.tables import Tables

_MOST_SELECTS = 400
"""SELECTs that are looked at in one query, each as often as it is used."""


@dataclass(slots=True)
class Context:
    """One interpretation of a query.

    Attributes:
        tables: what is known of tables; None while only the known time is traced.
        select: interprets a query; set by the module that can.
    """

    tables: Tables
    select: Callable[[exp.Expr, Scope], Relation]
    order: Order = field(default_factory=Order)
    names: dict[int, str] = field(default_factory=dict)
    unmatched: dict[int, Origin] = field(default_factory=dict)
    read: dict[str, None] = field(default_factory=dict)
    count: int = 0
    selects: int = 0

    def number(self, name: str = "") -> int:
        self.count += 1
        self.names[self.count] = name
        return self.count

    def spent(self) -> bool:
        """Count one more SELECT; whether there have been too many."""
        self.selects += 1
        return self.selects > _MOST_SELECTS


Named = tuple[str, Relation]


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place.

    Attributes:
        named: the relations of FROM, by lower-case alias.
        rows: all of them joined: what it rests on that a row is there, and facts of it.
        outer: around a subquery.
        tables: common table expressions, with the scope of each.
        aliases: what SELECT names, for the clauses that may use it.
        keys: what a GROUP BY groups by; None where nothing is grouped.
        windows: the WINDOW clause.
    """

    context: Context
    named: tuple[Named, ...] = ()
    rows: Relation = field(default_factory=Relation)
    outer: Scope | None = None
    tables: Mapping[str, tuple[exp.Expr, Scope]] = field(default_factory=dict)
    aliases: Mapping[str, Value] = field(default_factory=dict)
    groups: Groups | None = None
    windows: Mapping[str, exp.Expr] = field(default_factory=dict)

    def inside(self) -> Scope:
        """Return the scope of a subquery that stands here."""
        return Scope(self.context, outer=self, tables=self.tables)

    def with_tables(self, more: Mapping[str, tuple[exp.Expr, Scope]]) -> Scope:
        return replace(self, tables={**self.tables, **more})


@dataclass(frozen=True, slots=True)
class Groups:
    """A grouped SELECT.

    Attributes:
        keys: as they are written, with their values.
        number: tells it from other groupings.
        needs: what it rests on that a group is there.
        closed: what a need becomes when the rows of a group are put together.
        within: the scope of the rows.
    """

    keys: tuple[tuple[exp.Expr, Value], ...]
    number: int
    needs: Needs
    closed: Callable[[Need], Need]
    within: Scope


def resolve(scope: Scope, name: str, table: str, node: exp.Expr) -> Value:
    """Return what the column is; with a need that says so where nobody can tell."""
    place: Scope | None = scope
    while place is not None:
        found = _here(place, name.lower(), table.lower(), node)
        if found is not None:
            return found
        place = place.outer
    if table:
        # `a.b` may be a field of a struct `a`.
        return resolve(scope, table, "", node)
    return Value(Made("?", ()), (assumption(f"`{name}` is a column of a row that is known", node),))


def _here(scope: Scope, name: str, table: str, node: exp.Expr) -> Value | None:
    if table:
        found = next((each for alias, each in scope.named if alias == table), None)
        return None if found is None else column_of(found, name, node)
    explicit = [each.columns[name] for _, each in scope.named if name in each.columns]
    if explicit:
        return explicit[0]
    row = next((each for alias, each in scope.named if alias == name), None)
    if row is not None and row.columns:
        return _whole(row)
    scans = [scan for _, each in scope.named if name not in each.hidden for scan in each.scans]
    told = [scan for scan in scans if name in scan.columns or name in scan.known]
    if not told and name in scope.aliases:
        return scope.aliases[name]
    if len(told or scans) == 1:
        return scanned((told or scans)[0], name, node)
    if not scans:
        return None
    values = [scanned(scan, name, node) for scan in scans if not scan.columns]
    needs = [need for value in values for need in value.needs]
    unclear = assumption(f"`{name}` is known with its row: write which table it is of", node)
    return Value(Made("?" + name, tuple(value.term for value in values)), (*needs, unclear))


def whole_rows(scope: Scope, table: str) -> Value:
    """Return ``q.*``, or ``*`` of all, as one value: it rests on what any of the columns does."""
    named = [each for alias, each in scope.named if not table or alias == table.lower()]
    return Value(needs=merged(*(_whole(each).needs for each in named)))


def _whole(relation: Relation) -> Value:
    values = relation.columns.values()
    return Value(Made("row", tuple(v.term for v in values)), merged(*(v.needs for v in values)))


def column_of(relation: Relation, name: str, node: exp.Expr | None = None) -> Value | None:
    if name in relation.columns:
        return relation.columns[name]
    if name in relation.hidden or not relation.scans:
        return None
    told = [scan for scan in relation.scans if name in scan.columns or name in scan.known] or list(
        relation.scans
    )
    return scanned(told[0], name, node)


def scanned(scan: Scan, name: str, node: exp.Expr | None = None) -> Value:
    """Return a column of a table: known with its row, unless its name says that it is filled in later."""
    term: Term = Column(scan.use, name)
    if not scan.fixed and name not in scan.columns and is_numbered(name, scan.dialect):
        return Value(term, (_numbered(scan, name, node),))
    if scan.fixed or name in scan.known or not may_be_later(name):
        return Value(term)
    if closes_its_row(name):
        return Value(term, (Need(FOREVER, _closing(scan, name, node)),))
    return Value(
        term, (assumption(f"`{name}` of `{scan.table}` is known with its row, not filled in later", node),)
    )


def _numbered(scan: Scan, name: str, node: exp.Expr | None) -> Need:
    table = f"`{scan.table}`"
    if is_ended(name, scan.dialect):
        return Need(FOREVER, Origin("FC250", ended(name, table), "leave it out", node))
    return assumption(numbered(name, table), node)


def _closing(scan: Scan, name: str, node: exp.Expr | None) -> Origin:
    table = scan.table
    late = f"`{name}` of `{table}` is written by the time that it tells, though rows become known late"
    return Origin(
        "FC250",
        f"`{name}` of `{table}` is written when the next row comes: it tells of the future",
        f"only compare it with the row's time (`t < {name}`); or list `{table}` as `static` if its rows never change",
        node,
        late if scan.late else "",
        closes=True,
    )
